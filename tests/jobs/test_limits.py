"""What a worker may take that has only so much time and room, on both databases."""

from datetime import timedelta

from mediashare.db.session import Database
from mediashare.jobs import queue as job_queue
from mediashare.jobs.models import JobRow
from mediashare.jobs.queue import Limits
from tests.jobs.test_queue import change, get, put


def claim(database: Database, limits: Limits) -> JobRow | None:
    with database.transaction() as session:
        return job_queue.claim(
            session, ["media"], worker="me", lease=timedelta(seconds=30), limits=limits
        )


def claimed(database: Database, limits: Limits) -> str | None:
    row = claim(database, limits)
    return None if row is None else row.subject


def test_a_place_for_short_work_takes_no_long_one(database: Database) -> None:
    change(database, put(database, "long"), work=1000.0, turn=-10.0)
    change(database, put(database, "short"), work=10.0)

    short = Limits(work=300)
    taken = [claimed(database, short), claimed(database, short), claimed(database, Limits())]

    assert taken == ["short", None, "long"]


def test_what_does_not_fit_now_waits_and_keeps_those_behind_it_waiting(database: Database) -> None:
    large = put(database, "large")
    change(database, large, room=5000, turn=-10.0)
    put(database, "small")

    full = claimed(database, Limits(room=4000, most_room=9000))
    waiting = get(database, large)
    roomy = claimed(database, Limits(room=9000, most_room=9000))

    assert (full, roomy) == (None, "large")
    assert (waiting.state, waiting.attempt, waiting.error) == ("queued", 0, None)


def test_what_never_fits_here_is_left_to_others(database: Database) -> None:
    change(database, put(database, "large"), room=5000, turn=-10.0)
    put(database, "small")

    small = Limits(room=4000, most_room=4000)
    taken = [claimed(database, small), claimed(database, small), claimed(database, Limits())]

    assert taken == ["small", None, "large"]


def test_something_waits_also_for_who_may_not_take_it(database: Database) -> None:
    change(database, put(database, "long"), work=1000.0)

    with database.reading() as session:
        assert job_queue.is_anything_waiting(session, "media")
        assert not job_queue.is_anything_waiting(session, "speech")
    claim(database, Limits())
    with database.reading() as session:
        assert not job_queue.is_anything_waiting(session, "media")
