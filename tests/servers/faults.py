"""A proxy that stands between us and a server, and spoils requests when a test says so."""

import http.client
import random
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum, auto
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

BLOCK_BYTES = 64 * 1024
TIMEOUT_S = 60
CODES = {404: "NoSuchUpload"}
PER_HOP = {"connection", "keep-alive", "transfer-encoding", "expect", "content-length"}


class Kind(Enum):
    """What can happen to a request."""

    REFUSED = auto()
    STATUS = auto()
    SLOW = auto()
    CUT = auto()
    BLACK_HOLE = auto()
    ANSWER_LOST = auto()


@dataclass(frozen=True)
class Fault:
    """What happens to requests whose "METHOD path" holds `match`.

    Only a `share` of them is hit, and at most `times`. `number` is the status (also one that takes
    the place of a lost answer), the milliseconds of waiting, or the bytes after which a request
    is cut.
    """

    kind: Kind
    number: int = 0
    match: str = ""
    share: float = 1.0
    times: int | None = None


class FaultProxy(ThreadingHTTPServer):
    """Hands requests on to `target`, except for those that `fault` spoils; `hits` counts these."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, target: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.target = urlsplit(target)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.released = threading.Event()
        self.hits = 0
        self._fault: Fault | None = None
        self._lock = threading.Lock()
        self._random = random.Random(3)  # noqa: S311 - the same faults each time

    def spoil(self, fault: Fault | None) -> None:
        """From now on this happens; None lets everything through."""
        with self._lock:
            self._fault, self.hits = fault, 0

    def find_fault(self, request: str) -> Fault | None:
        """What is to happen to this request."""
        with self._lock:
            fault = self._fault
            if fault is None or not re.search(fault.match, request):
                return None
            if fault.times is not None and self.hits >= fault.times:
                return None
            if self._random.random() >= fault.share:
                return None
            self.hits += 1
            return fault

    def handle_error(self, *_request: object) -> None:
        """Broken connections are what this is for."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: FaultProxy

    def handle_one_request(self) -> None:
        self.raw_requestline = self.rfile.readline(BLOCK_BYTES)
        if not self.raw_requestline or not self.parse_request():
            self.close_connection = True
            return
        fault = self.server.find_fault(f"{self.command} {self.path}")
        kind = fault.kind if fault else None
        number = fault.number if fault else 0
        if kind is Kind.BLACK_HOLE:
            self.server.released.wait()
        if kind is Kind.SLOW:
            time.sleep(number / 1000)
        if kind is Kind.CUT:
            self.rfile.read(number)
        if kind in {Kind.REFUSED, Kind.CUT, Kind.BLACK_HOLE}:
            self.close_connection = True
            return
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        answer = None if kind is Kind.STATUS else self._pass_on(body)
        if kind is Kind.ANSWER_LOST and not number:
            self.close_connection = True
        elif answer is None or kind is Kind.ANSWER_LOST:
            code = CODES.get(number, "SlowDown")
            self._answer(number, [], f"<Error><Code>{code}</Code></Error>".encode())
        else:
            self._answer(*answer)

    def _pass_on(self, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        target = self.server.target
        connection = http.client.HTTPConnection(
            str(target.hostname), target.port, timeout=TIMEOUT_S
        )
        headers = {n: v for n, v in self.headers.items() if n.lower() not in PER_HOP}
        try:
            connection.request(self.command, self.path, body or None, headers)
            found = connection.getresponse()
            return found.status, found.getheaders(), found.read()
        finally:
            connection.close()

    def _answer(self, status: int, headers: list[tuple[str, str]], data: bytes) -> None:
        self.send_response_only(status)
        length = str(len(data))
        for name, value in headers:
            if self.command == "HEAD" and name.lower() == "content-length":
                length = value
            elif name.lower() not in PER_HOP:
                self.send_header(name, value)
        if status not in {204, 304}:
            self.send_header("Content-Length", length)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)


@contextmanager
def running_faults(target: str) -> Iterator[FaultProxy]:
    """A proxy before the server at `target`."""
    with FaultProxy(target) as proxy:
        thread = threading.Thread(target=proxy.serve_forever)
        thread.start()
        try:
            yield proxy
        finally:
            proxy.released.set()
            proxy.shutdown()
            thread.join()
