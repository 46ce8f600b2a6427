"""What media asks of the workers."""

from dataclasses import dataclass, field
from typing import ClassVar

from mediashare.jobs.job import Job, Priority, QueueName


@dataclass(frozen=True, kw_only=True)
class Probe(Job):
    """Find out what an episode's recording is, and refuse what can't be played."""

    kind: ClassVar[str] = "probe"
    queue: ClassVar[QueueName] = QueueName.MEDIA
    priority: ClassVar[int] = Priority.PLAY
    copies: ClassVar[float] = 1.0


@dataclass(frozen=True, kw_only=True)
class MakeRendition(Job):
    """Make the first playable file of an episode."""

    kind: ClassVar[str] = "rendition"
    queue: ClassVar[QueueName] = QueueName.MEDIA
    priority: ClassVar[int] = Priority.PLAY
    effort: ClassVar[float] = 0.5
    copies: ClassVar[float] = 2.0
    writes: ClassVar[int] = 50_000


@dataclass(frozen=True, kw_only=True)
class MakePictures(Job):
    """Make the poster and the waveform of an episode."""

    kind: ClassVar[str] = "pictures"
    queue: ClassVar[QueueName] = QueueName.MEDIA
    effort: ClassVar[float] = 0.05
    copies: ClassVar[float] = 2.0


@dataclass(frozen=True, kw_only=True)
class DeleteObjects(Job):
    """Remove what no row names any more."""

    kind: ClassVar[str] = "cleanup"

    keys: list[str] = field(default_factory=list)
