"""What can go wrong in the inbox, in the words people read."""

from mediashare.errors import NotFoundError
from mediashare.sentences import said


class NotificationNotFoundError(NotFoundError):
    """Not there, or somebody else's."""

    message = said("That note is gone.")
