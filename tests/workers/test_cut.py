"""What an author has cut off, muted or blurred is gone from what is played, and nothing else."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from mediashare.media.policy import Edit
from tests.workers.voices import RATE, decibels, make, samples_of
from workers.tools import cut as cuts
from workers.tools import ffmpeg
from workers.tools.cut import Cut
from workers.tools.process import Bench

slow = pytest.mark.slow

SHOWN_RATE = 10
WIDTH, HEIGHT = 160, 120
BEEPS = "aevalsrc=0.4*sin(6283*t)*lt(mod(t\\,1)\\,0.1):s=48000:d=6"
DOTS = "mod(floor(X/6)+floor(Y/6)\\,2)"


@pytest.mark.parametrize(
    ("edit", "cut", "options"),
    [
        (Edit(), Cut(0, 10), {}),
        (Edit(end_ms=10_000), Cut(0, 10), {}),
        (Edit(end_ms=12_000), Cut(0, 10), {}),
        (Edit(start_ms=2500), Cut(2.5, 7.5), {"ss": "2.500"}),
        (Edit(end_ms=4000), Cut(0, 4, ends_early=True), {}),
        (
            Edit(start_ms=1000, end_ms=4000, muted=((0, 1500), (2000, 2100), (5000, 6000))),
            Cut(1, 3, muted=((0, 0.5), (1, 1.1)), ends_early=True),
            {"ss": "1.000"},
        ),
        (Edit(blurred=((9000, 11_000),)), Cut(0, 10, blurred=((9, 10),)), {}),
    ],
    ids=str,
)
def test_an_edit_in_times_of_the_recording_becomes_a_cut_in_times_of_what_is_played(
    edit: Edit, cut: Cut, options: dict[str, str]
) -> None:
    assert Cut.of(edit, 10) == cut
    assert cut.is_whole == (cut.duration == 10)
    assert cut.input_options() == options


def test_a_recording_is_whole_to_the_last_sample() -> None:
    assert Cut.of(Edit(), 9.99987).duration == 9.99987


@slow
@pytest.mark.parametrize(
    ("ending", "options"),
    [
        ("m4a", ()),
        ("mp3", ("-write_xing", "0", "-q:a", "5")),
        ("flac", ()),
        ("webm", ("-live", "1")),
        ("ts", ("-output_ts_offset", "3600")),
    ],
)
def test_what_is_cut_starts_and_ends_where_it_should_in_every_container(
    ending: str, options: tuple[str, ...], bench: Bench
) -> None:
    demuxers = {"m4a": "mov", "webm": "matroska", "ts": "mpegts"}
    make("-f", "lavfi", "-i", BEEPS, *options, str(bench.folder / f"in.{ending}"))
    cut = Cut.of(Edit(start_ms=1300, end_ms=3700), 6)
    source = ffmpeg.source(demuxers.get(ending, ending), f"in.{ending}", **cut.input_options())

    _write(bench, [cuts.heard(source.audio, cut)], "out.wav", "wav")

    samples = samples_of(bench.folder / "out.wav")
    assert len(samples) / RATE == pytest.approx(2.4, abs=0.03)
    loud = np.flatnonzero(np.abs(samples[:, 0]) > 0.1) / RATE
    # Coders add up to 25 ms in front, where the file does not say so.
    for beep in (0.7, 1.7):
        [first, *_rest, last] = loud[(loud > beep - 0.4) & (loud < beep + 0.5)]
        assert first == pytest.approx(beep, abs=0.03)
        assert last == pytest.approx(beep + 0.1, abs=0.03)


@slow
def test_muted_spans_hold_nothing_and_all_around_them_stays(bench: Bench) -> None:
    make("-f", "lavfi", "-i", "sine=1000:r=48000:d=4", str(bench.folder / "in.wav"))
    cut = Cut(0, 4, muted=((1, 1.05), (2, 3)))

    _write(bench, [cuts.silenced(ffmpeg.source("wav", "in.wav").audio, cut)], "out.wav", "wav")

    samples = samples_of(bench.folder / "out.wav")
    loudest = decibels(samples, 0, 1)
    for start, end in cut.muted:
        assert decibels(samples, start + 0.003, end - 0.003) == -120
        assert decibels(samples, start - 0.02, start - 0.003) == pytest.approx(loudest, abs=1)
        assert decibels(samples, end + 0.003, end + 0.02) == pytest.approx(loudest, abs=1)


@pytest.fixture
def show(bench: Bench) -> Callable[[Path, Cut], NDArray[np.float32]]:
    """Ten grey pictures a second of what is played of a clip."""

    def show(path: Path, cut: Cut) -> NDArray[np.float32]:
        (bench.folder / "in").write_bytes(path.read_bytes())
        picture = cuts.blurred(ffmpeg.source("matroska", "in").video, cut, str(SHOWN_RATE))
        form = {"pix_fmt": "gray", "fps_mode": "cfr", "r": str(SHOWN_RATE)}
        _write(bench, [picture], "out.raw", "rawvideo", **form)
        data = (bench.folder / "out.raw").read_bytes()
        return np.frombuffer(data, np.uint8).reshape(-1, HEIGHT, WIDTH).astype(np.float32)

    return show


Show = Callable[[Path, Cut], NDArray[np.float32]]


@slow
def test_what_was_to_be_read_in_a_blurred_span_can_not_be_told_from_anything_else(
    show: Show, tmp_path: Path
) -> None:
    pages = []
    for number, dots in enumerate((DOTS, f"(1-{DOTS})")):
        page = tmp_path / f"{number}.mkv"
        make(*_drawn(f"16+219*{dots}", SHOWN_RATE), str(page))
        pages.append(show(page, Cut(0, 3, blurred=((1, 2),))))

    # Each dot of one page is bright where that of the other is dark.
    apart = np.abs(pages[0] - pages[1]).mean(axis=(1, 2))
    assert len(apart) == 30
    assert apart[:8].min() > 200
    assert apart[21:].min() > 200
    assert apart[10:20].max() < 4
    # Nor is a shape left in either.
    assert max(page[10:20].std(axis=(1, 2)).max() for page in pages) < 4


@slow
def test_a_picture_that_stands_on_into_a_blurred_span_is_blurred_there(
    show: Show, tmp_path: Path
) -> None:
    page = tmp_path / "slides.mkv"
    make(*_drawn(f"16+219*{DOTS}", 1), str(page))

    pictures = show(page, Cut(0, 3, blurred=((1.5, 1.9),)))

    contrast = pictures.std(axis=(1, 2))
    assert contrast[15:19].max() < 4
    assert contrast[:13].min() > 90
    assert contrast[20:].min() > 90


def _drawn(dots: str, rate: int) -> list[str]:
    scene = f"color=s={WIDTH}x{HEIGHT}:r={rate}:d=3,format=gray,geq=lum={dots}"
    return ["-f", "lavfi", "-i", scene, "-c:v", "png"]


def _write(
    bench: Bench, streams: list[ffmpeg.Stream], name: str, form: str, **options: str
) -> None:
    graph = ffmpeg.output(streams, name, f=form, **options)
    ffmpeg.execute(graph, bench, ffmpeg.limits(60)).ended.check()
