"""Two changes of one line, and the times of words, whatever people write."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediashare.repairs import policy, views
from mediashare.text import MOST_COMPARED, compare_words
from mediashare.transcripts.queries import SaidSegment, SaidWord
from mediashare.transcripts.service.rewriting import respoken

LINE = st.lists(st.sampled_from(["a", "b", "c", "d", "e"]), max_size=8).map(" ".join)
GAPS = st.lists(st.integers(0, 400), min_size=0, max_size=12)


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "made"),
    [
        ("a b c", "a x c", "a b y", "a x y"),
        ("a b c", "a b c", "x", "x"),
        ("a b c", "a x c", "a x c", "a x c"),
        ("a b c", "x a b c", "y b c", "x y b c"),
        ("a b c", "a c", "a b d", "a d"),
        ("a b c", "a x c", "a y c", None),
        ("a b c", "x a b c", "y a b c", None),
        ("a b c", "", "a x c", None),
        ("a b c d", "a x d", "a b n c d", None),
        ("", "a", "b", None),
        ("", "a", "", "a"),
    ],
)
def test_two_changes_are_joined_or_clash(
    base: str, mine: str, theirs: str, made: str | None
) -> None:
    assert policy.merged(base, mine, theirs) == made
    assert policy.merged(base, theirs, mine) == made


@given(base=LINE, mine=LINE)
def test_a_change_of_one_person_is_taken_as_it_is(base: str, mine: str) -> None:
    assert policy.merged(base, base, mine) == mine
    assert policy.merged(base, mine, base) == mine
    assert policy.merged(base, mine, mine) == mine


@given(base=LINE, mine=LINE, theirs=LINE)
def test_who_comes_first_makes_no_difference(base: str, mine: str, theirs: str) -> None:
    assert policy.merged(base, mine, theirs) == policy.merged(base, theirs, mine)


@given(base=LINE, other=LINE)
def test_differences_hold_both_texts(base: str, other: str) -> None:
    parts = list(views.differences(base, other))

    assert " ".join(part.text for part in parts if part.kind != "new") == base
    assert " ".join(part.text for part in parts if part.kind != "gone") == other


@given(gaps=GAPS, text=LINE, letters=st.data())
def test_times_of_words_stay_in_order_and_inside_the_line(
    gaps: list[int], text: str, letters: st.DataObject
) -> None:
    words, now = [], 1000
    for gap in gaps:
        letter = letters.draw(st.sampled_from("abcde"))
        words.append(SaidWord(now + gap, now + gap + 90, letter, 0.5))
        now += gap + 90
    said = SaidSegment(1000, now + 50, " ".join(w.text for w in words), words=words)

    made = respoken(said, text)

    if not words:
        assert list(made) == []
        return
    assert [word.text for word in made] == text.split()
    times = [time for word in made for time in (word.start_ms, word.end_ms)]
    assert times == sorted(times)
    assert not times or (times[0] >= said.start_ms and times[-1] <= said.end_ms)


@given(base=LINE, other=LINE)
def test_compared_lines_are_covered_run_by_run(base: str, other: str) -> None:
    before, after = base.split(), other.split()
    runs = list(compare_words(before, after))

    assert [word for _same, old, _new in runs for word in before[old]] == before
    assert [word for _same, _old, new in runs for word in after[new]] == after
    assert all(before[old] == after[new] for is_same, old, new in runs if is_same)


def test_long_lines_that_differ_are_compared_at_their_ends_alone() -> None:
    # Built to make a comparison of all words slow.
    before = ["so", *["a", "u"] * MOST_COMPARED, "it", "is"]
    after = ["so", *["a", "v"] * MOST_COMPARED, "it", "is"]

    runs = [(same, before[old], after[new]) for same, old, new in compare_words(before, after)]

    assert runs == [
        (True, ["so", "a"], ["so", "a"]),
        (False, before[2:-2], after[2:-2]),
        (True, ["it", "is"], ["it", "is"]),
    ]


def test_a_forgotten_word_is_heard_in_the_pause_where_it_belongs() -> None:
    words = [SaidWord(0, 400, "we"), SaidWord(1000, 1400, "run")]
    said = SaidSegment(0, 1400, "we run", words=words)

    made = respoken(said, "we always run")

    assert made == [words[0], SaidWord(400, 1000, "always"), words[1]]


def test_without_a_pause_it_shares_the_time_of_its_neighbour() -> None:
    words = [SaidWord(0, 400, "we", 0.7), SaidWord(400, 800, "run", 0.8)]
    said = SaidSegment(0, 800, "we run", words=words)

    assert respoken(said, "we always run") == [
        SaidWord(0, 200, "we", 0.7),
        SaidWord(200, 400, "always"),
        words[1],
    ]
    assert respoken(said, "so we run") == [
        SaidWord(0, 200, "so"),
        SaidWord(200, 400, "we", 0.7),
        words[1],
    ]


@pytest.mark.parametrize(
    ("text", "made", "count"),
    [
        ("Cube  cuttle and cube cuttle.", "kubectl and kubectl.", 2),
        ("cube cuttles", "cube cuttles", 0),
        ("(cube cuttle)", "(kubectl)", 1),
        ("a\\1 cube cuttle", "a\\1 kubectl", 1),
    ],
)
def test_whole_words_are_exchanged_whatever_their_case(text: str, made: str, count: int) -> None:
    assert policy.replaced(text, "cube cuttle", "kubectl") == (made, count)


def test_signs_in_words_are_no_patterns() -> None:
    assert policy.replaced("C++ and c++x", "c++", r"\g<0>") == (r"\g<0> and c++x", 1)
