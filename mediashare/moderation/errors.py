"""What can go wrong around reports and decisions, in the words people read."""

from mediashare.errors import ConflictError, NotAllowedError, NotFoundError
from mediashare.sentences import said


class ReportNotFoundError(NotFoundError):
    """No such report, or one about something that this moderator may not see."""

    message = said("There is no such report, or you do not have access to what it is about.")


class AlreadyReportedError(ConflictError):
    """One open report per person and target."""

    message = said("You have reported this already. A moderator will look at it.")


class AlreadyDecidedError(ConflictError):
    """Somebody else was faster."""

    message = said("This report has been decided in the meantime. Nothing was changed.")


class OwnContentError(NotAllowedError):
    """Nobody is judge in their own case."""

    message = said("This is your own. Another moderator or an admin has to decide on it.")


class NotHiddenError(ConflictError):
    """Only what is hidden can be restored."""

    message = said("This is not hidden any more. Nothing was changed.")
