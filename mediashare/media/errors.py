"""What can go wrong around media bytes, in the words people read."""

from mediashare.errors import ConflictError, InvalidInputError, NotFoundError


class MediaNotFoundError(NotFoundError):
    """No such file, or one of an episode that this viewer may not see."""

    message = "There is no such file, or you do not have access to it."


class StreamNotReadyError(NotFoundError):
    """The viewer may see the episode, but what HLS players could be given is not made yet."""

    message = "This episode can't be streamed yet: its lasting files are still being made."


class RecordingRefusedError(InvalidInputError):
    """The recording can't become an episode; the message says why and what would help."""

    message = "This file can't be used."


class VersionReplacedError(ConflictError):
    """Something was made for a version of an episode that a newer one has replaced."""

    message = "A newer version of this episode has taken its place."
