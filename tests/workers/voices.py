"""Speech as people send it: whispered, shouted, in one ear, through a telephone, with coughs."""

import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

ENGLISH = "Ask not what your country can do for you. Ask what you can do for your country."
GERMAN = "Alle Aufnahmen sollen gleich laut sein. Das hilft allen, die unterwegs zuhören."
NOISE = "anoisesrc=r=22050:a=0.01:d=9:seed=1"
COUGHS = "aevalsrc=0.9*exp(-60*mod(t\\,2))*sin(9425*t):s=22050:d=9"
RATE = 48_000


@dataclass(frozen=True)
class Voice:
    """Who speaks, how loud (LUFS), through which filters, with what beside, into which file."""

    ending: str
    level: float
    filters: str = "anull"
    speaker: tuple[str, ...] = ("-v", "en-us")
    text: str = ENGLISH
    beside: str | None = None
    options: tuple[str, ...] = ()


GERMAN_WOMAN = ("-v", "de+f3", "-s", "130", "-p", "70")
FAST_MAN = ("-v", "en-us+m7", "-s", "210", "-p", "20")
VOICES: dict[str, Voice] = {
    "soft": Voice("wav", -38),
    "shouted": Voice("wav", -8, text=GERMAN, speaker=GERMAN_WOMAN, options=("-c:a", "pcm_f32le")),
    "clipped": Voice("wav", -8, text=GERMAN, speaker=GERMAN_WOMAN),
    "both ears": Voice("flac", -30, "aformat=channel_layouts=stereo", FAST_MAN),
    "left ear": Voice("wav", -33, "pan=stereo|c0=c0", FAST_MAN),
    "right ear": Voice("mp3", -24, "pan=stereo|c1=c0"),
    "telephone": Voice(
        "wav", -25, "aresample=8000", GERMAN_WOMAN, GERMAN, options=("-c:a", "pcm_u8")
    ),
    "studio": Voice(
        *("wav", -28, "aresample=192000,aformat=channel_layouts=stereo"),
        options=("-c:a", "pcm_s24le"),
    ),
    "cinema": Voice(
        *("m4a", -26, "pan=5.1|FC=c0|FL=0.1*c0|FR=0.1*c0", GERMAN_WOMAN, GERMAN),
        options=("-b:a", "256k"),
    ),
    "with pauses": Voice("ogg", -27, "apad=pad_dur=3,aloop=1:400000", FAST_MAN),
    "in noise": Voice("wav", -27, beside=NOISE),
    "with coughs": Voice("wav", -32, beside=COUGHS),
    "too soft": Voice("wav", -45),
}


@dataclass
class Voices:
    """Makes each of VOICES in a folder; who speaks says the words only once."""

    folder: Path
    _spoken: dict[tuple[str, ...], tuple[Path, float]] = field(default_factory=dict)

    def get(self, name: str) -> Path:
        voice, path = VOICES[name], self.folder / f"{name}.{VOICES[name].ending}"
        spoken, level = self._speak(*voice.speaker, voice.text)
        graph = f"[0]volume={voice.level - level}dB:precision=float[a]"
        inputs = ["-i", str(spoken)]
        if voice.beside:
            inputs += ["-f", "lavfi", "-i", voice.beside]
            graph += ";[a][1]amix=2:duration=first:normalize=0[a]"
        graph += f";[a]{voice.filters}"
        make(*inputs, "-filter_complex", graph, *voice.options, str(path))
        return path

    def _speak(self, *words: str) -> tuple[Path, float]:
        if words not in self._spoken:
            path = self.folder / f"spoken{len(self._spoken)}.wav"
            run("espeak-ng", "-w", str(path), *words)
            self._spoken[words] = path, loudness_of(path)[0]
        return self._spoken[words]


def make(*words: str) -> None:
    """Have ffmpeg write a file."""
    run("ffmpeg", "-nostdin", "-v", "error", "-y", *words)


def run(*words: str) -> bytes:
    done = subprocess.run(words, check=False, capture_output=True)  # noqa: S603 - our own words
    assert done.returncode == 0, done.stderr
    return done.stdout


def loudness_of(path: Path) -> tuple[float, float]:
    """Integrated loudness in LUFS and true peak in dBFS, by EBU R128."""
    command = ["ffmpeg", "-nostdin", "-i", str(path), "-af", "ebur128=peak=true", "-f", "null", "-"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - our own words
    summary = done.stderr.rpartition("Summary:")[2]
    [integrated] = re.findall(r"I:\s+(\S+) LUFS", summary)
    [peak] = re.findall(r"Peak:\s+(\S+) dBFS", summary)
    return float(integrated), float(peak)


def samples_of(path: Path, channels: int = 1) -> NDArray[np.float32]:
    """What is heard, from -1 to 1: a row for each sample at RATE, a column for each channel."""
    form = ("-f", "f32le", "-ac", str(channels), "-ar", str(RATE), "-")
    data = run("ffmpeg", "-nostdin", "-v", "error", "-i", str(path), *form)
    return np.frombuffer(data, np.float32).reshape(-1, channels)


def decibels(samples: NDArray[np.float32], start: float, end: float) -> float:
    """How loud it is between two times in seconds; -120 for nothing at all."""
    part = samples[round(start * RATE) : round(end * RATE)]
    return float(10 * np.log10(max(1e-12, float(np.mean(part**2)))))
