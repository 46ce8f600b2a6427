"""Takes recordings through the real queue and the real handlers, one job at a time."""

from collections.abc import Collection
from pathlib import Path
from typing import Any

from sqlalchemy import select

from mediashare.config import Settings
from mediashare.db.base import new_id
from mediashare.db.session import Database
from mediashare.jobs import queue as job_queue
from mediashare.jobs.job import Job
from mediashare.jobs.models import JobRow, JobState
from mediashare.library.models import Episode, EpisodeState
from mediashare.media import queries as media_queries
from mediashare.media import service as media_service
from mediashare.media.models import Recording, Rendition, RenditionKind, Version
from mediashare.media.queries import EpisodeMedia
from mediashare.storage import keys
from mediashare.storage.port import Storage
from tests import factories
from workers.parts import Parts
from workers.registry import REGISTRY
from workers.run import Runner
from workers.tools import sidx
from workers.tools.facts import Facts


class Pipeline:
    """A house in which episodes are made from files."""

    def __init__(self, settings: Settings, database: Database, storage: Storage) -> None:
        self.settings, self.database, self.storage = settings, database, storage
        with database.sessions() as session:
            self.author = factories.make_user(session)
        self.viewer = factories.viewer_of(self.author)

    def send(self, path: Path, filename: str = "clip.mp4", **values: Any) -> str:
        """A new episode whose recording is the file; its first job waits."""
        with self.database.sessions() as session:
            episode = factories.make_episode(
                session,
                self.author,
                state=EpisodeState.PROCESSING,
                published_at=None,
                **{"kind": None, "duration_ms": None, **values},
            )
        key = keys.recording(episode.id)
        with path.open("rb") as file:
            self.storage.put(key, file, content_type="application/octet-stream")
        with self.database.transaction() as session:
            media_service.add_recording(
                session,
                episode_id=episode.id,
                owner_id=self.author.id,
                storage_key=key,
                filename=filename,
                size=path.stat().st_size,
            )
        return episode.id

    def work(self, queues: Collection[str] = ("media", "default"), **settings: Any) -> None:
        """Do jobs until none waits."""
        house = self.settings.model_copy(update=settings)
        runner = Runner(Parts(house, self.database, self.storage), REGISTRY)
        while any(runner.work(queue) for queue in queues):
            pass

    def make(self, path: Path, **values: Any) -> str:
        """Send a file and have everything done with it."""
        ident = self.send(path, **values)
        self.work()
        return ident

    def play(self, path: Path, kind: RenditionKind = RenditionKind.VIDEO) -> str:
        """An episode that plays this file, which is as ours are; nothing else was made of it."""
        index, length = sidx.read_index(path), path.stat().st_size
        duration = sum(part[2] for part in index.segments)
        with self.database.sessions() as session:
            ident = factories.make_episode(session, self.author, duration_ms=duration).id
        key = keys.result(ident, "job", 1, "playable.mp4")
        with path.open("rb") as file:
            self.storage.put(key, file, content_type="video/mp4")
        facts = Facts(demuxer="mov", duration=duration / 1000, video=None, audio=None)
        recording = Recording(
            id=new_id(), episode_id=ident, storage_key=f"{key}.mov", filename="a.mov",
            size=1, facts=facts.as_json(),
        )  # fmt: skip
        version = Version(episode_id=ident, recording_id=recording.id, number=1)
        rendition = Rendition(
            episode_id=ident, kind=kind, storage_key=key, mime_type="video/mp4",
            codecs="avc1", size=length, sha256="0" * 64, duration_ms=duration, bitrate=1,
            width=320, height=180, init_size=index.init_size, segments=index.segments,
        )  # fmt: skip
        with self.database.transaction() as session:
            session.add_all([recording, version])
            media_service.add_rendition(session, version, rendition)
        return ident

    def do(self, job: Job) -> None:
        """Have one job done, and what follows from it."""
        with self.database.transaction() as session:
            job_queue.put(session, job, owner_id=self.author.id)
        self.work()

    def episode(self, ident: str) -> Episode:
        with self.database.reading() as session:
            return session.get_one(Episode, ident)

    def media(self, ident: str) -> EpisodeMedia:
        with self.database.reading() as session:
            return media_queries.get_media(session, ident)

    def jobs(self, ident: str) -> dict[str, JobRow]:
        with self.database.reading() as session:
            rows = session.scalars(select(JobRow).where(JobRow.subject == ident))
            return {row.kind: row for row in rows}

    def is_unfinished(self, ident: str, queue: str) -> bool:
        """Whether anything about an episode waits or runs in a queue, whoever put it."""
        active = JobRow.state.in_([JobState.QUEUED, JobState.RUNNING])
        found = select(JobRow.id).where(JobRow.subject == ident, JobRow.queue == queue, active)
        with self.database.reading() as session:
            return session.scalar(found.limit(1)) is not None

    def objects(self) -> list[str]:
        return sorted(self.storage.list(""))

    def file_of(self, ident: str, folder: Path) -> Path:
        """The playable file of an episode, on disk."""
        rendition = self.media(ident).renditions[0]
        path = folder / rendition.filename
        path.write_bytes(b"".join(self.storage.open(rendition.storage_key)))
        return path
