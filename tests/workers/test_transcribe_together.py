"""Several workers recognise one long recording, and what comes out is what one alone makes."""

import subprocess
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import select

from mediashare.db.session import Database
from mediashare.transcripts import queries as transcripts_queries
from mediashare.transcripts.models import Chunk, Transcript, TranscriptState
from mediashare.transcripts.queries import SaidSegment
from mediashare.transcripts.service import recognition
from tests.workers.pipeline import Pipeline
from tests.workers.speech import speak
from workers.parts import Parts
from workers.registry import REGISTRY
from workers.run import Runner

pytestmark = pytest.mark.slow

TIMES = 20
# Parts are short here, so that a recording need not be long to have several.
PART_MS = 30_000
PAUSE_S = 3


@pytest.fixture(scope="module")
def long_talk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sentence that is said so often, with pauses, that it takes several parts."""
    folder = tmp_path_factory.mktemp("talk")
    once, path = speak(folder / "once.wav"), folder / "talk.flac"
    pause = ("-af", f"apad=pad_dur={PAUSE_S}", str(folder / "said.wav"))
    again = ("-stream_loop", str(TIMES - 1), "-i", str(folder / "said.wav"), str(path))
    for words in (("-i", str(once), *pause), again):
        subprocess.run(["ffmpeg", "-nostdin", "-v", "error", *words], check=True)  # noqa: S603, S607 - our own words
    return path


def recognise(pipeline: Pipeline, clip: Path, models: Path, workers: int) -> str:
    ident = pipeline.send(clip, clip.name)
    pipeline.work()
    house = pipeline.settings.model_copy(
        update={"asr_engine": "faster-whisper", "asr_model": str(models / "base")}
    )
    parts = Parts(house, pipeline.database, pipeline.storage)

    def work(_number: int) -> None:
        runner = Runner(parts, REGISTRY)
        while pipeline.is_unfinished(ident, "speech"):
            runner.work("speech")

    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(work, range(workers)))
    return ident


def segments_of(pipeline: Pipeline, ident: str) -> Sequence[SaidSegment]:
    with pipeline.database.reading() as session:
        transcript = transcripts_queries.find_transcript(session, ident)
        assert transcript is not None
        assert (transcript.state, transcript.note) == (TranscriptState.READY, None)
        return transcripts_queries.list_segments(session, transcript.id)


def takers_of(database: Database, ident: str) -> list[str | None]:
    of_episode = Chunk.transcript_id.in_(
        select(Transcript.id).where(Transcript.episode_id == ident)
    )
    with database.reading() as session:
        return list(session.scalars(select(Chunk.taken_by).where(of_episode).distinct()))


@pytest.fixture(autouse=True)
def _short_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recognition, "PART_MS", PART_MS)


def test_two_workers_share_a_long_recording_and_hear_what_one_alone_does(
    pipeline: Pipeline, long_talk: Path, speech_models: Path
) -> None:
    alone = recognise(pipeline, long_talk, speech_models, 1)
    together = recognise(pipeline, long_talk, speech_models, 2)

    assert segments_of(pipeline, together) == segments_of(pipeline, alone)
    assert len(takers_of(pipeline.database, alone)) == 1
    assert len(takers_of(pipeline.database, together)) > 1
