"""The index on disk: what is nearest, for whom, and after changes."""

import json
import shutil
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np
import pytest

from mediashare.vectors import compact, generation, index
from mediashare.vectors.bert import Floats
from mediashare.vectors.generation import Stored
from mediashare.vectors.index import IndexFolder
from mediashare.vectors.port import DIMENSIONS, Near

ROWS = 3
Load = Callable[[Sequence[str]], Iterable[Stored]]


def vectors_of(number: int, rows: int = ROWS) -> Floats:
    """The same random directions for the same number."""
    drawn = np.random.default_rng(number).normal(size=(rows, DIMENSIONS)).astype(np.float32)
    found: Floats = drawn / np.linalg.norm(drawn, axis=1, keepdims=True)
    return found


def name_of(number: int) -> str:
    return f"{number:032x}"


def loading(stamp: int = 1, shift: int = 0) -> Load:
    """Episodes whose stretches last a second each."""

    def load(wanted: Sequence[str]) -> Iterable[Stored]:
        for ident in wanted:
            spans = compact.pack_spans([(row * 1000, row * 1000 + 1000) for row in range(ROWS)])
            vectors = compact.pack(vectors_of(int(ident, 16) + shift))
            yield Stored(ident, stamp, spans, vectors)

    return load


class Everything(frozenset[str]):
    """Has whatever is looked for."""

    def __contains__(self, ident: object) -> bool:
        return True


def all_of(_idents: Sequence[str] | None) -> Everything:
    """Nothing is hidden."""
    return Everything()


@pytest.fixture
def folder(tmp_path: Path) -> IndexFolder:
    """An index of fifty episodes."""
    made = IndexFolder(tmp_path / "meaning")
    made.follow(dict.fromkeys(map(name_of, range(50)), 1), loading())
    return made


def test_what_is_far_is_not_looked_at(folder: IndexFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "CANDIDATES", 4)
    asked: list[Sequence[str] | None] = []

    def known(idents: Sequence[str] | None) -> Everything:
        asked.append(idents)
        return Everything()

    found = folder.open().ask(vectors_of(7)[1]).find(known, 20)

    assert (found[0].episode_id, len(found)) == (name_of(7), 4)
    [idents] = asked
    assert idents is not None
    assert len(idents) <= 4


def test_the_nearest_is_found_with_its_time_and_likeness(folder: IndexFolder) -> None:
    [found] = folder.open().ask(vectors_of(7)[1]).find(all_of, 1)

    assert (found.episode_id, found.start_ms, found.end_ms) == (name_of(7), 1000, 2000)
    assert found.similarity == pytest.approx(1, abs=0.001)


def test_bytes_keep_the_order_of_what_they_stand_for(folder: IndexFolder) -> None:
    question = vectors_of(999)[0]
    exact = sorted((-float(row @ question), name_of(n)) for n in range(50) for row in vectors_of(n))

    found = folder.open().ask(question).find(all_of, 10)

    assert [near.episode_id for near in found] == [ident for _, ident in exact[:10]]


@pytest.mark.parametrize("hidden", [1, 10, 49])
def test_what_may_not_be_found_changes_nothing(
    folder: IndexFolder, tmp_path: Path, hidden: int
) -> None:
    open_to_all = set(map(name_of, range(hidden, 50)))
    without = IndexFolder(tmp_path / "without")
    without.follow(dict.fromkeys(open_to_all, 1), loading())
    question = vectors_of(0)[0]

    found = folder.open().ask(question).find(lambda _idents: open_to_all, 20)
    assert found == without.open().ask(question).find(all_of, 20)


@pytest.mark.parametrize("count", [2, 5, 7, 40])
def test_equal_stretches_are_equally_near_wherever_they_stand(count: int) -> None:
    rows = compact.unpack(compact.pack(np.repeat(vectors_of(1, 1), count, axis=0)))

    assert len(set(compact.similarities(rows, vectors_of(2)[0]).tolist())) == 1


def test_whoever_may_see_one_of_many_finds_it(
    folder: IndexFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index, "CANDIDATES", 4)
    monkeypatch.setattr(index, "FEW", 4)
    asked: list[Sequence[str] | None] = []

    def known(idents: Sequence[str] | None) -> set[str]:
        asked.append(idents)
        return {name_of(33)}

    found = folder.open().ask(vectors_of(0)[0]).find(known, 20)

    assert [near.episode_id for near in found] == [name_of(33)] * ROWS
    # About the nearest few, and then about all at once.
    assert [idents is None for idents in asked] == [False, True]


def test_changes_and_removals_are_followed_by_everybody(
    folder: IndexFolder, tmp_path: Path
) -> None:
    other = IndexFolder(tmp_path / "meaning")
    before = other.open().ask(vectors_of(7)[1]).find(all_of, 1)
    current = {name_of(7): 2, name_of(8): 1}

    folder.follow(current, loading(stamp=2, shift=100))

    found = other.open().ask(vectors_of(107)[1]).find(lambda _idents: current, 1)
    assert (before[0].episode_id, found[0].episode_id) == (name_of(7), name_of(7))
    assert found[0].similarity == pytest.approx(1, abs=0.001)


