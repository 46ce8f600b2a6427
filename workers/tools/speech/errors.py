"""What can go wrong around recognisers, in the words people read."""

from mediashare.errors import MediashareError, UnavailableError
from mediashare.sentences import said


class SpeechError(MediashareError):
    """The recogniser failed; `details` are for people who look after the machine."""

    message = said("The speech recogniser stopped unexpectedly.")

    def __init__(self, message: str | None = None, *, details: str = "") -> None:
        super().__init__(message)
        self.details = details
        if details:
            self.add_note(details)


class EngineDiedError(SpeechError):
    """The child process ended, or said that it can't do this."""


class OutOfMemoryError(EngineDiedError):
    """The child took more memory than it may, or than there is."""

    message = said("The speech recogniser ran out of memory.")


class EngineHungError(EngineDiedError):
    """No answer within the deadline."""

    message = said("The speech recogniser took too long and was stopped.")


class ModelUnusableError(SpeechError):
    """The engine does not start with this model; trying again changes nothing."""

    message = said("The speech model can't be loaded. An admin needs to look at it.")


class ModelTooLargeError(ModelUnusableError):
    """There is not enough memory for this model."""

    message = said("The speech recogniser ran out of memory. An admin may choose a smaller model.")


class ChunkRefusedError(EngineDiedError):
    """The engine is well, and says why it does not recognise this part."""

    message = said("The speech recogniser could not make anything of this part.")


class EngineAwayError(SpeechError, UnavailableError):
    """A recogniser elsewhere does not answer; what was not recognised yet waits for it."""

    message = said("The speech recogniser can't be reached.")


# What an engine says of itself, while its child goes on to live.
SAID = {kind.__name__: kind for kind in (ChunkRefusedError, EngineAwayError, ModelUnusableError)}
