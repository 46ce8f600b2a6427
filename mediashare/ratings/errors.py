"""What can go wrong around ratings, in the words people read."""

from mediashare.errors import ConflictError, NotAllowedError
from mediashare.sentences import said


class OwnEpisodeError(NotAllowedError):
    """The word of an author about their own episode is worth nothing."""

    message = said("You can't rate your own episode. Others do that for you.")


class NotOpenError(ConflictError):
    """The episode is not published, not ready or hidden."""

    message = said("This episode can't be rated at the moment: it is not published.")
