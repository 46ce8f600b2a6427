"""What can go wrong around media bytes, in the words people read."""

from mediashare.errors import ConflictError, InvalidInputError, NotFoundError, TooLargeError
from mediashare.sentences import said


class MediaNotFoundError(NotFoundError):
    """No such file, or one of an episode that this viewer may not see."""

    message = said("There is no such file, or you do not have access to it.")


class StreamNotReadyError(NotFoundError):
    """The viewer may see the episode, but what HLS players could be given is not made yet."""

    message = said("This episode can't be streamed yet: its lasting files are still being made.")


class RecordingRefusedError(InvalidInputError):
    """The recording can't become an episode; the message says why and what would help."""

    message = said("This file can't be used.")


class PictureRefusedError(InvalidInputError):
    """The picture can't become a poster; the message says why and what would help."""

    message = said("This picture can't be used. Please send a PNG, JPEG or WebP.")

    def __init__(self, message: str | None = None) -> None:
        sentence = message or self.message
        super().__init__(sentence, errors={"picture": sentence})


class PictureTooLargeError(PictureRefusedError, TooLargeError):
    """More bytes than a picture may have."""

    message = said("The picture has more than 10 MB. Please send a smaller one.")


class VersionReplacedError(ConflictError):
    """Something was made for a version of an episode that a newer one has replaced."""

    message = said("A newer version of this episode has taken its place.")
