"""Find what an author is shown of the versions of an episode and of their originals."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from mediashare.accounts.models import User
from mediashare.db.paging import Page, PageRequest, page_by_time
from mediashare.edits import policy
from mediashare.jobs.job import QueueName
from mediashare.jobs.models import JobRow, JobState
from mediashare.media import queries as media_queries
from mediashare.media.models import Recording, Rendition, Version, VersionState
from mediashare.transcripts import queries as transcripts_queries
from mediashare.transcripts.models import Origin

LISTED = 20


@dataclass(frozen=True)
class ShownVersion:
    """A version, its recording, and who asked for it, as far as they are still known."""

    version: Version
    recording: Recording
    made_by: User | None


@dataclass(frozen=True)
class Original:
    """A recording whose bytes are still here, and until when; None for as long as they like."""

    recording: Recording
    until: datetime | None


@dataclass(frozen=True)
class Editor:
    """All that the edit page shows of one episode's versions.

    An edit is made of the recording that `base` was made from; `wanted` is what the author has
    asked for last of it.
    """

    base: Version
    wanted: Version
    recording: Recording
    newest: Version
    versions: Sequence[ShownVersion]
    originals: Sequence[Original]
    renditions: Sequence[Rendition]
    has_own_captions: bool

    def offers(self, shown: ShownVersion) -> bool:
        """Whether one can go back to a version: to what is played while that is about to change,
        and to all others that can be made again, but the newest one."""
        version = shown.version
        if version.number == self.newest.number:
            return False
        is_kept = shown.recording.dropped_at is None
        return is_kept if version.state is not VersionState.CURRENT else self.is_open

    @property
    def is_open(self) -> bool:
        """Whether something was asked for that is not played yet."""
        return self.newest.state in {VersionState.MAKING, VersionState.FAILED}

    @property
    def kept_until(self) -> datetime | None:
        """When the original that edits are made from goes."""
        found = [one.until for one in self.originals if one.recording.id == self.recording.id]
        return found[0] if found else None

    @property
    def offset(self) -> float:
        """The second of the recording with which playing starts."""
        return self.base.start_ms / 1000


def find_editor(session: Session, episode_id: str, *, days: int) -> Editor | None:
    """The versions of an episode; None where it never had a recording. `days` is for how long
    originals are kept here."""
    base = media_queries.find_version(session, episode_id)
    newest = media_queries.find_newest_version(session, episode_id)
    if base is None or newest is None:
        return None
    is_open = newest.state in {VersionState.MAKING, VersionState.FAILED}
    is_edit = is_open and newest.recording_id == base.recording_id
    transcripts = transcripts_queries.list_transcripts(session, episode_id)
    return Editor(
        base=base,
        wanted=newest if is_edit else base,
        recording=media_queries.get_recording(session, base),
        newest=newest,
        versions=list_versions(session, episode_id, PageRequest(limit=LISTED)).items,
        originals=_list_originals(session, episode_id, days),
        renditions=media_queries.list_renditions(session, episode_id),
        has_own_captions=any(one.origin is Origin.AUTHOR for one in transcripts),
    )


def list_versions(session: Session, episode_id: str, page: PageRequest) -> Page[ShownVersion]:
    """The versions of an episode, newest first, with their recordings and who made them."""
    query = select(Version).where(Version.episode_id == episode_id)
    found = page_by_time(session, query, page, time=Version.created_at, ident=Version.id)
    recordings = {one.id: one for one in media_queries.list_recordings(session, episode_id)}
    makers = {version.made_by_id for version in found.items}
    people = {user.id: user for user in session.scalars(select(User).where(User.id.in_(makers)))}
    shown = [
        ShownVersion(
            version, recordings[version.recording_id], people.get(version.made_by_id or "")
        )
        for version in found.items
    ]
    return Page(shown, found.next_cursor)


def get_shown(session: Session, version: Version) -> ShownVersion:
    """One version as lists show it."""
    maker = session.get(User, version.made_by_id) if version.made_by_id else None
    return ShownVersion(version, media_queries.get_recording(session, version), maker)


def list_due(session: Session, before: datetime, *, most: int) -> Sequence[str]:
    """Ids of recordings that nobody needs any more whose versions were all settled before then."""
    query = select(Recording.id).where(is_due(before)).order_by(Recording.created_at).limit(most)
    return session.scalars(query).all()


def is_due(before: datetime) -> ColumnElement[bool]:
    """The condition under which the bytes of a recording go: all that is made from it was there
    before then, nothing is being made of its episode, and something else of that is played."""
    of_it = select(Version.id).where(Version.recording_id == Recording.id)
    of_episode = select(Version.id).where(Version.episode_id == Recording.episode_id)
    return (
        Recording.dropped_at.is_(None)
        & of_it.where(Version.settled_at <= before).exists()
        & ~of_it.where((Version.settled_at > before) | Version.settled_at.is_(None)).exists()
        & of_episode.where(Version.state == VersionState.CURRENT).exists()
        & ~of_episode.where(Version.state == VersionState.MAKING).exists()
        & ~is_being_used()
    )


def is_being_used() -> ColumnElement[bool]:
    """Whether files are being made of a recording's episode."""
    return (
        select(JobRow.id)
        .where(
            JobRow.subject == Recording.episode_id,
            JobRow.queue == QueueName.MEDIA,
            JobRow.state.in_([JobState.QUEUED, JobState.RUNNING]),
        )
        .exists()
    )


def list_kept(session: Session, episode_id: str) -> Sequence[Recording]:
    """The recordings of an episode whose bytes are still here, newest first."""
    found = media_queries.list_recordings(session, episode_id)
    return [recording for recording in found if recording.dropped_at is None]


def _list_originals(session: Session, episode_id: str, days: int) -> Sequence[Original]:
    versions = media_queries.list_versions(session, episode_id)
    return [
        Original(
            recording,
            policy.kept_until([v for v in versions if v.recording_id == recording.id], days),
        )
        for recording in list_kept(session, episode_id)
    ]
