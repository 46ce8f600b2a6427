"""An author who saves while a worker ends, or another tab saves: one of the two comes first."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from mediashare.db.session import Database
from mediashare.discussion import service as discussion_service
from mediashare.discussion.service import NewComment
from mediashare.jobs import queue as job_queue
from mediashare.jobs.models import JobRow, JobState
from mediashare.library.models import EpisodeState
from mediashare.media import jobs as media_jobs
from mediashare.media import service as media_service
from mediashare.media.policy import Edit
from mediashare.transcripts import service as transcripts_service
from mediashare.transcripts.models import TranscriptState
from mediashare.transcripts.service import SpokenSegment
from tests.crowds import all_at_once
from tests.edits.conftest import House

ROUNDS = 6


def at_once(*acts: Callable[[], object]) -> list[BaseException | None]:
    """Do these at the same moment; what each raised."""

    def do(act: Callable[[], object]) -> BaseException | None:
        try:
            act()
        except Exception as error:  # noqa: BLE001 - the test looks at it
            return error
        return None

    return all_at_once([partial(do, act) for act in acts])


def claim(database: Database, queue: str) -> JobRow:
    with database.transaction() as session:
        row = job_queue.claim(session, [queue], worker="w", lease=timedelta(minutes=5))
        assert row is not None
        return row


def end(house: House, row: JobRow) -> None:
    """What a worker does in its last transaction: the job first, then what it made."""
    with house.database.transaction() as session:
        job_queue.finish(session, row.id, row.attempt)
        house.publish(session, row.payload["version"])
        for kind in (media_jobs.MakePictures, media_jobs.MakeLadder):
            following = kind(subject=house.ident, version=row.payload["version"])
            job_queue.put(session, following)


def test_of_two_edits_at_once_one_is_made(house: House) -> None:
    for number in range(ROUNDS):
        begin = 1000 * (number + 1)
        raised = at_once(partial(house.save, Edit(begin)), partial(house.save, Edit(begin, 50_000)))

        states = house.states()
        assert raised == [None, None]
        assert states == {**dict.fromkeys(states, "former"), 1: "current", max(states): "making"}
        assert house.jobs() == [("rendition", max(states))]


def test_an_edit_and_the_end_of_the_one_before_come_one_after_the_other(house: House) -> None:
    for number in range(ROUNDS):
        first = house.save(Edit(1000 * (number + 1)))
        row = claim(house.database, "media")

        hiding = Edit(500, muted=((30_000, 31_000 + number),))
        ended, saved = at_once(partial(end, house, row), partial(house.save, hiding))

        assert saved is None
        assert ended is None or isinstance(ended, job_queue.LeaseLostError)
        states = house.states()
        assert states[first] == ("former" if ended else "current")
        assert states[first + 1] == "making"
        assert house.jobs() == [("rendition", first + 1)]
        assert house.episode().state is EpisodeState.PROCESSING
        house.make(first + 1)
        assert house.episode().state is EpisodeState.READY
        with house.database.transaction() as session:
            media_service.stop_making(session, house.ident)


def test_a_version_that_is_ready_waits_for_a_chunk_that_is_just_kept(house: House) -> None:
    for number in range(ROUNDS):
        with house.database.transaction() as session:
            transcripts_service.request_recognition(session, house.ident, house.author.id)
            transcripts_service.plan(session, house.ident, [(0, 900)])
        listening = claim(house.database, "speech")
        version = house.save(Edit(1000 * (number + 1)))
        row = claim(house.database, "media")
        with house.database.transaction() as session:
            again = session.get_one(JobRow, listening.id)
            again.state, again.attempt = JobState.RUNNING, listening.attempt

        def keep(job: JobRow = listening) -> None:
            with house.database.transaction() as session:
                job_queue.report_progress(session, job.id, job.attempt, 0.5)
                transcripts_service.keep_chunk(
                    session, house.ident, 0, [SpokenSegment(0, 900, "old words")]
                )

        ended, kept = at_once(partial(end, house, row), keep)

        assert ended is None
        assert kept is None or isinstance(kept, job_queue.LeaseLostError)
        assert house.lines() == []
        assert house.transcript().state is TranscriptState.QUEUED
        assert house.states()[version] == "current"
        with house.database.transaction() as session:
            job_queue.withdraw(session, house.ident, ["media", "speech"])
            session.delete(session.merge(house.transcript()))


def test_a_comment_at_the_moment_of_the_switch_is_of_one_version_or_the_other(
    house: House,
) -> None:
    begin = 0
    for _number in range(ROUNDS):
        before, begin = begin, begin + 1000
        house.save(Edit(begin))
        row = claim(house.database, "media")
        made: list[str] = []

        def say(made: list[str] = made) -> None:
            with house.database.transaction() as session:
                episode = session.merge(house.episode())
                new = NewComment("Here.", start_ms=20_000)
                comment = discussion_service.post_comment(session, house.viewer, episode, new)
                made.append(comment.id)

        assert at_once(partial(end, house, row), say) == [None, None]
        start_ms, _end, unplayed = house.moment(made[0])
        assert unplayed is None
        assert start_ms in {20_000, 20_000 + before - begin}
        with house.database.transaction() as session:
            media_service.stop_making(session, house.ident)
