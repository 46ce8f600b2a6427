"""Calls of a speech server elsewhere: tried again while that may help, ended at a deadline, read no
further than an answer can be long.

It is the one that the settings name. Redirects are not followed, certificates are always checked,
and without encryption nothing goes beyond this machine and its private network.
"""

import contextlib
import ipaddress
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias
from urllib.parse import urlsplit

import urllib3
from urllib3.connection import HTTPConnection
from urllib3.exceptions import HTTPError, InvalidHeader, ReadTimeoutError, SSLError
from urllib3.response import BaseHTTPResponse

from mediashare.sentences import said
from workers.tools.speech.errors import ChunkRefusedError, EngineAwayError, ModelUnusableError

CONNECT_S = 10.0
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 20.0
# Half a minute of speech with the times of all its words, written as wordily as can be.
MOST_BYTES = 2_000_000
BLOCK = 65_536
# How much of a refusal the log gets to see.
EXCERPT = 300
UNUSABLE = {
    401: said("The speech server %(host)s refuses our key. An admin needs to look at it."),
    403: said("The speech server %(host)s refuses our key. An admin needs to look at it."),
    404: said(
        "The speech server %(host)s has no such address or model. An admin needs to look at it."
    ),
}
# Too Many Requests, and Service Unavailable.
AWAY = (429, 503)
REDIRECTED = said("The speech server %(host)s points elsewhere. An admin needs to look at it.")
UNPROVEN = said(
    "The speech server %(host)s does not prove that it is the one. An admin needs to look."
)
EXPOSED = said(
    "The speech server %(host)s is not in a private network, so speech is sent to it "
    "by https alone. An admin needs to look at it."
)
TOO_LARGE = said("The speech server %(host)s says that this part is too large.")
REFUSED = said("The speech server %(host)s refuses this part.")
UNREADABLE = said("The speech server %(host)s gave an answer that nobody can read.")
BUSY = said("The speech server %(host)s has too much to do.")
FAILING = said("The speech server %(host)s fails.")
TOO_SLOW = said("The speech server %(host)s took too long.")
UNREACHABLE = said("The speech server %(host)s can't be reached.")

# The names and values of a form; a value that is a file comes with its name and type.
Fields: TypeAlias = Sequence[tuple[str, str | tuple[str, bytes, str]]]


@dataclass(frozen=True)
class RemoteServer:
    """A server and what it is asked with; `timeout_s` is for one call, all its tries together."""

    url: str
    key: str = field(repr=False)
    model: str
    timeout_s: float
    certificates: str | None = None

    @property
    def host(self) -> str:
        """What people know it by."""
        return urlsplit(self.url).netloc


class _FarError(HTTPError):
    """Without encryption the connection would leave the private network."""


class _NearConnection(HTTPConnection):
    """A connection without encryption, for which nothing is sent to a public address."""

    def connect(self) -> None:
        super().connect()
        if not _is_near(self.sock.getpeername()[0]):
            self.close()
            raise _FarError


class _NearPool(urllib3.HTTPConnectionPool):
    ConnectionCls = _NearConnection


