"""A published episode with everything that speaks of its seconds, and a worker's part in it."""

import hashlib
import io
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from mediashare.accounts.models import User
from mediashare.accounts.policy import Viewer
from mediashare.db.base import new_id
from mediashare.db.session import Database
from mediashare.discussion.models import Comment
from mediashare.edits import service as edits_service
from mediashare.jobs.models import JobRow, JobState
from mediashare.library import service as library_service
from mediashare.library.models import Episode, EpisodeState
from mediashare.media import queries as media_queries
from mediashare.media import service as media_service
from mediashare.media.models import Rendition, RenditionKind, Sound, Version
from mediashare.media.policy import Edit
from mediashare.storage import keys
from mediashare.storage.disk import DiskStorage
from mediashare.transcripts import queries as transcripts_queries
from mediashare.transcripts import service as transcripts_service
from mediashare.transcripts.models import Transcript
from mediashare.transcripts.queries import SaidSegment
from tests import factories
from tests.api import caller
from tests.pictures import make_picture
from workers.handlers import versions

RECORDED_MS = 60_000
FACTS = {
    "demuxer": "mov",
    "duration": RECORDED_MS / 1000,
    "video": {"codec": "h264"},
    "audio": {"codec": "aac"},
    "cover": None,
    "warnings": [],
}
SOUND_ONLY = {**FACTS, "video": None}
SENTENCES = (
    (2, 6, "we restart the broker"),
    (10, 14, "the password is swordfish"),
    (20, 24, "then it works again"),
)


