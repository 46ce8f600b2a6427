"""What the build made reaches browsers compressed, and unchanged."""

import gzip
import json

import pytest
from flask import Flask

from mediashare.web.rendering import DIST

TYPES = {"app.css": "text/css", "app.js": "text/javascript", "icons.svg": "image/svg+xml"}


def find_built(name: str) -> str:
    """The hashed name of a built file."""
    return str(json.loads((DIST / "manifest.json").read_text())[name])


@pytest.mark.parametrize("name", TYPES)
def test_text_is_sent_compressed_as_what_it_is(app: Flask, name: str) -> None:
    built = find_built(name)

    answer = app.test_client().get(f"/static/{built}", headers={"Accept-Encoding": "br, gzip"})

    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.mimetype == TYPES[name]
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert gzip.decompress(answer.data) == (DIST / built).read_bytes()


@pytest.mark.parametrize("accepted", ["", "identity", "gzip;q=0", "br"])
def test_who_does_not_take_gzip_gets_the_file_itself(app: Flask, accepted: str) -> None:
    built = find_built("app.css")

    answer = app.test_client().get(f"/static/{built}", headers={"Accept-Encoding": accepted})

    assert "Content-Encoding" not in answer.headers
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert answer.data == (DIST / built).read_bytes()


def test_fonts_are_compressed_already(app: Flask) -> None:
    built = find_built("font.woff2")

    answer = app.test_client().get(f"/static/{built}", headers={"Accept-Encoding": "gzip"})

    assert "Content-Encoding" not in answer.headers
    assert answer.data == (DIST / built).read_bytes()


@pytest.mark.parametrize("name", ["../build.mjs", "%2e%2e/build.mjs", "nothing.css", "x%00.css"])
def test_nothing_but_built_files_is_sent(app: Flask, name: str) -> None:
    answer = app.test_client().get(f"/static/{name}", headers={"Accept-Encoding": "gzip"})

    assert answer.status_code == 404
