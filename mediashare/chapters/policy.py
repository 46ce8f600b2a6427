"""How long an outline may be, and where its parts are once another version is played."""

from collections.abc import Sequence

from mediashare.media.policy import Change, Span

RATE_LIMIT = "60 per 10 minutes"
MOST_CHAPTERS, MOST_SENTENCES = 50, 10
LONGEST_TITLE, LONGEST_SENTENCE = 120, 500
# Who mutes a span rarely hits the very ends of a word.
MARGIN_MS = 500


def place_chapters(change: Change, recorded: Sequence[int]) -> list[int | None]:
    """Where chapters, given in order by their moments in the recording, begin in what is played
    now; None for those that are not played. One that is partly cut off begins with what is left
    of it."""
    begins = [change.now.played_ms(moment) for moment in recorded]
    earlier = [number for number, begin in enumerate(begins) if begin <= 0]
    if earlier:
        begins[earlier[-1]] = 0
    return [begin if 0 <= begin < change.length_ms else None for begin in begins]


def place_sentence(change: Change, recorded_ms: int) -> int | None:
    """Where a sentence stands in what is played now; None where its beginning is not played."""
    begin = change.now.played_ms(recorded_ms)
    return begin if 0 <= begin < change.length_ms else None


def touches(start_ms: int, length_ms: int, spans: Sequence[Span]) -> bool:
    """Whether something that is spoken from a moment on touches one of these spans."""
    return any(
        start_ms < end + MARGIN_MS and start_ms + length_ms > start - MARGIN_MS
        for start, end in spans
    )
