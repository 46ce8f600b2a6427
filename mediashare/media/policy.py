"""What an edit makes of a recording's times. An edit never touches the recording itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from mediashare.media.models import Version

Span = tuple[int, int]

# How often one person may send pictures, each of which a worker looks into.
PICTURE_LIMIT = "60 per hour"


@dataclass(frozen=True)
class Edit:
    """What an author wants played of a recording, in milliseconds of the recording.

    Played is what lies between `start_ms` and `end_ms` (None for the recording's end), without
    the sound of the spans `muted` and without a clear picture in the spans `blurred`.
    """

    start_ms: int = 0
    end_ms: int | None = None
    muted: tuple[Span, ...] = ()
    blurred: tuple[Span, ...] = ()

    @classmethod
    def of(cls, version: Version) -> Self:
        """The edit of a version."""
        return cls(version.start_ms, version.end_ms, _spans(version.muted), _spans(version.blurred))

    @property
    def changes_nothing(self) -> bool:
        """Whether the whole recording is played as it is."""
        return self == Edit()

    def length_ms(self, recorded_ms: int) -> int:
        """How long what is played is, of a recording of that length."""
        end = recorded_ms if self.end_ms is None else min(self.end_ms, recorded_ms)
        return max(0, end - self.start_ms)

    def played_ms(self, recording_ms: int) -> int:
        """When a moment of the recording is played; negative when it was cut off at the start."""
        return recording_ms - self.start_ms

    def played_spans(self, spans: Sequence[Span], recorded_ms: int) -> list[Span]:
        """The parts of such spans that are played at all, in times of what is played."""
        length = self.length_ms(recorded_ms)
        moved = (
            (max(0, self.played_ms(start)), min(length, self.played_ms(end)))
            for start, end in spans
        )
        return [(start, end) for start, end in moved if end > start]


def _spans(found: Sequence[Sequence[int]]) -> tuple[Span, ...]:
    return tuple((start, end) for start, end in found)
