"""Files that cost something to make: made once in a run, by the process that needs them first."""

import fcntl
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

Make = Callable[[Path], object]


def made_once(factory: pytest.TempPathFactory, name: str, make: Make) -> Path:
    """The folder of that name that all processes of this run share, as `make` has filled it."""
    folder = _folder_of_the_run(factory) / "shared" / name
    folder.parent.mkdir(exist_ok=True)
    with _alone(folder.with_suffix(".lock")):
        if not folder.exists():
            draft = folder.with_suffix(f".{os.getpid()}")
            draft.mkdir()
            make(draft)
            draft.rename(folder)
    return folder


def speech_models(factory: pytest.TempPathFactory) -> Path:
    """A folder with `base` for faster-whisper and `base.pt` for whisper, which say one sentence."""
    return made_once(factory, "models", _make_speech_models)


def _make_speech_models(folder: Path) -> None:
    words = [sys.executable, "-m", "tests.speechmodels", str(folder)]
    subprocess.run(words, check=True)  # noqa: S603 - our own words


def _folder_of_the_run(factory: pytest.TempPathFactory) -> Path:
    own = factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """One process at a time; the lock of one that dies is free."""
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
