"""From a recording to the one file that everybody can play."""

import contextlib
import json
import os
import re
import signal
import subprocess
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from mediashare import clock
from mediashare.db.session import begin_writing
from mediashare.jobs.models import JobRow
from mediashare.library import service as library_service
from mediashare.library.models import Episode
from mediashare.media import service as media_service
from tests.mediafiles import MediaFiles
from tests.workers.pipeline import Pipeline

pytestmark = pytest.mark.slow


def probed(path: Path) -> Any:
    command = ["ffprobe", "-v", "error", "-of", "json", "-show_format", "-show_streams"]
    command += ["-show_chapters", "-count_frames", str(path)]
    done = subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - our own words
    return json.loads(done.stdout)


def loudness_of(path: Path) -> float:
    command = ["ffmpeg", "-nostdin", "-i", str(path), "-af", "ebur128", "-f", "null", "-"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - our own words
    return float(re.findall(r"I:\s+(-?[\d.]+) LUFS", done.stderr)[-1])


def pictures_of(path: Path) -> str:
    """The hash of the coded pictures, whatever box they are in."""
    command = ["ffmpeg", "-nostdin", "-v", "error", "-i", str(path), "-map", "0:v", "-c", "copy"]
    command += ["-bsf:v", "h264_mp4toannexb", "-f", "md5", "-"]
    done = subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - our own words
    return done.stdout.decode()


def test_a_clip_that_fits_keeps_its_pictures_and_its_sound(
    pipeline: Pipeline, mediafiles: MediaFiles, tmp_path: Path
) -> None:
    source = mediafiles.get("fits.mp4")

    ident = pipeline.make(source)

    rendition = pipeline.media(ident).renditions[0]
    made = pipeline.file_of(ident, tmp_path)
    assert rendition.video_copied
    assert rendition.gain_db is None
    assert pictures_of(made) == pictures_of(source)
    assert rendition.mime_type == "video/mp4"
    assert re.fullmatch(r"avc1\.[0-9a-f]{6},mp4a\.40\.2", rendition.codecs)
    assert (rendition.width, rendition.height) == (320, 240)
    assert rendition.duration_ms == pytest.approx(3000, abs=60)
    assert rendition.size == made.stat().st_size


def test_the_episode_is_playable_and_published_and_the_next_steps_wait(
    pipeline: Pipeline, mediafiles: MediaFiles
) -> None:
    ident = pipeline.send(mediafiles.get("fits.mp4"))

    pipeline.work(("media",))

    episode, jobs = pipeline.episode(ident), pipeline.jobs(ident)
    assert episode.state == "ready"
    assert episode.kind == "video"
    assert episode.published_at is not None
    assert {kind: row.state for kind, row in jobs.items()} == {
        "probe": "done",
        "rendition": "done",
        "ladder": "done",
        "storyboard": "done",
        "pictures": "done",
        "transcript": "queued",
    }
    assert {row.owner_id for row in jobs.values()} == {pipeline.author.id}
    recording = pipeline.media(ident).recording
    assert recording is not None
    assert recording.sha256 is not None
    assert recording.demuxer == "mov"


def test_the_segments_are_the_whole_file_and_each_starts_with_a_keyframe(
    pipeline: Pipeline, mediafiles: MediaFiles
) -> None:
    ident = pipeline.make(mediafiles.get("browser.webm"))

    rendition = pipeline.media(ident).renditions[0]
    ends = [offset + size for offset, size, _duration in rendition.segments]
    starts = [offset for offset, _size, _duration in rendition.segments]
    assert starts[1:] == ends[:-1]
    assert ends[-1] == rendition.size
    assert rendition.init_size < starts[0]
    assert [duration for _offset, _size, duration in rendition.segments] == [2000, 1000]
    assert sum(part[2] for part in rendition.segments) == pytest.approx(3000, abs=60)


def test_what_browsers_record_becomes_h264_with_a_duration(
    pipeline: Pipeline, mediafiles: MediaFiles, tmp_path: Path
) -> None:
    ident = pipeline.make(mediafiles.live())

    found = probed(pipeline.file_of(ident, tmp_path))
    video, audio = found["streams"]
    assert (video["codec_name"], video["pix_fmt"]) == ("h264", "yuv420p")
    assert (audio["codec_name"], audio["profile"]) == ("aac", "LC")
    assert float(found["format"]["duration"]) == pytest.approx(3, abs=0.1)


@pytest.mark.parametrize(("name", "target"), [("talk.mp3", -19), ("tone.m4a", -16)])
def test_speech_is_levelled_and_what_is_level_is_left_alone(
    pipeline: Pipeline, mediafiles: MediaFiles, tmp_path: Path, name: str, target: float
) -> None:
    ident = pipeline.make(mediafiles.get(name))

    rendition = pipeline.media(ident).renditions[0]
    assert rendition.mime_type == "audio/mp4"
    assert rendition.codecs == "mp4a.40.2"
    assert rendition.filename.endswith(".m4a")
    assert (rendition.gain_db is None) == (name == "tone.m4a")
    # The quiet one needs more than the 20 dB that are given at most.
    expected = target if name == "tone.m4a" else loudness_of(mediafiles.get(name)) + 20
    assert loudness_of(pipeline.file_of(ident, tmp_path)) == pytest.approx(expected, abs=1)


def test_silence_stays_silent(pipeline: Pipeline, mediafiles: MediaFiles) -> None:
    ident = pipeline.make(mediafiles.get("silence.wav"))

    media = pipeline.media(ident)
    assert pipeline.episode(ident).state == "ready"
    assert media.renditions[0].gain_db == 0
    assert media.waveform is not None
    assert set(media.waveform.peaks) == {0}


@pytest.mark.parametrize(
    ("name", "size"),
    [("odd.webm", (426, 240)), ("anamorphic.mp4", (426, 240)), ("rotated.mp4", (240, 320))],
)
def test_pictures_are_upright_with_square_pixels_and_even_sides(
    pipeline: Pipeline, mediafiles: MediaFiles, tmp_path: Path, name: str, size: tuple[int, int]
) -> None:
    path = mediafiles.rotated() if name == "rotated.mp4" else mediafiles.get(name)

    ident = pipeline.make(path)

    rendition = pipeline.media(ident).renditions[0]
    video = probed(pipeline.file_of(ident, tmp_path))["streams"][0]
    assert (rendition.width, rendition.height) == size
    assert video.get("sample_aspect_ratio", "1:1") == "1:1"
    assert "side_data_list" not in video
    assert not rendition.video_copied


@pytest.mark.parametrize("name", ["hdr.mp4", "interlaced.mp4", "mute.mp4", "surround.m4a"])
def test_unusual_recordings_become_usual_files(
    pipeline: Pipeline, mediafiles: MediaFiles, tmp_path: Path, name: str
) -> None:
    ident = pipeline.make(mediafiles.get(name))

    for stream in probed(pipeline.file_of(ident, tmp_path))["streams"]:
        if stream["codec_type"] == "video":
            assert stream["pix_fmt"] == "yuv420p"
            assert stream["field_order"] == "progressive"
            assert stream.get("color_transfer") not in {"smpte2084", "arib-std-b67"}
        else:
            assert stream["channels"] <= 2


def test_places_and_titles_do_not_leave_the_recording(
    pipeline: Pipeline, mediafiles: MediaFiles, tmp_path: Path
) -> None:
    source = mediafiles.get("located.mp4")

    ident = pipeline.make(source)

    made = pipeline.file_of(ident, tmp_path)
    for canary in (b"loci", b"Kantstrasse"):
        assert canary in source.read_bytes()
        assert canary not in made.read_bytes()


def test_half_a_recording_is_as_long_as_it_is(pipeline: Pipeline, mediafiles: MediaFiles) -> None:
    ident = pipeline.make(mediafiles.half())

    duration = pipeline.episode(ident).duration_ms
    assert duration is not None
    assert 1000 < duration < 2000


def test_the_same_recording_again_is_noticed_but_not_refused(
    pipeline: Pipeline, mediafiles: MediaFiles
) -> None:
    first = pipeline.make(mediafiles.get("tone.m4a"))
    second = pipeline.make(mediafiles.get("tone.m4a"))

    facts = [pipeline.media(ident).recording.facts for ident in (first, second)]  # type: ignore[union-attr]  # both have one
    assert [fact["same_as"] for fact in facts if fact] == [None, first]
    assert pipeline.episode(second).state == "ready"


def test_a_killed_ffmpeg_fails_the_attempt_and_the_next_one_succeeds(
    pipeline: Pipeline, mediafiles: MediaFiles
) -> None:
    ident = pipeline.send(mediafiles.get("long.mkv"))
    killer = threading.Thread(target=signal_encoder, args=[signal.SIGKILL])
    killer.start()

    pipeline.work(("media",))
    killer.join()

    row = pipeline.jobs(ident)["rendition"]
    assert row.state == "queued"
    assert row.attempt == 1
    assert row.error == "A media tool stopped unexpectedly (it was ended by signal 9)."
    assert list_encoders() == []
    assert list((pipeline.settings.data / "scratch").iterdir()) == []
    assert len(pipeline.objects()) == 1

    with pipeline.database.transaction() as session:
        session.get_one(JobRow, row.id).run_after = clock.now()
    pipeline.work(("media",))

    assert pipeline.episode(ident).state == "ready"
    assert [one.height for one in pipeline.media(ident).renditions] == [360, 240]


def test_an_episode_deleted_meanwhile_leaves_no_bytes(
    pipeline: Pipeline, mediafiles: MediaFiles
) -> None:
    ident = pipeline.send(mediafiles.get("long.mkv"))

    def delete() -> None:
        # It stands still from then on, so that it is never done before this is.
        signal_encoder(signal.SIGSTOP)
        with pipeline.database.sessions() as session:
            begin_writing(session)
            media_service.forget_media(session, ident)
            library_service.delete_episode(session, session.get_one(Episode, ident))
            session.commit()

    deleter = threading.Thread(target=delete)
    deleter.start()
    pipeline.work(job_lease=1.0)
    deleter.join()
    pipeline.work()

    assert pipeline.objects() == []
    assert pipeline.jobs(ident)["rendition"].state == "cancelled"
    assert list((pipeline.settings.data / "scratch").iterdir()) == []


def list_encoders() -> list[int]:
    """The ffmpeg processes below this one that write a playable file."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            words = (process / "cmdline").read_bytes().split(b"\0")
            if words[0] == b"ffmpeg" and b"file:first.mp4" in words and is_ours(process):
                found.append(int(process.name))
    return found


def is_ours(process: Path) -> bool:
    while process.name not in {"0", "1", str(os.getpid())}:
        status = (process / "status").read_text()
        process = process.with_name(re.findall(r"PPid:\s+(\d+)", status)[0])
    return process.name == str(os.getpid())


def signal_encoder(number: signal.Signals) -> None:
    """Wait for an encoder and send it a signal."""
    while not (found := list_encoders()):
        time.sleep(0.05)
    os.kill(found[0], number)