class Caller:
    """Asks one server, by one connection that is kept."""

    def __init__(self, server: RemoteServer) -> None:
        self._server = server
        self._pool = _open_pool(server)
        self._path = urlsplit(server.url).path.rstrip("/")
        # Whether it has ever done something else than to send us away.
        self.has_answered = False
        self._headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
        if server.key:
            self._headers["Authorization"] = f"Bearer {server.key}"

    def post(self, path: str, fields: Fields) -> bytes:
        """The body of the answer to a form. Raises ChunkRefusedError when it is refused,
        EngineAwayError when the server did not do it in time, and ModelUnusableError when it never
        will."""
        end, pause = time.monotonic() + self._server.timeout_s, FIRST_PAUSE_S
        while True:
            try:
                return self._try(path, fields, end)
            except _TryAgainError as error:
                wanted = error.after_s if error.after_s is not None else _shaken(pause)
                if time.monotonic() + wanted >= end:
                    raise EngineAwayError(
                        self._say(error.sentence), details=error.details
                    ) from None
                time.sleep(wanted)
                pause = min(LONGEST_PAUSE_S, pause * 2)

    def unreadable(self, details: str) -> ChunkRefusedError:
        """What to raise for an answer that makes no sense."""
        return ChunkRefusedError(self._say(UNREADABLE), details=self._excerpt(details))

    def _try(self, path: str, fields: Fields, end: float) -> bytes:
        left = max(0.001, end - time.monotonic())
        try:
            answer = self._pool.request(
                "POST",
                f"{self._path}{path}",
                fields=fields,
                headers=self._headers,
                timeout=urllib3.Timeout(connect=min(CONNECT_S, left), read=left),
                retries=False,
                redirect=False,
                preload_content=False,
                decode_content=False,
            )
            self.has_answered = self.has_answered or answer.status not in AWAY
            with contextlib.closing(answer):
                body = self._read(answer, end)
        except _FarError:
            raise ModelUnusableError(self._say(EXPOSED)) from None
        except SSLError as error:
            raise ModelUnusableError(self._say(UNPROVEN), details=str(error)) from None
        except ReadTimeoutError as error:
            raise EngineAwayError(self._say(TOO_SLOW), details=str(error)) from None
        except (HTTPError, OSError) as error:
            raise _TryAgainError(UNREACHABLE, str(error)) from None
        self._judge(answer, body)
        return body

    def _read(self, answer: BaseHTTPResponse, end: float) -> bytes:
        parts: list[bytes] = []
        size = 0
        while part := answer.read1(BLOCK, decode_content=False):
            parts.append(part)
            size += len(part)
            if size > MOST_BYTES:
                raise self.unreadable(f"more than {MOST_BYTES} bytes")
            if time.monotonic() > end:
                raise EngineAwayError(self._say(TOO_SLOW), details=f"{size} bytes had come")
        return b"".join(parts)

    def _judge(self, answer: BaseHTTPResponse, body: bytes) -> None:
        """Raise what an answer stands for that is no success."""
        status = answer.status
        if status == 200:  # noqa: PLR2004 - OK
            return
        details = self._excerpt(f"{status}: {body[: 4 * EXCERPT].decode('utf-8', 'replace')}")
        if status == 429:  # noqa: PLR2004 - Too Many Requests
            raise _TryAgainError(BUSY, details, _retry_after(answer))
        if status >= 500:  # noqa: PLR2004 - the server's own fault
            raise _TryAgainError(FAILING, details, _retry_after(answer))
        if status in UNUSABLE:
            raise ModelUnusableError(self._say(UNUSABLE[status]), details=details)
        if status < 400:  # noqa: PLR2004 - neither success nor refusal
            raise ModelUnusableError(self._say(REDIRECTED), details=details)
        sentence = TOO_LARGE if status == 413 else REFUSED  # noqa: PLR2004 - Content Too Large
        raise ChunkRefusedError(self._say(sentence), details=details)

    def _say(self, sentence: str) -> str:
        return said(sentence, host=self._server.host)

    def _excerpt(self, text: str) -> str:
        # Some servers repeat what they were sent.
        key = self._server.key
        return (text.replace(key, "(our key)") if key else text)[:EXCERPT]


class _TryAgainError(Exception):
    """It may work in a moment, or `after_s` seconds from now, as the server has said."""

    def __init__(self, sentence: str, details: str, after_s: float | None = None) -> None:
        super().__init__(sentence)
        self.sentence, self.details, self.after_s = sentence, details, after_s


def _open_pool(server: RemoteServer) -> urllib3.HTTPConnectionPool:
    parts = urlsplit(server.url)
    host = parts.hostname or ""
    if parts.scheme == "http":
        return _NearPool(host, parts.port)
    return urllib3.HTTPSConnectionPool(
        host, parts.port, cert_reqs="CERT_REQUIRED", ca_certs=server.certificates
    )


def _is_near(address: str) -> bool:
    found = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(found, "ipv4_mapped", None) or found
    return mapped.is_loopback or (mapped.is_private and not mapped.is_link_local)


def _retry_after(answer: BaseHTTPResponse) -> float | None:
    value = answer.headers.get("Retry-After")
    if value is None:
        return None
    try:
        return urllib3.Retry().parse_retry_after(value)
    except InvalidHeader:
        return None


def _shaken(pause: float) -> float:
    """About so long: many who were refused at once do not all come back at once."""
    return pause * random.uniform(0.5, 1.5)  # noqa: S311 - no secret
