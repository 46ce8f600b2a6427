"""A speech server as OpenAI's: a real one, on loopback, that says what a test wants it to say."""

import json
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from werkzeug.datastructures import Headers, MultiDict
from werkzeug.serving import generate_adhoc_ssl_pair, make_server
from werkzeug.wrappers import Request, Response

SAID = "Ask what you can do for your country."
TRANSLATED = "Ask what may be done."


@dataclass(frozen=True)
class Asked:
    """One request, as it came."""

    path: str
    form: MultiDict[str, str]
    sound: bytes
    headers: Headers


@dataclass
class SpeechServer:
    """Where it is, what it was asked, and what it says next; after that, always the same."""

    url: str
    asked: list[Asked] = field(default_factory=list)
    answers: deque[Response] = field(default_factory=deque)
    is_over: threading.Event = field(default_factory=threading.Event)

    @property
    def host(self) -> str:
        return self.url.split("/")[2]

    def say(self, *found: Any, status: int = 200, **headers: str) -> None:
        """Answer the next requests with these bodies, one after the other."""
        written = {name.replace("_", "-"): value for name, value in headers.items()}
        for body in found:
            data = body if isinstance(body, str | bytes) else json.dumps(body)
            response = Response(data, status, written, content_type="application/json")
            self.answers.append(response)

    def drip(self) -> None:
        """Answer the next request with one sign after the other, and never come to an end."""

        def drops() -> Iterator[bytes]:
            while not self.is_over.wait(0.02):
                yield b" "

        self.answers.append(Response(drops(), content_type="application/json"))

    def answer(self, environ: Any, start: Any) -> Any:
        """One request, as WSGI has it."""
        with Request(environ) as request:
            file = request.files.get("file")
            sound = file.read() if file else b""
            asked = Asked(request.path, request.form, sound, request.headers)
        self.asked.append(asked)
        response = self.answers.popleft() if self.answers else Response(spoken(asked.path))
        return response(environ, start)


def spoken(path: str, language: str = "english") -> str:
    """A whole answer, as the best of servers give it: words beside the segments, without signs."""
    text, step = TRANSLATED if path.endswith("translations") else SAID, 0.3
    words = [
        {"word": word.strip(".,"), "start": 0.2 + step * n, "end": 0.2 + step * (n + 1)}
        for n, word in enumerate(text.split())
    ]
    segment = {
        "id": 0,
        "start": 0.2,
        "end": words[-1]["end"],
        "text": f" {text}",
        "avg_logprob": -0.1,
        "no_speech_prob": 0.01,
        "compression_ratio": 1.1,
    }
    return json.dumps(
        {
            "task": path.rsplit("/", 1)[-1],
            "language": language,
            "duration": 5.0,
            "text": text,
            "segments": [segment],
            "words": words,
        }
    )


@contextmanager
def running_speech(certificate: Path | None = None) -> Iterator[SpeechServer]:
    """Serve until the end of the block; by https where there is a place for the certificate."""
    server = SpeechServer("")
    pair = None
    if certificate is not None:
        pair = _make_certificate(certificate)
    http = make_server("127.0.0.1", 0, server.answer, threaded=True, ssl_context=pair)
    scheme, name = ("https", "localhost") if pair else ("http", "127.0.0.1")
    server.url = f"{scheme}://{name}:{http.server_port}/v1"
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.is_over.set()
        http.shutdown()
        thread.join()
        http.server_close()


def _make_certificate(path: Path) -> tuple[str, str]:
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415 - for few tests

    certificate, key = generate_adhoc_ssl_pair("localhost")
    own = path.with_suffix(".key")
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    own.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption(),
        )
    )
    return str(path), str(own)
