"""How much of the scratch disk is taken is counted while others come and go."""

import os
import shutil
from pathlib import Path

import pytest

from mediashare.config import Settings
from workers import scratch


def test_a_folder_that_disappears_while_it_is_counted_costs_nothing(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = settings.data.resolve() / "scratch" / "job-1"
    attempts = [folder / "first", folder / "second"]
    for one in attempts:
        one.mkdir(parents=True)
        (one / "file").write_bytes(bytes(100_000))
    look = Path.lstat

    def remove(path: Path) -> os.stat_result:
        found = look(path)
        if path.name == "file":
            # Whichever is looked into first, the other one was seen already.
            [other] = [one for one in attempts if one != path.parent]
            shutil.rmtree(other)
        return found

    monkeypatch.setattr(Path, "lstat", remove)

    room = scratch.measure_room(settings, {"job-1": 10_000_000})

    assert sum(one.exists() for one in attempts) == 1
    assert room.most - room.now == pytest.approx(10_000_000, abs=100_000)
