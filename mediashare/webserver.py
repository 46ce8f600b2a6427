"""Serves the web application by gunicorn, as one master and its worker processes."""

import contextlib
import errno
import gc
import socket
import struct
from typing import TYPE_CHECKING, Any

from flask import Flask
from gunicorn import util
from gunicorn.app.base import BaseApplication
from gunicorn.http.errors import LimitRequestLine
from gunicorn.workers.gthread import TConn, ThreadWorker

from mediashare import logs
from mediashare.config import Settings

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

# The supervisor waits five seconds longer than this before it loses patience.
DRAIN_S = 20
# Longer than the 60 s for which common proxies keep a connection open to us.
KEEP_ALIVE_S = 75
# The most that gunicorn reads; nginx takes as much. 500 letters of any script fit into a search.
LONGEST_LINE = 8190
# A player that is paused stops reading, and asks again for the rest when it goes on.
STALLED_AFTER_S = 30
# In English: the headers, which say what people read, come after what is too long.
TOO_LONG = b"This address is too long. A search has at most 500 characters.\n"
TOO_LONG_ANSWER = (
    b"HTTP/1.1 414 URI Too Long\r\n"
    b"Connection: close\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\n"
    b"X-Content-Type-Options: nosniff\r\n"
    b"Content-Length: %d\r\n\r\n%s"
) % (len(TOO_LONG), TOO_LONG)


class PatientSocket(socket.socket):
    """A connection whose other end is gone when it has neither sent nor taken anything for a
    while. The kernel keeps the time, from one byte that moves to the next."""

    def wait_for(self, seconds: int) -> None:
        """From now on the other end is gone after this long."""
        for option in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
            self.setsockopt(socket.SOL_SOCKET, option, struct.pack("@ll", seconds, 0))

    def recv(self, size: int, flags: int = 0, /) -> bytes:
        """What has come; nothing when the other end is gone."""
        try:
            return super().recv(size, flags)
        except BlockingIOError:
            return b""

    def sendall(self, data: "ReadableBuffer", flags: int = 0, /) -> None:
        """Raises BrokenPipeError when the other end is gone."""
        try:
            super().sendall(data, flags)
        except BlockingIOError as error:
            raise BrokenPipeError(errno.EPIPE, "the other end takes nothing") from error


class Worker(ThreadWorker):
    """Gunicorn's worker with threads, none of which waits for a silent client for ever."""

    def enqueue_req(self, conn: TConn) -> None:
        if not isinstance(conn.sock, PatientSocket):
            conn.sock = PatientSocket(fileno=conn.sock.detach())
            conn.sock.wait_for(STALLED_AFTER_S)
        super().enqueue_req(conn)

    def handle(self, conn: TConn) -> bool:
        """Whether the connection goes on. One that does not is ended here, not in the thread that
        accepts all others: its other end is given a moment to read the last of the answer."""
        goes_on = super().handle(conn)
        if not goes_on:
            with contextlib.suppress(OSError):
                util.close_graceful(conn.sock.dup())
                conn.sock.shutdown(socket.SHUT_RDWR)
        return goes_on

    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: BaseException) -> None:  # noqa: ANN401 - as gunicorn has them
        """Links lead people to addresses that are too long, and they are told in a sentence; what
        else can be wrong here, only programs bring about."""
        if not isinstance(exc, LimitRequestLine):
            super().handle_error(req, client, addr, exc)
            return
        self.log.warning("an address was too long")
        with contextlib.suppress(OSError):
            util.write_nonblock(client, TOO_LONG_ANSWER)


class WebServer(BaseApplication):
    """The application of these settings; `run()` serves until SIGTERM, then drains."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        super().__init__()

    def load_config(self) -> None:
        for name, value in _options(self._settings).items():
            self.cfg.set(name, value)

    def load(self) -> Flask:  # type: ignore[override]  # a Flask is a WSGI application
        from mediashare.wsgi import app  # noqa: PLC0415 - each worker process makes its own

        return app


def keep_what_is_loaded(_worker: object) -> None:
    """Leave what is there once a process has begun out of every later garbage collection: looking
    through all modules again takes 70 ms, in the middle of somebody's request."""
    gc.collect()
    gc.freeze()


def _options(settings: Settings) -> dict[str, Any]:
    return {
        "bind": f"{settings.host}:{settings.port}",
        "workers": settings.web_processes,
        "worker_class": Worker,
        "post_worker_init": keep_what_is_loaded,
        # It waits for readers in a way of its own, and without end.
        "sendfile": False,
        "threads": settings.web_threads,
        # Players hold connections open while they do not ask for anything.
        "worker_connections": max(1000, 4 * settings.web_threads),
        "keepalive": KEEP_ALIVE_S,
        "limit_request_line": LONGEST_LINE,
        "graceful_timeout": DRAIN_S,
        "control_socket_disable": True,
        "proc_name": "mediashare",
        "logconfig_dict": dict(logs.plan(env=settings.env, level=settings.log_level)),
    }
