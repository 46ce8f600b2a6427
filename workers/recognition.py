"""Recognition of one stretch of speech after the other: what all its jobs have in common."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import langcodes
from sqlalchemy.orm import Session

from mediashare import faults
from mediashare.errors import ConflictError
from mediashare.glossary import queries as glossary_queries
from mediashare.glossary import service as glossary_service
from mediashare.glossary.policy import Replacer, Term, choose_terms
from mediashare.library import queries as library_queries
from mediashare.media import queries as media_queries
from mediashare.transcripts import service as transcripts_service
from mediashare.transcripts.errors import ChunkTakenError
from mediashare.transcripts.models import Chunk
from workers.context import Context
from workers.tools import sandbox
from workers.tools.speech import cleaning, sound
from workers.tools.speech.errors import EngineDiedError
from workers.tools.speech.host import EngineHost, Hosts
from workers.tools.speech.planner import Span
from workers.tools.speech.port import Heard, Options

log = logging.getLogger(__name__)

# Warm engines are kept from one job of this worker to the next.
HOSTS = Hosts()

SOUND = "sound"
SOUND_CODEC = "mp4a"


@dataclass(frozen=True)
class Track:
    """Where what people hear is kept, so that the times of words are theirs."""

    storage_key: str
    demuxer: str
    duration: float


@dataclass(frozen=True)
class Run:
    """One attempt at one episode: the engine, the sound that it listens to, of which the first
    sample stands for `start_ms` of the episode, and the glossary."""

    context: Context
    episode_id: str
    host: EngineHost
    sound: Path
    start_ms: int = 0
    glossary: Sequence[Term] = ()


def find_track(context: Context, episode_id: str) -> Track | None:
    """What there is to listen to; None where there is no sound."""
    with context.database.reading() as session:
        renditions = media_queries.list_renditions(session, episode_id)
        version = media_queries.find_version(session, episode_id)
        kept = media_queries.find_sound(session, version) if version else None
    if not renditions:
        msg = "This episode has nothing to listen to yet."
        raise ConflictError(msg)
    duration = renditions[-1].duration_ms / 1000
    if kept is not None:
        return Track(kept.storage_key, "flac", duration)
    # Episodes of earlier releases have no sound of their own. The smallest file is read fastest.
    keys = [one.storage_key for one in renditions if SOUND_CODEC in one.codecs]
    return Track(keys[-1], "mov", duration) if keys else None


def extract(context: Context, track: Track, span: Span | None = None) -> Path:
    """The samples of a track, or of a span of it in milliseconds, as engines listen to them."""
    context.fetch(track.storage_key, context.scratch / SOUND)
    bench = sandbox.open_bench(context)
    samples = sound.extract(bench, track.demuxer, SOUND, track.duration, span)
    (context.scratch / SOUND).unlink()
    faults.point("transcript.extracted")
    return samples


def listens_for(run: Run, said: str | None) -> str | None:
    """The engine's code of a language, or None where it does not know that one. Where nobody has
    said one, an engine with one language hears it in everything. One that does not say which it
    knows is asked for any."""
    known = run.host.languages(run.context.cancelled)
    if said is None:
        return next(iter(known)) if len(known) == 1 else None
    code = langcodes.Language.get(said).language
    return code if code in known or not known else None


def recognise(run: Run, chunk: Chunk, language: str, fraction: float) -> None:
    """Recognise a chunk that this job has taken, and keep what is said in it, unless somebody has
    it by now; `fraction` says how far the job is then."""
    try:
        _recognise(run, chunk, language, fraction)
    except ChunkTakenError:
        log.info("chunk %s of episode %s is not ours any more", chunk.position, run.episode_id)


@contextmanager
def fenced(context: Context, fraction: float) -> Iterator[Session]:
    """A short transaction that counts only while the job is ours; notes how far it is."""
    context.check()
    with context.database.transaction() as session:
        context.note_progress(session, fraction)
        yield session


def find_terms(context: Context, episode_id: str) -> Sequence[Term]:
    """The terms of the house and of the groups that the episode is shown to."""
    with context.database.reading() as session:
        groups = library_queries.list_group_ids(session, episode_id)
        return glossary_queries.list_terms(session, groups)


def _recognise(run: Run, chunk: Chunk, language: str, fraction: float) -> None:
    taker, terms = run.context.job_id, choose_terms(run.glossary, language)
    try:
        heard = _hear(run, chunk, Options(language, terms=terms))
    except EngineDiedError as error:
        log.warning("chunk %s of episode %s is lost", chunk.position, run.episode_id, exc_info=True)
        with fenced(run.context, fraction) as session:
            transcripts_service.lose_chunk(
                session, run.episode_id, chunk.position, str(error), taker=taker
            )
        return
    faults.point("transcript.heard")
    said = cleaning.clean(heard, chunk.start_ms, chunk.end_ms, terms)
    segments, uses = transcripts_service.replace_terms(said, Replacer(run.glossary, language))
    with fenced(run.context, fraction) as session:
        transcripts_service.keep_chunk(
            session, run.episode_id, chunk.position, segments, taker=taker
        )
        glossary_service.count_uses(session, uses)
    faults.point("transcript.kept")


def _hear(run: Run, chunk: Chunk, options: Options) -> Sequence[Heard]:
    span = (chunk.start_ms - run.start_ms, chunk.end_ms - run.start_ms)
    return run.host.transcribe(run.sound, span, options, run.context.cancelled)
