"""What an edit makes of a recording's times. An edit never touches the recording itself."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Self

from mediashare.media.models import Recording, Version

Span = tuple[int, int]
# Longer than any recording: where one ends that is played to its end.
NEVER_MS = 2**53


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

    def audible(self, recorded_ms: int) -> tuple[Span, ...]:
        """What of a recording of that length is heard, in times of the recording."""
        return without([(self.start_ms, self.start_ms + self.length_ms(recorded_ms))], self.muted)

    def hides_more_than(self, other: Self) -> bool:
        """Whether something is muted or blurred that could be heard or seen under the other."""
        played = [(other.start_ms, NEVER_MS if other.end_ms is None else other.end_ms)]
        return any(
            _common(without(hidden, before), played)
            for hidden, before in ((self.muted, other.muted), (self.blurred, other.blurred))
        )


@dataclass(frozen=True)
class Change:
    """What was played before and what is played now, where both are of one recording or not."""

    before: Edit
    now: Edit
    recorded_ms: int
    is_same_recording: bool = True

    @property
    def shift_ms(self) -> int:
        """How much later everything is played than before."""
        return self.before.start_ms - self.now.start_ms

    @property
    def length_ms(self) -> int:
        """How long what is played now is."""
        return self.now.length_ms(self.recorded_ms)


def recorded_ms(recording: Recording) -> int | None:
    """How long a recording is; None before that is known."""
    return None if recording.facts is None else round(recording.facts["duration"] * 1000)


def holds(recording: Recording, stream: str) -> bool:
    """Whether a recording has sound (`audio`), or a moving picture (`video`)."""
    facts: dict[str, Any] = recording.facts or {}
    return facts.get(stream) is not None


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The same spans in order, those that touch joined into one."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)


def without(spans: Iterable[Span], taken: Iterable[Span]) -> tuple[Span, ...]:
    """What is left of spans where others are taken out of them."""
    left = merged(spans)
    for start, end in taken:
        left = tuple(
            part
            for begin, finish in left
            for part in ((begin, min(finish, start)), (max(begin, end), finish))
            if part[1] > part[0]
        )
    return left


def _common(spans: Sequence[Span], others: Sequence[Span]) -> tuple[Span, ...]:
    return without(spans, without(spans, others))


def _spans(found: Sequence[Sequence[int]]) -> tuple[Span, ...]:
    return tuple((start, end) for start, end in found)
