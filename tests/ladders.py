"""Small ladders of renditions as the workers make them, and the rows that name them."""

import hashlib
import io
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from mediashare.db.base import new_id
from mediashare.db.session import begin_writing
from mediashare.library.models import Episode
from mediashare.media.models import Rendition, RenditionKind
from mediashare.storage import keys
from mediashare.storage.port import Storage
from tests import sharing
from workers.tools import codecs, sidx

# Long enough to be streamed, at so few pictures a second that it is made in a moment.
LENGTH_S = 64
FPS = 5
SCENE = f"testsrc2=s=640x360:r={FPS}:d={LENGTH_S},noise=alls=30:allf=t"
TONE = f"sine=330:r=48000:d={LENGTH_S}"
PICTURE_FLAGS = "+frag_keyframe+delay_moov+default_base_moof+global_sidx+skip_trailer"
SOUND_FLAGS = "+delay_moov+default_base_moof+global_sidx+skip_trailer"


@dataclass(frozen=True)
class Rung:
    """One file of a ladder, before anybody has stored it."""

    path: Path
    mime_type: str
    codecs: str
    width: int | None = None
    height: int | None = None


# Width, height, and kilobits a second of the picture.
SIZES = {"360": (640, 360, 700), "216": (384, 216, 220), "144": (256, 144, 60)}
# How the sound alone is made, and what it is called then.
SOUNDS = {"aac": ("aac", "mp4a.40.2"), "opus": ("libopus", "opus")}


def make_ladder(factory: pytest.TempPathFactory) -> dict[str, Rung]:
    """Three sizes of the same picture with its sound, and the sound alone in AAC and Opus."""
    folder = sharing.made_once(factory, "ladder", _encode_ladder)
    rungs = {name: make_rung(folder / f"{name}.mp4", *SIZES[name][:2]) for name in SIZES}
    for name, (_coder, codec) in SOUNDS.items():
        rungs[name] = Rung(folder / f"{name}.m4a", "audio/mp4", codec)
    return rungs


def _encode_ladder(folder: Path) -> None:
    outputs = [word for name in SIZES for word in (*_coding(name), folder / f"{name}.mp4")]
    _ffmpeg("-f", "lavfi", "-i", SCENE, "-f", "lavfi", "-i", TONE, *outputs)
    for name, (coder, _codec) in SOUNDS.items():
        pieces = ("-movflags", SOUND_FLAGS, "-frag_duration", "2000000", "-f", "mp4")
        sound = ("-c:a", coder, "-b:a", "48k", *pieces, folder / f"{name}.m4a")
        _ffmpeg("-f", "lavfi", "-i", TONE, *sound)


def _coding(name: str) -> tuple[object, ...]:
    width, height, rate = SIZES[name]
    return (
        *("-vf", f"scale={width}:{height},setsar=1", "-c:v", "libx264", "-preset", "ultrafast"),
        *("-pix_fmt", "yuv420p", "-b:v", f"{rate}k", "-maxrate", f"{rate}k"),
        *("-bufsize", f"{rate}k", "-sc_threshold", "0"),
        *("-force_key_frames", "expr:gte(t,n_forced*2)", "-c:a", "aac", "-b:a", "48k"),
        *("-movflags", PICTURE_FLAGS),
    )


def make_rung(path: Path, width: int, height: int) -> Rung:
    """A file of picture and sound, named as the workers name it."""
    streams = {"video": {"codec_name": "h264"}, "audio": {"codec_name": "aac"}}
    names = codecs.names(streams, sidx.read_index(path).moov)
    return Rung(path, "video/mp4", names, width, height)


def make_uneven(folder: Path) -> Rung:
    """A recording whose key pictures stand where its maker wanted them, up to 10 s apart."""
    path = folder / "uneven.mp4"
    times = ",".join(str(second) for second in (0, 10, 13, 20, 29.2, *range(34, LENGTH_S, 5)))
    scene = f"testsrc2=s=480x270:r={FPS}:d={LENGTH_S},setsar=1"
    coding = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "999")
    keys_at = ("-sc_threshold", "0", "-force_key_frames", times)
    sound = ("-c:a", "aac", "-b:a", "48k", "-movflags", PICTURE_FLAGS)
    _ffmpeg("-f", "lavfi", "-i", scene, "-f", "lavfi", "-i", TONE, *coding, *keys_at, *sound, path)
    return make_rung(path, 480, 270)


def make_browser_recording(folder: Path) -> Rung:
    """What a browser has recorded, as it came: no fragments that playlists could name."""
    path = folder / "recorded.webm"
    scene = ("-f", "lavfi", "-i", f"testsrc2=s=160x90:r={FPS}:d={LENGTH_S}")
    coding = ("-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libopus")
    _ffmpeg(*scene, "-f", "lavfi", "-i", TONE, *coding, "-cues_to_front", "1", path)
    return Rung(path, "video/webm", "vp8,opus", 160, 90)


def add_rung(
    session: Session, storage: Storage, episode: Episode, rung: Rung, **values: Any
) -> Rendition:
    """Store a file as a rendition of an episode."""
    data = rung.path.read_bytes()
    kind = RenditionKind.VIDEO if rung.width else RenditionKind.AUDIO
    duration_ms = values.pop("duration_ms", LENGTH_S * 1000)
    given: dict[str, Any] = {
        "fps": FPS if rung.width else None,
        "bitrate": round(len(data) * 8000 / duration_ms),
        **_index(rung),
        **values,
    }
    rendition = Rendition(
        id=new_id(),
        episode_id=episode.id,
        kind=kind,
        mime_type=rung.mime_type,
        codecs=rung.codecs,
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        duration_ms=duration_ms,
        width=rung.width,
        height=rung.height,
        **given,
    )
    rendition.storage_key = keys.result(episode.id, new_id(), 1, rendition.filename)
    storage.put(rendition.storage_key, io.BytesIO(data), content_type=rung.mime_type)
    begin_writing(session)
    session.add(rendition)
    session.commit()
    return rendition


def _index(rung: Rung) -> dict[str, Any]:
    if rung.path.suffix == ".webm":
        return {"init_size": 0, "segments": [], "is_provisional": True}
    index = sidx.read_index(rung.path)
    return {"init_size": index.init_size, "segments": index.segments}


def _ffmpeg(*words: object) -> None:
    command = ["ffmpeg", "-nostdin", "-v", "error", "-y", *map(str, words)]
    subprocess.run(command, check=True, timeout=120)  # noqa: S603 - our own words
