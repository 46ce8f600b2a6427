"""Jobs about speech."""

from dataclasses import dataclass
from typing import ClassVar

from mediashare.jobs.job import Job, QueueName


@dataclass(frozen=True, kw_only=True)
class Transcribe(Job):
    """Recognise what is said in the episode `subject`."""

    kind: ClassVar[str] = "transcript"
    queue: ClassVar[QueueName] = QueueName.SPEECH
    effort: ClassVar[float] = 1.0
    copies: ClassVar[float] = 1.0
    # 16-bit samples, 16,000 of them in a second.
    writes: ClassVar[int] = 32_000


@dataclass(frozen=True, kw_only=True)
class TranscribePart(Transcribe):
    """Help with the recognition of the episode `subject`: take what nobody has, up to a limit."""

    kind: ClassVar[str] = "transcript_part"


@dataclass(frozen=True, kw_only=True)
class Translate(Transcribe):
    """Put what is said in the episode `subject` into English."""

    kind: ClassVar[str] = "translation"


@dataclass(frozen=True, kw_only=True)
class CheckTranscript(Job):
    """Look through what is said in the episode `subject` by now, before others do."""

    kind: ClassVar[str] = "check"
