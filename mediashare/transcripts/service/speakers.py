"""Who speaks: names that people give to the voices of a transcript."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from mediashare import clock
from mediashare.accounts.policy import Viewer
from mediashare.library import queries as library_queries
from mediashare.library import service as library_service
from mediashare.library.models import Episode
from mediashare.transcripts import policy as transcripts_policy
from mediashare.transcripts import queries as transcripts_queries
from mediashare.transcripts.errors import (
    LineNotFoundError,
    NotYoursToNameError,
    TranscriptNotFoundError,
)
from mediashare.transcripts.models import CutSegment, Segment, Transcript


class Reach(StrEnum):
    """For which lines a name is: one, those until somebody else speaks, or all of that voice."""

    LINE = "line"
    TURN = "turn"
    VOICE = "voice"


@dataclass(frozen=True)
class Naming:
    """Who speaks: `name`, None for nobody in particular. `at_ms` is a moment of the line, or None
    where all lines of the one who was called `former` are meant."""

    name: str | None
    reach: Reach
    former: str | None = None
    at_ms: int | None = None


def require_naming(session: Session, viewer: Viewer, episode: Episode) -> None:
    """Raises NotYoursToNameError unless the viewer may say who speaks."""
    is_steward = library_queries.tends(session, viewer, episode)
    if not transcripts_policy.may_name_speakers(viewer, episode, is_steward=is_steward):
        raise NotYoursToNameError


def name_speaker(session: Session, viewer: Viewer, episode: Episode, naming: Naming) -> int:
    """Say who speaks in one line, until somebody else does, or in all lines of a voice, also those
    that are cut off at present; how many lines that are shown were changed."""
    library_service.lock_episode(session, episode.id)
    require_naming(session, viewer, episode)
    transcript = transcripts_queries.find_transcript(session, episode.id)
    if transcript is None:
        raise TranscriptNotFoundError
    meant = _find_meant(session, transcript, naming)
    if naming.reach is Reach.VOICE:
        former = naming.former if naming.at_ms is None else meant[0].speaker
        _rename_cut(session, transcript, former, naming.name)
    for segment in meant:
        segment.speaker = naming.name
    transcript.updated_at = clock.now()
    return len(meant)


def _find_meant(session: Session, transcript: Transcript, naming: Naming) -> Sequence[Segment]:
    segments = session.scalars(
        select(Segment)
        .where(Segment.transcript_id == transcript.id)
        .order_by(Segment.start_ms, Segment.id)
    ).all()
    if naming.at_ms is None:
        found = [segment for segment in segments if segment.speaker == naming.former]
        if not found:
            raise LineNotFoundError
        return found
    place = _find_line(segments, naming.at_ms)
    chosen = segments[place]
    if naming.reach is Reach.LINE:
        return [chosen]
    if naming.reach is Reach.VOICE:
        return [segment for segment in segments if segment.speaker == chosen.speaker]
    end = place
    while end < len(segments) and segments[end].speaker == chosen.speaker:
        end += 1
    return segments[place:end]


def _find_line(segments: Sequence[Segment], at_ms: int) -> int:
    """The place of the line that is spoken at a moment, or was last before it."""
    begun = [place for place, segment in enumerate(segments) if segment.start_ms <= at_ms]
    if not begun:
        raise LineNotFoundError
    return begun[-1]


def _rename_cut(
    session: Session, transcript: Transcript, former: str | None, name: str | None
) -> None:
    rows = session.scalars(select(CutSegment).where(CutSegment.transcript_id == transcript.id))
    for row in rows:
        if row.segment.get("speaker") == former:
            row.segment = {**row.segment, "speaker": name}
