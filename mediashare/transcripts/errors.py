"""What can go wrong around transcripts, in the words people read."""

from mediashare.errors import ConflictError, InvalidInputError, NotFoundError, TooLargeError


class TranscriptNotFoundError(NotFoundError):
    """The episode is there, but nothing is known yet of what is said in it."""

    message = "There is no transcript of this episode yet."


class CaptionsInvalidError(InvalidInputError):
    """The file can't be read as captions; the sentence names the line where that shows."""

    def __init__(self, reason: str, *, line: int | None = None) -> None:
        where = f"Line {line}: " if line is not None else ""
        super().__init__(errors={"captions": where + reason})


class CaptionsTooLargeError(TooLargeError):
    """More captions than anybody can have spoken."""

    message = "This caption file is too large: at most 2 MB and 20,000 captions."


class AlreadyRecognisingError(ConflictError):
    """One recognition at a time."""

    message = "Speech recognition is already on its way."


class NothingToRetryError(ConflictError):
    """The transcript is as good as the recogniser can make it, or the author's own."""

    message = "There is nothing to try again: this transcript is complete."


class CaptionsStandError(ConflictError):
    """The author's captions have taken the place of recognition."""

    message = "The author's own captions are shown instead."