class House:
    """One episode of one author; each verb is a transaction, as in the product."""

    def __init__(self, database: Database, storage: DiskStorage, author: User) -> None:
        self.database, self.storage = database, storage
        self.author, self.viewer = author, factories.viewer_of(author)
        self.ident = ""

    def open(self, facts: dict[str, Any] = FACTS, **values: Any) -> str:
        """An episode that plays as it was recorded."""
        with self.database.sessions() as session:
            self.ident = factories.make_episode(
                session, self.author, state=EpisodeState.PROCESSING, **values
            ).id
        key = self.put(keys.recording(self.ident))
        with self.database.transaction() as session:
            media_service.add_recording(
                session,
                episode_id=self.ident,
                owner_id=self.author.id,
                storage_key=key,
                filename="talk.mp4",
                size=9,
            )
        self.probe(1, facts)
        self.make(1)
        return self.ident

    def put(self, key: str) -> str:
        self.storage.put(key, io.BytesIO(b"some bytes"[:9]), content_type="video/mp4")
        return key

    def probe(self, number: int, facts: dict[str, Any] = FACTS) -> None:
        """What the probe finds; nothing is shown yet."""
        with self.database.transaction() as session:
            self._finish(session, number)
            version = media_service.lock_version(session, self.ident, number)
            media_service.describe_recording(
                session, version, sha256=number.__str__() * 64, demuxer="mov", facts=facts
            )

    def make(self, number: int) -> str:
        """A worker has made the files of a version; the id of the rendition."""
        with self.database.transaction() as session:
            self._finish(session, number)
            return self.publish(session, number).id

    def publish(self, session: Session, number: int) -> Rendition:
        """What a worker does when the files of a version are in the store."""
        spoken = transcripts_queries.find_transcript(session, self.ident)
        version = media_service.lock_version(session, self.ident, number)
        rendition = _rendition(self.ident, Edit.of(version).length_ms(RECORDED_MS))
        self.put(rendition.storage_key)
        versions.publish(session, version, [rendition])
        media_service.set_sound(session, self._sound(version))
        media_service.set_waveform(session, self.ident, [0, 255])
        picture = make_picture(self.ident, size=9)
        for file in picture.files:
            self.put(file.storage_key)
        media_service.set_posters(session, self.ident, [picture], instead_of=[picture.kind])
        if spoken is not None:
            transcripts_service.request_recognition(session, self.ident, self.author.id)
        return rendition

    def fail(self, number: int, reason: str = "The disk was full.") -> None:
        with self.database.transaction() as session:
            session.execute(
                update(JobRow)
                .where(JobRow.subject == self.ident, JobRow.state == JobState.QUEUED)
                .values(state=JobState.FAILED)
            )
            if media_service.fail_version(session, self.ident, number, reason):
                library_service.make_failed(session, self.ident, reason)

    def save(self, edit: Edit, viewer: Viewer | None = None) -> int:
        with self.database.transaction() as session:
            made = edits_service.save_edit(session, viewer or self.viewer, self.ident, edit)
            return made.number

    def edit(self, edit: Edit) -> int:
        """Save an edit and have it made."""
        number = self.save(edit)
        self.make(number)
        return number

    def use(self, number: int) -> int:
        with self.database.transaction() as session:
            return edits_service.use_version(session, self.viewer, self.ident, number).number

    def replace(self, upload_id: str) -> int:
        with self.database.transaction() as session:
            made = edits_service.replace_recording(session, self.viewer, self.ident, upload_id)
            return made.number

    def episode(self) -> Episode:
        with self.database.reading() as session:
            return session.get_one(Episode, self.ident)

    def version(self, number: int) -> Version:
        with self.database.reading() as session:
            return media_queries.get_version(session, self.ident, number)

    def states(self) -> dict[int, str]:
        with self.database.reading() as session:
            found = media_queries.list_versions(session, self.ident)
            return {version.number: version.state.value for version in found}

    def jobs(self, *states: JobState) -> list[tuple[str, int]]:
        """Kind and version of the jobs in these states that make something, oldest first."""
        wanted = states or (JobState.QUEUED, JobState.RUNNING)
        with self.database.reading() as session:
            rows = session.scalars(
                select(JobRow)
                .where(JobRow.subject == self.ident, JobRow.state.in_(wanted))
                .where(JobRow.kind.not_in(["cleanup", "check"]))
                .order_by(JobRow.created_at, JobRow.id)
            )
            return [(row.kind, row.payload.get("version", 0)) for row in rows]

    def removed(self) -> list[str]:
        """The keys that workers are asked to remove."""
        with self.database.reading() as session:
            rows = session.scalars(select(JobRow).where(JobRow.kind == "cleanup"))
            return sorted(key for row in rows for key in row.payload["keys"])

    def comment(self, start_ms: int | None, end_ms: int | None = None) -> str:
        comment = Comment(
            id=new_id(),
            episode_id=self.ident,
            author_id=self.author.id,
            body="Look here.",
            start_ms=start_ms,
            end_ms=end_ms,
        )
        with self.database.transaction() as session:
            session.add(comment)
        return comment.id

    def moment(self, comment_id: str) -> tuple[int | None, int | None, str | None]:
        with self.database.reading() as session:
            found = session.get_one(Comment, comment_id)
            return found.start_ms, found.end_ms, found.unplayed and found.unplayed.value

    def transcript(self) -> Transcript:
        with self.database.reading() as session:
            found = transcripts_queries.find_transcript(session, self.ident)
            assert found is not None
            return found

    def said(self) -> list[SaidSegment]:
        """The segments, as everybody reads them."""
        with self.database.reading() as session:
            return list(transcripts_queries.list_segments(session, self.transcript().id))

    def lines(self) -> list[tuple[int, int, str]]:
        return [(one.start_ms, one.end_ms, one.text) for one in self.said()]

    def transcribe(self, **values: Any) -> Transcript:
        """What a recogniser hears in the whole recording."""
        with self.database.sessions() as session:
            episode = session.get_one(Episode, self.ident)
            session.rollback()
            return factories.make_transcript(session, episode, *SENTENCES, **values)

    def _finish(self, session: Session, number: int) -> None:
        session.execute(
            update(JobRow)
            .where(
                JobRow.subject == self.ident,
                JobRow.state == JobState.QUEUED,
                JobRow.payload["version"].as_integer() == number,
            )
            .values(state=JobState.DONE)
        )

    def _sound(self, version: Version) -> Sound:
        key = self.put(keys.result(self.ident, "job", version.number, "sound.flac"))
        return Sound(
            version_id=version.id,
            episode_id=self.ident,
            storage_key=key,
            size=9,
            integrated=-16.0,
            peak=-1.0,
            gain_db=0.0,
            silences=[],
        )


def _rendition(episode_id: str, length_ms: int) -> Rendition:
    rendition = Rendition(
        id=new_id(),
        episode_id=episode_id,
        kind=RenditionKind.VIDEO,
        mime_type="video/mp4",
        codecs="avc1.64001f,mp4a.40.2",
        size=9,
        sha256=hashlib.sha256(episode_id.encode()).hexdigest(),
        duration_ms=length_ms,
        bitrate=800,
        width=320,
        height=180,
        init_size=1,
        segments=[[1, 8, length_ms]],
    )
    rendition.storage_key = keys.result(episode_id, "job", 1, rendition.filename)
    return rendition


@pytest.fixture
def house(database: Database, storage: DiskStorage, session: Session) -> House:
    """An episode of a minute that plays, published, with its author."""
    found = House(database, storage, factories.make_user(session))
    found.open()
    return found


@pytest.fixture
def make_upload(session: Session, house: House) -> Callable[[], str]:
    """Makes uploads of the author that have arrived completely."""

    def make() -> str:
        upload = caller.make_upload(session, house.author)
        house.put(upload.storage_key)
        return upload.id

    return make
