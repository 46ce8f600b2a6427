"""The S3 store is down: pages go on, media and uploads say so, jobs wait, nothing is lost."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import update

from mediashare import clock
from mediashare.app import create_app
from mediashare.db.session import Database
from mediashare.jobs.models import JobRow, JobState
from mediashare.library.models import EpisodeState
from mediashare.storage.port import StorageUnavailableError
from mediashare.storage.s3 import Patience, S3Storage
from tests import factories
from tests.fakes import RecordingWaker
from tests.mediafiles import MediaFiles
from tests.servers.buckets import make_bucket, s3_settings
from tests.servers.faults import Fault, FaultProxy, Kind, running_faults
from tests.uploads.conftest import Tus
from tests.workers.pipeline import Pipeline

pytestmark = pytest.mark.slow

DOWN = [Fault(Kind.STATUS, 503), Fault(Kind.REFUSED), Fault(Kind.BLACK_HOLE)]
MOST_TRIES = 3
PATIENT = Patience(connect_s=30, read_s=60, tries=2)
SENTENCE = StorageUnavailableError.message


@dataclass(frozen=True)
class House:
    """A house whose store is behind a proxy, with an episode that is still to be made."""

    pipeline: Pipeline
    proxy: FaultProxy
    browser: factories.Browser
    tus: Tus
    episode_id: str

    def media_url(self) -> str:
        rendition = self.pipeline.media(self.episode_id).renditions[0]
        return f"/media/{self.episode_id}/{rendition.filename}"

    def work_later(self) -> None:
        """Do what waits, and what would only be tried again after a while."""
        with self.pipeline.database.transaction() as session:
            session.execute(update(JobRow).values(run_after=clock.now()))
        self.pipeline.work()


@pytest.fixture
def house(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    swift_url: str,
    sqlite_template: Path,
    media_files: MediaFiles,
) -> Iterator[House]:
    fault = getattr(request.node, "callspec", None) and request.node.callspec.params.get("fault")
    # Short only for a store that never answers: one on a busy machine answers late.
    is_silent = fault is not None and fault.kind is Kind.BLACK_HOLE
    patience = Patience(connect_s=1, read_s=2, tries=2) if is_silent else PATIENT
    bucket = make_bucket(s3_settings(tmp_path, swift_url))
    bucket.data.mkdir(parents=True)
    (bucket.data / "mediashare.db").write_bytes(sqlite_template.read_bytes())
    with running_faults(bucket.s3_endpoint) as proxy:
        settings = bucket.model_copy(update={"s3_endpoint": proxy.url})
        database = Database(settings.sqlalchemy_url)
        storage = S3Storage(settings, patience=patience)
        app = create_app(settings, database=database, storage=storage, waker=RecordingWaker())
        pipeline = Pipeline(settings, database, storage)
        ident = pipeline.send(media_files.speech())
        with database.sessions() as session:
            token = factories.make_token(session, pipeline.author)
        browser = factories.Browser(app, database, pipeline.author)
        yield House(pipeline, proxy, browser, Tus(app.test_client(), token), ident)
        database.dispose()


@pytest.mark.parametrize("fault", DOWN, ids=lambda fault: fault.kind.name)
def test_pages_go_on_and_media_say_that_the_store_is_away(house: House, fault: Fault) -> None:
    house.pipeline.work()
    media = house.media_url()
    part = {"Range": "bytes=0-9"}
    assert house.browser.get(media, headers=part).status_code == 206

    house.proxy.spoil(fault)

    page = house.pipeline.episode(house.episode_id).path
    pages = ("/", "/search?q=engineers", page, "/api/v1/episodes", "/api/v1/search?q=engineers")
    assert [house.browser.get(path).status_code for path in pages] == [200] * len(pages)
    assert house.proxy.hits == 0
    answer = house.browser.get(media, headers=part)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert SENTENCE in answer.text
    assert "Traceback" not in answer.text
    house.proxy.spoil(None)
    assert house.browser.get(media, headers=part).status_code == 206


@pytest.mark.parametrize("fault", DOWN, ids=lambda fault: fault.kind.name)
def test_an_upload_keeps_what_was_acknowledged_and_goes_on(house: House, fault: Fault) -> None:
    path = house.tus.new(10)
    assert house.tus.patch(path, 0, b"01234").status_code == 204
    house.proxy.spoil(fault)

    refused = house.tus.patch(path, 5, b"56789")

    assert (refused.status_code, refused.json["detail"]) == (503, SENTENCE)  # type: ignore[index]  # it is JSON
    assert house.tus.offset(path) == 5
    house.proxy.spoil(None)
    assert house.tus.patch(path, 5, b"56789").status_code == 204
    key = f"recordings/{path.rsplit('/', 1)[-1]}"
    assert b"".join(house.pipeline.storage.open(key)) == b"0123456789"


@pytest.mark.parametrize("fault", DOWN, ids=lambda fault: fault.kind.name)
def test_jobs_wait_until_the_store_is_back(house: House, fault: Fault) -> None:
    house.proxy.spoil(fault)

    house.pipeline.work()

    job = house.pipeline.jobs(house.episode_id)["probe"]
    assert (job.state, job.attempt, job.error) == (JobState.QUEUED, 1, SENTENCE)
    assert house.pipeline.episode(house.episode_id).state is EpisodeState.PROCESSING
    house.proxy.spoil(None)
    house.work_later()
    assert house.pipeline.episode(house.episode_id).state is EpisodeState.READY


def test_jobs_get_done_while_the_store_fails_now_and_then(house: House) -> None:
    house.proxy.spoil(Fault(Kind.STATUS, 503, share=0.3))

    for _ in range(MOST_TRIES):
        house.work_later()

    assert house.proxy.hits > 0
    assert house.pipeline.episode(house.episode_id).state is EpisodeState.READY
    house.proxy.spoil(None)
    assert house.browser.get(house.media_url()).status_code == 302
