"""The worker's side of an engine: a warm child, deadlines, and one more try in a fresh one."""

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

from mediashare.errors import MediashareError
from mediashare.transcripts.policy import EngineChoice
from workers.tools.speech.errors import (
    ChunkRefusedError,
    EngineDiedError,
    ModelTooLargeError,
    ModelUnusableError,
    OutOfMemoryError,
)
from workers.tools.speech.planner import Span
from workers.tools.speech.port import Heard, Json, Options, duration_ms, heard_from_json
from workers.tools.speech.process import ChildProcess, Limits

log = logging.getLogger(__name__)

# Short sounds fail in ways of their own, and nobody says a word in this time.
SHORTEST_MS = 100
FASTEST = 0.05
GRACE_S = 10.0

Request: TypeAlias = dict[str, Json]
Key: TypeAlias = tuple[EngineChoice, str]


class EngineHost:
    """One engine in one child process, started when it is needed and kept for the next request.

    Every call takes the event that ends it, and raises StoppedError then.
    """

    def __init__(self, choice: EngineChoice, device: str, limits: Limits) -> None:
        self._choice, self._device, self._limits = choice, device, limits
        self._child: ChildProcess | None = None
        self._loaded = False
        self._languages: frozenset[str] = frozenset()
        self._translates = False
        # Seconds of computing for a second of sound; measured as soon as there is a result.
        self._pace = 1.0

    @property
    def pid(self) -> int | None:
        """The process id of the child, while there is one."""
        return self._child.pid if self._child is not None and self._child.is_alive else None

    def languages(self, cancelled: threading.Event) -> frozenset[str]:
        """The languages that the engine knows with its model; raises ModelUnusableError."""
        self._load(cancelled)
        return self._languages

    def translates(self, cancelled: threading.Event) -> bool:
        """Whether the engine was taught to translate with its model; raises ModelUnusableError."""
        self._load(cancelled)
        return self._translates

    def plan(
        self, sound: Path, cancelled: threading.Event, on_progress: Callable[[float], None]
    ) -> Sequence[Span]:
        """The chunks of a sound file, in milliseconds."""
        within = self._limits.least_s + duration_ms(sound) / 1000

        def ask(request: Request) -> Json:
            return self._ready().ask(
                request, within_s=within, cancelled=cancelled, on_progress=on_progress
            )

        spans = _twice(ask, {"do": "plan", "sound": str(sound)})
        return [(int(start), int(end)) for start, end in spans]

    def detect_language(
        self, sound: Path, spans: Sequence[Span], cancelled: threading.Event
    ) -> tuple[str, float]:
        """The language that the given stretches of sound are most likely in, by the engine's own
        code, and how likely that is, from 0 to 1."""
        odds: dict[str, float] = {}
        for span in spans:
            answer = self._ask_about(sound, span, cancelled, do="detect")
            odds[answer["language"]] = odds.get(answer["language"], 0.0) + answer["probability"]
        best = max(odds, key=odds.__getitem__)
        return best, odds[best] / len(spans)

    def transcribe(
        self, sound: Path, span: Span, options: Options, cancelled: threading.Event
    ) -> Sequence[Heard]:
        """What is said in one chunk. Raises EngineDiedError when a second, plainer try in a fresh
        child has failed too, or the engine says that another would; EngineAwayError when a server
        elsewhere has not answered for long."""
        length_ms = span[1] - span[0]
        if length_ms < SHORTEST_MS:
            return []
        began = time.monotonic()
        answer = self._ask_about(
            sound,
            span,
            cancelled,
            do="transcribe",
            language=options.language,
            terms=list(options.terms),
            translate=options.translate,
        )
        self._pace = max(FASTEST, (time.monotonic() - began) * 1000 / length_ms)
        return [heard_from_json(value) for value in answer]

    def end(self) -> None:
        """End the child, if there is one."""
        if self._child is not None:
            self._child.end()
        self._child, self._loaded = None, False

    def _ask_about(
        self, sound: Path, span: Span, cancelled: threading.Event, **request: Json
    ) -> Json:
        start, end = span
        expected = (end - start) / 1000 * self._pace
        within = max(self._limits.least_s, self._limits.patience * expected, self._remote_s)

        def ask(request: Request) -> Json:
            self._load(cancelled)
            return self._ready().ask(request, within_s=within, cancelled=cancelled)

        return _twice(
            ask, {**request, "sound": str(sound), "start": start, "end": end, "bounded": False}
        )

    @property
    def _remote_s(self) -> float:
        """What a server elsewhere may take; its engine gives up a little earlier and says why."""
        remote = self._choice.remote
        return remote.timeout_s + GRACE_S if remote else 0.0

    def _load(self, cancelled: threading.Event) -> None:
        child = self._ready()
        if self._loaded:
            return
        path = self._choice.path
        request = {
            "do": "load",
            "engine": str(self._choice.engine),
            "path": str(path) if path else None,
            "device": self._device,
            "remote": _remote_json(self._choice),
        }
        try:
            answer = child.ask(request, within_s=self._limits.load_s, cancelled=cancelled)
        except OutOfMemoryError as error:
            raise ModelTooLargeError(details=error.details) from error
        except EngineDiedError as error:
            raise ModelUnusableError(details=f"{error}\n{error.details}") from error
        self._languages, self._translates = frozenset(answer["languages"]), answer["translates"]
        self._loaded = True

    def _ready(self) -> ChildProcess:
        if self._child is None or not self._child.is_alive:
            self.end()
            self._child = ChildProcess(self._limits)
        return self._child


def _twice(ask: Callable[[Request], Json], request: Request) -> Json:
    """Ask, and once more in the plainest way when that has cost the child."""
    try:
        return ask(request)
    except ChunkRefusedError:
        raise
    except EngineDiedError as error:
        log.warning("%s Trying once more.", error, exc_info=True)
        return ask({**request, "bounded": True})


def _remote_json(choice: EngineChoice) -> Json:
    """What the child is told of a server elsewhere: by the pipe alone, which nobody else reads."""
    remote = choice.remote
    if remote is None:
        return None
    return {
        "url": remote.url,
        "key": remote.key.get_secret_value(),
        "model": choice.model,
        "timeout_s": remote.timeout_s,
        "certificates": str(remote.certificates) if remote.certificates else None,
    }


class Hosts:
    """The engines of this worker that wait for their next job."""

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._lock = threading.Lock()
        self._waiting: list[tuple[Key, EngineHost]] = []

    @contextlib.contextmanager
    def borrow(self, choice: EngineChoice, device: str) -> Iterator[EngineHost]:
        """An engine for the length of a job, warm if one waits; each has one job at a time."""
        key = (choice, device)
        host = self._take(key) or EngineHost(choice, device, self._limits)
        try:
            yield host
        except MediashareError:
            self._give_back(key, host)
            raise
        except BaseException:
            host.end()
            raise
        self._give_back(key, host)

    def end(self) -> None:
        """End all that wait."""
        with self._lock:
            waiting, self._waiting = self._waiting, []
        for _key, host in waiting:
            host.end()

    def _take(self, key: Key) -> EngineHost | None:
        with self._lock:
            fitting = [host for other, host in self._waiting if other == key]
            others = [host for other, host in self._waiting if other != key]
            self._waiting = [(key, host) for host in fitting[1:]]
        # What waits for an engine that is no longer the chosen one waits in vain.
        for host in others:
            host.end()
        return fitting[0] if fitting else None

    def _give_back(self, key: Key, host: EngineHost) -> None:
        with self._lock:
            self._waiting.append((key, host))
