"""What media asks of the workers."""

from dataclasses import dataclass, field
from typing import ClassVar

from mediashare.jobs.job import Job, Priority, QueueName


@dataclass(frozen=True, kw_only=True)
class MediaJob(Job):
    """Something to be made of one version of an episode, by its number."""

    version: int = 1


@dataclass(frozen=True, kw_only=True)
class Probe(MediaJob):
    """Find out what a recording is, refuse what can't be played, show what browsers can play."""

    kind: ClassVar[str] = "probe"
    queue: ClassVar[QueueName] = QueueName.MEDIA
    priority: ClassVar[int] = Priority.PLAY
    # The recording, and what browsers play of it.
    copies: ClassVar[float] = 2.0


@dataclass(frozen=True, kw_only=True)
class MakeRendition(MediaJob):
    """Make the first lasting file of an episode, with its sound levelled."""

    kind: ClassVar[str] = "rendition"
    queue: ClassVar[QueueName] = QueueName.MEDIA
    priority: ClassVar[int] = Priority.PLAY
    effort: ClassVar[float] = 0.5
    copies: ClassVar[float] = 2.0
    writes: ClassVar[int] = 400_000


# Without these there is nothing to play; what is said is recognised when they are done.
NEEDED_TO_PLAY = frozenset({Probe.kind, MakeRendition.kind})


@dataclass(frozen=True, kw_only=True)
class MakeLadder(MediaJob):
    """Make all other sizes of an episode's picture, and its sound where that saves bytes."""

    kind: ClassVar[str] = "ladder"
    queue: ClassVar[QueueName] = QueueName.MEDIA
    effort: ClassVar[float] = 1.0
    copies: ClassVar[float] = 2.0
    writes: ClassVar[int] = 1_000_000


@dataclass(frozen=True, kw_only=True)
class MakePictures(MediaJob):
    """Make the pictures that stand for an episode where it is listed."""

    kind: ClassVar[str] = "pictures"
    queue: ClassVar[QueueName] = QueueName.MEDIA
    effort: ClassVar[float] = 0.05
    copies: ClassVar[float] = 2.0


@dataclass(frozen=True, kw_only=True)
class MakeStoryboard(MediaJob):
    """Make the small pictures that show what is where along an episode."""

    kind: ClassVar[str] = "storyboard"
    queue: ClassVar[QueueName] = QueueName.MEDIA
    effort: ClassVar[float] = 0.02
    copies: ClassVar[float] = 1.0


@dataclass(frozen=True, kw_only=True)
class DrawCover(Job):
    """Draw the cover of sound anew, whose title has changed."""

    kind: ClassVar[str] = "cover"


@dataclass(frozen=True, kw_only=True)
class PreparePoster(Job):
    """Make a poster of the picture that an author has sent, which the store has under `key`."""

    kind: ClassVar[str] = "poster"
    # Its author looks at the page where it will be.
    priority: ClassVar[int] = Priority.PLAY

    key: str


@dataclass(frozen=True, kw_only=True)
class RemoveRetired(Job):
    """Remove the files that better ones have replaced, once nobody plays them any more."""

    kind: ClassVar[str] = "retired"

    subject: str = "media"


@dataclass(frozen=True, kw_only=True)
class DeleteObjects(Job):
    """Remove what no row names any more."""

    kind: ClassVar[str] = "cleanup"

    keys: list[str] = field(default_factory=list)
