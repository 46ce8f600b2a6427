"""Where chapters are, whatever is cut off: in order, in range, never at the same time."""

from hypothesis import given, settings
from hypothesis import strategies as st

from mediashare.chapters import policy
from mediashare.media.policy import Change, Edit

LENGTH_MS = 100_000
MOMENTS = st.lists(st.integers(0, LENGTH_MS - 1), unique=True, max_size=12).map(sorted)
ENDS = st.tuples(st.integers(0, LENGTH_MS - 2), st.integers(1, LENGTH_MS)).filter(
    lambda ends: ends[0] < ends[1]
)


@settings(max_examples=200, deadline=None)
@given(MOMENTS, ENDS)
def test_chapters_never_overlap_and_none_begins_where_nothing_is_played(
    moments: list[int], ends: tuple[int, int]
) -> None:
    change = Change(before=Edit(), now=Edit(*ends), recorded_ms=LENGTH_MS)

    placed = policy.place_chapters(change, moments)

    shown = [begin for begin in placed if begin is not None]
    assert len(placed) == len(moments)
    assert shown == sorted(set(shown))
    assert all(0 <= begin < change.length_ms for begin in shown)


@settings(max_examples=200, deadline=None)
@given(MOMENTS, ENDS)
def test_whatever_is_played_belongs_to_the_chapter_that_it_belonged_to(
    moments: list[int], ends: tuple[int, int]
) -> None:
    change = Change(before=Edit(), now=Edit(*ends), recorded_ms=LENGTH_MS)
    placed = policy.place_chapters(change, moments)

    for played in (0, change.length_ms // 2, change.length_ms - 1):
        before = [n for n, moment in enumerate(moments) if moment <= played + ends[0]]
        now = [n for n, begin in enumerate(placed) if begin is not None and begin <= played]
        assert before[-1:] == now[-1:]
