"""Find transcripts, their segments with words, and their gaps."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, subqueryload

from mediashare.accounts.policy import Viewer
from mediashare.library import queries as library_queries
from mediashare.library.errors import EpisodeNotFoundError
from mediashare.library.models import Episode
from mediashare.transcripts.errors import TranscriptNotFoundError
from mediashare.transcripts.models import Chunk, ChunkState, Segment, Transcript


def find_transcript(session: Session, episode_id: str) -> Transcript | None:
    """The transcript of an episode that the caller has already made sure may be seen."""
    return session.scalar(select(Transcript).where(Transcript.episode_id == episode_id))


def get_readable(session: Session, viewer: Viewer, episode_id: str) -> Transcript:
    """The transcript of an episode, in one statement that also decides whether `viewer` may see
    the episode: raises EpisodeNotFoundError if not, TranscriptNotFoundError if there is none."""
    row = session.execute(
        select(Episode.id, Transcript)
        .outerjoin(Transcript, Transcript.episode_id == Episode.id)
        .where(Episode.id == episode_id, library_queries.readable_by(viewer))
    ).one_or_none()
    if row is None:
        raise EpisodeNotFoundError
    transcript: Transcript | None = row.Transcript
    if transcript is None:
        raise TranscriptNotFoundError
    return transcript


def list_segments(session: Session, transcript_id: str) -> Sequence[Segment]:
    """What is said, in order, with its words; two statements, however long it is."""
    return session.scalars(
        select(Segment)
        .where(Segment.transcript_id == transcript_id)
        .order_by(Segment.start_ms, Segment.id)
        .options(subqueryload(Segment.words))
    ).all()


def list_chunks(session: Session, transcript_id: str) -> Sequence[Chunk]:
    """The stretches of speech that recognition works on, in order."""
    return session.scalars(
        select(Chunk).where(Chunk.transcript_id == transcript_id).order_by(Chunk.position)
    ).all()


def list_gaps(session: Session, transcript_id: str) -> Sequence[Chunk]:
    """The stretches of speech that could not be recognised."""
    return session.scalars(
        select(Chunk)
        .where(Chunk.transcript_id == transcript_id, Chunk.state == ChunkState.FAILED)
        .order_by(Chunk.position)
    ).all()
