"""What can go wrong around saved searches, in the words people read."""

from mediashare.errors import ConflictError, NotFoundError
from mediashare.sentences import said


class SavedSearchNotFoundError(NotFoundError):
    """Not there, or somebody else's."""

    message = said("There is no such saved search.")


class FeedNotFoundError(NotFoundError):
    """Never made, revoked, of a search that is gone, or of somebody who is."""

    message = said("There is no such feed. Its address may have been taken back.")


class TooManySearchesError(ConflictError):
    """Nobody keeps an eye on more."""

    def __init__(self, most: int) -> None:
        super().__init__(said("You have %(most)s saved searches. Remove one first.", most=most))
