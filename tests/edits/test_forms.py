"""Edits as people type them and programs send them; spans and how they are counted."""

from typing import Any

import pytest

from mediashare.edits import policy
from mediashare.edits.forms import NOT_PAIRS, EditForm, SpanRow, read_edit, with_empty_row
from mediashare.edits.views import describe
from mediashare.errors import InvalidInputError
from mediashare.media.models import Version
from mediashare.media.policy import Edit, Span, merged, without

NO_TIME = "Give a time in seconds, or as in 1:37."


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({"start": "soon"}, {"start": NO_TIME}),
        ({"start": -1, "end": True}, {"start": NO_TIME, "end": NO_TIME}),
        ({"muted": [[1, 2, 3]]}, {"muted": NOT_PAIRS}),
        ({"muted": [1, 2]}, {"muted": NOT_PAIRS}),
        ({"muted": {"0": 1}}, {"muted": NOT_PAIRS}),
        ({"blurred": [["a", 2]]}, {"blurred": NOT_PAIRS}),
        ({"blurred": [[None, 2]]}, {"blurred": NOT_PAIRS}),
    ],
)
def test_what_is_no_edit_is_named(body: dict[str, Any], errors: dict[str, str]) -> None:
    with pytest.raises(InvalidInputError) as caught:
        read_edit(body)

    assert caught.value.errors == errors


def test_what_a_form_shows_is_read_back_to_the_millisecond() -> None:
    edit = Edit(1250, 3_723_004, ((5000, 6001),), ((2000, 3000), (9000, 9100)))

    form = EditForm.of(edit)

    assert (form.start, form.end) == ("0:01.25", "1:02:03.004")
    assert [row.kind for row in form.rows] == ["blur", "mute", "blur"]
    assert with_empty_row(form).read() == edit


def test_each_row_needs_both_times() -> None:
    rows = [SpanRow("0:05", "0:06"), SpanRow("0:07", ""), SpanRow("x", "1")]

    with pytest.raises(InvalidInputError) as caught:
        EditForm("1:2:3:4", "", rows).read()

    assert caught.value.errors == {"start": NO_TIME, "spans": "Row 2: Give both times."}


def test_nobody_hides_anything_in_a_way_that_we_do_not_know() -> None:
    with pytest.raises(InvalidInputError):
        EditForm("", "", [SpanRow("0:05", "0:06", "explode")]).read()


@pytest.mark.parametrize(
    ("milliseconds", "text"),
    [(0, "0:00"), (59_999, "0:59.999"), (60_100, "1:00.1"), (3_600_000, "1:00:00")],
)
def test_times_are_written_as_they_are_typed(milliseconds: int, text: str) -> None:
    assert policy.clock(milliseconds) == text


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (Edit(), "The whole recording"),
        (Edit(end_ms=90_000), "From 0:00 to 1:30"),
        (
            Edit(500, None, ((1000, 2000), (3000, 4000)), ((0, 1),)),
            "From 0:00.5 to the end, 2 spans muted, 1 span blurred",
        ),
        (Edit(muted=((0, 1),)), "1 span muted"),
    ],
)
def test_an_edit_is_told_in_words(edit: Edit, words: str) -> None:
    version = Version(
        start_ms=edit.start_ms,
        end_ms=edit.end_ms,
        muted=list(edit.muted),
        blurred=list(edit.blurred),
    )

    assert describe(version) == words


@pytest.mark.parametrize(
    ("spans", "taken", "left"),
    [
        ([(0, 10)], [], [(0, 10)]),
        ([(0, 10)], [(2, 3), (3, 4), (9, 20)], [(0, 2), (4, 9)]),
        ([(0, 10)], [(-5, 0), (10, 20)], [(0, 10)]),
        ([(0, 10), (20, 30)], [(5, 25)], [(0, 5), (25, 30)]),
        ([(0, 10)], [(0, 10)], []),
    ],
)
def test_spans_are_taken_out_of_spans(
    spans: list[Span], taken: list[Span], left: list[Span]
) -> None:
    assert list(without(spans, taken)) == left


def test_spans_that_touch_are_one() -> None:
    assert merged([(5, 6), (1, 2), (2, 3), (1, 4)]) == ((1, 4), (5, 6))


@pytest.mark.parametrize(
    ("edit", "before", "hides"),
    [
        (Edit(muted=((1000, 2000),)), Edit(), True),
        (Edit(blurred=((1000, 2000),)), Edit(muted=((1000, 2000),)), True),
        (Edit(muted=((1000, 2000),)), Edit(muted=((0, 3000),)), False),
        (Edit(muted=((1000, 2001),)), Edit(muted=((0, 2000),)), True),
        (Edit(muted=((1000, 2000),)), Edit(start_ms=2000), False),
        (Edit(muted=((1000, 2000),)), Edit(end_ms=1000), False),
        (Edit(start_ms=5000), Edit(), False),
    ],
)
def test_hiding_more_is_muting_or_blurring_what_could_be_heard_or_seen(
    edit: Edit, before: Edit, *, hides: bool
) -> None:
    assert edit.hides_more_than(before) is hides
