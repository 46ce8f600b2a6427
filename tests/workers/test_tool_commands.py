"""No recording makes a tool open anything but that recording."""

import itertools
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from mediashare.storage import keys
from tests.mediafiles import SCRIPTS, MediaFiles
from tests.workers.canary import SECRET, Canary, flying
from tests.workers.pipeline import Pipeline
from workers.tools import encode, ffmpeg, ffprobe, poster, sandbox
from workers.tools.cut import Cut
from workers.tools.encode import Job, Target
from workers.tools.facts import AudioFacts, Facts, VideoFacts
from workers.tools.formats import guard
from workers.tools.ladder import Size
from workers.tools.process import Bench, Limits, run
from workers.tools.stills import CHILD

DEMUXERS = ("mov", "matroska", "mp3", "aac", "ogg", "flac", "wav", "aiff", "avi", "mpegts")
# What tools are given that they have written themselves.
OUR_OWN = ("s16le", "jpeg_pipe")
HOSTILE_NAME = "-y -i $(touch Kantstrasse);concat:a|b`rm` file:../../%03d\n'\"\u202egpj.mp4"
RECORDER = """printf '%s\\0' "$@" > "$(mktemp {log}/XXXXXXXX)"; exec "$@"\n"""
CURIOUS = ("hls", "concat", "dash", "image2", "sdp", "svg_pipe", "tty", "lavfi", "rtsp")


@pytest.fixture
def canary(tmp_path: Path) -> Iterator[Canary]:
    with flying(tmp_path) as found:
        yield found


def some_facts(demuxer: str) -> Facts:
    video = VideoFacts(
        index=0,
        codec="vp9",
        profile="0",
        level=0,
        pixel_format="yuv420p",
        width=320,
        height=240,
        sar=1,
        rotation=0,
        fps=25,
        is_interlaced=True,
        is_hdr=True,
        bitrate=1,
        keyframe_gap=1,
    )
    audio = AudioFacts(index=1, codec="opus", profile="", channels=6, sample_rate=48000, bitrate=1)
    return Facts(demuxer=demuxer, duration=1, video=video, audio=audio)


def option(words: list[str], name: str) -> str:
    return words[words.index(name) + 1]


@pytest.mark.parametrize("demuxer", DEMUXERS)
def test_every_command_names_its_demuxer_its_decoders_and_local_files(demuxer: str) -> None:
    facts = some_facts(demuxer)
    assert facts.video
    job = Job(facts, Cut(start=0, duration=1), None)
    targets = [Target("out.mp4", Size(320, 240)), Target("small.mp4", Size(160, 120))]

    made = encode.pictures(job, facts.video, ("in", None), targets)
    words = ffmpeg.command(ffmpeg.together(made))

    before = words[: words.index("-i")]
    assert option(before, "-f") == demuxer
    assert option(before, "-format_whitelist") == demuxer
    assert option(before, "-protocol_whitelist") == "file"
    assert int(option(before, "-max_pixels")) == 4096 * 2304
    assert int(option(before, "-max_streams")) <= 128
    assert "magicyuv" not in option(before, "-codec_whitelist").split(",")
    assert option(before, "-codec_whitelist").startswith("h264,")
    assert "-nostdin" in before
    assert words.count("-i") == 1
    assert option(words, "-i") == "file:in"
    assert "file:out.mp4" in words
    assert "-dump_attachment" not in " ".join(words)
    assert "://" not in " ".join(words)


@pytest.mark.parametrize("demuxer", DEMUXERS)
def test_no_demuxer_that_reads_other_files_is_ever_allowed(demuxer: str) -> None:
    assert guard(demuxer)["format_whitelist"] not in CURIOUS


def test_the_graph_builder_has_one_user_and_nothing_goes_through_a_shell() -> None:
    sources = [path.read_text() for path in Path(encode.__file__).parents[1].rglob("*.py")]

    assert sum("import ffmpeg\n" in text.split("from workers")[0] for text in sources) == 1
    assert not any("shell=True" in text or "os.system" in text for text in sources)


@pytest.mark.slow
@pytest.mark.parametrize("name", SCRIPTS)
def test_a_refused_file_has_touched_neither_the_network_nor_the_disk(
    pipeline: Pipeline, mediafiles: MediaFiles, canary: Canary, name: str
) -> None:
    path = mediafiles.script(name, canary_url=canary.url, canary_file=str(canary.file))

    episode_id = pipeline.make(path)

    assert pipeline.episode(episode_id).state == "failed"
    assert pipeline.jobs(episode_id)["probe"].attempt == 1
    assert not canary.was_touched()
    assert pipeline.objects() == [keys.recording(episode_id)]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["playlist.mp4", "concat.mp4", "manifest.mp4"])
