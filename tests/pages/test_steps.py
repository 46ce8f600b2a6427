"""The page of an episode's steps, without a browser: what it says, to whom, what it can do."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mediashare import clock
from mediashare.accounts.models import Role, User
from mediashare.db.session import Database
from mediashare.jobs import queue as job_queue
from mediashare.jobs import reports
from mediashare.jobs.models import JobRow, JobState
from mediashare.library.models import Audience, Episode, EpisodeState
from mediashare.media import jobs as media_jobs
from mediashare.transcripts.models import Origin, Transcript, TranscriptState
from tests.factories import Browser, make_episode, make_recording, make_transcript, make_user
from tests.fakes import RecordingWaker
from tests.pages.test_episode import make_playable
from tests.pages.test_home import count_statements

Browse = Callable[[Any], Browser]
BY_SCRIPT = {"HX-Request": "true"}


def look_again(session: Session) -> None:
    """What others have committed meanwhile is seen by a new transaction only."""
    session.rollback()
    session.expire_all()


def make_step(session: Session, episode: Episode, kind: str, **values: Any) -> JobRow:
    given = {"kind": kind, "queue": "media", "max_attempts": 4, "created_at": clock.now(), **values}
    row = JobRow(subject=episode.id, owner_id=episode.author_id, **given)
    session.add(row)
    session.commit()
    return row


def make_running(session: Session, episode: Episode, kind: str, **values: Any) -> JobRow:
    soon = clock.now() + timedelta(seconds=30)
    given = {"attempt": 1, "lease_owner": "forge:1:2", "lease_until": soon, **values}
    return make_step(session, episode, kind, state=JobState.RUNNING, **given)


def make_worker(session: Session, queues: str = "media,speech,default") -> None:
    reports.report(session, name="forge:1", queues=queues, speech="", sandbox="", room=None)
    session.commit()


def make_waiting(session: Session, author: User) -> Episode:
    return make_episode(session, author, state=EpisodeState.PROCESSING, published_at=None)


def words_of(page: str) -> list[str]:
    """Each step of the page as one line of words."""
    steps = re.findall(r"<li class=.*?</li>", page.split('<ul class="work">')[1], re.DOTALL)
    marks = re.compile(r"<svg.*?</svg>|<form.*?</form>|<[^>]+>", re.DOTALL)
    texts = [marks.sub(" ", step) for step in steps]
    return [" ".join(text.split()) for text in texts]


def test_each_step_says_how_far_it_is_and_what_it_waits_for(
    session: Session, browse: Browse
) -> None:
    author = make_user(session)
    episode, began = make_waiting(session, author), clock.now()
    make_worker(session)
    make_step(session, episode, "probe", state=JobState.DONE, attempt=2, started_at=began,
              finished_at=began + timedelta(seconds=12))  # fmt: skip
    make_running(session, episode, "rendition", progress=0.41,
                 ends_at=began + timedelta(minutes=2, seconds=10))  # fmt: skip
    make_step(session, episode, "pictures")
    make_step(session, episode, "ladder")
    make_step(session, episode, "storyboard", state=JobState.FAILED, error="No <b>room</b>.")

    found = words_of(browse(author).get(f"{episode.path}/steps").text)

    assert found == [
        "Checked done in 12 s, 2 tries",
        "Playable 41 %, 2 min left Without this step there is nothing to play.",
        "Pictures waiting for a free worker, next in line",
        "More sizes waiting for a free worker, 1 ahead",
        "Preview pictures failed No &lt;b&gt;room&lt;/b&gt;.",
        "Transcript waits until the clip is playable",
    ]


def test_what_is_odd_about_the_recording_is_said_to_its_author(
    session: Session, browse: Browse
) -> None:
    author = make_user(session)
    episode = make_waiting(session, author)
    sentence = "The file says that it is 60.0 s long, but holds only 31.0 s."
    make_recording(session, episode, facts={"warnings": [sentence]})
    make_step(session, episode, "probe", state=JobState.DONE)

    assert sentence in browse(author).get(f"{episode.path}/steps").text


def test_what_was_sent_before_is_named_to_its_author_and_to_nobody_else(
    session: Session, browse: Browse
) -> None:
    author = make_user(session)
    earlier = make_playable(session, author, title="Kept <i>first</i>", audience=Audience.PRIVATE)
    episode, alone = (make_waiting(session, author) for _episode in range(2))
    make_recording(session, episode, facts={"same_as": earlier.id})
    make_recording(session, alone, facts={"same_as": alone.id})

    own, others, itself = (
        browse(viewer).get(f"{one.path}/steps").text
        for viewer, one in (
            (author, episode), (make_user(session, role=Role.ADMIN), episode), (author, alone)
        )
    )  # fmt: skip

    assert "You have sent these bytes before" in own
    assert f'href="{earlier.path}"' in own
    assert "Kept &lt;i&gt;first&lt;/i&gt;" in own
    for page in (others, itself):
        assert "sent these bytes" not in page
        assert earlier.path not in page


def test_what_was_not_asked_for_yet_says_what_it_waits_for(
    session: Session, browse: Browse
) -> None:
    author = make_user(session)
    plain, with_captions = (make_waiting(session, author) for _episode in range(2))
    make_transcript(session, with_captions, (0, 2, "Own words"), origin=Origin.AUTHOR)
    for episode in (plain, with_captions):
        make_step(session, episode, "probe")
    browser = browse(author)

    pages = [browser.get(f"{episode.path}/steps").text for episode in (plain, with_captions)]

    following = [
        "Playable waits until the recording is checked",
        "Pictures waits until the clip is playable",
        "Transcript waits until the clip is playable",
    ]
    assert words_of(pages[0])[1:] == following
    assert words_of(pages[1])[1:] == following[:2]


def test_the_page_asks_again_until_nothing_more_is_done(session: Session, browse: Browse) -> None:
    author = make_user(session)
    episode = make_playable(session, author)
    step = make_running(session, episode, "pictures")
    browser = browse(author)

    page = browser.get(f"{episode.path}/steps")
    part = browser.get(f"{episode.path}/steps", headers=BY_SCRIPT)
    step.state = JobState.DONE
    session.commit()
    over = browser.get(f"{episode.path}/steps", headers=BY_SCRIPT)

    assert ("<html" in page.text, "<html" in part.text) == (True, False)
    assert "HX-Request" in page.headers["Vary"]
    polls = [text.count('hx-trigger="every 2s"') for text in (page.text, part.text, over.text)]
    assert polls == [1, 1, 0]


def test_only_author_and_admins_follow_the_steps(session: Session, browse: Browse) -> None:
    author = make_user(session)
    episode = make_playable(session, author)
    make_step(session, episode, "pictures")

    statuses, buttons = [], []
    for person in (
        author,
        make_user(session, role=Role.ADMIN),
        make_user(session, role=Role.MODERATOR),
        make_user(session),
    ):
        answer = browse(person).get(f"{episode.path}/steps")
        statuses.append(answer.status_code)
        buttons.append('id="stop-pictures"' in answer.text)

    assert statuses == [200, 200, 404, 404]
    assert buttons == [True, False, False, False]


def test_others_learn_from_the_episodes_page_that_more_will_come_and_no_more(
    session: Session, browse: Browse
) -> None:
    episode = make_playable(session, make_user(session))
    make_transcript(session, episode, state=TranscriptState.QUEUED)
    make_step(session, episode, "transcript", queue="speech")
    browser = browse(make_user(session))

    for path in ("", "/progress?playable=1"):
        page = browser.get(episode.path + path).text
        assert "The transcript is being made." in page
        assert "/steps" not in page
        assert "worker" not in page


def test_what_plays_as_it_was_sent_has_its_transcript_still_to_come(
    session: Session, browse: Browse
) -> None:
    author = make_user(session)
    episode = make_playable(session, author)
    step = make_running(session, episode, "rendition")
    browsers = [browse(author), browse(make_user(session))]
    paths = ["", "/progress?playable=1"]

    def ask() -> list[tuple[bool, ...]]:
        look_again(session)
        pages = [browser.get(episode.path + path).text for browser in browsers for path in paths]
        said = ("The transcript is being made.", "There is no transcript.", "/progress?playable=1")
        return [tuple(sentence in page for sentence in said) for page in pages]

    coming = ask()
    step.state = JobState.FAILED
    session.commit()
    # The other sizes, where they are made, bring no transcript.
    make_running(session, episode, "ladder")

    assert coming == [(True, False, True)] * 4
    assert ask() == [(False, True, False)] * 4


@pytest.mark.parametrize("kind", ["probe", "rendition"])
def test_an_episode_without_what_makes_it_playable_fails_and_can_be_tried_again(
    session: Session, browse: Browse, waker: RecordingWaker, kind: str
) -> None:
    author = make_user(session)
    episode = make_waiting(session, author)
    step = make_step(session, episode, kind)
    browser = browse(author)

    stopped = browser.post(f"{episode.path}/steps/{kind}/cancel")
    look_again(session)
    after = (episode.state, episode.failure, step.state)
    page = browser.get(f"{episode.path}/steps").text
    again = browser.post(f"{episode.path}/steps/{kind}/retry")

    assert [answer.location for answer in (stopped, again)] == [f"{episode.path}/steps"] * 2
    assert after == (EpisodeState.FAILED, "Stopped by its author.", JobState.CANCELLED)
    assert "stopped Stopped by its author." in " ".join(words_of(page))
    look_again(session)
    assert (episode.state, step.state) == (EpisodeState.PROCESSING, JobState.QUEUED)
    assert waker.woken == ["media"]


def test_what_runs_is_told_to_stop_and_the_page_says_so(session: Session, browse: Browse) -> None:
    author = make_user(session)
    episode = make_waiting(session, author)
    step = make_running(session, episode, "rendition")
    browser = browse(author)

    browser.post(f"{episode.path}/steps/rendition/cancel")

    look_again(session)
    assert (step.cancel_requested, step.state) == (True, JobState.RUNNING)
    # It is the worker that ends it, and tells the episode.
    assert episode.state is EpisodeState.PROCESSING
    page = browser.get(f"{episode.path}/steps").text
    assert words_of(page)[0] == "Playable being stopped"
    assert 'id="stop-rendition"' not in page


def test_an_episode_without_a_transcript_plays_all_the_same(
    session: Session, browse: Browse
) -> None:
    author = make_user(session)
    episode = make_playable(session, author)
    make_transcript(session, episode, state=TranscriptState.QUEUED)
    step = make_step(session, episode, "transcript", queue="speech")
    browser = browse(author)

    browser.post(f"{episode.path}/steps/transcript/cancel")
    look_again(session)
    transcript = session.scalars(select(Transcript)).one()
    after = (episode.state, transcript.state, transcript.note)
    browser.post(f"{episode.path}/steps/transcript/retry")

    assert after == (EpisodeState.READY, TranscriptState.FAILED, "Stopped by its author.")
    look_again(session)
    assert (transcript.state, step.state) == (TranscriptState.QUEUED, JobState.QUEUED)


def test_an_episode_without_pictures_lacks_nothing_else(session: Session, browse: Browse) -> None:
    author = make_user(session)
    episode = make_playable(session, author)
    step = make_step(session, episode, "pictures")

    browse(author).post(f"{episode.path}/steps/pictures/cancel")

    look_again(session)
    assert (step.state, step.error) == (JobState.CANCELLED, "Stopped by its author.")
    assert (episode.state, episode.failure) == (EpisodeState.READY, None)


@pytest.mark.parametrize("act", ["retry", "cancel"])
@pytest.mark.parametrize(
    ("name", "state", "status"),
    [("nothing", JobState.DONE, 404), ("cleanup", JobState.FAILED, 404), ("probe", "done", 409)],
)
def test_steps_that_are_none_and_steps_that_are_done_stay_as_they_are(
    session: Session, browse: Browse, act: str, name: str, state: JobState, status: int
) -> None:
    author = make_user(session)
    episode = make_playable(session, author)
    for kind in ("probe", "cleanup"):
        make_step(session, episode, kind, state=state)

    answer = browse(author).post(f"{episode.path}/steps/{name}/{act}")

    assert answer.status_code == status
    assert session.scalars(select(JobRow.state)).all() == [JobState(state)] * 2


@pytest.mark.parametrize("act", ["retry", "cancel"])
def test_nobody_else_stops_or_starts_a_step(session: Session, browse: Browse, act: str) -> None:
    episode = make_playable(session, make_user(session))
    state = JobState.FAILED if act == "retry" else JobState.QUEUED
    step = make_step(session, episode, "pictures", state=state)

    statuses = [
        browse(make_user(session, role=role)).post(f"{episode.path}/steps/pictures/{act}")
        .status_code
        for role in (Role.MEMBER, Role.ADMIN)
    ]  # fmt: skip

    session.refresh(step)
    assert (statuses, step.state) == ([403, 403], state)


def test_the_page_takes_as_many_statements_for_five_steps_as_for_one(
    session: Session, browse: Browse, database: Database
) -> None:
    author, counts = make_user(session), []
    for kinds in (["probe"], ["probe", "rendition", "pictures", "ladder", "storyboard"]):
        episode = make_waiting(session, author)
        for kind in kinds:
            make_step(session, episode, kind)
        counts.append(count_statements(database, browse(author), f"{episode.path}/steps"))

    # Who asks, the episode, its tags and groups, renditions, transcript, steps, workers; warnings,
    # findings, news.
    assert counts == [9, 9]


def test_the_way_there_is_on_the_episodes_page_and_among_the_uploads(
    session: Session, browse: Browse
) -> None:
    author = make_user(session)
    episode = make_waiting(session, author)
    job_queue.put(session, media_jobs.Probe(subject=episode.id), owner_id=author.id)
    session.commit()
    browser = browse(author)

    pages = [browser.get(path).text for path in (episode.path, "/", "/uploads")]

    assert [f'href="{episode.path}/steps"' in page for page in pages] == [True] * 3


def test_uploads_say_how_much_is_left(session: Session, browse: Browse) -> None:
    author = make_user(session)
    episode = make_waiting(session, author)
    make_running(session, episode, "rendition", progress=0.5,
                 ends_at=clock.now() + timedelta(hours=1, minutes=5, seconds=10))  # fmt: skip

    assert "50 %, 1 h 5 min left" in browse(author).get("/uploads").text
