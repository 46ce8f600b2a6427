"""Draws the clips that media are measured on: somebody turns slides, scrolls through code, and
explains it."""

import subprocess
from pathlib import Path

from tests.mediafiles import SPOKEN

SIZE, FPS = "1920x1080", 30
# Of each twenty seconds ten are slides that stand and ten are an editor that scrolls.
PAGE_PX, PAGE_S = 900, 5
LINE_PX = 36
# Slow enough that nobody speaks it faster.
SPOKEN_S = 2
H264 = ("-c:v", "libx264", "-preset", "veryfast", "-crf", "22", "-g", "250", "-pix_fmt", "yuv420p")
# Too soft to be left as it is, as what people record mostly is.
SOUND = ("-c:a", "aac", "-b:a", "128k", "-ar", "48000", "-af", "volume=-8dB,apad")


def draw_fitting(folder: Path, seconds: int) -> Path:
    """A clip of 1080p30 whose H.264 fits: its picture can be played and kept as it is."""
    path = folder / f"fitting-{seconds}.mp4"
    code, speech = _write_code(folder, seconds), _speak(folder, seconds)
    paper = f"color=c=0x1e1e2e:s={SIZE}:r={FPS}"
    pointer = f"color=c=white:s=14x20:r={FPS}"
    place = f"-{PAGE_PX}*(floor(t/{PAGE_S})+if(gte(mod(t,20),10),mod(t,{PAGE_S})/{PAGE_S}))"
    text = f"drawtext=font=monospace:fontsize=28:line_spacing=8:fontcolor=0xcdd6f4:textfile={code}"
    scene = (
        f"[0:v]{text}:x=60:y='60+{place}'[screen];"
        "[screen][1:v]overlay=x='960+700*sin(t)':y='540+380*cos(1.3*t)'[picture]"
    )
    _ffmpeg(
        *("-f", "lavfi", "-i", paper, "-f", "lavfi", "-i", pointer, "-i", str(speech)),
        *("-filter_complex", scene, "-map", "[picture]", "-map", "2:a"),
        *(*H264, *SOUND, "-t", str(seconds), str(path)),
    )
    return path


def claim_more(fitting: Path) -> Path:
    """The same bytes of picture and sound, but with the word of a decoder that players need not
    have (level 5.1): browsers mostly play it, but nothing of its picture may be kept."""
    path = fitting.with_name(f"unfit-{fitting.name}")
    _ffmpeg("-i", str(fitting), "-c", "copy", "-bsf:v", "h264_metadata=level=5.1", str(path))
    return path


def code_otherwise(fitting: Path) -> Path:
    """The same scene in MPEG-4 Part 2, which no browser plays."""
    path = fitting.with_name(f"foreign-{fitting.name}")
    _ffmpeg("-i", str(fitting), "-c:v", "mpeg4", "-q:v", "4", "-c:a", "copy", str(path))
    return path


def _write_code(folder: Path, seconds: int) -> Path:
    path = folder / "code.txt"
    lines = Path(__file__).read_text().splitlines()
    wanted = (seconds // PAGE_S + 2) * PAGE_PX // LINE_PX
    numbered = (f"{number + 1:4} {lines[number % len(lines)]}" for number in range(wanted))
    # To drawtext a percent sign and a backslash would be its own.
    path.write_text("\n".join(numbered).replace("%", " ").replace("\\", " "))
    return path


def _speak(folder: Path, seconds: int) -> Path:
    path = folder / "speech.wav"
    words = " ".join([f"{SPOKEN}."] * (seconds // SPOKEN_S + 1))
    subprocess.run(["espeak-ng", "-w", path, words], check=True)  # noqa: S603, S607 - our own words
    return path


def _ffmpeg(*words: str) -> None:
    command = ["ffmpeg", "-nostdin", "-v", "error", "-y", *words]
    subprocess.run(command, check=True)  # noqa: S603 - our own words
