"""Two people save the same line at the same moment: one of them comes second, and none is lost."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from mediashare.errors import ConflictError
from mediashare.repairs.errors import AlreadyDecidedError, ClashError
from mediashare.repairs.service import NewFix
from tests.repairs.conftest import LINES, Desk

TURNS = 5


def test_changes_of_different_words_both_stay(desk: Desk) -> None:
    for turn in range(TURNS):
        said = desk.said()[0]
        first, *middle, last = said.text.split()
        texts = [f"{turn}a {' '.join([*middle, last])}", f"{' '.join([first, *middle])} {turn}b"]

        failures = _at_once(desk, [NewFix(said.ident or 0, said.text, text) for text in texts])

        assert failures == []
        assert desk.texts()[0] == " ".join([f"{turn}a", *middle, f"{turn}b"])


def test_of_two_changes_of_the_same_word_one_is_saved_and_one_is_told(desk: Desk) -> None:
    for turn in range(TURNS):
        said = desk.said()[1]
        rest = said.text.split()[1:]
        texts = [" ".join([f"{turn}{who}", *rest]) for who in "ab"]

        failures = _at_once(desk, [NewFix(said.ident or 0, said.text, text) for text in texts])

        (clash,) = failures
        assert isinstance(clash, ClashError)
        assert {clash.now, clash.yours} == set(texts)
        assert desk.texts()[1] == clash.now


def test_a_suggestion_is_accepted_once(desk: Desk) -> None:
    fix = desk.fix("reader", 0, "we run kubectl on every host")
    start = Barrier(2)

    def accept(who: str) -> None:
        start.wait()
        desk.accept(who, fix)

    with ThreadPoolExecutor(2) as pool:
        done = [pool.submit(accept, who) for who in ("author", "steward")]
        errors = [one.exception() for one in done if one.exception()]

    assert [type(error) for error in errors] == [AlreadyDecidedError]
    assert desk.texts()[0] != LINES[0][2]
    assert len(desk.notes("reader")) == 1


def _at_once(desk: Desk, fixes: list[NewFix]) -> list[BaseException]:
    start = Barrier(len(fixes))

    def save(who: str, new: NewFix) -> None:
        start.wait()
        desk.save(who, new)

    people = ("author", "steward")
    with ThreadPoolExecutor(len(fixes)) as pool:
        done = [pool.submit(save, who, new) for who, new in zip(people, fixes, strict=True)]
        errors = [one.exception() for one in done]
    found = [error for error in errors if error is not None]
    assert all(isinstance(error, ConflictError) for error in found)
    return found
