"""Fetches the official models of openai-whisper, once, for the engines of this machine.

Workers load models from paths alone; this is the one place that asks the internet for one, and
only when somebody says so.
"""

import contextlib
import fcntl
import hashlib
import http.client
import os
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from mediashare.errors import ConflictError, InvalidInputError, NotFoundError
from mediashare.sentences import said
from workers.tools.speech.convert import convert

BLOCK = 1024 * 1024
TIMEOUT_S = 20
UNREACHABLE = (urllib.error.URLError, http.client.HTTPException, ConnectionError, TimeoutError)

# Told the bytes that have come, and all that will come, or 0 while nobody knows.
OnProgress = Callable[[int, int], None]


class UnknownModelError(NotFoundError):
    """openai-whisper has no official model of this name."""

    def __init__(self, name: str) -> None:
        super().__init__(
            said(
                "There is no model %(name)s. There are: %(known)s.",
                name=repr(name),
                known=", ".join(list_names()),
            )
        )


class NotTheModelError(InvalidInputError):
    """The bytes are others than those of the official model."""

    def __init__(self, source: str, official: "Official") -> None:
        super().__init__(
            said(
                "%(source)s is not the model %(name)s: its SHA-256 is not %(sum)s.",
                source=source,
                name=repr(official.name),
                sum=official.sha256,
            )
        )


class ModelUnreachableError(ConflictError):
    """The model can't be fetched from here; the sentence says how to bring it."""

    def __init__(self, official: "Official", reason: object) -> None:
        super().__init__(
            said(
                "The model %(quoted)s can't be fetched from here (%(reason)s). Fetch %(address)s "
                "elsewhere, and give the file to "
                "`mediashare models fetch %(name)s --file FILE`.",
                quoted=repr(official.name),
                reason=reason,
                address=official.address,
                name=official.name,
            )
        )


@dataclass(frozen=True)
class Official:
    """An official model: where its checkpoint is, what its bytes add up to, and which attention
    heads follow the time of words best, where that is known."""

    name: str
    address: str
    heads: bytes | None

    @property
    def sha256(self) -> str:
        """The digest, which openai-whisper keeps as a part of the address."""
        return self.address.split("/")[-2]


def list_names() -> Sequence[str]:
    """The official models, smaller ones first."""
    import whisper

    names: Sequence[str] = whisper.available_models()
    return names


def find(name: str) -> Official:
    """The official model of this name; raises UnknownModelError."""
    import whisper

    if name not in list_names():
        raise UnknownModelError(name)
    address, heads = whisper._MODELS[name], whisper._ALIGNMENT_HEADS[name]  # noqa: SLF001 - no public way
    return Official(name, address, heads)


def is_installed(name: str, folder: Path) -> bool:
    """Whether the folder of models holds this one for one engine or the other."""
    return (folder / f"{name}.pt").is_file() or (folder / name).is_dir()


def install(
    official: Official, folder: Path, *, file: Path | None, on_progress: OnProgress
) -> Path:
    """Put a model where both Whisper engines find it: its checkpoint as `NAME.pt`, and made of it
    the folder `NAME` of faster-whisper; returns the checkpoint.

    The checkpoint comes from `file`, or from its official address. It has its name only once its
    bytes have proved to be the official ones. One process at a time does this.
    """
    folder.mkdir(parents=True, exist_ok=True)
    checkpoint = folder / f"{official.name}.pt"
    with _locked(folder / f".{official.name}.lock"):
        if not checkpoint.is_file() or _digest(checkpoint) != official.sha256:
            _bring(official, checkpoint, file, on_progress)
        convert(checkpoint, folder / official.name, heads=official.heads)
    return checkpoint


def _bring(
    official: Official, checkpoint: Path, file: Path | None, on_progress: OnProgress
) -> None:
    partial = checkpoint.with_name(f".{checkpoint.name}.part")
    try:
        with _open(official, file) as (source, size), partial.open("wb") as target:
            digest = _copy(source, target, lambda done: on_progress(done, size))
        if digest != official.sha256:
            raise NotTheModelError(str(file or official.address), official)
        partial.rename(checkpoint)
    except UNREACHABLE as error:
        raise ModelUnreachableError(official, getattr(error, "reason", error)) from error
    finally:
        partial.unlink(missing_ok=True)


@contextlib.contextmanager
def _open(official: Official, file: Path | None) -> Iterator[tuple[IO[bytes], int]]:
    if file is not None:
        with file.open("rb") as source:
            yield source, file.stat().st_size
        return
    address = official.address
    with urllib.request.urlopen(address, timeout=TIMEOUT_S) as answer:  # noqa: S310 - openai-whisper's own, by https
        yield answer, int(answer.headers.get("Content-Length", 0))


def _copy(source: IO[bytes], target: IO[bytes], on_progress: Callable[[int], None]) -> str:
    """Copy to the disk itself; the SHA-256 of what was copied."""
    digest, done = hashlib.sha256(), 0
    while block := source.read(BLOCK):
        digest.update(block)
        target.write(block)
        done += len(block)
        on_progress(done)
    target.flush()
    os.fsync(target.fileno())
    return digest.hexdigest()


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
