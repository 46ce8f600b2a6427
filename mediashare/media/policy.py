"""What an edit makes of a recording's times, and which files can be streamed.

An edit never touches the recording itself.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Self

from mediashare.media.models import Recording, Rendition, RenditionKind, Version

Span = tuple[int, int]
# Longer than any recording: where one ends that is played to its end.
NEVER_MS = 2**53

# What every HLS player decodes; who can play more takes the file itself.
STREAMED_CODECS = ("avc1.", "mp4a.40.")
# Players begin with what is named first, before they know what the line carries.
FIRST_BITRATE = 2_000_000

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


def list_streamed(renditions: Sequence[Rendition]) -> list[Rendition]:
    """The renditions that HLS playlists name, in their order; none while nothing lasting is there.

    First stands the best picture of at most 2 Mbit/s, with which players begin; then all others,
    best first; last the sound alone. Sound alone is no stream of an episode that has a picture.
    """
    lasting = [rendition for rendition in sort_best_first(renditions) if _is_streamed(rendition)]
    videos = [rendition for rendition in lasting if rendition.kind is RenditionKind.VIDEO]
    sounds = [rendition for rendition in lasting if rendition.kind is RenditionKind.AUDIO]
    if not videos:
        shown = any(rendition.kind is RenditionKind.VIDEO for rendition in renditions)
        return [] if shown else sounds[:1]
    first = next((video for video in videos if video.bitrate <= FIRST_BITRATE), videos[-1])
    return [first, *(video for video in videos if video is not first), *sounds[:1]]


def sort_best_first(renditions: Sequence[Rendition]) -> list[Rendition]:
    """The same files: pictures before sound alone, large before small, rich before lean."""
    return sorted(
        renditions,
        key=lambda found: (found.kind is RenditionKind.VIDEO, side(found), found.bitrate, found.id),
        reverse=True,
    )


def side(rendition: Rendition) -> int:
    """The shorter side of the picture, by which people name sizes: 720 of 720p; 0 for sound."""
    return min(rendition.width or 0, rendition.height or 0)


def _is_streamed(rendition: Rendition) -> bool:
    return (
        not rendition.is_provisional
        and bool(rendition.segments)
        and rendition.mime_type in {"video/mp4", "audio/mp4"}
        and all(codec.startswith(STREAMED_CODECS) for codec in rendition.codecs.split(","))
    )
