"""Captions that the author brings along."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from mediashare import clock
from mediashare.chapters import service as chapters_service
from mediashare.library import service as library_service
from mediashare.library.models import Episode
from mediashare.sentences import said, together
from mediashare.transcripts import queries as transcripts_queries
from mediashare.transcripts.errors import CaptionsTooLongError, SpokenLanguageError
from mediashare.transcripts.models import (
    Chunk,
    CutSegment,
    Origin,
    Segment,
    Transcript,
    TranscriptState,
)
from mediashare.transcripts.service.putting import start_translation
from mediashare.transcripts.service.reading import Caption
from mediashare.transcripts.service.renewing import request_check

NOTE = said("Captions by the author.")
LEFT_OUT = said("Left out, as they begin after the end of the recording: %(count)s.")
# The last words may stay on a little longer than the sound goes on.
TOLERANCE_MS = 5_000


def import_captions(
    session: Session, episode: Episode, captions: Sequence[Caption], *, language: str | None
) -> Transcript:
    """The author's own captions are the transcript from now on; recognition that is on its way
    ends without a trace, and so do others in the same language. They have no words of their own:
    nobody has measured when each is heard.

    Raises CaptionsTooLongError when they are not those of this recording.
    """
    # Locked first, as whoever asks for recognition does: one of the two comes after the other.
    episode = library_service.lock_episode(session, episode.id)
    _check_length(episode, captions)
    transcript = transcripts_queries.find_transcript(session, episode.id)
    if transcript is None:
        transcript = Transcript(episode_id=episode.id)
    transcript.language = language or episode.language
    _remove_beside(session, transcript)
    _fill(session, transcript, captions)
    if language is not None:
        library_service.set_language(session, episode.id, language)
    chapters_service.request_outline(session, episode.id)
    start_translation(session, episode.id)
    return transcript


def import_beside(
    session: Session, episode: Episode, captions: Sequence[Caption], language: str
) -> Transcript:
    """The author's own captions in another language stand beside what is spoken, in the place of
    others in that language, also of a translation by machine.

    Raises SpokenLanguageError when that is what is spoken, and CaptionsTooLongError when they are
    not those of this recording.
    """
    episode = library_service.lock_episode(session, episode.id)
    _check_length(episode, captions)
    spoken = transcripts_queries.find_transcript(session, episode.id)
    if language == (spoken.language if spoken else episode.language):
        raise SpokenLanguageError
    transcript = transcripts_queries.find_transcript(session, episode.id, language)
    if transcript is None:
        transcript = Transcript(episode_id=episode.id, is_primary=False, language=language)
    _fill(session, transcript, captions)
    return transcript


def fit_captions(session: Session, transcript: Transcript, episode: Episode) -> bool:
    """Captions that came before anybody knew how long the recording is: those that begin after
    its end are left out, and the note says so. False when not a single one is left."""
    if episode.duration_ms is None:
        return True
    beyond = (Segment.transcript_id == transcript.id, Segment.start_ms >= episode.duration_ms)
    count = session.scalar(select(func.count()).select_from(Segment).where(*beyond))
    if count:
        session.execute(delete(Segment).where(*beyond))
        transcript.note = together([NOTE, said(LEFT_OUT, count=count)])
    left = select(Segment.id).where(Segment.transcript_id == transcript.id).limit(1)
    return session.scalar(left) is not None


def _fill(session: Session, transcript: Transcript, captions: Sequence[Caption]) -> None:
    transcript.state, transcript.origin = TranscriptState.READY, Origin.AUTHOR
    transcript.engine = transcript.model = transcript.sent_to = None
    transcript.is_draft, transcript.note = False, NOTE
    transcript.updated_at = clock.now()
    session.add(transcript)
    session.flush()
    transcript.heard = None
    session.execute(delete(CutSegment).where(CutSegment.transcript_id == transcript.id))
    session.execute(delete(Segment).where(Segment.transcript_id == transcript.id))
    session.execute(delete(Chunk).where(Chunk.transcript_id == transcript.id))
    session.execute(insert(Segment), [_row(transcript, caption) for caption in captions])
    request_check(session, transcript.episode_id)


def _remove_beside(session: Session, transcript: Transcript) -> None:
    """What stood beside the spoken words in the language that these are in now."""
    if transcript.language is None:
        return
    other = transcripts_queries.find_transcript(session, transcript.episode_id, transcript.language)
    if other is not None:
        session.delete(other)


def _check_length(episode: Episode, captions: Sequence[Caption]) -> None:
    if episode.duration_ms is None:
        return
    end_ms = max(caption.end_ms for caption in captions)
    if end_ms > episode.duration_ms + TOLERANCE_MS:
        raise CaptionsTooLongError(
            timedelta(seconds=end_ms // 1000), timedelta(seconds=episode.duration_ms // 1000)
        )


def _row(transcript: Transcript, caption: Caption) -> dict[str, Any]:
    return {
        "transcript_id": transcript.id,
        "episode_id": transcript.episode_id,
        "start_ms": caption.start_ms,
        "end_ms": caption.end_ms,
        "text": caption.text,
        "speaker": caption.speaker,
    }
