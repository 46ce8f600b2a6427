"""The gate reads no more than it must, waits for nobody, and refuses no file by accident."""

import os
import shutil
import subprocess
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from mediashare import clock
from mediashare.jobs.models import JobRow
from mediashare.media.errors import RecordingRefusedError
from tests.mediafiles import MediaFiles
from tests.workers.corpus.bombs import BOMBS
from tests.workers.corpus.making import wave
from tests.workers.pipeline import Pipeline
from workers.tools import ffmpeg, ffprobe, formats, probe, result, sandbox
from workers.tools.cut import Cut
from workers.tools.facts import Facts
from workers.tools.ffprobe import Found
from workers.tools.probe import Policy
from workers.tools.process import (
    Bench,
    Limits,
    ToolError,
    ToolLostError,
    ToolStalledError,
    ToolTimeoutError,
)
from workers.tools.result import Expected

pytestmark = pytest.mark.slow

POLICY = Policy(max_duration=4 * 3600)
# Facts as the first version wrote them.
OLD_FACTS = {
    "demuxer": "mov",
    "duration": 3.0,
    "video": {
        "index": 0,
        "codec": "h264",
        "profile": "High",
        "level": 40,
        "pixel_format": "yuv420p",
        "width": 320,
        "height": 240,
        "sar": 1.0,
        "rotation": 0,
        "fps": 25.0,
        "is_interlaced": False,
        "is_hdr": False,
        "bitrate": 1,
        "keyframe_gap": 2.0,
        "is_clean": True,
    },
    "audio": {
        "index": 1,
        "codec": "aac",
        "profile": "LC",
        "channels": 2,
        "sample_rate": 48000,
        "bitrate": 1,
        "language": None,
    },
    "cover": None,
    "warnings": [],
    "same_as": None,
}


@pytest.fixture(params=["in the open", "in a box"])
def either_bench(request: pytest.FixtureRequest, tmp_path: Path) -> Bench:
    prefix = sandbox.prefix("bubblewrap", tmp_path) if request.param == "in a box" else ()
    return Bench(tmp_path, prefix, threading.Event())


class Pipe:
    """A file that is as long as the tool that reads it lives."""

    def __init__(self, path: Path, head: bytes, block: bytes = b"") -> None:
        os.mkfifo(path, 0o666)
        path.chmod(0o666)
        self._silence = threading.Event()
        feed = threading.Thread(target=self._feed, args=(path, head, block), daemon=True)
        self._thread = feed
        self._thread.start()

    def wait_until_nobody_reads(self) -> None:
        """Also after the feeding has failed, which it only does when nobody reads any more."""
        self._silence.set()
        self._thread.join(timeout=60)
        assert not self._thread.is_alive()

    def _feed(self, path: Path, head: bytes, block: bytes) -> None:
        try:
            with path.open("wb", buffering=0) as pipe:
                pipe.write(head)
                while block:
                    pipe.write(block)
                self._silence.wait()
                # Whoever read it is gone, or this would wait for a reader.
                pipe.write(b"\0")
        except BrokenPipeError:
            return
        pytest.fail("somebody still reads")


def test_a_tool_that_gets_nothing_to_read_is_ended_and_nobody_is_left(
    either_bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ffprobe, "LIMITS", replace(ffprobe.LIMITS, stall_s=0.5))
    pipe = Pipe(either_bench.folder / "in", wave(8000, 1, 8, b"", size=0xFFFFFFFF))

    with pytest.raises(ToolStalledError):
        ffprobe.ask(either_bench, "wav", "in")

    pipe.wait_until_nobody_reads()


def test_a_tool_that_gets_on_for_ever_is_ended_and_nobody_is_left(either_bench: Bench) -> None:
    endless = bytes(8000)
    pipe = Pipe(either_bench.folder / "in", wave(8000, 1, 8, b"", size=0xFFFFFFFF), endless)
    heard: list[float] = []
    graph = ffmpeg.nowhere([ffmpeg.source("wav", "in")["0"]])

    with pytest.raises(ToolTimeoutError):
        ffmpeg.execute(graph, either_bench, Limits(wall_s=2, stall_s=60, cpu_s=60), heard.append)

    pipe.wait_until_nobody_reads()
    assert heard
    assert heard == sorted(heard)


def test_a_job_whose_tool_hangs_is_tried_again_and_then_fails_with_the_reason(
    pipeline: Pipeline, mediafiles: MediaFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox, "prefix", lambda *_choice: ("sh", "-c", "sleep 600"))
    monkeypatch.setattr(ffprobe, "LIMITS", replace(ffprobe.LIMITS, stall_s=0.2))
    ident = pipeline.send(mediafiles.get("talk.wav"))
    pipeline.work()
    tries = []

    while (row := pipeline.jobs(ident)["probe"]).state == "queued":
        tries.append(row.attempt)
        with pipeline.database.transaction() as session:
            session.get_one(JobRow, row.id).run_after = clock.now()
        pipeline.work()

    sentence = "A media tool stopped making progress and was ended."
    assert tries == [1, 2, 3]
    assert (row.state, row.attempt, row.error) == ("failed", 4, sentence)
    assert pipeline.episode(ident).state == "failed"


