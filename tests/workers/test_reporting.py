"""Workers tell what they serve and with what, as long as they live."""

import errno
import logging
from typing import Literal

import pytest

from mediashare.config import Settings
from mediashare.db.session import Database
from mediashare.jobs import reports
from mediashare.jobs.models import WorkerReport
from mediashare.storage.port import Storage
from tests.workers.test_run_processes import wait_until
from workers import reporting
from workers.parts import Parts
from workers.reporting import Reporter
from workers.scratch import Room
from workers.tools import sandbox


def room() -> Room:
    return Room(now=4096, most=8192)


def list_reports(database: Database) -> list[WorkerReport]:
    with database.reading() as session:
        return list(reports.list_reports(session))


def test_a_worker_says_what_it_uses_until_it_ends(
    settings: Settings,
    database: Database,
    storage: Storage,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    chosen = settings.model_copy(update={"asr_engine": "none", "sandbox": "none"})
    reporter = Reporter(Parts(chosen, database, storage), "media,speech", room)

    reporter.start()
    wait_until(lambda: list_reports(database))
    (found,) = list_reports(database)
    reporter.stop()

    off = "Speech recognition is switched off (MEDIASHARE_ASR_ENGINE=none)."
    open_air = "Media tools run without a sandbox, as MEDIASHARE_SANDBOX says."
    assert (found.queues, found.speech, found.sandbox) == ("media,speech", off, open_air)
    assert found.room == 4096
    assert list_reports(database) == []
    assert {off, open_air} <= set(caplog.messages)


def test_a_worker_without_the_speech_queue_says_nothing_of_speech(
    settings: Settings, database: Database, storage: Storage
) -> None:
    reporter = Reporter(Parts(settings, database, storage), "media,default", room)

    reporter.start()
    wait_until(lambda: list_reports(database))
    (found,) = list_reports(database)
    reporter.stop()

    assert found.speech == ""


@pytest.mark.parametrize("choice", ["auto", "bubblewrap"])
def test_a_sandbox_that_runs_is_named(choice: Literal["auto", "bubblewrap"]) -> None:
    assert sandbox.describe(choice) == "Media tools run in bubblewrap."


def test_a_disk_that_can_not_be_read_does_not_silence_a_worker(
    settings: Settings, database: Database, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> Room:
        monkeypatch.setattr(reporter, "_room", room)
        raise OSError(errno.EIO, "the disk can't be read")

    monkeypatch.setattr(reporting, "RENEW_EVERY_S", 0.01)
    reporter = Reporter(Parts(settings, database, storage), "media", broken)

    reporter.start()
    wait_until(lambda: list_reports(database))
    reporter.stop()
