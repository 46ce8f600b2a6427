"""Recognition of one stretch of speech after the other: what all its jobs have in common."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
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
from mediashare.sentences import said
from mediashare.transcripts import policy as transcripts_policy
from mediashare.transcripts import queries as transcripts_queries
from mediashare.transcripts import service as transcripts_service
from mediashare.transcripts.errors import (
    CaptionsStandError,
    ChunkTakenError,
    TranscriptNotFoundError,
)
from mediashare.transcripts.models import Chunk
from workers.context import Context
from workers.tools import sandbox
from workers.tools.speech import cleaning, sound
from workers.tools.speech.errors import EngineDiedError
from workers.tools.speech.host import EngineHost, Hosts
from workers.tools.speech.planner import Span
from workers.tools.speech.port import UNDETERMINED, Heard, Options

log = logging.getLogger(__name__)

NO_ENGINE = said("Speech is not recognised here. Admins find the reason on the health page.")
NO_SOUND = said("This recording has no sound.")
UNKNOWN_LANGUAGE = said(
    "The speech recogniser of this site does not know the language %(language)s."
)

# Warm engines are kept from one job of this worker to the next.
HOSTS = Hosts()

# How far a job is when the sound is there, and when it is known where somebody speaks.
EXTRACTED, PLANNED = 0.05, 0.1
# Music and greetings at the start are often in another language than what follows.
VOTERS = (0.15, 0.5, 0.85)
# How sure an engine must be to hear another language in a part than in the rest of a recording, and
# how much of it; in less than that everything sounds like anything.
SURE, SHORTEST_SPEECH_MS = 0.8, 2000
# How often a job that has nothing left to take looks whether its helpers are done.
LOOK_EVERY_S = 0.5

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
    sample stands for `start_ms` of the episode, and the glossary. `beside` is the language that
    all is translated into, where it is."""

    context: Context
    episode_id: str
    host: EngineHost
    sound: Path
    start_ms: int = 0
    glossary: Sequence[Term] = ()
    beside: str | None = None


@dataclass(frozen=True)
class Expected:
    """The language that most is spoken in, by the engine's code, and whether each part may be in
    another one."""

    language: str
    may_differ: bool = False


def carry_out(
    context: Context,
    episode_id: str,
    listen: Callable[[Run], str | None],
    beside: str | None = None,
) -> None:
    """Have `listen` fill a transcript, and conclude it; a house without a recogniser says so and
    goes on. `listen` returns the reason where there is nothing to recognise."""
    try:
        _carry_out(context, episode_id, listen, beside)
    except (CaptionsStandError, TranscriptNotFoundError):
        # The author has brought captions or taken the episode back: there is nothing left to do.
        with context.finishing():
            log.info("recognition of episode %s is not wanted any more", episode_id)


def find_track(context: Context, episode_id: str) -> Track | None:
    """What there is to listen to; None where there is no sound."""
    with context.database.reading() as session:
        renditions = media_queries.list_renditions(session, episode_id)
        version = media_queries.find_version(session, episode_id)
        kept = media_queries.find_sound(session, version) if version else None
    if not renditions:
        msg = said("This episode has nothing to listen to yet.")
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
    code = langcodes.Language.get(said).language or UNDETERMINED
    return {standard(own): own for own in known}.get(code) if known else code


def standard(code: str) -> str:
    """The code of a language as everybody writes it (BCP 47); engines have some of their own."""
    return langcodes.standardize_tag(code)


def hear_language(run: Run, chunks: Sequence[Chunk]) -> str:
    """The language that most of a recording is in, as the engine hears it in some of its chunks."""
    voters = [chunks[int(len(chunks) * place)] for place in VOTERS]
    spans = sorted({(chunk.start_ms, chunk.end_ms) for chunk in voters})
    return run.host.detect_language(run.sound, spans, run.context.cancelled)[0]


def unknown_language(code: str | None) -> str:
    """The sentence that says that the engine does not know a language."""
    name = langcodes.Language.get(code or "und").display_name()
    return said(UNKNOWN_LANGUAGE, language=name)


