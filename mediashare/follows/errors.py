"""What can go wrong around following people, in the words people read."""

from mediashare.errors import ConflictError
from mediashare.sentences import said


class FollowsThemselvesError(ConflictError):
    """What one makes oneself is found by other ways."""

    message = said("You can't follow yourself.")


class TooManyFollowedError(ConflictError):
    """Whoever follows everybody follows nobody."""

    def __init__(self, most: int) -> None:
        super().__init__(
            said("You follow %(most)s people. Stop following somebody first.", most=most)
        )
