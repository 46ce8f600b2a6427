"""An address and a file that nobody should touch."""

import ctypes
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

SECRET = "the canary's secret"
OPENED_OR_READ = 0x20 | 0x01


class Canary:
    """Counts requests to its address and tells whether its file was opened, by whomever."""

    def __init__(self, folder: Path) -> None:
        self.requests: list[str] = []
        requests = self.requests

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                requests.append(self.path)
                self.send_error(404)

            def log_message(self, *_words: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/canary.mp4"
        self.file = folder / "secret.txt"
        self.file.write_text(SECRET)
        self._ear = listen(self.file)

    def was_touched(self) -> bool:
        """Whether anybody asked for the address, or opened the file since this was asked last."""
        return bool(self.requests) or was_heard(self._ear)


@contextmanager
def flying(folder: Path) -> Iterator[Canary]:
    """A canary that lives as long as this is open."""
    canary = Canary(folder)
    thread = threading.Thread(target=canary.server.serve_forever)
    thread.start()
    yield canary
    canary.server.shutdown()
    canary.server.server_close()
    thread.join()


def listen(path: Path) -> int:
    """A descriptor that hears of every opening of a file (inotify)."""
    library = ctypes.CDLL(None, use_errno=True)
    ear: int = library.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
    assert ear >= 0
    assert library.inotify_add_watch(ear, os.fsencode(path), OPENED_OR_READ) >= 0
    return ear


def was_heard(ear: int) -> bool:
    try:
        return bool(os.read(ear, 65_536))
    except BlockingIOError:
        return False
