"""What can go wrong around episodes, in the words people read."""

from mediashare.errors import ConflictError, NotAllowedError, NotFoundError


class EpisodeNotFoundError(NotFoundError):
    """No such episode, or one that this viewer may not know of."""

    message = "There is no such episode, or you do not have access to it."


class NotYourEpisodeError(NotAllowedError):
    """Only the author changes an episode."""

    message = "Only the author can change this episode."


class NotPlayableYetError(ConflictError):
    """The episode is still being processed, or failed."""

    message = "This episode is not ready yet. Try again once it plays."
