"""Job transcript: recognise what is said in an episode, chunk by chunk."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import langcodes
from sqlalchemy import select
from sqlalchemy.orm import Session

from mediashare import faults
from mediashare.errors import ConflictError
from mediashare.glossary import queries as glossary_queries
from mediashare.glossary import service as glossary_service
from mediashare.glossary.policy import Replacer, Term, choose_terms
from mediashare.library import queries as library_queries
from mediashare.library import service as library_service
from mediashare.library.models import Episode
from mediashare.media import queries as media_queries
from mediashare.transcripts import jobs as transcripts_jobs
from mediashare.transcripts import policy as transcripts_policy
from mediashare.transcripts import queries as transcripts_queries
from mediashare.transcripts import service as transcripts_service
from mediashare.transcripts.errors import CaptionsStandError, TranscriptNotFoundError
from mediashare.transcripts.models import Chunk, ChunkState
from workers.context import Context
from workers.tools import sandbox
from workers.tools.speech import cleaning, sound
from workers.tools.speech.errors import EngineDiedError
from workers.tools.speech.host import EngineHost, Hosts
from workers.tools.speech.port import Options

log = logging.getLogger(__name__)

# Warm engines are kept from one job of this worker to the next.
HOSTS = Hosts()

SOUND = "sound"
SOUND_CODEC = "mp4a"
# How far the job is when the sound is there, and when it is known where somebody speaks.
EXTRACTED, PLANNED = 0.05, 0.1
# Music and greetings at the start are often in another language than what follows.
VOTERS = (0.15, 0.5, 0.85)

NO_ENGINE = "Speech is not recognised here. Admins find the reason on the health page."
NO_SOUND = "This recording has no sound."
UNKNOWN_LANGUAGE = "The speech recogniser of this site does not know the language {language}."


@dataclass(frozen=True)
class Track:
    """Where what people hear is kept, so that the times of words are theirs."""

    storage_key: str
    demuxer: str
    duration: float


@dataclass(frozen=True)
class Run:
    """One attempt at one episode: the engine, the sound that it listens to, and the glossary."""

    context: Context
    episode_id: str
    host: EngineHost
    sound: Path
    glossary: Sequence[Term] = ()


def run(context: Context, job: transcripts_jobs.Transcribe) -> None:
    """Recognise what is left to recognise; a house without a recogniser says so and goes on."""
    try:
        _recognise(context, job.subject)
    except (CaptionsStandError, TranscriptNotFoundError):
        # The author has brought captions or taken the episode back: there is nothing left to do.
        with context.finishing():
            log.info("recognition of episode %s is not wanted any more", job.subject)


def failed(session: Session, job: transcripts_jobs.Transcribe, sentence: str) -> None:
    """The page says why there is no transcript."""
    transcripts_service.fail(session, job.subject, sentence)


def _recognise(context: Context, episode_id: str) -> None:
    choice = transcripts_policy.choose_engine(context.settings)
    log.info("%s", choice.reason)
    with _fenced(context, 0.0) as session:
        transcripts_service.begin(session, episode_id, choice)
    track = _find_track(context, episode_id)
    nothing = None if choice.engine else NO_ENGINE
    if track is None:
        nothing = nothing or NO_SOUND
    elif nothing is None:
        samples = _extract(context, track)
        with HOSTS.borrow(choice, context.settings.asr_device) as host:
            terms = _glossary(context, episode_id)
            nothing = _listen(Run(context, episode_id, host, samples, terms))
    with context.finishing() as session:
        transcripts_service.conclude(session, episode_id, nothing=nothing)


def _find_track(context: Context, episode_id: str) -> Track | None:
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


def _extract(context: Context, track: Track) -> Path:
    context.fetch(track.storage_key, context.scratch / SOUND)
    bench = sandbox.open_bench(context)
    samples = sound.extract(bench, track.demuxer, SOUND, track.duration)
    (context.scratch / SOUND).unlink()
    faults.point("transcript.extracted")
    return samples


def _listen(run: Run) -> str | None:
    """Recognise every chunk that is not done; the reason if there is nothing to recognise."""
    chunks = _planned(run)
    if not chunks:
        return None
    language = _language(run, chunks)
    if language is None:
        return _unknown_language(run)
    waiting = [chunk for chunk in chunks if chunk.state is ChunkState.PLANNED]
    total = sum(chunk.end_ms - chunk.start_ms for chunk in chunks)
    done = total - sum(chunk.end_ms - chunk.start_ms for chunk in waiting)
    run.context.go_on_from(PLANNED + (1 - PLANNED) * done / total)
    for chunk in waiting:
        done += chunk.end_ms - chunk.start_ms
        _recognise_chunk(run, chunk, language, PLANNED + (1 - PLANNED) * done / total)
    return None


def _planned(run: Run) -> Sequence[Chunk]:
    with run.context.database.reading() as session:
        transcript = transcripts_queries.find_transcript(session, run.episode_id)
        if transcript is None:
            raise TranscriptNotFoundError
        chunks = transcripts_queries.list_chunks(session, transcript.id)
        if chunks:
            return chunks
    run.context.progress(EXTRACTED)
    share = PLANNED - EXTRACTED
    spans = run.host.plan(
        run.sound,
        run.context.cancelled,
        lambda part: run.context.progress(EXTRACTED + share * part),
    )
    with _fenced(run.context, PLANNED) as session:
        transcripts_service.plan(session, run.episode_id, spans)
    faults.point("transcript.planned")
    with run.context.database.reading() as session:
        return transcripts_queries.list_chunks(session, transcript.id)


def _language(run: Run, chunks: Sequence[Chunk]) -> str | None:
    """The language to listen for: the author's word, else the one heard in an earlier attempt,
    else what the engine hears now; None when the engine does not know it."""
    known = run.host.languages(run.context.cancelled)
    said = _said_language(run)
    if said is not None:
        code = langcodes.Language.get(said).language
        if code not in known:
            return None
        _note_language(run, said)
        return code
    if len(known) == 1:
        # It hears this one in everything, which says nothing about the episode.
        return next(iter(known))
    voters = [chunks[int(len(chunks) * place)] for place in VOTERS]
    spans = sorted({(chunk.start_ms, chunk.end_ms) for chunk in voters})
    heard = run.host.detect_language(run.sound, spans, run.context.cancelled)
    _note_language(run, heard)
    return heard


def _said_language(run: Run) -> str | None:
    with run.context.database.reading() as session:
        said = session.scalar(select(Episode.language).where(Episode.id == run.episode_id))
        transcript = transcripts_queries.find_transcript(session, run.episode_id)
    return said or (transcript.language if transcript else None)


def _note_language(run: Run, language: str) -> None:
    with _fenced(run.context, PLANNED) as session:
        transcripts_service.find_language(session, run.episode_id, language)
        library_service.set_language(session, run.episode_id, language)


def _unknown_language(run: Run) -> str:
    said = _said_language(run) or "und"
    return UNKNOWN_LANGUAGE.format(language=langcodes.Language.get(said).display_name())


def _recognise_chunk(run: Run, chunk: Chunk, language: str, fraction: float) -> None:
    span = (chunk.start_ms, chunk.end_ms)
    terms = choose_terms(run.glossary, language)
    options = Options(language, terms=terms)
    try:
        heard = run.host.transcribe(run.sound, span, options, run.context.cancelled)
    except EngineDiedError as error:
        log.warning("chunk %s of episode %s is lost", chunk.position, run.episode_id, exc_info=True)
        with _fenced(run.context, fraction) as session:
            transcripts_service.lose_chunk(session, run.episode_id, chunk.position, str(error))
        return
    faults.point("transcript.heard")
    segments, uses = transcripts_service.replace_terms(
        cleaning.clean(heard, *span, terms), Replacer(run.glossary, language)
    )
    with _fenced(run.context, fraction) as session:
        transcripts_service.keep_chunk(session, run.episode_id, chunk.position, segments)
        glossary_service.count_uses(session, uses)
    faults.point("transcript.kept")


def _glossary(context: Context, episode_id: str) -> Sequence[Term]:
    """The terms of the house and of the groups that the episode is shown to."""
    with context.database.reading() as session:
        groups = library_queries.list_group_ids(session, episode_id)
        return glossary_queries.list_terms(session, groups)


@contextmanager
def _fenced(context: Context, fraction: float) -> Iterator[Session]:
    """A short transaction that counts only while the job is ours; notes how far it is."""
    context.check()
    with context.database.transaction() as session:
        context.note_progress(session, fraction)
        yield session
