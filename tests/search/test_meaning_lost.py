"""Words are found though nothing can be found by its meaning."""

import errno

import pytest

from mediashare.vectors import choice, encoder, generation
from tests.search.library import POWER, QUESTION, Library, titles


@pytest.mark.parametrize("fault", [choice.NoModelError(), OSError(errno.EACCES, "Denied")])
def test_words_still_find_when_the_model_can_not_be_used(
    library: Library, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    library.add(POWER)
    library.embed()

    def refuse() -> None:
        raise fault

    monkeypatch.setattr(encoder, "load", refuse)

    assert titles(library.ask(library.eve, QUESTION)) == []
    assert titles(library.ask(library.eve, "server")) == ["A clip"]


def test_a_full_disk_stops_no_search(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    library.add(POWER)
    library.embed()

    def refuse(*_args: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(generation, "write", refuse)

    assert titles(library.ask(library.eve, QUESTION)) == []
    assert titles(library.ask(library.eve, "server")) == ["A clip"]


def test_an_index_that_can_not_be_read_stops_no_search(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.add(POWER)
    library.embed()

    def refuse(*_args: object) -> None:
        raise OSError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(generation, "read_manifest", refuse)

    assert titles(library.ask(library.eve, QUESTION)) == []
    assert titles(library.ask(library.eve, "server")) == ["A clip"]
