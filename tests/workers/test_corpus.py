"""A table of odd, broken and hostile files: what is let in and becomes playable, what is refused
with which sentence, and that nothing is read or fetched meanwhile."""

import re
import shutil
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from typing import Any

import pytest

from mediashare.media.errors import RecordingRefusedError
from mediashare.media.policy import Edit
from tests.workers.canary import Canary, flying
from tests.workers.corpus.bombs import BOMBS, BROKEN
from tests.workers.corpus.containers import CONTAINERS
from tests.workers.corpus.foreign import FOREIGN
from tests.workers.corpus.making import Accepted, Make, Refused
from tests.workers.corpus.pictures import PICTURES
from tests.workers.corpus.references import REFERENCES
from tests.workers.corpus.sounds import SOUNDS
from workers.tools import encode, ffmpeg, ladder, probe, result, sandbox
from workers.tools.cut import Cut
from workers.tools.encode import Job, Target
from workers.tools.facts import Facts
from workers.tools.listening import Heard
from workers.tools.probe import Policy
from workers.tools.process import Bench
from workers.tools.result import Expected, Result

pytestmark = pytest.mark.slow

ACCEPTED: dict[str, Accepted] = PICTURES | SOUNDS | CONTAINERS
REFUSED: dict[str, Refused] = FOREIGN | REFERENCES | BROKEN | BOMBS
POLICY = Policy(max_duration=4 * 3600)
CANARY_URL, CANARY_FILE = "%(canary_url)s", "%(canary_file)s"
ENCODINGS = ("utf-8", "utf-16-le")
# A file with less in it than this may name a canary.
SCRIPT_BYTES = 10_000
# What listening to it would have found; that is tested elsewhere.
HEARD = Heard(integrated=-20, peak=-9, gain=3, ear=None, silences=[], peaks=[])
SOUND, PICTURE = "sound.m4a", "picture.mp4"


@dataclass(frozen=True)
class Outcome:
    """What the gate found in a file, and what was made of it."""

    facts: Facts
    result: Result


@pytest.fixture(scope="module")
def canary(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Canary]:
    with flying(tmp_path_factory.mktemp("canary")) as found:
        yield found


@pytest.fixture(scope="module")
def outcomes(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Future[Outcome]]]:
    """What becomes of each file that is asked for; several at once, for tools mostly start up."""
    asked = [
        str(item.callspec.params["accepted"])
        for item in request.session.items
        if isinstance(item, pytest.Function) and "outcomes" in item.fixturenames
    ]
    with ThreadPoolExecutor(max_workers=2) as pool:
        yield {
            name: pool.submit(take_in, ACCEPTED[name][0], tmp_path_factory.mktemp("accepted"))
            for name in asked
        }


@pytest.mark.parametrize("accepted", ACCEPTED)
def test_what_is_unusual_but_honest_is_let_in_and_becomes_playable(
    accepted: str, outcomes: dict[str, Future[Outcome]]
) -> None:
    outcome = outcomes[accepted].result()

    expected = ACCEPTED[accepted][1]
    assert {name: look_up(outcome.facts, name) for name in expected} == expected
    assert Facts.from_json(outcome.facts.as_json()) == outcome.facts
    # The slowest rate has five pictures a second.
    assert outcome.result.duration == pytest.approx(outcome.facts.duration, abs=0.25, rel=0.02)
    assert re.fullmatch(r"(avc1\.[0-9a-f]{6})?,?(mp4a\.40\.2)?", outcome.result.codecs)


@pytest.mark.parametrize("refused", REFUSED)
def test_what_is_broken_or_hostile_is_refused_with_its_sentence_and_touches_nothing(
    refused: str, tmp_path: Path, canary: Canary
) -> None:
    make, sentence = REFUSED[refused]
    bench = on_a_bench(make, tmp_path, in_a_box=False)
    name_canary(bench.folder / "in", canary)

    with pytest.raises(RecordingRefusedError) as caught:
        probe.examine(bench, "in", POLICY)

    assert str(caught.value) == sentence
    assert not canary.was_touched()
    assert [path.name for path in bench.folder.iterdir()] == ["in"]


def test_the_table_has_grown_and_not_shrunk() -> None:
    assert len(ACCEPTED) + len(REFUSED) >= 140
    assert len(ACCEPTED) == len(PICTURES) + len(SOUNDS) + len(CONTAINERS)
    assert len(REFUSED) == len(FOREIGN) + len(REFERENCES) + len(BROKEN) + len(BOMBS)


def test_a_canary_notices_when_it_is_touched(tmp_path: Path) -> None:
    with flying(tmp_path) as canary:
        assert not canary.was_touched()
        shutil.copy(canary.file, tmp_path / "stolen.txt")

        assert canary.was_touched()


def on_a_bench(make: Make, folder: Path, *, in_a_box: bool) -> Bench:
    """A bench with the file on it; without a box only our own flags hold the tools back."""
    made, bench = folder / "made", folder / "bench"
    made.mkdir()
    bench.mkdir()
    shutil.move(make(made), bench / "in")
    prefix = sandbox.prefix("auto", bench) if in_a_box else ()
    return Bench(bench, prefix, threading.Event())


def name_canary(path: Path, canary: Canary) -> None:
    if path.stat().st_size > SCRIPT_BYTES:
        return
    data = path.read_bytes()
    for mark, value in ((CANARY_URL, canary.url), (CANARY_FILE, str(canary.file))):
        for encoding in ENCODINGS:
            data = data.replace(mark.encode(encoding), value.encode(encoding))
    path.write_bytes(data)


def look_up(facts: Facts, name: str) -> Any:
    return attrgetter(name)(facts)


def take_in(make: Make, folder: Path) -> Outcome:
    """Examine a file and make of it what is played, as the jobs do."""
    bench = on_a_bench(make, folder, in_a_box=True)
    facts = probe.examine(bench, "in", POLICY)
    heard = HEARD if facts.audio else None
    job = Job(facts, Cut.of(Edit(), facts.duration), heard)
    if facts.audio and heard:
        execute(bench, facts, encode.sound(job, facts.audio, heard, ("in", SOUND)))
    if facts.video:
        size = None if job.copies_video else ladder.first_size(ladder.sizes_for(facts.video))
        names = ("in", SOUND if facts.audio else None)
        files = encode.pictures(job, facts.video, names, [Target(PICTURE, size)])
        execute(bench, facts, ffmpeg.together(files))
    name = PICTURE if facts.video else SOUND
    return Outcome(facts, result.examine(bench, name, Expected.all_of(facts)))


def execute(bench: Bench, facts: Facts, graph: ffmpeg.Stream) -> None:
    ffmpeg.execute(graph, bench, ffmpeg.limits(facts.duration)).ended.check()
