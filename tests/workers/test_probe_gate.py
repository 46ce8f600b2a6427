"""What may come in, what is found out about it, and what is refused with which words."""

import shutil
from pathlib import Path

import pytest

from mediashare.media.errors import RecordingRefusedError
from mediashare.sentences import said
from tests.mediafiles import RATE, SCRIPTS, MediaFiles
from workers.tools import probe, refusals
from workers.tools.facts import Facts
from workers.tools.probe import Policy
from workers.tools.process import Bench

pytestmark = pytest.mark.slow

HOURS = 4 * 3600


def examine(bench: Bench, path: Path, longest: int = HOURS) -> Facts:
    shutil.copy(path, bench.folder / "in")
    return probe.examine(bench, "in", Policy(longest))


def refusal(bench: Bench, path: Path, longest: int = HOURS) -> str:
    with pytest.raises(RecordingRefusedError) as caught:
        examine(bench, path, longest)
    return str(caught.value)


def test_a_clip_that_fits_is_described(bench: Bench, mediafiles: MediaFiles) -> None:
    facts = examine(bench, mediafiles.get("fits.mp4"))

    assert facts.demuxer == "mov"
    assert facts.duration == pytest.approx(3, abs=0.05)
    assert facts.warnings == []
    assert facts.video is not None
    assert (facts.video.codec, facts.video.width, facts.video.height) == ("h264", 320, 240)
    assert facts.video.fps == pytest.approx(RATE, abs=0.1)
    assert facts.video.keyframe_gap == pytest.approx(2, abs=0.05)
    assert facts.video.is_clean
    assert facts.audio is not None
    assert (facts.audio.codec, facts.audio.channels, facts.audio.sample_rate) == ("aac", 2, 48000)


def test_facts_survive_being_kept_as_json(bench: Bench, mediafiles: MediaFiles) -> None:
    facts = examine(bench, mediafiles.get("fits.mp4"))

    assert Facts.from_json({**facts.as_json(), "same_as": None}) == facts


def test_what_browsers_record_has_a_duration_though_its_header_has_none(
    bench: Bench, shared_data: Path, mediafiles: MediaFiles
) -> None:
    recorded = shared_data / "recorder_vp9.webm"
    path = recorded if recorded.exists() else mediafiles.live()

    facts = examine(bench, path)

    assert facts.duration == pytest.approx(5 if recorded.exists() else 3, abs=0.1)


@pytest.mark.parametrize(
    ("name", "demuxer"),
    [
        ("talk.mp3", "mp3"),
        ("talk.wav", "wav"),
        ("talk.flac", "flac"),
        ("talk.ogg", "ogg"),
        ("capture.ts", "mpegts"),
        ("tone.m4a", "mov"),
    ],
)
def test_each_accepted_format_is_known_by_its_first_bytes(
    bench: Bench, mediafiles: MediaFiles, name: str, demuxer: str
) -> None:
    facts = examine(bench, mediafiles.get(name))

    assert facts.demuxer == demuxer
    assert facts.duration == pytest.approx(3, abs=0.1)


def test_a_cover_does_not_make_a_video(bench: Bench, mediafiles: MediaFiles) -> None:
    facts = examine(bench, mediafiles.with_cover())

    assert facts.video is None
    assert facts.cover == 1


def test_rotation_pixel_shape_and_colour_are_found_out(
    bench: Bench, mediafiles: MediaFiles
) -> None:
    rotated = examine(bench, mediafiles.rotated()).video
    anamorphic = examine(bench, mediafiles.get("anamorphic.mp4")).video
    hdr = examine(bench, mediafiles.get("hdr.mp4")).video
    interlaced = examine(bench, mediafiles.get("interlaced.mp4")).video

    assert rotated is not None
    assert rotated.rotation % 180 == 90
    assert anamorphic is not None
    assert anamorphic.sar == pytest.approx(4 / 3)
    assert hdr is not None
    assert hdr.is_hdr
    assert interlaced is not None
    assert interlaced.is_interlaced


def test_half_a_file_is_taken_with_a_warning_and_its_real_duration(
    bench: Bench, mediafiles: MediaFiles
) -> None:
    facts = examine(bench, mediafiles.half())

    assert 1 < facts.duration < 2
    [warning] = facts.warnings
    assert f"3.0 s long, but holds only {facts.duration:.1f} s" in warning


@pytest.mark.parametrize("name", SCRIPTS)
def test_what_is_no_media_is_refused_whatever_its_name_says(
    bench: Bench, mediafiles: MediaFiles, name: str
) -> None:
    path = mediafiles.script(name, canary_url="http://127.0.0.1:9/x", canary_file="/etc/hostname")

    assert refusal(bench, path) == refusals.NOT_MEDIA


def test_archives_and_empty_files_are_refused(bench: Bench, mediafiles: MediaFiles) -> None:
    assert refusal(bench, mediafiles.archive()) == refusals.NOT_MEDIA
    assert refusal(bench, mediafiles.empty()) == "The file is empty."


def test_a_file_without_its_end_is_refused_with_what_would_help(
    bench: Bench, mediafiles: MediaFiles
) -> None:
    assert refusal(bench, mediafiles.without_end()) == refusals.CUT_OFF


def test_noise_with_a_good_beginning_is_refused(bench: Bench, tmp_path: Path) -> None:
    path = tmp_path / "noise.mp4"
    path.write_bytes(b"\x00\x00\x00\x18ftypisom" + bytes(range(256)) * 400)

    assert refusal(bench, path) in {refusals.DAMAGED, refusals.CUT_OFF}


def test_pictures_that_decode_to_gigabytes_are_refused(
    bench: Bench, mediafiles: MediaFiles
) -> None:
    assert refusal(bench, mediafiles.huge_picture()) == refusals.TOO_LARGE


def test_a_huge_cover_costs_nothing_but_the_cover(bench: Bench, mediafiles: MediaFiles) -> None:
    facts = examine(bench, mediafiles.with_cover("8000x8000"))

    assert facts.audio is not None
    assert facts.video is None


def test_too_many_tracks_are_refused(bench: Bench, mediafiles: MediaFiles) -> None:
    assert refusal(bench, mediafiles.many_streams()) == said(refusals.TOO_MANY_STREAMS, limit=32)


def test_a_few_kilobytes_that_last_ten_hours_are_refused(
    bench: Bench, mediafiles: MediaFiles
) -> None:
    assert refusal(bench, mediafiles.gap()) == "The recording is longer than 4 hours."


def test_the_operator_says_how_long_a_recording_may_be(
    bench: Bench, mediafiles: MediaFiles
) -> None:
    assert refusal(bench, mediafiles.get("fits.mp4"), 2).startswith("The recording is longer than")


def test_decoders_that_are_not_on_the_list_never_run(bench: Bench, mediafiles: MediaFiles) -> None:
    assert "not accepted here" in refusal(bench, mediafiles.get("rare.mkv"))


def test_a_file_of_subtitles_alone_is_refused(bench: Bench, mediafiles: MediaFiles) -> None:
    assert refusal(bench, mediafiles.subtitles()) == refusals.NOTHING_IN_IT