def work_through(run: Run, expected: Expected) -> None:
    """Recognise every chunk that is not done, as long as there is one that nobody else has."""
    run.context.go_on_from(_how_far(run))
    while _is_anything_left(run):
        for chunk in _take(run):
            recognise(run, chunk, expected, _how_far(run, chunk.end_ms - chunk.start_ms))


def recognise(run: Run, chunk: Chunk, expected: Expected, fraction: float) -> None:
    """Recognise a chunk that this job has taken, and keep what is said in it, unless somebody has
    it by now; `fraction` says how far the job is then."""
    try:
        _recognise(run, chunk, expected, fraction)
    except ChunkTakenError:
        log.info("chunk %s of episode %s is not ours any more", chunk.position, run.episode_id)


@contextmanager
def fenced(context: Context, fraction: float) -> Iterator[Session]:
    """A short transaction that counts only while the job is ours; notes how far it is."""
    context.check()
    with context.database.transaction() as session:
        context.note_progress(session, fraction)
        yield session


def planned(run: Run) -> Sequence[Chunk]:
    """The chunks of the transcript; those of what is spoken where they are translated, and planned
    now where there are none."""
    with run.context.database.reading() as session:
        chunks = _list_chunks(session, run, run.beside)
        spans = _list_spoken(session, run)
    if chunks:
        return chunks
    run.context.progress(EXTRACTED)
    share = PLANNED - EXTRACTED
    spans = spans or run.host.plan(
        run.sound,
        run.context.cancelled,
        lambda part: run.context.progress(EXTRACTED + share * part),
    )
    with fenced(run.context, PLANNED) as session:
        transcripts_service.plan(session, run.episode_id, spans, run.beside)
    faults.point("transcript.planned")
    with run.context.database.reading() as session:
        return _list_chunks(session, run, run.beside)


def find_terms(context: Context, episode_id: str) -> Sequence[Term]:
    """The terms of the house and of the groups that the episode is shown to."""
    with context.database.reading() as session:
        groups = library_queries.list_group_ids(session, episode_id)
        return glossary_queries.list_terms(session, groups)


def _carry_out(
    context: Context, episode_id: str, listen: Callable[[Run], str | None], beside: str | None
) -> None:
    choice = transcripts_policy.choose_engine(context.settings)
    log.info("%s", choice.reason)
    with fenced(context, 0.0) as session:
        transcripts_service.begin(session, episode_id, choice, beside)
    track = find_track(context, episode_id)
    nothing: str | None = None if choice.engine else NO_ENGINE
    if track is None:
        nothing = nothing or NO_SOUND
    elif nothing is None:
        samples = extract(context, track)
        with HOSTS.borrow(choice, context.settings.asr_device) as host:
            terms = find_terms(context, episode_id)
            run = Run(context, episode_id, host, samples, glossary=terms, beside=beside)
            nothing = listen(run)
    with context.finishing() as session:
        transcripts_service.conclude(session, episode_id, nothing=nothing, beside=beside)


def _list_chunks(session: Session, run: Run, beside: str | None) -> Sequence[Chunk]:
    transcript = transcripts_queries.find_transcript(session, run.episode_id, beside)
    return transcripts_queries.list_chunks(session, transcript.id) if transcript else ()


def _list_spoken(session: Session, run: Run) -> Sequence[Span]:
    """Where somebody speaks, as far as the recognition of what is spoken has left that; nothing
    where it does not tell of all that is said, because parts were cut off and came back."""
    transcript = transcripts_queries.find_transcript(session, run.episode_id)
    if transcript is None:
        return ()
    spans = [(one.start_ms, one.end_ms) for one in _list_chunks(session, run, None)]
    said = transcripts_queries.list_segments(session, transcript.id, with_words=False)
    middles = [(one.start_ms + one.end_ms) / 2 for one in said]
    is_whole = all(any(start <= at <= end for start, end in spans) for at in middles)
    return spans if is_whole else ()


