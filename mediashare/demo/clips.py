"""Makes the media of the demo: speech by espeak-ng, slides and files by ffmpeg."""

import subprocess
import wave
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mediashare.demo.script import Clip, Part

PAUSE_S = 0.4
RATE = 22_050
SLIDE = "1280x720"
INK, PAPER, MARKER, QUIET = "0xedf0ec", "0x0e1214", "0xffdb4a", "0xa9b4b9"


@dataclass(frozen=True)
class Spoken:
    """A sentence and when it is heard, in seconds."""

    text: str
    start: float
    end: float


@dataclass(frozen=True)
class Made:
    """A finished recording with the captions that its author brings along."""

    path: Path
    captions: str
    sentences: tuple[Spoken, ...]


def make_clip(clip: Clip, voice: str, folder: Path) -> Made:
    """Speak a clip and, if it is a video, show its slides; the times of the captions are exact,
    because each sentence is spoken into a file of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    spoken, lengths = _speak_all(clip.parts, voice, folder)
    sound = folder / "speech.wav"
    if clip.is_video:
        path = folder / "clip.mp4"
        _show(clip, lengths, sound, path)
    else:
        path = folder / "clip.mp3"
        _run("ffmpeg", "-i", sound, "-b:a", "96k", path)
    return Made(path, _captions(spoken), tuple(spoken))


def _speak_all(parts: Sequence[Part], voice: str, folder: Path) -> tuple[list[Spoken], list[float]]:
    """Speak every sentence into one sound file; also the length of each part in seconds."""
    spoken: list[Spoken] = []
    lengths = []
    silence = b"\0\0" * int(PAUSE_S * RATE)
    at = 0.0
    with wave.open(str(folder / "speech.wav"), "wb") as sound:
        sound.setparams((1, 2, RATE, 0, "NONE", ""))
        for part in parts:
            begin = at
            for sentence in part.sentences:
                frames = _speak(sentence, voice, folder / "sentence.wav")
                sound.writeframes(frames + silence)
                length = len(frames) / 2 / RATE
                spoken.append(Spoken(sentence, at, at + length))
                at += length + PAUSE_S
            lengths.append(at - begin)
    return spoken, lengths


def _speak(sentence: str, voice: str, path: Path) -> bytes:
    _run_plain("espeak-ng", "-v", voice, "-s", "165", "-w", str(path), "--", sentence)
    with wave.open(str(path)) as sound:
        return bytes(sound.readframes(sound.getnframes()))


def _show(clip: Clip, lengths: Sequence[float], sound: Path, path: Path) -> None:
    slides = []
    for number, part in enumerate(clip.parts):
        slide = path.parent / f"slide{number}.png"
        _draw(clip.title, part, slide)
        slides.append(slide)
    inputs: list[str | Path] = []
    for slide, length in zip(slides, lengths, strict=True):
        inputs += ["-loop", "1", "-framerate", "10", "-t", f"{length:.3f}", "-i", slide]
    joined = "".join(f"[{n}:v]" for n in range(len(slides)))
    _run(
        "ffmpeg", *inputs, "-i", sound,
        "-filter_complex", f"{joined}concat=n={len(slides)}:v=1[v]",
        "-map", "[v]", "-map", f"{len(slides)}:a", "-c:v", "libx264", "-preset", "veryfast",
        "-tune", "stillimage", "-pix_fmt", "yuv420p", "-g", "50", "-c:a", "aac", "-b:a", "96k",
        "-movflags", "+faststart", path,
    )  # fmt: skip


def _draw(title: str, part: Part, path: Path) -> None:
    """One slide: the clip's title small, the part's title large, its points as a list."""
    lines = [(title, 30, 64, QUIET), (part.title, 60, 180, MARKER)]
    lines += [(point, 38, 330 + 80 * n, INK) for n, point in enumerate(part.points)]
    filters = []
    for number, (text, height, top, colour) in enumerate(lines):
        # Text goes through files: there is no escaping to get wrong.
        words = path.with_name(f"{path.stem}-{number}.txt")
        words.write_text(text)
        filters.append(
            f"drawtext=textfile={words}:expansion=none:fontsize={height}:fontcolor={colour}"
            f":x=96:y={top}"
        )
    _run("ffmpeg", "-f", "lavfi", "-i", f"color=c={PAPER}:s={SLIDE}", "-frames:v", "1",
         "-vf", ",".join(filters), path)  # fmt: skip


def _captions(spoken: Sequence[Spoken]) -> str:
    cues = [f"{_stamp(line.start)} --> {_stamp(line.end)}\n{line.text}" for line in spoken]
    return "WEBVTT\n\n" + "\n\n".join(cues) + "\n"


def _stamp(seconds: float) -> str:
    return f"{int(seconds // 3600):02d}:{int(seconds // 60 % 60):02d}:{seconds % 60:06.3f}"


def _run(program: str, *args: str | Path) -> None:
    _run_plain(program, "-nostdin", "-y", "-v", "error", *map(str, args))


def _run_plain(*command: str) -> None:
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)  # noqa: S603 - our own arguments
