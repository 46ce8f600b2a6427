"""The job console and the health page."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mediashare import clock
from mediashare.accounts.models import Role, User
from mediashare.audit.models import AuditEntry
from mediashare.db.session import Database, begin_writing
from mediashare.jobs.models import JobRow, JobState
from mediashare.library.models import EpisodeState
from mediashare.media import service as media_service
from mediashare.transcripts.models import TranscriptState
from tests.counting import count_statements
from tests.factories import Browser, make_episode, make_transcript, make_user
from tests.fakes import RecordingWaker

Browse = Callable[[Any], Browser]


def test_admins_see_jobs_with_state_and_reason(session: Session, browse: Browse) -> None:
    grace = make_user(session, "Grace Hopper")
    make_job(session, owner=grace, state=JobState.FAILED, error="The file <b>ended</b> early.")
    make_job(session, kind="pictures", state=JobState.RUNNING, progress=0.42)
    admin = _admin(session, browse)

    everything, failed = (
        admin.get(path).text for path in ("/admin/jobs", "/admin/jobs?state=failed")
    )

    assert "The file &lt;b&gt;ended&lt;/b&gt; early." in everything
    assert "running 42 %" in everything
    assert ("Grace Hopper" in failed, "<td>pictures<br>" in failed) == (True, False)


def test_a_state_that_is_none_is_refused(session: Session, browse: Browse) -> None:
    assert _admin(session, browse).get("/admin/jobs?state=stuck").status_code == 422


def test_a_failed_job_is_tried_again(
    session: Session, browse: Browse, waker: RecordingWaker
) -> None:
    job = make_job(session, state=JobState.FAILED, error="The store was down.")

    _admin(session, browse).post(f"/admin/jobs/{job.id}/retry")

    session.refresh(job)
    assert (job.state, job.error) == (JobState.QUEUED, None)
    assert waker.woken == ["media"]


def test_a_job_that_runs_is_not_started_twice(session: Session, browse: Browse) -> None:
    job = make_job(session, state=JobState.RUNNING)

    answer = _admin(session, browse).post(f"/admin/jobs/{job.id}/retry")

    session.refresh(job)
    assert (answer.status_code, job.state) == (409, JobState.RUNNING)


def test_cancelling_stops_all_work_on_the_subject(session: Session, browse: Browse) -> None:
    running = make_job(session, state=JobState.RUNNING)
    waiting = make_job(session, kind="pictures")

    _admin(session, browse).post(f"/admin/jobs/{running.id}/cancel")

    session.expire_all()
    assert running.cancel_requested is True
    assert waiting.state is JobState.CANCELLED


def test_the_author_reads_who_stopped_it_and_can_try_again(
    session: Session, browse: Browse
) -> None:
    author = make_user(session)
    episode = make_episode(session, author, state=EpisodeState.PROCESSING, published_at=None)
    begin_writing(session)
    media_service.add_recording(
        session,
        episode_id=episode.id,
        owner_id=author.id,
        storage_key="recordings/1",
        filename="clip.mp4",
        size=1,
    )
    session.commit()
    job = session.scalars(select(JobRow)).one()

    _admin(session, browse).post(f"/admin/jobs/{job.id}/cancel")
    stopped = browse(author).get(episode.path).text
    browse(author).post(f"{episode.path}/retry")

    assert "Stopped by an admin." in stopped
    session.expire_all()
    assert (episode.state, episode.failure) == (EpisodeState.PROCESSING, None)
    assert (job.state, job.cancel_requested) == (JobState.QUEUED, False)


def test_a_cancelled_transcript_says_so_and_can_be_tried_again(
    session: Session, browse: Browse
) -> None:
    author = make_user(session)
    episode = make_episode(session, author)
    transcript = make_transcript(session, episode, state=TranscriptState.QUEUED)
    job = make_job(session, kind="transcript", queue="speech", subject=episode.id)

    _admin(session, browse).post(f"/admin/jobs/{job.id}/cancel")
    session.expire_all()
    stopped = (transcript.state, transcript.note, episode.state)
    browse(author).post(f"{episode.path}/transcript/retry")

    assert stopped == (TranscriptState.FAILED, "Stopped by an admin.", EpisodeState.READY)
    # A new look, not the one that was taken above.
    session.rollback()
    assert (transcript.state, job.state) == (TranscriptState.QUEUED, JobState.QUEUED)


def test_changes_of_jobs_are_put_on_record(session: Session, browse: Browse) -> None:
    job = make_job(session, state=JobState.FAILED)
    admin = _admin(session, browse)

    admin.post(f"/admin/jobs/{job.id}/retry")
    admin.post(f"/admin/jobs/{job.id}/cancel")

    entries = session.scalars(select(AuditEntry).order_by(AuditEntry.at)).all()
    assert [(e.action, e.subject_id, e.details["kind"]) for e in entries] == [
        ("job_retried", job.id, "probe"),
        ("job_cancelled", job.id, "probe"),
    ]


def test_jobs_that_do_not_exist_are_not_found(session: Session, browse: Browse) -> None:
    admin = _admin(session, browse)

    statuses = [admin.post(f"/admin/jobs/nope/{act}").status_code for act in ("retry", "cancel")]

    assert statuses == [404, 404]


def test_the_list_takes_as_many_statements_for_one_job_as_for_three(
    session: Session, browse: Browse, database: Database
) -> None:
    admin, counts = _admin(session, browse), []
    for jobs in (1, 2):
        for _ in range(jobs):
            make_job(session, owner=make_user(session))
        counts.append(count_statements(database, lambda: admin.get("/admin/jobs")))

    # Who asks; depth, speed, workers, what runs, reasons, kinds; the list and its owners; news.
    assert counts == [10, 10]


def test_the_health_page_says_what_waits(session: Session, browse: Browse) -> None:
    make_job(session, created_at=clock.now() - timedelta(hours=3))
    make_job(session, state=JobState.FAILED)

    page = _admin(session, browse).get("/admin/health").text

    row = page.split('<th scope="row">media</th>', 1)[1].split("</tr>", 1)[0]
    assert [cell.split("</td>")[0] for cell in row.split("<td>")[1:]] == [
        "1",
        "0",
        "1",
        "3 hours ago",
    ]


def test_the_health_page_takes_few_statements(
    session: Session, browse: Browse, database: Database
) -> None:
    make_job(session)
    admin = _admin(session, browse)

    assert count_statements(database, lambda: admin.get("/admin/health")) <= 12


def make_job(session: Session, *, owner: User | None = None, **values: Any) -> JobRow:
    given = {"kind": "probe", "queue": "media", "subject": "one", "max_attempts": 4, **values}
    row = JobRow(owner_id=owner.id if owner else None, **given)
    session.add(row)
    session.commit()
    return row


def _admin(session: Session, browse: Browse) -> Browser:
    return browse(make_user(session, role=Role.ADMIN))
