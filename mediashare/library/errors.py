"""What can go wrong around episodes, in the words people read."""

from mediashare.errors import NotAllowedError, NotFoundError
from mediashare.sentences import said


class EpisodeNotFoundError(NotFoundError):
    """No such episode, or one that this viewer may not know of."""

    message = said("There is no such episode, or you do not have access to it.")


class NotYourEpisodeError(NotAllowedError):
    """Only the author changes an episode."""

    message = said("Only the author can change this episode.")
