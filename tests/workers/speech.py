"""Recordings with and without speech, made for tests of recognition."""

import subprocess
from pathlib import Path

SENTENCE = "Ask not what your country can do for you. Ask what you can do for your country."
SILENCES = {
    "silence": "anullsrc=r=16000:cl=mono",
    "noise": "anoisesrc=r=16000:a=0.2:seed=1",
    "tone": "sine=440:r=16000",
}
RATE = 16_000


def speak(path: Path, text: str = SENTENCE) -> Path:
    """A synthetic voice that says the text, as a WAV file."""
    words = ["espeak-ng", "-v", "en-us", "-w", str(path), text]
    subprocess.run(words, check=True)  # noqa: S603 - our own words
    return path


def speak_twice(path: Path, pause: int = 5) -> Path:
    """The sentence, a pause of some seconds, and the sentence again: two chunks."""
    voice = speak(path.with_suffix(".one.wav"))
    graph = f"[0]apad=pad_dur={pause}[a];[a][1]concat=n=2:v=0:a=1"
    _ffmpeg("-i", str(voice), "-i", str(voice), "-filter_complex", graph, str(path))
    return path


def make_silence(path: Path, kind: str, seconds: int = 8) -> Path:
    """Something to hear in which nobody speaks."""
    _ffmpeg("-f", "lavfi", "-i", SILENCES[kind], "-t", str(seconds), str(path))
    return path


def make_samples(path: Path, source: Path) -> Path:
    """The file as engines take it: 16 kHz, mono, 16-bit samples."""
    _ffmpeg("-i", str(source), "-ac", "1", "-ar", str(RATE), "-f", "s16le", str(path))
    return path


def _ffmpeg(*words: str) -> None:
    whole = ["ffmpeg", "-nostdin", "-v", "error", "-y", *words]
    subprocess.run(whole, check=True)  # noqa: S603 - our own words