def test_what_was_taken_back_leaves_the_disk(folder: IndexFolder, tmp_path: Path) -> None:
    secret = compact.pack(vectors_of(7))
    was_there = _is_on_disk(tmp_path, secret)

    folder.follow(dict.fromkeys(map(name_of, range(8, 30)), 1), loading())

    assert (was_there, _is_on_disk(tmp_path, secret)) == (True, False)


def test_few_removals_wait_for_each_other_at_most_an_hour(
    folder: IndexFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = compact.pack(vectors_of(7))
    current = {name_of(n): 1 for n in range(50) if n != 7}
    folder.follow(current, loading())
    at_first = _is_on_disk(tmp_path, secret)

    monkeypatch.setattr(index, "MERGE_AFTER_S", -1)
    folder.follow(current, loading())

    assert (at_first, _is_on_disk(tmp_path, secret)) == (True, False)
    assert len(folder.open().ask(vectors_of(0)[0]).find(all_of, 1000)) == 49 * ROWS


def test_many_small_generations_become_one(folder: IndexFolder) -> None:
    for count in range(51, 52 + index.MOST_GENERATIONS):
        folder.follow(dict.fromkeys(map(name_of, range(count)), 1), loading())

    there = folder.open()

    assert len(there.generations) <= index.MOST_GENERATIONS
    assert len(there.places) == 51 + index.MOST_GENERATIONS


def test_vectors_are_mapped_and_not_read(folder: IndexFolder) -> None:
    [part] = folder.open().generations

    assert all(isinstance(found, np.memmap) for found in (part._vectors, part._codes))  # noqa: SLF001 - what this is about


def test_whoever_reads_goes_on_while_others_remove(folder: IndexFolder) -> None:
    there = folder.open()

    folder.follow({}, loading())

    assert len(there.ask(vectors_of(7)[1]).find(all_of, 5)) == 5
    assert folder.open().ask(vectors_of(7)[1]).find(all_of, 5) == []


def test_one_process_writes_at_a_time(folder: IndexFolder, tmp_path: Path) -> None:
    with index._locked(tmp_path / "meaning" / ".lock"):  # noqa: SLF001 - as another process would
        assert folder.follow({}, loading()) is False

    assert len(folder.open().places) == 50


def test_a_half_written_list_of_generations_is_an_empty_one(
    folder: IndexFolder, tmp_path: Path
) -> None:
    (tmp_path / "meaning" / "index.json").write_text("[")

    assert folder.open().places == {}
    folder.follow({name_of(1): 1}, loading())
    assert list(folder.open().places) == [name_of(1)]


def lose(part: Path) -> None:
    shutil.rmtree(part)


def cut_off(part: Path) -> None:
    with (part / "vectors").open("r+b") as file:
        file.truncate(DIMENSIONS * ROWS)


def tear(part: Path) -> None:
    with (part / "codes").open("r+b") as file:
        file.truncate(5)


def empty(part: Path) -> None:
    (part / "spans").write_bytes(b"")


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("damage", [lose, cut_off, tear, empty])
def test_what_is_lost_of_the_index_counts_as_empty_and_is_made_anew(
    tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    base = tmp_path / "meaning"
    current = dict.fromkeys(map(name_of, range(50)), 1)
    [name] = generation.read_manifest(base)
    damage(base / name)
    other = IndexFolder(base)

    assert other.open().ask(vectors_of(7)[1]).find(all_of, 1) == []
    other.follow(current, loading())

    assert other.open().ask(vectors_of(7)[1]).find(all_of, 1)[0].episode_id == name_of(7)
    assert name not in generation.read_manifest(base)


@pytest.mark.usefixtures("folder")
def test_a_lost_part_takes_nothing_else_with_it(tmp_path: Path) -> None:
    base = tmp_path / "meaning"
    [whole] = generation.read_manifest(base)
    (base / "index.json").write_text(json.dumps([whole, "nope"]))

    assert len(IndexFolder(base).open().places) == 50
    IndexFolder(base).follow(dict.fromkeys(map(name_of, range(50)), 1), loading())
    assert generation.read_manifest(base) == [whole]


def test_whoever_has_it_mapped_still_mends_what_is_lost(
    folder: IndexFolder, tmp_path: Path
) -> None:
    folder.open()
    [name] = generation.read_manifest(tmp_path / "meaning")
    lose(tmp_path / "meaning" / name)

    folder.follow(dict.fromkeys(map(name_of, range(50)), 1), loading())

    assert len(IndexFolder(tmp_path / "meaning").open().places) == 50


def _is_on_disk(base: Path, vectors: bytes) -> bool:
    return any(vectors in path.read_bytes() for path in base.rglob("vectors"))


def test_nothing_is_nearer_in_an_empty_index(tmp_path: Path) -> None:
    found: Sequence[Near] = IndexFolder(tmp_path).open().ask(vectors_of(1)[0]).find(all_of, 5)

    assert found == []
    assert generation.read_manifest(tmp_path) == ()
