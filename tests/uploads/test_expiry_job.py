"""The job that removes expired uploads, done by a worker as all others are."""

import threading
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from mediashare import clock
from mediashare.config import Settings
from mediashare.db.session import Database
from mediashare.jobs import queue as job_queue
from mediashare.jobs.job import QueueName
from mediashare.jobs.models import JobRow, JobState
from mediashare.storage.disk import DiskStorage
from mediashare.uploads.jobs import ExpireUploads
from mediashare.uploads.models import Upload
from tests.uploads.conftest import Tus, row, write
from workers.context import Context
from workers.registry import REGISTRY


def test_the_job_removes_every_expired_upload(
    tus: Tus,
    session: Session,
    database: Database,
    storage: DiskStorage,
    settings: Settings,
) -> None:
    paths = [tus.new(3, Content_Type="application/offset+octet-stream", data=b"abc") for _ in "123"]
    kept = row(session, paths[0]).id
    write(session)
    for upload in session.scalars(select(Upload).where(Upload.id != kept)):
        upload.expires_at = clock.now() - timedelta(days=1)
    put = job_queue.put(session, ExpireUploads())
    session.commit()
    write(session)
    job_queue.claim(session, [QueueName.DEFAULT], worker="test", lease=timedelta(seconds=60))
    session.commit()
    context = Context(
        database=database,
        storage=storage,
        settings=settings,
        scratch=settings.data,
        job_id=put.id,
        attempt=1,
        cancelled=threading.Event(),
    )

    REGISTRY[ExpireUploads].run(context, ExpireUploads())

    session.rollback()
    session.expire_all()
    assert session.scalars(select(Upload.id)).all() == [kept]
    assert list(storage.list("")) == [f"recordings/{kept}"]
    assert session.get_one(JobRow, put.id).state is JobState.DONE
