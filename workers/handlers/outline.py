"""Job chapters: propose chapters and a summary from what is said in an episode."""

from sqlalchemy.orm import Session

from mediashare.chapters import service as chapters_service
from mediashare.chapters.jobs import ProposeOutline
from mediashare.library import service as library_service
from mediashare.library.errors import EpisodeNotFoundError
from mediashare.library.models import Episode
from mediashare.transcripts import queries as transcripts_queries
from mediashare.transcripts.models import Transcript, TranscriptState
from workers.context import Context
from workers.outline import drawing
from workers.outline.drawing import Drawn


def run(context: Context, job: ProposeOutline) -> None:
    """Propose an outline of the transcript as it is at the end: a word that was taken back
    meanwhile must not come back in a proposal, so then another job looks again."""
    with context.database.reading() as session:
        transcript = _find_ready(session, job.subject)
        episode = session.get(Episode, job.subject)
        if transcript is None or episode is None:
            return
        segments = transcripts_queries.list_segments(session, transcript.id)
    drawn = Drawn()
    if not transcript.is_draft:
        drawn = drawing.draw(segments, transcript.language, episode.duration_ms or 0)
    context.check()
    with context.finishing() as session:
        _propose(session, job.subject, transcript, drawn)


def _propose(session: Session, episode_id: str, read: Transcript, drawn: Drawn) -> None:
    try:
        library_service.lock_episode(session, episode_id)
    except EpisodeNotFoundError:
        return
    now = _find_ready(session, episode_id)
    if now is None:
        return
    if (now.id, now.updated_at) != (read.id, read.updated_at):
        chapters_service.request_outline(session, episode_id)
        return
    chapters_service.propose(session, episode_id, drawn.chapters, drawn.summary)


def _find_ready(session: Session, episode_id: str) -> Transcript | None:
    found = transcripts_queries.find_transcript(session, episode_id)
    return found if found and found.state is TranscriptState.READY else None
