"""What the job console tells of queues, workers and failures, and what it can do about them."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mediashare import clock
from mediashare.accounts.models import Role
from mediashare.admin import service as admin_service
from mediashare.audit.models import AuditEntry
from mediashare.db.session import Database
from mediashare.jobs.models import JobRow, JobState, WorkerReport
from mediashare.library.models import EpisodeState
from tests.admin.test_jobs import make_job
from tests.counting import count_statements
from tests.factories import Browser, make_episode, make_user

Browse = Callable[[Any], Browser]
AWAY = "The store does not answer."


@pytest.fixture
def admin(session: Session, browse: Browse) -> Browser:
    return browse(make_user(session, role=Role.ADMIN))


def make_report(session: Session, name: str, **values: Any) -> None:
    given = {"queues": "media", "speech": "", "sandbox": "", "seen_at": clock.now(), **values}
    session.add(WorkerReport(name=name, **given))
    session.commit()


def make_done(session: Session, ago: timedelta, queue: str = "media") -> None:
    make_job(session, queue=queue, state=JobState.DONE, finished_at=clock.now() - ago)


def lines_of(page: str, section: str) -> list[list[str]]:
    """The cells of the table below a heading."""
    table = page.split(f'id="{section}"')[1].split("<tbody>")[1].split("</tbody>", maxsplit=1)[0]
    cells = re.compile(r"<t[hd][^>]*>(.*?)</t[hd]>", re.DOTALL)
    rows = [cells.findall(row) for row in table.split("</tr>")[:-1]]
    return [[" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in row] for row in rows]


def test_queues_say_what_waits_how_long_and_how_fast_they_go(
    session: Session, admin: Browser
) -> None:
    make_job(session, created_at=clock.now() - timedelta(hours=3))
    make_job(session)
    make_job(session, state=JobState.RUNNING)
    for hours in (0.5, 0.9, 2, 20, 30):
        make_done(session, timedelta(hours=hours))
    for _job in range(12):
        make_done(session, timedelta(hours=5), queue="speech")

    lines = lines_of(admin.get("/admin/jobs").text, "queues")

    assert lines == [
        ["media", "2", "1", "3 hours ago", "2", "0.2"],
        ["speech", "0", "0", "none waits", "0", "0.5"],
        ["default", "0", "0", "none waits", "0", "0.0"],
    ]


def test_workers_say_what_they_do_now(session: Session, admin: Browser) -> None:
    make_report(session, "forge:1", queues="media,speech", room=12_000_000_000)
    make_report(session, "forge:11")
    make_report(session, "gone:1", seen_at=clock.now() - timedelta(minutes=30))
    began = clock.now() - timedelta(minutes=5)
    running: dict[str, Any] = {"state": JobState.RUNNING, "started_at": began}
    make_job(session, kind="rendition", lease_owner="forge:1:77", progress=0.42, **running)
    make_job(session, kind="probe", lease_owner="gone:1:5", **running)

    lines = lines_of(admin.get("/admin/jobs").text, "workers")

    assert lines == [
        ["forge:1", "media, speech", "rendition 42 %, since 5 minutes ago", "12.0 GB", "just now"],
        ["forge:11", "media", "nothing", "not known", "just now"],
    ]


def test_a_house_without_workers_says_so(admin: Browser) -> None:
    assert "No worker is there." in admin.get("/admin/jobs").text


def make_failures(session: Session) -> None:
    for minutes, kind, error in (
        (50, "rendition", AWAY),
        (40, "rendition", AWAY),
        (30, "probe", AWAY),
        (20, "rendition", "No <b>sound</b>."),
    ):
        ended = clock.now() - timedelta(minutes=minutes)
        make_job(session, kind=kind, state=JobState.FAILED, error=error, finished_at=ended)


def test_failures_are_counted_by_their_reason(session: Session, admin: Browser) -> None:
    make_failures(session)

    lines = lines_of(admin.get("/admin/jobs").text, "failures")

    assert [line[:4] for line in lines] == [
        ["rendition", "No &lt;b&gt;sound&lt;/b&gt;.", "1", "20 minutes ago"],
        ["probe", AWAY, "1", "30 minutes ago"],
        ["rendition", AWAY, "2", "40 minutes ago"],
    ]


def test_all_failures_of_one_reason_are_tried_again_and_no_others(
    session: Session, admin: Browser
) -> None:
    make_failures(session)
    author = make_user(session)
    failed: dict[str, Any] = {"state": EpisodeState.FAILED, "failure": AWAY, "published_at": None}
    episode = make_episode(session, author, **failed)
    make_job(session, kind="rendition", subject=episode.id, state=JobState.FAILED, error=AWAY)

    answer = admin.post("/admin/jobs/retry-failed", {"kind": "rendition", "reason": AWAY})

    assert answer.location == "/admin/jobs"
    assert "3 jobs are tried again." in admin.get("/admin/jobs").text
    session.rollback()
    session.expire_all()
    left = session.execute(select(JobRow.kind, JobRow.error).where(JobRow.state == JobState.FAILED))
    assert sorted(map(tuple, left)) == [("probe", AWAY), ("rendition", "No <b>sound</b>.")]
    assert (episode.state, episode.failure) == (EpisodeState.PROCESSING, None)
    assert len(session.scalars(select(AuditEntry.id)).all()) == 3


def test_one_press_tries_only_so_many_again(
    session: Session, admin: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admin_service, "MOST_AT_ONCE", 1)
    make_failures(session)

    admin.post("/admin/jobs/retry-failed", {"kind": "rendition", "reason": AWAY})

    assert "1 job is tried again." in admin.get("/admin/jobs").text


def test_jobs_are_listed_by_kind_and_state_page_by_page(session: Session, admin: Browser) -> None:
    for number in range(25):
        make_job(session, kind="pictures", subject=f"subject-{number:02d}-",
                 created_at=clock.now() - timedelta(minutes=number))  # fmt: skip
    make_job(session, kind="probe", subject="another")

    first = admin.get("/admin/jobs?kind=pictures&state=queued").text
    older = re.search(r'href="([^"]+)">Older', first)
    assert older is not None
    second = admin.get(older[1].replace("&amp;", "&")).text

    found = [re.findall(r"subject-(\d\d)-", page) for page in (first, second)]
    assert ["".join(page) for page in found] == [
        "".join(f"{number:02d}" for number in range(20)),
        "2021222324",
    ]
    assert "another" not in first + second
    assert admin.get("/admin/jobs?kind=poetry").text.count("No such jobs.") == 1


def test_the_health_page_says_that_jobs_wait_for_room(session: Session, admin: Browser) -> None:
    make_report(session, "forge:1", room=1_000_000)
    make_report(session, "forge:2", room=2_000_000)
    make_report(session, "gone:1", room=9_000_000, seen_at=clock.now() - timedelta(minutes=30))
    for room in (1_500_000, 2_500_000, 3_000_000):
        make_job(session, room=room)

    page = admin.get("/admin/health").text

    assert "2 jobs wait in media for room on the worker's disk." in page.replace("&#39;", "'")
    assert "1.0 MB" in page


def test_the_console_takes_as_many_statements_for_three_of_everything_as_for_one(
    session: Session, admin: Browser, database: Database
) -> None:
    counts = []
    for number in (1, 3):
        for other in range(number):
            make_report(session, f"forge:{number}{other}")
            lease = f"forge:{number}{other}:1"
            now = clock.now()
            make_job(session, state=JobState.RUNNING, lease_owner=lease, started_at=now)
            make_job(session, state=JobState.FAILED, error=lease, finished_at=now)
        counts.append(count_statements(database, lambda: admin.get("/admin/jobs")))

    assert counts == [10, 10]
