"""What workers say of themselves: kept while they live, forgotten when they are long silent."""

from datetime import timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from mediashare import clock
from mediashare.jobs import reports
from mediashare.jobs.models import WorkerReport


def report(session: Session, name: str, speech: str = "") -> None:
    reports.report(session, name=name, queues="media", speech=speech, sandbox="bubblewrap")
    session.commit()


def make_silent(session: Session, name: str, since: timedelta) -> None:
    silent = update(WorkerReport).where(WorkerReport.name == name)
    session.execute(silent.values(seen_at=clock.now() - since))
    session.commit()


def names(session: Session) -> list[str]:
    return [found.name for found in reports.list_reports(session)]


def test_a_worker_that_reports_again_renews_what_it_said(session: Session) -> None:
    report(session, "forge:1", speech="No model.")
    make_silent(session, "forge:1", timedelta(minutes=5))

    report(session, "forge:1", speech="By whisper.")

    (found,) = reports.list_reports(session)
    assert (found.speech, found.queues) == ("By whisper.", "media")
    assert clock.now() - found.seen_at < timedelta(minutes=1)


def test_workers_that_are_long_silent_are_forgotten(session: Session) -> None:
    report(session, "gone:1")
    report(session, "late:1")
    make_silent(session, "gone:1", timedelta(hours=2))
    make_silent(session, "late:1", timedelta(minutes=50))

    report(session, "forge:1")

    assert names(session) == ["forge:1", "late:1"]


def test_a_worker_that_ends_takes_back_its_own_report_alone(session: Session) -> None:
    report(session, "forge:1")
    report(session, "forge:2")

    reports.withdraw(session, "forge:1")
    session.commit()

    assert names(session) == ["forge:2"]
