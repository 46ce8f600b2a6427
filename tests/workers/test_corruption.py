"""Damaged files crash nothing and hang nothing: each is let in or refused with a sentence."""

import random
import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from mediashare.media.errors import RecordingRefusedError
from tests.workers.corpus.making import AAC, H264, Make, by_ffmpeg, bytes_of, scene, tone
from workers.tools import probe, refusals, sandbox
from workers.tools.probe import Policy
from workers.tools.process import Bench

pytestmark = pytest.mark.slow

POLICY = Policy(max_duration=4 * 3600)
SCENE, TONE = scene("32x32", length="0.4"), tone(8000, length="0.4")
GOOD: dict[str, Make] = {
    "MP4": by_ffmpeg("mp4", *SCENE, *TONE, *H264, *AAC),
    "MP4 with its index first": by_ffmpeg("mp4", *SCENE, *H264, "-movflags", "+faststart"),
    "MP4 in fragments": by_ffmpeg("mp4", *SCENE, *H264, "-movflags", "+empty_moov+frag_keyframe"),
    "WebM": by_ffmpeg("webm", *SCENE, "-c:v", "libvpx"),
    "MKV": by_ffmpeg("mkv", *SCENE, *TONE, *H264, "-c:a", "libopus"),
    "MP3": by_ffmpeg("mp3", *TONE, "-c:a", "libmp3lame"),
    "Ogg": by_ffmpeg("ogg", *TONE, "-c:a", "libvorbis"),
    "WAV": by_ffmpeg("wav", *TONE),
    "FLAC": by_ffmpeg("flac", *TONE),
    "MPEG-TS": by_ffmpeg("ts", *SCENE, *H264),
    "AVI": by_ffmpeg("avi", *SCENE, "-c:v", "mpeg4"),
    "AAC": by_ffmpeg("aac", *TONE, *AAC),
}
SEEDS, ROUNDS = 300, 10
# Where formats say what they are: a wrong byte there has the largest effects.
HEAD_BYTES = 600
SPAN_BYTES = 400
TRUNCATIONS = (0, 1, 50, 99)
KNOWN = [re.compile(re.sub(r"%\\\(\w+\\\)s", ".+", re.escape(one))) for one in refusals.SENTENCES]


def flip(data: bytearray, chance: random.Random) -> None:
    for _ in range(chance.choice((1, 10, 100))):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)


def spoil_the_head(data: bytearray, chance: random.Random) -> None:
    for _ in range(chance.choice((1, 4, 16))):
        data[chance.randrange(min(len(data), HEAD_BYTES))] = chance.randrange(256)


def wipe(data: bytearray, chance: random.Random) -> None:
    at = chance.randrange(len(data))
    length = min(chance.randrange(1, SPAN_BYTES), len(data) - at)
    data[at : at + length] = bytes(length)


def lose(data: bytearray, chance: random.Random) -> None:
    at = chance.randrange(len(data))
    del data[at : at + chance.randrange(1, SPAN_BYTES)]


def repeat(data: bytearray, chance: random.Random) -> None:
    at = chance.randrange(len(data))
    data[at:at] = data[at : at + chance.randrange(1, SPAN_BYTES)]


DAMAGES: tuple[Callable[[bytearray, random.Random], None], ...] = (
    *(flip, flip, spoil_the_head, spoil_the_head, wipe, lose, repeat),
)


def corrupted(seed: int) -> bytes:
    """One of the good files with random damage; the same for the same seed."""
    chance = random.Random(seed)  # noqa: S311 - it must repeat itself
    data = bytearray(bytes_of(list(GOOD.values())[seed % len(GOOD)]))
    chance.choice(DAMAGES)(data, chance)
    return bytes(data)


def answer(folder: Path, data: bytes) -> str:
    """The sentence of the refusal, or nothing for what is let in; other errors are raised."""
    folder.mkdir()
    (folder / "in").write_bytes(data)
    bench = Bench(folder, sandbox.prefix("auto", folder), threading.Event())
    try:
        facts = probe.examine(bench, "in", POLICY)
    except RecordingRefusedError as error:
        return str(error)
    assert facts.duration > 0
    return ""


def is_known(sentence: str) -> bool:
    return sentence == "" or any(known.fullmatch(sentence) for known in KNOWN)


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_random_damage_is_survived(turn: int, tmp_path: Path) -> None:
    seeds = range(turn, SEEDS, ROUNDS)
    with ThreadPoolExecutor(max_workers=2) as pool:
        answers = dict(
            zip(
                seeds,
                pool.map(lambda seed: answer(tmp_path / str(seed), corrupted(seed)), seeds),
                strict=True,
            )
        )

    assert {seed: said for seed, said in answers.items() if not is_known(said)} == {}
    # Damage to the pictures is let in, damage to the head is not: both must have been tried.
    assert "" in answers.values()
    assert any(answers.values())


@pytest.mark.parametrize("name", GOOD)
def test_a_file_cut_anywhere_is_survived(name: str, tmp_path: Path) -> None:
    whole = bytes_of(GOOD[name])

    answers = {
        percent: answer(tmp_path / str(percent), whole[: len(whole) * percent // 100])
        for percent in TRUNCATIONS
    }

    assert answers[0] == refusals.EMPTY
    assert answers[1] != ""
    assert all(map(is_known, answers.values()))
    assert answer(tmp_path / "whole", whole) == ""