@pytest.mark.parametrize("step", ["format=", "packet=", "null"], ids=["ask", "scan", "decode"])
@pytest.mark.parametrize(
    "accident", ["kill -9 $$", "kill $$", "exit 127"], ids=["killed", "ended", "missing"]
)
def test_a_file_is_not_refused_for_what_befell_the_tool(
    tmp_path: Path, mediafiles: MediaFiles, step: str, accident: str
) -> None:
    shutil.copy(mediafiles.get("talk.wav"), tmp_path / "in")
    script = f'case "$*" in *{step}*) {accident};; esac; exec "$@"'
    bench = Bench(tmp_path, ("sh", "-c", script, "sh"), threading.Event())

    with pytest.raises(ToolLostError):
        probe.examine(bench, "in", POLICY)


def test_a_file_is_not_refused_for_a_box_that_does_not_start(
    tmp_path: Path, mediafiles: MediaFiles
) -> None:
    shutil.copy(mediafiles.get("talk.wav"), tmp_path / "in")
    bench = Bench(tmp_path, ("bwrap", "--no-such-option"), threading.Event())

    with pytest.raises(ToolLostError) as caught:
        probe.examine(bench, "in", POLICY)

    assert "no-such-option" in caught.value.details


def test_packets_are_read_only_until_there_are_too_many(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "made").mkdir()
    shutil.move(BOMBS["sound in very many pieces"][0](tmp_path / "made"), bench.folder / "in")
    seen: list[int] = []

    def judge(found: Found) -> None:
        seen.append(found[0].count)
        if found[0].count >= 1000:
            raise RecordingRefusedError

    with pytest.raises(RecordingRefusedError):
        ffprobe.scan(bench, "matroska", "in", judge)

    assert seen[-1] == 1024
    assert seen == sorted(seen)


def test_what_has_no_end_is_refused_while_it_is_read(bench: Bench) -> None:
    a_minute = bytes(60_000)
    pipe = Pipe(bench.folder / "in", wave(1000, 1, 8, b"", size=0xFFFFFFFF), a_minute)

    with pytest.raises(RecordingRefusedError) as caught:
        ffprobe.scan(bench, "wav", "in", over(4 * 3600))

    pipe.wait_until_nobody_reads()
    assert str(caught.value) == "too long"


def over(seconds: float) -> Callable[[Found], None]:
    def judge(found: Found) -> None:
        if any(packets.span > seconds for packets in found.values()):
            raise RecordingRefusedError("too long")

    return judge


@pytest.mark.parametrize("kept", [0.5, 0.8])
def test_ffmpeg_ends_well_on_input_cut_off_and_is_not_believed(
    bench: Bench, mediafiles: MediaFiles, kept: float
) -> None:
    data = mediafiles.get("talk.wav").read_bytes()
    (bench.folder / "in").write_bytes(data[: int(len(data) * kept)])
    graph = ffmpeg.output([ffmpeg.source("wav", "in")["0"]], "out.m4a", f="mp4")

    report = ffmpeg.execute(graph, bench, ffmpeg.limits(3))

    assert report.ended.code == 0
    with pytest.raises(ToolError) as caught:
        result.examine(bench, "out.m4a", Expected(video=None, audio=3))
    assert str(caught.value) == result.SHORT


@pytest.mark.parametrize(("video", "audio"), [(3, 3), (3, None)])
def test_a_result_without_a_stream_that_it_should_hold_is_not_believed(
    bench: Bench, mediafiles: MediaFiles, video: float, audio: float | None
) -> None:
    shutil.copy(mediafiles.get("tone.m4a"), bench.folder / "out.m4a")

    with pytest.raises(ToolError) as caught:
        result.examine(bench, "out.m4a", Expected(video, audio))

    assert str(caught.value) == result.INCOMPLETE


def test_facts_that_older_versions_have_written_can_be_read() -> None:
    facts = Facts.from_json(OLD_FACTS)

    assert facts.video is not None
    assert facts.video.is_clean
    assert facts.video.average_rate == 0
    assert facts.audio is not None
    assert facts.audio.layout == ""
    assert facts.claimed is None
    assert Facts.from_json(facts.as_json()) == facts
    # When its picture ends was not written down then, so that none of it can be missed.
    expected = Expected.played(facts, Cut(0, 3), padded=True)
    assert (expected.video, expected.audio) == (0, 3)


def test_the_list_of_decoders_is_short_and_each_of_them_exists() -> None:
    command = ["ffmpeg", "-hide_banner", "-decoders"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - our own words
    known = {line.split()[1] for line in done.stdout.splitlines() if len(line.split()) > 2}

    assert set(formats.DECODERS) <= known
    # Some hundreds more come with ffmpeg; it is among those that attackers look.
    assert len(formats.DECODERS) < len(known) / 5
    for attacked in ("magicyuv", "exr", "jpeg2000", "tiff", "hls", "sanm", "wmv2", "rasc", "cfhd"):
        assert attacked not in formats.DECODERS
