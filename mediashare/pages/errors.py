"""What can go wrong on the screens, in the words people read."""

from mediashare.errors import NotFoundError


class PersonNotFoundError(NotFoundError):
    """No such person, or one whose account is closed."""

    message = "There is nobody here by that name."
