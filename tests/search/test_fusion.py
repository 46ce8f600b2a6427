"""Rankings put together by what places they give."""

from mediashare.search.queries.fusion import fuse


def test_what_both_rankings_have_goes_before_what_one_has_first() -> None:
    assert fuse(["a", "b"], ["c", "b"]) == ["b", "a", "c"]


def test_of_equals_the_earlier_ranking_goes_first() -> None:
    assert fuse(["a", "b"], ["c", "d"]) == ["a", "c", "b", "d"]


def test_one_ranking_stays_as_it_is() -> None:
    assert fuse(["c", "a", "b"], []) == ["c", "a", "b"]


def test_a_ranking_of_less_weight_only_says_which_is_better() -> None:
    assert fuse(["a", "c"], ["b", "c", "d"], weights=(0.5, 1.0)) == ["c", "b", "d", "a"]
