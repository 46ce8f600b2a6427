"""The child process: answers one request a line on its standard input with lines of JSON.

Engines hold the interpreter for seconds, leak, crash, and break when shared or forked; here that
costs a child and not the worker. Started by host.py as `python -m workers.tools.speech.child`.
"""

import ctypes
import dataclasses
import json
import os
import queue
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

from workers.tools.speech import planner, port, vad
from workers.tools.speech.engines import open_engine
from workers.tools.speech.errors import SpeechError
from workers.tools.speech.port import Engine, Json, Options
from workers.tools.speech.remote_calls import RemoteServer

IDLE_S = 120.0
NICENESS = 10
PR_SET_PDEATHSIG = 1
Request = dict[str, Json]


class Child:
    """Does what it is asked, one request after the other."""

    def __init__(self, answers: TextIO) -> None:
        self._answers = answers
        self._engine: Engine | None = None
        self._acts: dict[str, Callable[[Request], Json]] = {
            "load": self._load,
            "plan": self._plan,
            "detect": self._detect,
            "transcribe": self._transcribe,
        }

    def serve(self, requests: "queue.Queue[str]") -> None:
        """Answer requests until none has come for a while."""
        while True:
            try:
                line = requests.get(timeout=IDLE_S)
            except queue.Empty:
                return
            self._answer(json.loads(line))

    def _answer(self, request: Request) -> None:
        try:
            self._say(result=self._acts[request["do"]](request))
        except SpeechError as error:
            self._say(error=str(error), kind=type(error).__name__, details=error.details)
        except Exception as error:  # noqa: BLE001 - each library raises its own; the worker decides
            traceback.print_exc()
            self._say(error=f"{type(error).__name__}: {error}"[:1000])

    def _say(self, **message: Json) -> None:
        self._answers.write(json.dumps(message) + "\n")
        self._answers.flush()

    def _load(self, request: Request) -> Json:
        path = Path(request["path"]) if request["path"] else None
        remote = RemoteServer(**request["remote"]) if request.get("remote") else None
        self._engine = open_engine(request["engine"], path, request["device"], remote)
        return {
            "languages": list(self._engine.languages),
            "translates": self._engine.translates,
        }

    def _plan(self, request: Request) -> Json:
        path = Path(request["sound"])
        speech = vad.find_speech(path, lambda fraction: self._say(progress=fraction))
        return planner.plan_chunks(speech, lambda start, end: vad.quietest(path, start, end))

    def _detect(self, request: Request) -> Json:
        language, probability = self._opened().detect_language(_sound(request))
        return {"language": language, "probability": probability}

    def _transcribe(self, request: Request) -> Json:
        terms = () if request["bounded"] else tuple(request["terms"])
        options = Options(
            request["language"],
            bounded=request["bounded"],
            terms=terms,
            translate=request.get("translate", False),
        )
        heard = self._opened().transcribe(_sound(request), options)
        return [dataclasses.asdict(segment) for segment in heard]

    def _opened(self) -> Engine:
        if self._engine is None:
            msg = "no engine was loaded"
            raise RuntimeError(msg)
        return self._engine


def main() -> None:
    """Serve the worker that started this process, and not outlive it."""
    _die_with(parent=int(sys.argv[1]))
    os.nice(NICENESS)
    # Libraries print where they like; our answers go where nobody else can reach.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    requests: queue.Queue[str] = queue.Queue()
    threading.Thread(target=_listen, args=(requests,), daemon=True).start()
    Child(answers).serve(requests)


def _listen(requests: "queue.Queue[str]") -> None:
    for line in sys.stdin:
        requests.put(line)
    # The worker is gone, or wants us gone; whatever is being computed, nobody waits for it.
    os._exit(0)


def _die_with(parent: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(0)


def _sound(request: Request) -> port.Sound:
    return port.read_sound(Path(request["sound"]), request["start"], request["end"])


if __name__ == "__main__":
    main()
