"""What can go wrong around groups, in the words people read."""

from mediashare.errors import ConflictError, NotAllowedError, NotFoundError
from mediashare.sentences import said


class GroupNotFoundError(NotFoundError):
    """No such group, or a secret one that the person does not belong to."""

    message = said("There is no such group, or you do not belong to it.")


class GroupClosedError(NotAllowedError):
    """Only open groups are joined without asking."""

    message = said("This group is joined by invitation. Ask one of its stewards.")


class NotStewardError(NotAllowedError):
    """Stewards tend their group, others do not."""

    message = said("Only the stewards of a group decide who belongs to it.")


class LastStewardError(ConflictError):
    """A group always has a steward."""

    message = said("A group needs a steward. Make somebody else one first.")
