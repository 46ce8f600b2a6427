"""Models of the recognisers: fetched once, proved, and made into what both engines load."""

import dataclasses
import hashlib
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from workers.tools.speech import models, tokens
from workers.tools.speech.convert import convert
from workers.tools.speech.faster_engine import FasterWhisperEngine
from workers.tools.speech.models import ModelUnreachableError, NotTheModelError, Official
from workers.tools.speech.port import Options
from workers.tools.speech.whisper_engine import WhisperEngine

pytestmark = [
    pytest.mark.slow,
    # openai-whisper leaves the file of its tokens open.
    pytest.mark.filterwarnings("ignore:.*whisper/assets:pytest.PytestUnraisableExceptionWarning"),
]

MULTILINGUAL = 51_865
ENGLISH = MULTILINGUAL - 1
TOKENS = 8
SILENCE = np.zeros(16_000 * 4, np.float32)


@dataclass
class Site:
    """Gives one file, counts how often, and may give only its first half."""

    data: bytes
    asked: int = 0
    breaks_off: bool = False
    port: int = 0

    @property
    def official(self) -> Official:
        """The model as openai-whisper would describe it."""
        digest = hashlib.sha256(self.data).hexdigest()
        return Official("base", f"http://127.0.0.1:{self.port}/{digest}/base.pt", None)


class Handler(BaseHTTPRequestHandler):
    def __init__(self, site: Site, *given: object) -> None:
        self._site = site
        super().__init__(*given)  # type: ignore[arg-type]  # as the server gives them

    def do_GET(self) -> None:
        self._site.asked += 1
        data = self._site.data
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data[: len(data) // 2] if self._site.breaks_off else data)

    def log_message(self, *_words: object) -> None:
        """A test has nothing to say."""


@pytest.fixture
def site(speech_models: Path) -> Iterator[Site]:
    found = Site((speech_models / "base.pt").read_bytes())
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, found))
    found.port = server.server_port
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield found
    server.shutdown()
    thread.join()
    server.server_close()


def install(official: Official, folder: Path, file: Path | None = None) -> list[tuple[int, int]]:
    told: list[tuple[int, int]] = []
    models.install(official, folder, file=file, on_progress=lambda *now: told.append(now))
    return told


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir() if path.suffix != ".lock"}


def test_a_fetched_model_is_there_for_both_engines(site: Site, tmp_path: Path) -> None:
    told = install(site.official, tmp_path)

    assert told[-1] == (len(site.data), len(site.data))
    assert names(tmp_path) == {"base.pt", "base"}
    for engine in (
        WhisperEngine(tmp_path / "base.pt", "cpu"),
        FasterWhisperEngine(tmp_path / "base", "cpu"),
    ):
        heard = engine.transcribe(SILENCE, Options("en"))
        assert heard[0].text.strip() == "ask what you can do for your country"


def test_a_model_is_fetched_once_however_many_ask_at_once(site: Site, tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _n: install(site.official, tmp_path), range(4)))

    assert site.asked == 1
    assert names(tmp_path) == {"base.pt", "base"}


def test_a_checkpoint_that_was_carried_here_needs_no_network(
    site: Site, tmp_path: Path, speech_models: Path
) -> None:
    install(site.official, tmp_path, speech_models / "base.pt")

    assert (site.asked, names(tmp_path)) == (0, {"base.pt", "base"})


def test_other_bytes_never_get_the_name_of_a_model(site: Site, tmp_path: Path) -> None:
    (tmp_path / "base.pt").write_bytes(b"what was there before")
    official = site.official
    site.data = site.data[:-1] + b"?"

    with pytest.raises(NotTheModelError, match=f"SHA-256 is not {official.sha256}"):
        install(official, tmp_path)

    assert names(tmp_path) == {"base.pt"}
    assert (tmp_path / "base.pt").read_bytes() == b"what was there before"


def test_a_connection_that_breaks_leaves_nothing_behind(site: Site, tmp_path: Path) -> None:
    site.breaks_off = True

    with pytest.raises((ModelUnreachableError, NotTheModelError)):
        install(site.official, tmp_path)

    assert names(tmp_path) == set()


def test_a_house_without_internet_is_told_how_to_bring_the_model(
    site: Site, tmp_path: Path
) -> None:
    nowhere = dataclasses.replace(site.official, address="http://127.0.0.1:9/0123/base.pt")

    with pytest.raises(
        ModelUnreachableError, match=r"Fetch http://127.0.0.1:9/0123/base.pt .*--file"
    ):
        install(nowhere, tmp_path)


def test_every_official_model_has_a_digest_and_heads() -> None:
    found = [models.find(name) for name in models.list_names()]

    assert {"tiny", "base.en", "large-v3", "turbo"} <= {official.name for official in found}
    assert {len(official.sha256) for official in found} == {64}
    assert all(official.address.startswith("https://") for official in found)
    assert all(official.heads for official in found)


@pytest.mark.parametrize("vocabulary", [MULTILINGUAL, ENGLISH], ids=["multilingual", "English"])
def test_a_converted_model_computes_what_the_checkpoint_does(
    vocabulary: int, tmp_path: Path
) -> None:
    from tests.workers import checkpoints  # noqa: PLC0415 - loads torch

    model = checkpoints.random_model(tmp_path / "made.pt", vocabulary)
    folder = convert(tmp_path / "made.pt", tmp_path / "made", quantization="float32")
    sound = checkpoints.random_sound()
    prompt = list(tokens.open_tokenizer(vocabulary).sot_sequence_including_notimestamps)

    original = checkpoints.Original(model, sound)
    converted = checkpoints.Converted(folder, sound)

    assert converted.is_multilingual == (vocabulary == MULTILINGUAL)
    assert np.allclose(converted.encoded, original.encoded, atol=1e-3)
    found = converted.most_likely(prompt, TOKENS)
    assert found == original.most_likely(prompt, TOKENS)
    assert len(set(found)) > TOKENS // 2
