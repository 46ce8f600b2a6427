"""The tray in the header, and what of uploads the upload page knows before anything is chosen."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from mediashare import clock
from mediashare.config import Settings
from mediashare.db.base import new_id
from mediashare.db.session import Database, begin_writing
from mediashare.jobs import queue as job_queue
from mediashare.library.models import Episode, EpisodeState
from mediashare.media import jobs as media_jobs
from mediashare.uploads.models import Upload, UploadState
from tests.factories import Browser, make_episode, make_user

Browse = Callable[[Any], Browser]
QUOTA, MOST_STATEMENTS = 1_000_000, 8


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Little room, so that it is seen to shrink."""
    limits = {"quota_bytes": QUOTA, "max_upload_bytes": 5_000_000, "max_duration": 5400}
    return settings.model_copy(update=limits)


def make_upload(session: Session, owner: Any, filename: str = "talk.mp4", **values: Any) -> Upload:
    begin_writing(session)
    ident = new_id()
    given = {"length": 200_000, "offset": 82_000, "state": UploadState.GROWING, **values}
    upload = Upload(
        id=ident,
        owner_id=owner.id,
        filename=filename,
        storage_key=f"recordings/{ident}",
        storage_handle=f"recordings/{ident}",
        expires_at=clock.now() + timedelta(days=7),
        **given,
    )
    session.add(upload)
    session.commit()
    return upload


def make_waiting(session: Session, author: Any, title: str = "Under way") -> Episode:
    state = EpisodeState.PROCESSING
    episode = make_episode(session, author, title, state=state, published_at=None)
    job_queue.put(session, media_jobs.Probe(subject=episode.id), owner_id=author.id)
    session.commit()
    return episode


def test_the_tray_names_what_is_on_its_way_and_counts_it(session: Session, browse: Browse) -> None:
    author = make_user(session)
    make_upload(session, author)
    lease = {"lease_owner": "a tab", "lease_until": clock.now() + timedelta(minutes=1)}
    make_upload(session, author, "now.mp4", **lease)
    episode = make_waiting(session, author)
    make_episode(session, author, "Arrived")

    fragment = browse(author).get("/uploads/tray").text

    assert 'data-count="2" data-waiting' in fragment
    assert fragment.count("data-counted") == 1
    assert "Unfinished. 41 % of 200 kB has arrived." in fragment
    assert '"sub">It is being sent at the moment' in fragment
    assert f'href="{episode.path}"' in fragment
    assert "Checked: no worker serves media at the moment" in fragment
    assert "Ready" in fragment
    assert "<html" not in fragment


def test_the_tray_of_somebody_without_uploads_is_empty(session: Session, browse: Browse) -> None:
    make_upload(session, make_user(session))

    fragment = browse(make_user(session)).get("/uploads/tray").text

    assert 'data-count="0"' in fragment
    assert "Nothing is under way." in fragment


def test_what_failed_says_why_and_is_not_counted(session: Session, browse: Browse) -> None:
    author = make_user(session)
    values = {"state": EpisodeState.FAILED, "published_at": None, "failure": "It is <b>empty</b>."}
    make_episode(session, author, "Broken", **values)

    fragment = browse(author).get("/uploads/tray").text

    assert 'data-count="0"' in fragment
    assert "It is &lt;b&gt;empty&lt;/b&gt;." in fragment


@pytest.mark.parametrize("count", [1, 3])
def test_the_tray_takes_as_many_statements_for_three_as_for_one(
    session: Session, browse: Browse, database: Database, count: int
) -> None:
    author = make_user(session)
    for number in range(count):
        make_upload(session, author)
        make_waiting(session, author, f"Clip {number}")
    browser = browse(author)
    counted: list[str] = []

    def note(*arguments: Any) -> None:
        counted.append(arguments[2])

    event.listen(database.engine, "before_cursor_execute", note)
    browser.get("/uploads/tray")
    event.remove(database.engine, "before_cursor_execute", note)

    assert (
        len([words for words in counted if words.lstrip().startswith("SELECT")]) <= MOST_STATEMENTS
    )


def test_the_page_tells_its_limits_and_the_room_that_is_left(
    session: Session, browse: Browse
) -> None:
    author = make_user(session)
    make_upload(session, author)

    page = browse(author).get("/upload").text

    assert "up to 5.0 MB and 1 h 30 min each." in page
    assert "You have 800 kB left." in page
    assert 'data-longest="5000000"' in page
    assert 'data-seconds="5400" data-room="800000"' in page


def test_the_page_lists_unfinished_uploads_with_how_to_go_on(
    session: Session, browse: Browse
) -> None:
    author = make_user(session)
    half = make_upload(session, author, "half <1>.mp4")
    make_upload(session, author, "whole.mp4", offset=200_000, state=UploadState.COMPLETE)

    page = browse(author).get("/upload").text

    assert page.count("data-upload=") == 2
    assert "half &lt;1&gt;.mp4" in page
    assert f'data-upload="{half.id}"' in page
    assert 'action="/uploads/' + half.id + '/discard"' in page
    assert page.count("Choose the file again") == 1
    assert page.count("Describe and save it") == 1


def test_a_page_without_unfinished_uploads_does_not_speak_of_them(
    session: Session, browse: Browse
) -> None:
    page = browse(make_user(session)).get("/upload").text

    assert "Unfinished uploads" not in page


def test_the_few_lines_on_a_row_ask_for_themselves_until_nothing_more_comes(
    session: Session, browse: Browse
) -> None:
    author = make_user(session)
    waiting, failed = make_waiting(session, author), make_waiting(session, author)
    begin_writing(session)
    gone = session.merge(failed)
    gone.state, gone.failure = EpisodeState.FAILED, "Most of the file can't be decoded."
    session.commit()
    browser = browse(author)

    before, after = (
        browser.get(f"{episode.path}/steps?brief=1").text for episode in (waiting, failed)
    )

    assert 'hx-trigger="every 2s"' in before
    assert "Saved. You may leave" in before
    assert f'href="{waiting.path}/edit"' in before
    assert "Most of the file can&#39;t be decoded." in after
