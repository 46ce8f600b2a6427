"""The track of chapters, as players read it, whatever the titles are."""

import html

from hypothesis import given, settings
from hypothesis import strategies as st

from mediashare.chapters import views
from mediashare.chapters.queries import Line
from mediashare.text import clean_line
from tests.webvtt_grammar import read_chapters

TITLES = st.one_of(
    st.sampled_from(["NOTE", "STYLE", "WEBVTT", "a --> b", "<v Ada>", "&amp;", "00:01.000"]),
    st.text(max_size=60),
).filter(clean_line)
STARTS = st.lists(st.integers(0, 200 * 3_600_000), min_size=1, max_size=12, unique=True).map(sorted)


@settings(deadline=None, max_examples=200)
@given(STARTS, st.data(), st.integers(0, 3_600_000))
def test_every_track_of_chapters_is_valid_webvtt(
    starts: list[int], data: st.DataObject, rest_ms: int
) -> None:
    lines = [Line(start, clean_line(data.draw(TITLES))) for start in starts]

    cues = read_chapters(views.to_vtt(lines, starts[-1] + rest_ms))

    assert [cue.start_ms for cue in cues] == starts
    assert [html.unescape(cue.payload) for cue in cues] == [line.text for line in lines]


def test_a_track_without_chapters_is_valid_too() -> None:
    assert read_chapters(views.to_vtt([], 1000)) == []
