"""Long recordings in no time: silence, tones and some speech, ready to be recognised, and workers
that recognise them in processes of their own."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mediashare.library.models import EpisodeState
from mediashare.media.models import Rendition, RenditionKind, Sound, Version
from mediashare.storage import keys
from mediashare.transcripts import service as transcripts_service
from tests import factories
from tests.workers.pipeline import Pipeline
from tests.workers.speech import speak

# In each block somebody speaks, then comes a tone, and then nothing.
SPEECH_S, TONE_S = 8, 12
WORKER = """
from mediashare.config import Settings
from workers.parts import open_parts
from workers.registry import REGISTRY
from workers.run import Runner
Runner(open_parts(Settings.from_env()), REGISTRY).work("speech")
"""
LOOK_EVERY_S = 0.05


def make_sound(folder: Path, *, seconds: int, block_s: int) -> Path:
    """A sound as the pipeline keeps it for recognisers: FLAC, 16 kHz, mono; a sentence in each
    block of so many seconds."""
    voice = speak(folder / "voice.wav")
    block, path = folder / "block.flac", folder / "long.flac"
    graph = (
        f"[0]aresample=16000,apad,atrim=0:{SPEECH_S}[v];"
        f"[v][1]concat=n=2:v=0:a=1,apad,atrim=0:{block_s}"
    )
    tone = ("-f", "lavfi", "-t", str(TONE_S), "-i", "sine=440:r=16000")
    _ffmpeg("-i", str(voice), *tone, "-filter_complex", graph, "-ac", "1", str(block))
    _ffmpeg("-stream_loop", "-1", "-i", str(block), "-t", str(seconds), str(path))
    return path


def play_sound(pipeline: Pipeline, sound: Path, seconds: int, **values: Any) -> str:
    """A published episode that is played already, and whose recognition waits. Of its files only
    what recognisers listen to is really there."""
    with pipeline.database.sessions() as session:
        episode = factories.make_episode(
            session, pipeline.author, state=EpisodeState.READY, duration_ms=seconds * 1000, **values
        )
        recording = factories.make_recording(session, episode)
    key = keys.result(episode.id, "job", 1, "sound.flac")
    with sound.open("rb") as file:
        pipeline.storage.put(key, file, content_type="audio/flac")
    with pipeline.database.transaction() as session:
        version = session.query(Version).filter_by(recording_id=recording.id).one()
        session.add(
            Sound(
                version_id=version.id, episode_id=episode.id, storage_key=key, integrated=-20.0,
                size=sound.stat().st_size, peak=-3.0, gain_db=0.0, silences=[],
            )
        )  # fmt: skip
        session.add(
            Rendition(
                episode_id=episode.id, kind=RenditionKind.AUDIO, storage_key=f"{key}.m4a", size=1,
                mime_type="audio/mp4", codecs="mp4a.40.2", sha256="0" * 64, bitrate=64_000,
                duration_ms=seconds * 1000, init_size=0, segments=[],
            )
        )  # fmt: skip
        transcripts_service.request_recognition(session, episode.id, pipeline.author.id)
    return episode.id


def start_worker(
    pipeline: Pipeline, model: Path, *arguments: str, script: str = WORKER
) -> subprocess.Popen[bytes]:
    """A worker that does one job of the queue of speech, in a process of its own."""
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join(sys.path),
        "MEDIASHARE_ENV": "development",
        "MEDIASHARE_DATA": str(pipeline.settings.data),
        "MEDIASHARE_MIN_FREE_BYTES": "0",
        "MEDIASHARE_ASR_ENGINE": "faster-whisper",
        "MEDIASHARE_ASR_MODEL": str(model),
        "DATABASE_URL": pipeline.database.engine.url.render_as_string(hide_password=False),
    }
    words = [sys.executable, "-c", script, *arguments]
    return subprocess.Popen(words, env=environment)  # noqa: S603 - our own words


def most_memory(process: subprocess.Popen[bytes]) -> int:
    """The most bytes that a process and all its descendants have had in memory together, until it
    ends; what they share is counted for each."""
    most = 0
    while process.poll() is None:
        most = max(most, sum(_resident(pid) for pid in (process.pid, *_descendants(process.pid))))
        time.sleep(LOOK_EVERY_S)
    return most


def _descendants(pid: int) -> Iterator[int]:
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, _read(path).split()):
            yield child
            yield from _descendants(child)


def _resident(pid: int) -> int:
    fields = _read(Path(f"/proc/{pid}/statm")).split()
    return int(fields[1]) * os.sysconf("SC_PAGE_SIZE") if fields else 0


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""


def _ffmpeg(*words: str) -> None:
    command = ["ffmpeg", "-nostdin", "-v", "error", "-y", *words]
    subprocess.run(command, check=True)  # noqa: S603 - our own words
