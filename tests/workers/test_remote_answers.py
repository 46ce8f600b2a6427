"""What a speech server answers, as much or as little as it cares to: what is kept of that."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from tests.servers.speech import SpeechServer, running_speech
from workers.tools.speech.cleaning import clean
from workers.tools.speech.errors import ChunkRefusedError
from workers.tools.speech.port import Options
from workers.tools.speech.remote_calls import RemoteServer
from workers.tools.speech.remote_engine import RemoteEngine

SOUND = np.zeros(5 * 16_000, np.float32)


@pytest.fixture(scope="module")
def server() -> Iterator[SpeechServer]:
    """A server that says what it is told to."""
    with running_speech() as found:
        yield found


def _engine(server: SpeechServer) -> RemoteEngine:
    return RemoteEngine(RemoteServer(server.url, "", "whisper-1", 20.0))


PAGE = "<!doctype html><title>Sign in</title>"
DEEP = "[" * 100_000


@pytest.mark.parametrize(
    "body",
    [
        PAGE,
        "",
        "null",
        "[]",
        "{}",
        '{"text": 7}',
        '{"text": "cut off',
        DEEP,
        b"\xff\xfe",
        '{"text": ' + "9" * 5000 + "}",
        " " * 10_000_000,
    ],
    ids=lambda body: str(body[:12]),
)
def test_what_is_no_transcript_is_a_gap(body: str | bytes, server: SpeechServer) -> None:
    server.say(body)

    with pytest.raises(ChunkRefusedError) as failed:
        _engine(server).transcribe(SOUND, Options("en"))

    assert str(failed.value) == (
        f"The speech server {server.host} gave an answer that nobody can read."
    )


def _kept(
    server: SpeechServer, body: Any
) -> list[tuple[int, int, str, list[tuple[int, int, str]]]]:
    """What is kept of an answer about five seconds that begin in the tenth."""
    server.say(body)
    heard = _engine(server).transcribe(SOUND, Options("en"))
    return [
        (one.start_ms, one.end_ms, one.text, [(w.start_ms, w.end_ms, w.text) for w in one.words])
        for one in clean(heard, 10_000, 15_000)
    ]


def test_text_alone_is_one_segment_without_measured_words(server: SpeechServer) -> None:
    assert _kept(server, {"text": " Hello\u0000 there.\ud800 "}) == [
        (10_000, 15_000, "Hello there.", [])
    ]


def test_silence_is_nothing(server: SpeechServer) -> None:
    assert _kept(server, {"text": "", "segments": [], "words": []}) == []


def test_times_that_make_no_sense_stay_inside_the_part(server: SpeechServer) -> None:
    body = (
        '{"text": "a b c", "segments": ['
        '{"text": "a", "start": -3, "end": 1e300},'
        '{"text": "b", "start": NaN, "end": Infinity, "avg_logprob": "x"},'
        '{"start": 1, "end": 2}, 7, {"text": "c", "start": 4, "end": 1}]}'
    )

    kept = _kept(server, body)

    assert [text for _start, _end, text, _words in kept] == ["a"]
    assert all(10_000 <= start < end <= 15_000 for start, end, _text, _words in kept)


def test_words_are_written_as_the_sentence_has_them(server: SpeechServer) -> None:
    words = [("well", 0.1, 0.4), ("can", 0.5, 0.7), ("'t", 0.7, 0.9), ("stop", 2.0, 2.5)]
    body = {
        "text": "Well - can't! Stop.",
        "segments": [
            {"text": "Well - can't!", "start": 0.1, "end": 0.9},
            {"text": "Stop.", "start": 2.0, "end": 2.5},
        ],
        "words": [{"word": text, "start": start, "end": end} for text, start, end in words],
    }

    assert _kept(server, body) == [
        (10_100, 10_900, "Well - can't!", [(10_100, 10_400, "Well -"), (10_500, 10_900, "can't!")]),
        (12_000, 12_500, "Stop.", [(12_000, 12_500, "Stop.")]),
    ]


def test_words_that_say_something_else_keep_their_own_times(server: SpeechServer) -> None:
    body = {
        "text": "ten percent",
        "segments": [
            {"text": "10 %", "start": 0, "end": 1, "words": [{"word": "ten", "start": 0, "end": 1}]}
        ],
    }

    assert _kept(server, body) == [(10_000, 11_000, "10 %", [(10_000, 11_000, "ten")])]


@pytest.mark.parametrize("broken", [{"word": "b"}, {"word": "b", "start": 1, "end": None}, 7])
def test_words_without_times_are_as_good_as_none(broken: Any, server: SpeechServer) -> None:
    words = [{"word": "a", "start": 0, "end": 1}, broken]

    assert _kept(server, {"text": "a b", "words": words}) == [(10_000, 15_000, "a b", [])]


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ("english", "en"),
        ("pt-BR", "pt"),
        ("zh", "zh"),
        ("bengali", "bn"),
        ("x1y2", "und"),
        (7, "und"),
    ],
)
def test_languages_are_understood_by_name_and_by_code(
    told: Any, code: str, server: SpeechServer
) -> None:
    server.say({"text": "a", "language": told})

    language, _odds = _engine(server).detect_language(SOUND)

    assert language == code
