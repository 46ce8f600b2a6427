"""Find transcripts, their segments with words, and their gaps."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, contains_eager, selectinload

from mediashare.accounts.policy import Viewer
from mediashare.library import queries as library_queries
from mediashare.library.errors import EpisodeNotFoundError
from mediashare.library.models import Episode
from mediashare.transcripts import policy as transcripts_policy
from mediashare.transcripts.errors import (
    LanguageNotFoundError,
    SegmentNotFoundError,
    TranscriptNotFoundError,
)
from mediashare.transcripts.models import (
    Chunk,
    ChunkState,
    CutSegment,
    Segment,
    Transcript,
    Word,
)


@dataclass(frozen=True, slots=True)
class SaidWord:
    """One word and when it is heard; `confidence` is None where nobody has measured it. `heard` is
    as in the table of words."""

    start_ms: int
    end_ms: int
    text: str
    confidence: float | None = None
    heard: str | None = None


@dataclass(frozen=True, slots=True)
class SaidSegment:
    """A sentence or breath, or a caption, with the words whose times were measured. `heard` and
    `language` are as in the table of segments."""

    start_ms: int
    end_ms: int
    text: str
    speaker: str | None = None
    confidence: float | None = None
    is_suspect: bool = False
    heard: str | None = None
    language: str | None = None
    words: Sequence[SaidWord] = ()
    # Which row says it at present: the same words may stand in another row later.
    ident: int | None = field(default=None, compare=False)

    @property
    def timed_words(self) -> Sequence[SaidWord]:
        """Its words with the times that were measured, or else are likely."""
        return self.words or tuple(spread_words(self.start_ms, self.end_ms, self.text))


@dataclass(frozen=True, slots=True)
class Voice:
    """Everything that one person says, by the name they go by; None for all without a name."""

    name: str | None
    lines: int
    first_ms: int


@dataclass(frozen=True, slots=True)
class Work:
    """Milliseconds of speech: all that was planned, and what of it nobody has recognised yet."""

    total_ms: int
    left_ms: int

    def after(self, more_ms: int) -> float:
        """How much of it is done, from 0 to 1, once so much more is."""
        return 1 - max(0, self.left_ms - more_ms) / self.total_ms if self.total_ms else 1.0


def spread_words(start_ms: int, end_ms: int, text: str) -> Iterator[SaidWord]:
    """The words of a text whose start and end alone are known: longer ones last longer."""
    words = text.split()
    letters = sum(map(len, words))
    length, passed = end_ms - start_ms, 0
    for word in words:
        start = start_ms + length * passed // letters
        passed += len(word)
        yield SaidWord(start, start_ms + length * passed // letters, word)


@dataclass(frozen=True, slots=True)
class Run:
    """Words that stand together where others were heard, or a single one that was heard so."""

    words: Sequence[SaidWord]

    @property
    def heard(self) -> str | None:
        """What the recogniser had there before; None where nothing was replaced."""
        return self.words[0].heard or None

    @property
    def text(self) -> str:
        """What is written now."""
        return " ".join(word.text for word in self.words)


@dataclass(frozen=True, slots=True)
class Replaced:
    """A term of the glossary, what was heard in its place, and how often in one transcript."""

    heard: str
    text: str
    count: int


def list_runs(words: Iterable[SaidWord]) -> Sequence[Run]:
    """The words of a segment by what took the place of something else."""
    runs: list[list[SaidWord]] = []
    for word in words:
        if word.heard == "" and runs and runs[-1][0].heard:
            runs[-1].append(word)
        else:
            runs.append([word])
    return [Run(run) for run in runs]


def list_replaced(session: Session, transcript_id: str) -> Sequence[Replaced]:
    """The terms that were put into a transcript, most often first."""
    own = select(Segment.id).where(Segment.transcript_id == transcript_id)
    columns = (Word.start_ms, Word.end_ms, Word.text, Word.confidence, Word.heard)
    rows = session.execute(
        select(*columns)
        .where(Word.segment_id.in_(own), Word.heard.is_not(None))
        .order_by(Word.segment_id, Word.position)
    )
    runs = list_runs(SaidWord(*row) for row in rows)
    counts = Counter((run.heard, run.text) for run in runs if run.heard)
    whole = select(Segment.heard, Segment.text).where(
        Segment.transcript_id == transcript_id, Segment.heard.is_not(None)
    )
    counts.update((row.heard, row.text) for row in session.execute(whole))
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [Replaced(heard, text, count) for (heard, text), count in ordered]


def is_of(episode_id: str, beside: str | None = None) -> ColumnElement[bool]:
    """The condition under which a transcript is the primary one of an episode, or with `beside`
    the one in that language which stands beside it."""
    own = Transcript.episode_id == episode_id
    if beside is None:
        return own & Transcript.is_primary
    return own & ~Transcript.is_primary & (Transcript.language == beside)


def find_transcript(
    session: Session, episode_id: str, beside: str | None = None
) -> Transcript | None:
    """The primary transcript of an episode that the caller has already made sure may be seen, or
    with `beside` the one in that language which stands beside it."""
    return session.scalar(select(Transcript).where(is_of(episode_id, beside)))


def list_transcripts(session: Session, episode_id: str) -> Sequence[Transcript]:
    """All transcripts of an episode: the primary one first, then the others by language."""
    return session.scalars(
        select(Transcript)
        .where(Transcript.episode_id == episode_id)
        .order_by(Transcript.is_primary.desc(), Transcript.language)
    ).all()


def list_readable(session: Session, viewer: Viewer, episode_id: str) -> Sequence[Transcript]:
    """The same, in one statement that also decides whether `viewer` may see the episode: raises
    EpisodeNotFoundError if not."""
    rows = session.execute(
        select(Episode.id, Transcript)
        .outerjoin(Transcript, Transcript.episode_id == Episode.id)
        .where(Episode.id == episode_id, library_queries.readable_by(viewer))
        .order_by(Transcript.is_primary.desc(), Transcript.language)
    ).all()
    if not rows:
        raise EpisodeNotFoundError
    return [row.Transcript for row in rows if row.Transcript is not None]


def get_readable(
    session: Session, viewer: Viewer, episode_id: str, language: str | None = None
) -> Transcript:
    """The primary transcript, or the one in a language: raises EpisodeNotFoundError unless the
    viewer may see the episode, TranscriptNotFoundError where there is none yet, and
    LanguageNotFoundError where there is none in that language."""
    return _chosen(list_readable(session, viewer, episode_id), language)


def get_readable_pair(
    session: Session, viewer: Viewer, episode_id: str, language: str | None = None
) -> tuple[Episode, Transcript]:
    """The same, with the episode and its author."""
    rows = session.execute(
        select(Episode, Transcript)
        .join(Episode.author)
        .outerjoin(Transcript, Transcript.episode_id == Episode.id)
        .where(Episode.id == episode_id, library_queries.readable_by(viewer))
        .options(contains_eager(Episode.author))
    ).all()
    if not rows:
        raise EpisodeNotFoundError
    there = [row.Transcript for row in rows if row.Transcript is not None]
    return rows[0].Episode, _chosen(there, language)


def _chosen(transcripts: Sequence[Transcript], language: str | None) -> Transcript:
    found = transcripts_policy.choose(transcripts, language)
    if found is None:
        raise TranscriptNotFoundError if language is None else LanguageNotFoundError
    return found


def list_segments(
    session: Session, transcript_id: str, *, with_words: bool = True
) -> Sequence[SaidSegment]:
    """What is said, in order; two statements, however long it is, and one without the words."""
    words = _list_words(session, transcript_id) if with_words else {}
    rows = session.execute(
        select(
            Segment.id,
            Segment.start_ms,
            Segment.end_ms,
            Segment.text,
            Segment.speaker,
            Segment.confidence,
            Segment.is_suspect,
            Segment.heard,
            Segment.language,
        )
        .where(Segment.transcript_id == transcript_id)
        .order_by(Segment.start_ms, Segment.id)
    )
    return [SaidSegment(*row[1:], words=words.get(row.id, ()), ident=row.id) for row in rows]


def get_segment(session: Session, episode_id: str, ident: int) -> Segment:
    """A line of the primary transcript of an episode that the caller has already made sure may be
    seen, with its words; raises SegmentNotFoundError where it is not there any more."""
    segment = session.scalar(
        select(Segment)
        .where(Segment.id == ident, is_spoken(episode_id))
        .options(selectinload(Segment.words))
        .execution_options(populate_existing=True)
    )
    if segment is None:
        raise SegmentNotFoundError
    return segment


def is_spoken(episode_id: str) -> ColumnElement[bool]:
    """The condition under which a segment is one of the primary transcript of an episode."""
    primary = select(Transcript.id).where(is_of(episode_id)).scalar_subquery()
    return Segment.transcript_id == primary


def list_lines(session: Session, line_ids: Collection[str]) -> Mapping[str, Segment]:
    """The segments that stand for these lines at present, with their words, as far as they are
    played; the first of them where there are several."""
    rows = session.scalars(
        select(Segment)
        .where(Segment.line_id.in_(line_ids))
        .order_by(Segment.start_ms.desc(), Segment.id.desc())
        .options(selectinload(Segment.words))
        .execution_options(populate_existing=True)
    )
    return {segment.line_id: segment for segment in rows if segment.line_id}


def list_line_ids(session: Session, episode_id: str) -> Collection[str]:
    """The names of all lines of an episode that have one, played or put aside."""
    shown = select(Segment.line_id).where(
        Segment.episode_id == episode_id, Segment.line_id.is_not(None)
    )
    aside = (
        select(CutSegment.segment)
        .join(Transcript, Transcript.id == CutSegment.transcript_id)
        .where(Transcript.episode_id == episode_id)
    )
    names = [*session.scalars(shown), *(row.get("line_id") for row in session.scalars(aside))]
    return {name for name in names if name}


def list_partly_played(session: Session, segment_ids: Collection[int]) -> Collection[int]:
    """Which of these segments are the rest of something that is cut off in part."""
    return set(
        session.scalars(select(CutSegment.shown_id).where(CutSegment.shown_id.in_(segment_ids)))
    )


def has_put_aside(session: Session, transcript_id: str) -> bool:
    """Whether anything of a transcript is not played at present, but may be again."""
    aside = select(CutSegment.id).where(CutSegment.transcript_id == transcript_id)
    return session.scalar(aside.limit(1)) is not None


def find_line(session: Session, transcript_id: str, at_ms: int) -> SaidSegment | None:
    """The line that is spoken at a moment, or was last before it."""
    row = session.execute(
        select(Segment.start_ms, Segment.end_ms, Segment.text, Segment.speaker)
        .where(Segment.transcript_id == transcript_id, Segment.start_ms <= at_ms)
        .order_by(Segment.start_ms.desc(), Segment.id.desc())
        .limit(1)
    ).one_or_none()
    return SaidSegment(*row) if row else None


def list_voices(session: Session, transcript_id: str) -> Sequence[Voice]:
    """Who speaks in a transcript, in the order in which they are first heard."""
    first = func.min(Segment.start_ms)
    rows = session.execute(
        select(Segment.speaker, func.count(), first)
        .where(Segment.transcript_id == transcript_id)
        .group_by(Segment.speaker)
        .order_by(first)
    )
    return [Voice(*row) for row in rows]


def list_chunks(session: Session, transcript_id: str) -> Sequence[Chunk]:
    """The stretches of speech that recognition works on, in order."""
    return session.scalars(
        select(Chunk).where(Chunk.transcript_id == transcript_id).order_by(Chunk.position)
    ).all()


def measure_work(session: Session, episode_id: str, beside: str | None = None) -> Work:
    """How far the recognition of an episode is, or its translation into the language `beside`."""
    length = Chunk.end_ms - Chunk.start_ms
    is_left = Chunk.state == ChunkState.PLANNED
    total, left = session.execute(
        select(func.sum(length), func.sum(length).filter(is_left))
        .join(Transcript, Transcript.id == Chunk.transcript_id)
        .where(is_of(episode_id, beside))
    ).one()
    return Work(total or 0, left or 0)


def list_gaps(session: Session, transcript_id: str) -> Sequence[Chunk]:
    """The stretches of speech that could not be recognised."""
    return session.scalars(
        select(Chunk)
        .where(Chunk.transcript_id == transcript_id, Chunk.state == ChunkState.FAILED)
        .order_by(Chunk.position)
    ).all()


def _list_words(session: Session, transcript_id: str) -> Mapping[int, Sequence[SaidWord]]:
    # Plain columns: hours of speech are tens of thousands of words.
    rows = session.execute(
        select(Word.segment_id, Word.start_ms, Word.end_ms, Word.text, Word.confidence, Word.heard)
        .join(Segment, Segment.id == Word.segment_id)
        .where(Segment.transcript_id == transcript_id)
        .order_by(Word.segment_id, Word.position)
    )
    found: dict[int, list[SaidWord]] = defaultdict(list)
    for row in rows:
        found[row.segment_id].append(SaidWord(*row[1:]))
    return found
