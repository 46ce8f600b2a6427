"""What our ways of encoding cost beside the obvious ones: the graphs of workers/tools/encode.py,
run by hand, so that the kernel can say what each ffmpeg has taken."""

import re
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks import children, clips
from benchmarks.children import Cost
from benchmarks.scale import Scale, judged, median_ratio
from mediashare.media.policy import Edit
from workers.tools import encode, ffmpeg, ladder, listening, probe
from workers.tools.cut import Cut
from workers.tools.encode import Job, Target
from workers.tools.facts import VideoFacts
from workers.tools.ladder import Size
from workers.tools.process import Bench

RECORDING, SOUND = "in", "sound.m4a"
OURS = "veryfast"
PRESETS = ("superfast", OURS, "faster", "medium")
MOST_OF_SEPARATE_CPU = 0.85
MOST_MEMORY_MB = 700
MB = 1000**2
SSIM = re.compile(r"All:([\d.]+)")


def measure(scale: Scale) -> Iterator[str]:
    """The ladder in one process and in several, what keeping a picture saves, and presets."""
    with tempfile.TemporaryDirectory() as folder:
        stand = open_stand(Path(folder), scale.piece_s)
        yield from _measure_ladder(stand, scale)
        yield from _measure_presets(stand, scale)


@dataclass(frozen=True)
class Stand:
    """A bench with the recording and its levelled sound, and what is to be made of them."""

    bench: Bench
    job: Job
    video: VideoFacts
    sizes: Sequence[Size]

    def encode(self, sizes: Sequence[Size]) -> Cost:
        """Make these sizes in one process."""
        return self._run(self._pictures(sizes))

    def copy(self) -> Cost:
        """Move picture and sound into a container for browsers."""
        return self._run(encode.for_browsers(self.job.facts, "mp4", (RECORDING, "copy.mp4")))

    def encode_by(self, preset: str) -> Cost:
        """Make the largest size with a preset that need not be ours."""
        words = ffmpeg.command(self._pictures(self.sizes[:1]))
        words[words.index("-preset") + 1] = preset
        return children.run(words, self.bench.folder)

    def path(self, size: Size) -> Path:
        """The file in which a size was made."""
        return self.bench.folder / _name(size)

    def ssim(self, size: Size) -> float:
        """How much the file of a size, which is that of the recording, looks like it; 1 is all."""
        command = ["ffmpeg", "-nostdin", "-i", _name(size), "-i", RECORDING]
        command += ["-lavfi", "[0:v][1:v]ssim", "-f", "null", "-"]
        done = subprocess.run(  # noqa: S603 - our own words
            command, cwd=self.bench.folder, check=True, capture_output=True, text=True
        )
        return float(SSIM.findall(done.stderr)[-1])

    def _pictures(self, sizes: Sequence[Size]) -> ffmpeg.Stream:
        targets = [Target(_name(size), size) for size in sizes]
        return ffmpeg.together(encode.pictures(self.job, self.video, (RECORDING, SOUND), targets))

    def _run(self, graph: ffmpeg.Stream) -> Cost:
        return children.run(ffmpeg.command(graph), self.bench.folder)


def open_stand(folder: Path, seconds: int) -> Stand:
    """A stand in this folder with a clip of so many seconds."""
    clips.draw_fitting(folder, seconds).rename(folder / RECORDING)
    bench = Bench(folder, (), threading.Event())
    facts = probe.examine(bench, RECORDING, probe.Policy(max_duration=3600))
    if facts.video is None or facts.audio is None:
        msg = "the clip of this benchmark lacks picture or sound"
        raise RuntimeError(msg)
    cut = Cut.of(Edit(), facts.duration)
    heard = listening.listen(bench, RECORDING, facts, cut)
    job = Job(facts, cut, heard)
    graph = encode.sound(job, facts.audio, heard, (RECORDING, SOUND))
    children.run(ffmpeg.command(graph), folder)
    return Stand(bench, job, facts.video, ladder.sizes_for(facts.video))


def _name(size: Size) -> str:
    return f"{size.side}.mp4"


def _measure_ladder(stand: Stand, scale: Scale) -> Iterator[str]:
    together, apart, copies = [], [], []
    for _ in range(scale.rounds):
        together.append(stand.encode(stand.sizes))
        apart.append([stand.encode([size]) for size in stand.sizes])
        copies.append(stand.copy())
    apart_cpu = [sum(one.cpu_s for one in round_) for round_ in apart]
    apart_wall = [sum(one.wall_s for one in round_) for round_ in apart]
    largest = [round_[0] for round_ in apart]
    cpu = median_ratio([one.cpu_s for one in together], apart_cpu)
    wall = median_ratio([one.wall_s for one in together], apart_wall)
    names = ", ".join(str(size.side) for size in stand.sizes)
    yield (
        f"encodes: the sizes {names} in one process take {judged(cpu, MOST_OF_SEPARATE_CPU)} of "
        f"the CPU and {wall:.2f} of the time of one process each, one after the other"
    )
    remux = median_ratio([one.cpu_s for one in copies], [one.cpu_s for one in largest])
    again = median_ratio([one.wall_s for one in copies], [one.wall_s for one in largest])
    yield (
        f"encodes: copying the picture takes {remux:.3f} of the CPU and {again:.3f} of the time "
        f"of encoding it once in its size"
    )
    for what, costs in (("all sizes at once", together), ("1080p alone", largest)):
        peak = max(cost.memory for cost in costs) / MB
        yield (
            f"encodes: peak memory of {what}: {judged(peak, MOST_MEMORY_MB, '.0f')} MB "
            f"with {ffmpeg.SHARE.threads} threads"
        )


def _measure_presets(stand: Stand, scale: Scale) -> Iterator[str]:
    size = stand.sizes[0]
    costs: dict[str, list[float]] = {preset: [] for preset in PRESETS}
    sizes: dict[str, int] = {}
    likeness: dict[str, float] = {}
    for _ in range(scale.rounds):
        for preset in PRESETS:
            costs[preset].append(stand.encode_by(preset).cpu_s)
            # Only the time differs from round to round.
            sizes[preset] = stand.path(size).stat().st_size
            likeness[preset] = likeness.get(preset) or stand.ssim(size)
    for preset in PRESETS:
        yield (
            f"encodes: preset {preset} takes {median_ratio(costs[preset], costs[OURS]):.2f} of "
            f"the CPU of {OURS} for {sizes[preset] / sizes[OURS]:.2f} of its bytes, "
            f"SSIM {likeness[preset]:.4f}"
        )