def test_even_past_the_signature_tools_do_not_follow_what_a_file_names(
    bench: Bench, mediafiles: MediaFiles, canary: Canary, name: str
) -> None:
    shutil.copy(mediafiles.get("talk.wav"), bench.folder / "secret.wav")
    path = mediafiles.script(name, canary_url=canary.url, canary_file="secret.wav")
    shutil.copy(path, bench.folder / "in")

    for demuxer in DEMUXERS:
        ffprobe.ask(bench, demuxer, "in")
        found = poster.find_cover(bench, demuxer, "in", 0)
        sound = ffmpeg.output([ffmpeg.source(demuxer, "in").audio], "out.wav")
        ffmpeg.execute(sound, bench, ffmpeg.limits(1))

        assert found is None
        # MP3 can be found in any bytes; the length of the secret can not.
        assert _size(bench.folder / "out.wav") < _size(bench.folder / "secret.wav") / 4

    assert not canary.was_touched()


@pytest.mark.slow
def test_without_our_flags_the_same_file_would_be_followed(
    bench: Bench, mediafiles: MediaFiles
) -> None:
    shutil.copy(mediafiles.get("talk.wav"), bench.folder / "secret.wav")
    (bench.folder / "in").write_text("ffconcat version 1.0\nfile 'secret.wav'\n")
    argv = ["ffmpeg", "-v", "error", "-i", "in", "out.wav"]

    run(argv, bench, Limits(wall_s=60, stall_s=60, cpu_s=60), lambda _line: True).check()

    assert _size(bench.folder / "out.wav") == pytest.approx(
        _size(bench.folder / "secret.wav"), rel=0.01
    )


@pytest.mark.slow
def test_the_sandbox_hides_the_network_and_all_other_files(
    bench: Bench, tmp_path: Path, canary: Canary
) -> None:
    prefix = sandbox.prefix("bubblewrap", bench.folder)
    box = Bench(bench.folder, prefix, bench.cancelled)
    limits = Limits(wall_s=60, stall_s=60, cpu_s=60)
    lines: list[str] = []

    def heard(line: str) -> bool:
        lines.append(line)
        return True

    script = (
        f"cat {canary.file}; ls /home /root /work/.. ; id -u; cat /proc/net/dev | grep -c :; "
        f"ffprobe -v error {canary.url}; echo made > here"
    )
    run(["sh", "-c", script], box, limits, heard)

    assert SECRET not in "\n".join(lines)
    assert str(tmp_path) not in "\n".join(lines)
    assert not canary.was_touched()
    assert "1" in lines  # the loopback device alone, and a fresh one
    assert (bench.folder / "here").read_text() == "made\n"


@pytest.mark.slow
def test_every_tool_is_held_back_and_hears_nothing_of_what_people_call_a_file(
    pipeline: Pipeline, mediafiles: MediaFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log, recorder = tmp_path / "log", tmp_path / "recorder"
    log.mkdir()
    recorder.write_text(RECORDER.format(log=log))
    monkeypatch.setattr(sandbox, "prefix", lambda *_choice: ("sh", str(recorder)))

    episode_id = pipeline.make(mediafiles.with_cover(), filename=HOSTILE_NAME)

    commands = [path.read_text().split("\0")[:-1] for path in log.iterdir()]
    assert pipeline.episode(episode_id).state == "ready"
    assert "Kantstrasse" not in str(commands)
    assert {"ffprobe", "ffmpeg"} <= {tool for words in commands for tool in words}
    # Pictures are drawn and made smaller by Pillow, in a process of its own in the same box.
    drawn = [words for words in commands if any(word.endswith(CHILD.name) for word in words)]
    opened = [words for words in commands if {"ffprobe", "ffmpeg"} & set(words)]
    assert len(drawn) + len(opened) == len(commands)
    for words in opened:
        inputs = list(_inputs(words))
        assert inputs
        for options in inputs:
            assert options["-f"] == options["-format_whitelist"]
            assert options["-f"] in {*DEMUXERS, *OUR_OWN}
            assert options["-protocol_whitelist"] == "file"
            assert "magicyuv" not in options["-codec_whitelist"].split(",")
            assert int(options["-max_pixels"]) == 4096 * 2304
            assert re.fullmatch(r"file:[a-z]+(\.[a-z0-9]+)?", options["-i"])


def _inputs(words: list[str]) -> Iterator[dict[str, str]]:
    """The options of each input in a command, that which names the file included."""
    begin = 0
    for at, word in enumerate(words):
        if word == "-i":
            yield dict(itertools.pairwise(words[begin : at + 2]))
            begin = at + 2


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
