"""Two people save the same line at the same moment: one of them comes second, and none is lost."""

from collections.abc import Callable, Sequence
from functools import partial

from mediashare.errors import ConflictError
from mediashare.repairs.errors import AlreadyDecidedError, ClashError
from mediashare.repairs.service import NewFix
from tests.crowds import all_at_once
from tests.repairs.conftest import LINES, Desk

TURNS = 5


def test_changes_of_different_words_both_stay(desk: Desk) -> None:
    for turn in range(TURNS):
        said = desk.said()[0]
        first, *middle, last = said.text.split()
        texts = [f"{turn}a {' '.join([*middle, last])}", f"{' '.join([first, *middle])} {turn}b"]

        failures = _save(desk, [NewFix(said.ident or 0, said.text, text) for text in texts])

        assert failures == []
        assert desk.texts()[0] == " ".join([f"{turn}a", *middle, f"{turn}b"])


def test_of_two_changes_of_the_same_word_one_is_saved_and_one_is_told(desk: Desk) -> None:
    for turn in range(TURNS):
        said = desk.said()[1]
        rest = said.text.split()[1:]
        texts = [" ".join([f"{turn}{who}", *rest]) for who in "ab"]

        failures = _save(desk, [NewFix(said.ident or 0, said.text, text) for text in texts])

        (clash,) = failures
        assert isinstance(clash, ClashError)
        assert {clash.now, clash.yours} == set(texts)
        assert desk.texts()[1] == clash.now


def test_a_suggestion_is_accepted_once(desk: Desk) -> None:
    fix = desk.fix("reader", 0, "we run kubectl on every host")

    errors = _failures([partial(desk.accept, who, fix) for who in ("author", "steward")])

    assert [type(error) for error in errors] == [AlreadyDecidedError]
    assert desk.texts()[0] != LINES[0][2]
    assert len(desk.notes("reader")) == 1


def _save(desk: Desk, fixes: list[NewFix]) -> list[ConflictError]:
    people = ("author", "steward")
    return _failures([partial(desk.save, *pair) for pair in zip(people, fixes, strict=True)])


def _failures(acts: Sequence[Callable[[], object]]) -> list[ConflictError]:
    """Those that were refused."""

    def run(act: Callable[[], object]) -> ConflictError | None:
        try:
            act()
        except ConflictError as error:
            return error
        return None

    return [error for error in all_at_once([partial(run, act) for act in acts]) if error]
