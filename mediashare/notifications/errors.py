"""What can go wrong in the inbox, in the words people read."""

from mediashare.errors import NotFoundError


class NotificationNotFoundError(NotFoundError):
    """Not there, or somebody else's."""

    message = "That note is gone."
