"""Captions that the author brings along."""

from collections.abc import Iterator

from sqlalchemy import delete
from sqlalchemy.orm import Session

from mediashare import clock
from mediashare.library import service as library_service
from mediashare.library.models import Episode
from mediashare.transcripts import queries as transcripts_queries
from mediashare.transcripts.models import (
    Chunk,
    Origin,
    Segment,
    Transcript,
    TranscriptState,
    Word,
)
from mediashare.transcripts.service.reading import Caption, read_captions

NOTE = "Captions by the author."


def import_captions(
    session: Session, episode: Episode, text: str, *, language: str | None
) -> Transcript:
    """The author's own captions are the transcript from now on; recognition that is on its way
    ends without a trace. Raises CaptionsInvalidError when they can't be read."""
    captions = read_captions(text)
    transcript = transcripts_queries.find_transcript(session, episode.id)
    if transcript is None:
        transcript = Transcript(episode_id=episode.id)
        session.add(transcript)
    transcript.state, transcript.origin = TranscriptState.READY, Origin.AUTHOR
    transcript.engine = transcript.model = None
    transcript.is_draft, transcript.note = False, NOTE
    transcript.language = language or episode.language
    transcript.updated_at = clock.now()
    session.flush()
    if language is not None:
        library_service.set_language(session, episode.id, language)
    session.execute(delete(Segment).where(Segment.transcript_id == transcript.id))
    session.execute(delete(Chunk).where(Chunk.transcript_id == transcript.id))
    session.add_all(_segment(transcript, caption) for caption in captions)
    session.flush()
    return transcript


def _segment(transcript: Transcript, caption: Caption) -> Segment:
    return Segment(
        transcript_id=transcript.id,
        episode_id=transcript.episode_id,
        start_ms=caption.start_ms,
        end_ms=caption.end_ms,
        text=caption.text,
        speaker=caption.speaker,
        words=list(_words(caption)),
    )


def _words(caption: Caption) -> Iterator[Word]:
    # A caption says when it starts and ends; inside, longer words are taken to last longer.
    words = caption.text.split()
    letters = sum(map(len, words))
    length, passed = caption.end_ms - caption.start_ms, 0
    for position, word in enumerate(words):
        start = caption.start_ms + length * passed // letters
        passed += len(word)
        end = caption.start_ms + length * passed // letters
        yield Word(position=position, start_ms=start, end_ms=end, text=word)
