"""Chunks cover all speech, in order, and none is longer than what Whisper can look at."""

import itertools
from collections.abc import Callable, Sequence

from hypothesis import given
from hypothesis import strategies as st

from workers.tools.speech.planner import LONGEST_MS, Span, plan_chunks

TIMES = st.integers(0, 4 * 3600 * 1000)
SPANS = st.lists(
    st.builds(lambda start, length: (start, start + length), TIMES, st.integers(0, 200_000)),
    max_size=40,
)
CUTS = st.sampled_from(
    [
        lambda _start, end: end,
        lambda start, _end: start,
        lambda start, end: (start + end) // 2,
        # A search that lost its way must not cost more than a bad cut.
        lambda _start, _end: -1,
        lambda _start, end: end * 2,
    ]
)


@given(SPANS, CUTS)
def test_any_speech_is_covered_by_short_chunks_in_order(
    speech: Sequence[Span], quietest: Callable[[int, int], int]
) -> None:
    chunks = plan_chunks(speech, quietest)

    assert all(0 < end - start <= LONGEST_MS for start, end in chunks)
    assert all(one[1] <= following[0] for one, following in itertools.pairwise(chunks))
    assert all(_covers(chunks, span) for span in speech)


def test_breaths_stay_inside_a_chunk_and_long_pauses_do_not() -> None:
    chunks = plan_chunks([(0, 4000), (5000, 9000), (14_000, 15_000)], lambda _start, end: end)

    assert chunks == [(0, 9000), (14_000, 15_000)]


def test_speech_without_a_pause_is_cut_where_it_is_quietest() -> None:
    chunks = plan_chunks([(0, 50_000)], lambda start, _end: start + 1000)

    assert chunks == [(0, 26_000), (26_000, 50_000)]


def _covers(chunks: Sequence[Span], span: Span) -> bool:
    reached = span[0]
    for start, end in chunks:
        if start <= reached < end:
            reached = end
    return reached >= span[1]
