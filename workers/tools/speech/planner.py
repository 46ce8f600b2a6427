"""Plans the chunks of a recording: stretches of at most 28 s, cut where nobody speaks."""

from collections.abc import Callable, Iterator, Sequence

# Whisper looks at 30 s at a time; what is shorter it sees as a whole, with room to spare.
LONGEST_MS = 28_000
# Breaths up to this long stay inside a chunk: context helps, and each chunk has its price.
PAUSE_MS = 2_000
# Somebody who speaks on without a pause is cut at the quietest place of the last seconds.
SEARCH_MS = 3_000

Span = tuple[int, int]


def plan_chunks(speech: Sequence[Span], quietest: Callable[[int, int], int]) -> Sequence[Span]:
    """Chunks that cover all speech, in order, without overlaps.

    `speech` are the stretches in which somebody speaks, start and end in milliseconds.
    `quietest` gives the best place to cut between two times.
    """
    chunks: list[Span] = []
    for span in _disjoint(speech):
        for start, end in _short(span, quietest):
            if chunks and start - chunks[-1][1] <= PAUSE_MS and end - chunks[-1][0] <= LONGEST_MS:
                chunks[-1] = (chunks[-1][0], end)
            else:
                chunks.append((start, end))
    return chunks


def _disjoint(spans: Sequence[Span]) -> Sequence[Span]:
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        elif end > start:
            joined.append((start, end))
    return joined


def _short(span: Span, quietest: Callable[[int, int], int]) -> Iterator[Span]:
    start, end = span
    while end - start > LONGEST_MS:
        latest = start + LONGEST_MS
        cut = min(latest, max(latest - SEARCH_MS, quietest(latest - SEARCH_MS, latest)))
        yield start, cut
        start = cut
    yield start, end
