"""What can go wrong around edits, in the words people read."""

from datetime import datetime

from mediashare.errors import ConflictError
from mediashare.sentences import said


class OriginalRemovedError(ConflictError):
    """The bytes that an edit would be made from are gone."""

    def __init__(self, when: datetime) -> None:
        super().__init__(
            said(
                "The original was removed on %(day)s; send the recording again to edit it.",
                day=when,
            )
        )


class NotEditableError(ConflictError):
    """Nothing is known yet of the recording, or it was refused."""

    message = said("This recording can be edited once it has been looked at and let in.")


class StillNeededError(ConflictError):
    """Files are being made from the original right now."""

    message = said("Files are being made from the original. Remove it once they are there.")


class NothingElseError(ConflictError):
    """The original is all that there is of an episode."""

    message = said("Nothing else is left of this episode. Delete the episode instead.")
