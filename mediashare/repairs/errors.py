"""What can go wrong around fixes, in the words people read."""

from mediashare.errors import ConflictError, NotAllowedError, NotFoundError
from mediashare.sentences import said


class FixNotFoundError(NotFoundError):
    """No such fix, or one that this viewer may not read."""

    message = said("There is no such fix, or you do not have access to it.")


class NotYourTranscriptError(NotAllowedError):
    """Authors, stewards and moderators decide; others suggest."""

    message = said("Only its author, the stewards of its groups and moderators decide about fixes.")


class FixingClosedError(NotAllowedError):
    """The episode is not published, not ready or hidden, so that others can't suggest anything."""

    message = said("Nothing can be suggested at the moment: this episode is not published.")


class AlreadyDecidedError(ConflictError):
    """Somebody was quicker."""

    message = said("Somebody has decided about this fix in the meantime.")


class NothingToFixError(ConflictError):
    """The line says exactly that already."""

    message = said("This is what the transcript says already.")


class NowhereFoundError(ConflictError):
    """Not a single line holds the words that were to be changed everywhere."""

    message = said("These words stand nowhere in this transcript, or say already what you want.")


class LineGoneError(ConflictError):
    """The lines were recognised anew, cut off or replaced since."""

    message = said("The line that this fix is about is not in the transcript at present.")


class ClashError(ConflictError):
    """Two people changed the same words; whoever comes second decides with both texts at hand."""

    message = said("Somebody else has changed the same words meanwhile. Nothing of yours is lost.")

    def __init__(self, *, now: str, yours: str) -> None:
        self.now, self.yours = now, yours
        super().__init__()
