"""What can go wrong around transcripts, in the words people read."""

from datetime import timedelta

from mediashare.errors import (
    ConflictError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    TooLargeError,
)
from mediashare.sentences import said


class TranscriptNotFoundError(NotFoundError):
    """The episode is there, but nothing is known yet of what is said in it."""

    message = said("There is no transcript of this episode yet.")


class LanguageNotFoundError(NotFoundError):
    """The episode has none in this language."""

    message = said("There is no transcript of this episode in this language.")


class SegmentNotFoundError(NotFoundError):
    """The line was recognised anew, cut off or replaced since it was read."""

    message = said("This line is not in the transcript any more. Reload the page to see what is.")


class CaptionsInvalidError(InvalidInputError):
    """The file can't be read as captions; the sentence names the line where that shows."""

    def __init__(self, reason: str, *, line: int | None = None) -> None:
        sentence = reason
        if line is not None:
            sentence = said("Line %(line)s: %(reason)s", line=line, reason=reason)
        super().__init__(errors={"captions": sentence})


class CaptionsTooLongError(InvalidInputError):
    """They go on after the recording has ended, so they are those of another one."""

    def __init__(self, end: timedelta, duration: timedelta) -> None:
        sentence = said(
            "These captions go on until %(end)s, but the recording ends at %(duration)s.",
            end=end,
            duration=duration,
        )
        super().__init__(errors={"captions": sentence})


class CaptionsTooLargeError(TooLargeError):
    """More captions than anybody can have spoken."""

    def __init__(self) -> None:
        sentence = said("This file is too large: at most 2 MB, 20,000 captions and 100,000 words.")
        super().__init__(errors={"captions": sentence})


class AlreadyRecognisingError(ConflictError):
    """One recognition at a time."""

    message = said("Speech recognition is already on its way.")


class SpokenLanguageError(ConflictError):
    """What is spoken is in this language itself, so its captions are the transcript."""

    message = said(
        "This is the language that is spoken. Bring these captions as the transcript instead."
    )


class NotTranslatableError(ConflictError):
    """It is in English already, nothing is known of it, or no recogniser here can."""

    message = said("Only what is spoken in another language than English can be translated here.")


class NothingToRetryError(ConflictError):
    """The transcript is as good as the recogniser can make it, or the author's own."""

    message = said("There is nothing to try again: this transcript is complete.")


class NotReplacedError(ConflictError):
    """Somebody has taken it back already, or it was changed since."""

    message = said("The glossary has replaced nothing like that in this transcript any more.")


class CaptionsStandError(ConflictError):
    """The author's captions have taken the place of recognition."""

    message = said("The author's own captions are shown instead.")


class ChunkTakenError(ConflictError):
    """Somebody else recognises this part by now, or nobody should: what was heard is not kept."""

    message = said("This part is recognised by another job.")


class NotYoursToNameError(NotAllowedError):
    """Others may know who speaks, but do not write it down."""

    message = said("Only its author, the stewards of its groups and moderators say who speaks.")


class LineNotFoundError(NotFoundError):
    """Nobody says anything at that moment, or not any more."""

    message = said("Nobody speaks at that moment. Choose a line of the transcript.")
