"""Asking for recognition and translation: the first time, and again where something is missing."""

from sqlalchemy.orm import Session

from mediashare import clock
from mediashare.library import service as library_service
from mediashare.library.models import Episode
from mediashare.transcripts import policy as transcripts_policy
from mediashare.transcripts import queries as transcripts_queries
from mediashare.transcripts.errors import (
    AlreadyRecognisingError,
    CaptionsStandError,
    LanguageNotFoundError,
    NothingToRetryError,
    NotTranslatableError,
    TranscriptNotFoundError,
)
from mediashare.transcripts.jobs import Transcribe, Translate
from mediashare.transcripts.models import ChunkState, Origin, Transcript, TranscriptState
from mediashare.transcripts.policy import ENGLISH, EngineChoice
from mediashare.transcripts.service.captions import fit_captions
from mediashare.transcripts.service.following import forget_heard
from mediashare.transcripts.service.putting import (
    has_job,
    put_job,
    start_job,
    start_translation,
)
from mediashare.transcripts.service.renewing import request_check


def request_recognition(session: Session, episode_id: str, owner_id: str) -> None:
    """Have the speech of a playable episode recognised, unless the author has brought captions
    for it, or recognition is on its way or done; and what waits for that translated."""
    episode = library_service.lock_episode(session, episode_id)
    _fit_others(session, episode)
    transcript = transcripts_queries.find_transcript(session, episode_id)
    if transcript is not None:
        if _stands(session, transcript, episode):
            start_translation(session, episode_id)
            return
        if transcript.origin is Origin.RECOGNISER:
            put_job(session, episode_id, owner_id)
            return
        session.delete(transcript)
        session.flush()
    session.add(Transcript(episode_id=episode_id))
    put_job(session, episode_id, owner_id)


def retry(session: Session, episode: Episode, beside: str | None = None) -> Transcript:
    """Try recognition, or the translation into the language `beside`, again where it failed, left
    gaps, found nothing, was rough, or listened for another language than the author says: then
    from the beginning."""
    library_service.lock_episode(session, episode.id)
    transcript = transcripts_queries.find_transcript(session, episode.id, beside)
    if transcript is None:
        raise TranscriptNotFoundError
    return _retry(session, transcript, episode.language)


def request_translation(session: Session, episode: Episode, choice: EngineChoice) -> Transcript:
    """Have what is said put into English by machine, or try that again where it is not whole.
    Raises NotTranslatableError where the recogniser at hand can't or there is nothing to do."""
    library_service.lock_episode(session, episode.id)
    there = transcripts_queries.find_transcript(session, episode.id, ENGLISH)
    if there is not None:
        if there.origin is not Origin.TRANSLATION:
            raise CaptionsStandError
        return _retry(session, there, episode.language)
    spoken = transcripts_queries.find_transcript(session, episode.id)
    if not transcripts_policy.may_translate(spoken, choice):
        raise NotTranslatableError
    made = Transcript(
        episode_id=episode.id,
        is_primary=False,
        origin=Origin.TRANSLATION,
        state=TranscriptState.QUEUED,
        language=ENGLISH,
    )
    session.add(made)
    start_translation(session, episode.id)
    return made


def remove_language(session: Session, episode: Episode, language: str) -> None:
    """A translation, or captions of the author, beside what is spoken are gone for good."""
    library_service.lock_episode(session, episode.id)
    transcript = transcripts_queries.find_transcript(session, episode.id, language)
    if transcript is None:
        raise LanguageNotFoundError
    session.delete(transcript)
    request_check(session, episode.id)


def _retry(session: Session, transcript: Transcript, language: str | None) -> Transcript:
    if not transcripts_policy.is_settled(transcript):
        raise AlreadyRecognisingError
    gaps = transcripts_queries.list_gaps(session, transcript.id)
    if not transcripts_policy.may_retry(transcript, has_gaps=bool(gaps), language=language):
        raise NothingToRetryError
    if transcripts_policy.is_misheard(transcript, language):
        # What people have put right stands.
        forget_heard(session, transcript)
        transcript.language, transcript.is_language_heard, gaps = None, False, ()
    for chunk in gaps:
        chunk.state, chunk.error, chunk.taken_by = ChunkState.PLANNED, None, None
    return _ask(session, transcript)


def _ask(session: Session, transcript: Transcript) -> Transcript:
    transcript.state, transcript.note = TranscriptState.QUEUED, None
    transcript.updated_at = clock.now()
    kind = Transcribe if transcript.is_primary else Translate
    start_job(session, transcript.episode_id, kind)
    return transcript


def _stands(session: Session, transcript: Transcript, episode: Episode) -> bool:
    """Whether nothing has to be recognised: it is done or on its way, or the author has brought
    captions. Words that people have put right wait for the rest without a job."""
    if transcript.origin is Origin.AUTHOR:
        return fit_captions(session, transcript, episode)
    return transcript.state is not TranscriptState.QUEUED or has_job(session, episode.id)


def _fit_others(session: Session, episode: Episode) -> None:
    """Captions in other languages that came before anybody knew how long the recording is. What of
    them is cut off at present comes back when it is played again."""
    for transcript in transcripts_queries.list_transcripts(session, episode.id):
        is_own = transcript.origin is Origin.AUTHOR and not transcript.is_primary
        if not is_own or fit_captions(session, transcript, episode):
            continue
        if not transcripts_queries.has_put_aside(session, transcript.id):
            session.delete(transcript)