def _take(run: Run) -> Sequence[Chunk]:
    """The next chunk to recognise; none while the helpers have all that is left."""
    with fenced(run.context, _how_far(run)) as session:
        taken = transcripts_service.take_chunk(
            session, run.episode_id, run.context.job_id, run.beside
        )
    if not taken:
        run.context.cancelled.wait(LOOK_EVERY_S)
    return taken


def _is_anything_left(run: Run) -> bool:
    with run.context.database.reading() as session:
        work = transcripts_queries.measure_work(session, run.episode_id, run.beside)
    return work.left_ms > 0


def _how_far(run: Run, more_ms: int = 0) -> float:
    """How far the job is, or will be when so much more speech is recognised."""
    with run.context.database.reading() as session:
        work = transcripts_queries.measure_work(session, run.episode_id, run.beside)
    return PLANNED + (1 - PLANNED) * work.after(more_ms)


def _recognise(run: Run, chunk: Chunk, expected: Expected, fraction: float) -> None:
    taker = run.context.job_id
    try:
        language, sure = _find_language(run, chunk, expected)
        terms = choose_terms(run.glossary, run.beside or standard(language))
        options = Options(language, terms=terms, translate=run.beside is not None)
        heard = _hear(run, chunk, options)
    except EngineDiedError as error:
        log.warning("chunk %s of episode %s is lost", chunk.position, run.episode_id, exc_info=True)
        with fenced(run.context, fraction) as session:
            transcripts_service.lose_chunk(
                *(session, run.episode_id, chunk.position, str(error)),
                taker=taker,
                beside=run.beside,
            )
        return
    faults.point("transcript.heard")
    said = cleaning.clean(heard, chunk.start_ms, chunk.end_ms, terms)
    spoken = next((one.language for one in said if one.language), standard(language))
    segments, uses = transcripts_service.replace_terms(
        said, Replacer(run.glossary, run.beside or spoken)
    )
    is_noted = expected.may_differ and run.beside is None and spoken != UNDETERMINED
    if is_noted:
        segments = [replace(one, language=spoken) for one in segments]
    with fenced(run.context, fraction) as session:
        transcripts_service.keep_chunk(
            *(session, run.episode_id, chunk.position, segments),
            taker=taker,
            beside=run.beside,
        )
        if is_noted:
            transcripts_service.note_language(session, run.episode_id, chunk.position, spoken, sure)
        glossary_service.count_uses(session, uses)
    faults.point("transcript.kept")


def _find_language(run: Run, chunk: Chunk, expected: Expected) -> tuple[str, float | None]:
    """The language to listen for in a chunk, and how sure it is that it is heard there: what is
    expected, unless another one may be spoken and the engine is quite sure of that."""
    if not expected.may_differ:
        return expected.language, None
    if run.beside is not None:
        return _spoken_before(run, chunk) or expected.language, None
    length_ms = chunk.end_ms - chunk.start_ms
    if expected.language == UNDETERMINED or length_ms < SHORTEST_SPEECH_MS:
        return expected.language, None
    heard, sure = run.host.detect_language(run.sound, [_span(run, chunk)], run.context.cancelled)
    if heard != expected.language and sure < SURE:
        return expected.language, None
    return heard, sure


def _spoken_before(run: Run, chunk: Chunk) -> str | None:
    """The engine's code of the language in which a chunk was recognised that is translated now."""
    with run.context.database.reading() as session:
        chunks = _list_chunks(session, run, None)
    spoken = next((one.language for one in chunks if one.start_ms == chunk.start_ms), None)
    return listens_for(run, spoken) if spoken else None


def _span(run: Run, chunk: Chunk) -> Span:
    return chunk.start_ms - run.start_ms, chunk.end_ms - run.start_ms


def _hear(run: Run, chunk: Chunk, options: Options) -> Sequence[Heard]:
    return run.host.transcribe(run.sound, _span(run, chunk), options, run.context.cancelled)
