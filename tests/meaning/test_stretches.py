"""Which stretches of a transcript get a vector."""

import pytest

from mediashare.meaning import policy
from mediashare.transcripts.queries import SaidSegment


def segments(*texts: str) -> list[SaidSegment]:
    return [SaidSegment(n * 1000, n * 1000 + 900, text) for n, text in enumerate(texts)]


def said(*texts: str) -> list[tuple[int, int, str]]:
    cut = policy.cut(segments(*texts), "On call")
    return [(one.start_ms, one.end_ms, one.text) for one in cut]


def test_three_sentences_are_one_stretch_and_the_last_begins_the_next() -> None:
    assert said("A.", "B.", "C.", "D.", "E.") == [
        (0, 2900, "On call. A. B. C."),
        (2000, 4900, "On call. C. D. E."),
    ]


@pytest.mark.parametrize(("count", "stretches"), [(0, 0), (1, 1), (2, 1), (3, 1), (4, 2), (6, 3)])
def test_every_sentence_is_in_a_stretch_and_none_is_alone_without_need(
    count: int, stretches: int
) -> None:
    texts = [f"sentence {n}." for n in range(count)]

    found = said(*texts)

    assert len(found) == stretches
    assert all(any(text in one for _, _, one in found) for text in texts)


def test_long_sentences_make_shorter_stretches_and_none_is_lost() -> None:
    texts = [f"{letter} " * 70 for letter in "abcde"]

    found = said(*texts)

    assert [sorted(set(text.removeprefix("On call. ").split())) for _, _, text in found] == [
        ["a", "b"],
        ["c", "d"],
        ["e"],
    ]


def test_languages_that_the_model_has_not_learnt_get_none() -> None:
    languages = ("en", "en-GB", None, "de", "enm")

    assert [one for one in languages if policy.is_understood(one)] == ["en", "en-GB", None]
