"""The base of typed job requests; each slice's jobs.py holds the ones it sends."""

from dataclasses import asdict, dataclass
from enum import IntEnum, StrEnum
from typing import Any, ClassVar

# What any job costs beside the length of its recording: start, fetch, store, commit.
LEAST_WORK_S = 5.0


class QueueName(StrEnum):
    """Which kind of worker a job needs."""

    MEDIA = "media"
    SPEECH = "speech"
    DEFAULT = "default"


class Priority(IntEnum):
    """How much somebody waits for it. Higher goes first; nothing waits for ever (order.py)."""

    IMPROVE = 0
    PLAY = 1
    # Something is being taken back: everybody waits for that.
    URGENT = 2


@dataclass(frozen=True, kw_only=True)
class Extent:
    """How much there is of what a job is about: seconds of recording, bytes of its file."""

    seconds: float = 0.0
    size: int = 0


@dataclass(frozen=True, kw_only=True)
class Job:
    """One thing to be done later, about one `subject` (the id of an episode, say).

    `effort` is the seconds of work for one second of recording; `copies` and `writes` say what it
    needs in the scratch folder: so many times the file, so many bytes for one second. All three
    are rough, and good enough to share fairly and to keep a disk from filling up.
    """

    kind: ClassVar[str]
    queue: ClassVar[QueueName] = QueueName.DEFAULT
    max_attempts: ClassVar[int] = 4
    priority: ClassVar[int] = Priority.IMPROVE
    effort: ClassVar[float] = 0.0
    copies: ClassVar[float] = 0.0
    writes: ClassVar[int] = 0

    subject: str

    def payload(self) -> dict[str, Any]:
        """Everything but the subject, as JSON can keep it."""
        fields = asdict(self)
        del fields["subject"]
        return fields

    def work(self, extent: Extent) -> float:
        """Seconds that it is expected to take."""
        return LEAST_WORK_S + self.effort * extent.seconds

    def room(self, extent: Extent) -> int:
        """Bytes of scratch that it is expected to need at most."""
        return int(self.copies * extent.size + self.writes * extent.seconds)
