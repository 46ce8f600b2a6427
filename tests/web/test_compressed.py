"""What the build made reaches browsers compressed, and unchanged."""

import gzip
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from mediashare.web.rendering import DIST

Fetch = Callable[..., TestResponse]
TYPES = {"app.css": "text/css", "app.js": "text/javascript", "icons.svg": "image/svg+xml"}


@pytest.fixture
def fetch(app: Flask) -> Iterator[Fetch]:
    """Fetches a file of the front end as a browser does that takes some encodings."""
    with ExitStack() as answers:

        def act(name: str, accepted: str = "gzip") -> TestResponse:
            headers = {"Accept-Encoding": accepted}
            answer = app.test_client().get(f"/static/{name}", headers=headers)
            answers.callback(answer.close)
            return answer

        yield act


def find_built(name: str) -> str:
    """The hashed name of a built file."""
    return str(json.loads((DIST / "manifest.json").read_text())[name])


@pytest.mark.parametrize("name", TYPES)
def test_text_is_sent_compressed_as_what_it_is(fetch: Fetch, name: str) -> None:
    built = find_built(name)

    answer = fetch(built, "br, gzip")

    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.mimetype == TYPES[name]
    assert "Accept-Encoding" in answer.vary
    assert gzip.decompress(answer.data) == (DIST / built).read_bytes()


@pytest.mark.parametrize("accepted", ["", "identity", "gzip;q=0", "br"])
def test_who_does_not_take_gzip_gets_the_file_itself(fetch: Fetch, accepted: str) -> None:
    built = find_built("app.css")

    answer = fetch(built, accepted)

    assert "Content-Encoding" not in answer.headers
    assert "Accept-Encoding" in answer.vary
    assert answer.data == (DIST / built).read_bytes()


def test_fonts_are_compressed_already(fetch: Fetch) -> None:
    built = find_built("font.woff2")

    answer = fetch(built)

    assert "Content-Encoding" not in answer.headers
    assert answer.data == (DIST / built).read_bytes()


@pytest.mark.parametrize("name", ["../build.mjs", "%2e%2e/build.mjs", "nothing.css", "x%00.css"])
def test_nothing_but_built_files_is_sent(fetch: Fetch, name: str) -> None:
    answer = fetch(name)

    assert answer.status_code == 404
