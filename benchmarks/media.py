"""How soon an upload plays and what a second worker brings, through the real queue and handlers."""

import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median

from benchmarks import clips
from benchmarks.houses import opened
from benchmarks.scale import Scale, judged, median_ratio
from mediashare.jobs.models import JobRow, JobState
from mediashare.library.models import EpisodeState
from tests.workers.pipeline import Pipeline
from workers.parts import Parts
from workers.registry import REGISTRY
from workers.run import Runner

MOST_OF_LADDER = 0.15
MEDIA = "media"
PROBE, RENDITION, LADDER = "probe", "rendition", "ladder"
WORKERS = 2
LOOK_EVERY_S = 0.05


def measure(scale: Scale) -> Iterator[str]:
    """Time to first play beside the full ladder and the clip's length; two workers beside one."""
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder)
        yield from _measure_first_play(base, scale)
        yield from _measure_workers(base, scale)


def _measure_first_play(base: Path, scale: Scale) -> Iterator[str]:
    seconds = scale.clip_s
    fitting = clips.draw_fitting(base, seconds)
    unfit, foreign = clips.claim_more(fitting), clips.code_otherwise(fitting)
    shown, ladders, made = [], [], []
    for _ in range(scale.rounds):
        shown.append(_time_first_play(base, fitting, [PROBE]))
        ladders.append(_time_ladder(base, unfit))
        made.append(_time_first_play(base, foreign, [PROBE, RENDITION]))
    share = median_ratio(shown, ladders)
    yield (
        f"media: a fitting clip of {seconds} s (1080p, H.264) plays first after "
        f"{judged(share, MOST_OF_LADDER, '.3f')} of what the full ladder takes when nothing of "
        "the clip may be kept"
    )
    yield (
        f"media: time to first play as a share of the clip's length: {median(shown) / seconds:.3f} "
        f"where browsers play it as it is, {median(made) / seconds:.2f} where they don't; "
        f"the full ladder: {median(ladders) / seconds:.2f}"
    )


def _measure_workers(base: Path, scale: Scale) -> Iterator[str]:
    clip = clips.claim_more(clips.draw_fitting(base, scale.piece_s))
    one, two = [], []
    for _ in range(scale.rounds):
        one.append(_time_workers(base, clip, 1))
        two.append(_time_workers(base, clip, WORKERS))
    yield (
        f"media: two workers on this machine take {median_ratio(two, one):.2f} of the time of one "
        f"for {WORKERS} clips at once"
    )


def _time_first_play(base: Path, clip: Path, kinds: Sequence[str]) -> float:
    """Seconds from the complete upload until it plays, after jobs of these kinds."""
    with opened(base) as house:
        begin = time.perf_counter()
        ident = house.send(clip)
        runner = _runner(house)
        for _ in kinds:
            runner.work(MEDIA)
        taken = time.perf_counter() - begin
        _require(house.episode(ident).state is EpisodeState.READY, "the clip does not play yet")
        done = {kind for kind, job in house.jobs(ident).items() if job.finished_at}
    _require(done == set(kinds), f"{done} were done instead of {kinds}")
    return taken


def _time_ladder(base: Path, clip: Path) -> float:
    """Seconds that the jobs take which make the lasting files: the first ones, and all others."""
    with opened(base) as house:
        ident = house.send(clip)
        house.work([MEDIA])
        jobs, renditions = house.jobs(ident), house.media(ident).renditions
    _require(not any(one.video_copied for one in renditions), "a picture was kept")
    _require(all(one.gain_db is not None for one in renditions), "the sound was kept")
    return _seconds(jobs[RENDITION]) + _seconds(jobs[LADDER])


def _time_workers(base: Path, clip: Path, count: int) -> float:
    """Seconds until so many workers have made everything of WORKERS clips."""
    with opened(base) as house:
        idents = [house.send(clip) for _ in range(WORKERS)]
        begin = time.perf_counter()
        with ThreadPoolExecutor(count) as pool:
            list(pool.map(lambda _: _work(house, idents), range(count)))
        return time.perf_counter() - begin


def _work(house: Pipeline, idents: Sequence[str]) -> None:
    """Do jobs until none of these clips needs any more, also those that another worker puts."""
    runner = _runner(house)
    while any(house.is_unfinished(ident, MEDIA) for ident in idents):
        if not runner.work(MEDIA):
            time.sleep(LOOK_EVERY_S)


def _seconds(job: JobRow) -> float:
    _require(job.state is JobState.DONE, f"the job {job.kind} was not done")
    if job.started_at is None or job.finished_at is None:
        raise RuntimeError(job.kind)
    return (job.finished_at - job.started_at).total_seconds()


def _require(is_so: object, otherwise: str) -> None:
    """A benchmark that measures something else than it says is worse than none."""
    if not is_so:
        raise RuntimeError(otherwise)


def _runner(house: Pipeline) -> Runner:
    return Runner(Parts(house.settings, house.database, house.storage), REGISTRY)
