"""How far the check of an episode is, what it has found, and which words are watched."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from mediashare.accounts.policy import Viewer
from mediashare.checks import policy as checks_policy
from mediashare.checks.errors import FindingNotFoundError
from mediashare.checks.models import Check, Finding, FindingState, WatchedWord
from mediashare.jobs.models import JobRow, JobState
from mediashare.jobs.steps import ACTIVE
from mediashare.library import queries as library_queries
from mediashare.library.errors import EpisodeNotFoundError
from mediashare.library.models import Episode
from mediashare.media import queries as media_queries
from mediashare.transcripts import queries as transcripts_queries
from mediashare.transcripts.jobs import CheckTranscript
from mediashare.transcripts.models import Transcript, TranscriptState
from mediashare.transcripts.queries import SaidSegment

# What is not said any more needs no decision, and nobody to look at it.
SHOWN = (FindingState.OPEN, FindingState.KEPT, FindingState.MUTED)
UNSETTLED = (TranscriptState.QUEUED, TranscriptState.RUNNING)


class CheckState(StrEnum):
    """How far the check of an episode is; `never` is one from before there were checks."""

    NEVER = "never"
    WAITING = "waiting"
    FAILED = "failed"
    DONE = "done"


@dataclass(frozen=True, kw_only=True)
class CheckStatus:
    """The check of one episode. `offset_ms` is where playing starts in the recording."""

    state: CheckState
    checked_at: datetime | None
    findings: Sequence[Finding]
    offset_ms: int
    transcript: Transcript | None

    @property
    def open(self) -> Sequence[Finding]:
        """What has still to be decided."""
        return [finding for finding in self.findings if checks_policy.is_undecided(finding)]

    @property
    def is_passed(self) -> bool:
        """Whether all was looked through, and nothing was found or all is decided."""
        return self.state is CheckState.DONE and not self.open

    @property
    def has_words(self) -> bool:
        """Whether there was anything to look through."""
        return self.transcript is not None and self.transcript.state is TranscriptState.READY


@dataclass(frozen=True)
class Brief:
    """What the pages of an episode say of its check: how much is undecided, whether it failed."""

    open: int
    has_failed: bool


@dataclass(frozen=True)
class Wording:
    """What is said, in one language."""

    segments: Sequence[SaidSegment]
    language: str | None


@dataclass(frozen=True, kw_only=True)
class Material:
    """What a check looks through: all that is said in an episode, the same in other languages, and
    the words to look for."""

    episode_id: str
    segments: Sequence[SaidSegment]
    language: str | None
    others: Sequence[Wording] = ()
    watched: Sequence[str]
    offset_ms: int


def get_own_by_id(session: Session, viewer: Viewer, episode_id: str) -> Episode:
    """An episode whose findings the viewer may see: for all others there is nothing there."""
    return _own(viewer, library_queries.get_episode(session, viewer, episode_id))


def get_own_by_slug(session: Session, viewer: Viewer, slug: str) -> Episode:
    """The same, by slug."""
    return _own(viewer, library_queries.get_episode_by_slug(session, viewer, slug))


def get_status(session: Session, episode_id: str) -> CheckStatus:
    """How far the check of an episode is, and what it has found, in the order of the recording."""
    check = session.get(Check, episode_id)
    transcript = transcripts_queries.find_transcript(session, episode_id)
    findings = session.scalars(
        select(Finding)
        .where(Finding.episode_id == episode_id, Finding.state.in_(SHOWN))
        .order_by(Finding.start_ms, Finding.id)
    ).all()
    return CheckStatus(
        state=_state(session, episode_id, transcript, check),
        checked_at=check.checked_at if check else None,
        findings=findings,
        offset_ms=_find_offset(session, episode_id),
        transcript=transcript,
    )


def get_finding(session: Session, episode_id: str, finding_id: str) -> Finding:
    """One finding of an episode that the caller may see."""
    finding = session.get(Finding, finding_id)
    if finding is None or finding.episode_id != episode_id:
        raise FindingNotFoundError
    return finding


def get_brief(session: Session, episode_id: str) -> Brief:
    """How much in an episode is undecided, and whether its words could not be looked through when
    that was asked for last."""
    undecided = (Finding.episode_id == episode_id, Finding.state == FindingState.OPEN)
    open_ones = select(func.count()).select_from(Finding).where(*undecided)
    newest = _newest_state(episode_id)
    count, state = session.execute(
        select(open_ones.scalar_subquery(), newest.scalar_subquery())
    ).one()
    return Brief(count, state in {JobState.FAILED, JobState.CANCELLED})


def list_all(session: Session, episode_id: str) -> Sequence[Finding]:
    """Everything that was ever found in an episode."""
    found = select(Finding).where(Finding.episode_id == episode_id)
    return session.scalars(found.order_by(Finding.start_ms, Finding.id)).all()


def list_said(session: Session, status: CheckStatus, episode_id: str) -> Sequence[Wording]:
    """The sentences in which something was found, with their words, in whichever language; those
    that are spoken first."""
    return _list_wordings(session, episode_id) if status.findings else ()


def get_material(session: Session, episode_id: str) -> Material:
    """What there is to look through now."""
    spoken, *others = _list_wordings(session, episode_id) or [Wording((), None)]
    return Material(
        episode_id=episode_id,
        segments=spoken.segments,
        language=spoken.language,
        others=others,
        watched=[row.word for row in list_words(session)],
        offset_ms=_find_offset(session, episode_id),
    )


def is_newest(session: Session, episode_id: str, job_id: str) -> bool:
    """Whether nobody has asked for the words to be looked through since this job was put."""
    asked = select(JobRow.id).where(
        JobRow.subject == episode_id, JobRow.kind == CheckTranscript.kind
    )
    newest = asked.order_by(JobRow.created_at.desc(), JobRow.id.desc()).limit(1)
    return session.scalar(newest) == job_id


def is_settled(transcript: Transcript | None) -> bool:
    """Whether nothing more is recognised by itself."""
    return transcript is not None and transcript.state not in UNSETTLED


def list_words(session: Session) -> Sequence[WatchedWord]:
    """The watched words, in the order of the alphabet."""
    return session.scalars(select(WatchedWord).order_by(WatchedWord.word)).all()


def _list_wordings(session: Session, episode_id: str) -> Sequence[Wording]:
    return [
        Wording(transcripts_queries.list_segments(session, one.id), one.language)
        for one in transcripts_queries.list_transcripts(session, episode_id)
    ]


def _own(viewer: Viewer, episode: Episode) -> Episode:
    if not checks_policy.may_decide(viewer, episode):
        raise EpisodeNotFoundError
    return episode


def _state(
    session: Session, episode_id: str, transcript: Transcript | None, check: Check | None
) -> CheckState:
    job = session.scalar(_newest_state(episode_id))
    if job in ACTIVE or not is_settled(transcript) or _is_translating(session, episode_id):
        return CheckState.WAITING
    if job is not None and job is not JobState.DONE:
        return CheckState.FAILED
    return CheckState.NEVER if check is None else CheckState.DONE


def _is_translating(session: Session, episode_id: str) -> bool:
    under_way = (Transcript.episode_id == episode_id, Transcript.state.in_(UNSETTLED))
    return session.scalar(select(Transcript.id).where(*under_way).limit(1)) is not None


def _newest_state(episode_id: str) -> Select[JobState]:
    about = (JobRow.subject == episode_id, JobRow.kind == CheckTranscript.kind)
    newest = select(JobRow.state).where(*about)
    return newest.order_by(JobRow.created_at.desc(), JobRow.id.desc()).limit(1)


def _find_offset(session: Session, episode_id: str) -> int:
    version = media_queries.find_current_version(session, episode_id)
    return version.start_ms if version is not None else 0
