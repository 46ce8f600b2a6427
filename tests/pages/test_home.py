"""The home page: what is new, and one's own uploads."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from mediashare.db.session import Database, begin_writing
from mediashare.jobs import queue as job_queue
from mediashare.library.models import Audience, EpisodeKind, EpisodeState
from mediashare.media import jobs as media_jobs
from mediashare.media.models import Waveform
from tests.factories import Browser, make_episode, make_transcript, make_user
from tests.pictures import make_picture

Browse = Callable[[Any], Browser]
MOST_STATEMENTS = 12


def count_statements(database: Database, browser: Browser, path: str) -> int:
    counted: list[str] = []

    def note(*arguments: Any) -> None:
        counted.append(arguments[2])

    event.listen(database.engine, "before_cursor_execute", note)
    response = browser.get(path)
    event.remove(database.engine, "before_cursor_execute", note)
    assert response.status_code == 200
    return len([words for words in counted if words.lstrip().upper().startswith("SELECT")])


def test_home_lists_what_others_published_with_its_first_sentence(
    session: Session, browse: Browse
) -> None:
    author, reader = make_user(session, "Priya Raman"), make_user(session)
    episode = make_episode(session, author, "Trust bundles")
    make_transcript(session, episode, (5, 8, "Later words."), (0, 4, "Mount the directory."))

    page = browse(reader).get("/").text

    assert "Trust bundles" in page
    assert "Priya Raman" in page
    assert "Mount the directory." in page
    assert "Later words." not in page


def test_home_keeps_what_is_not_for_the_reader_to_itself(session: Session, browse: Browse) -> None:
    author, reader = make_user(session), make_user(session)
    make_episode(session, author, "Seen by all")
    private = make_episode(session, author, "Private thoughts", audience=Audience.PRIVATE)
    make_episode(session, author, "Unlisted clip", audience=Audience.UNLISTED)
    make_episode(session, author, "Draft", state=EpisodeState.PROCESSING, published_at=None)
    make_transcript(session, private, (0, 4, "The secret word is walnut."))

    page = browse(reader).get("/").text

    assert "Seen by all" in page
    for word in ("Private thoughts", "Unlisted clip", "Draft", "walnut"):
        assert word not in page


def test_an_empty_house_invites_the_first_clip(session: Session, browse: Browse) -> None:
    page = browse(make_user(session)).get("/").text

    assert "Be the first" in page


def test_uploads_show_their_steps_and_ask_again_until_done(
    session: Session, browse: Browse
) -> None:
    author = make_user(session)
    episode = make_episode(
        session, author, "Under way", state=EpisodeState.PROCESSING, published_at=None
    )
    job_queue.put(session, media_jobs.Probe(subject=episode.id), owner_id=author.id)
    session.commit()
    browser = browse(author)

    page, fragment = browser.get("/").text, browser.get("/uploads").text

    assert "Checked" in page
    assert 'hx-trigger="every 2s"' in fragment
    assert "<html" not in fragment


def test_finished_uploads_no_longer_ask(session: Session, browse: Browse) -> None:
    author = make_user(session)
    make_episode(session, author, "Arrived")

    fragment = browse(author).get("/uploads").text

    assert "Arrived" in fragment
    assert "hx-trigger" not in fragment


def test_what_is_on_its_way_is_not_crowded_out_by_what_has_arrived(
    session: Session, browse: Browse
) -> None:
    author = make_user(session)
    values = {"state": EpisodeState.PROCESSING, "published_at": None}
    make_episode(session, author, "Under way", **values)
    for number in range(16):
        make_episode(session, author, f"Arrived {number}")

    assert "Under way" in browse(author).get("/uploads").text


def test_a_failed_upload_says_why(session: Session, browse: Browse) -> None:
    author = make_user(session)
    make_episode(
        session,
        author,
        "No recording",
        state=EpisodeState.FAILED,
        published_at=None,
        failure="It holds <b>neither</b> sound nor pictures.",
    )

    fragment = browse(author).get("/uploads").text

    assert "It holds &lt;b&gt;neither&lt;/b&gt; sound nor pictures." in fragment


@pytest.mark.parametrize("count", [1, 3])
def test_home_takes_as_many_statements_for_three_as_for_one(
    session: Session, browse: Browse, database: Database, count: int
) -> None:
    author, reader = make_user(session), make_user(session)
    for number in range(count):
        episode = make_episode(session, author, f"Clip {number}", kind=EpisodeKind.AUDIO)
        session.add(Waveform(episode_id=episode.id, peaks=[1, 200, 30]))
        make_transcript(session, episode, (0, 4, "Some words."))
        mine = make_episode(
            session, reader, "Mine", state=EpisodeState.PROCESSING, published_at=None
        )
        job_queue.put(session, media_jobs.Probe(subject=mine.id), owner_id=reader.id)
        session.commit()

    statements = count_statements(database, browse(reader), "/")

    assert statements == 12
    assert statements <= MOST_STATEMENTS


def test_cards_name_every_size_of_a_poster_without_asking_for_them(
    database: Database, session: Session, browse: Browse
) -> None:
    author = make_user(session)
    episode = make_episode(session, author, kind=EpisodeKind.AUDIO)
    browser = browse(make_user(session))
    plain = count_statements(database, browser, "/")
    begin_writing(session)
    picture = make_picture(episode.id)
    session.add(picture)
    session.merge(episode).poster = picture.filename
    session.commit()

    assert count_statements(database, browser, "/") <= plain
    card = browser.get("/").text.split('<a class="thumb"')[1].split("</a>")[0]
    address = f"/media/{episode.id}/{picture.id}"
    assert f'src="{address}-640x360.jpg"' in card
    assert f'srcset="{address}-320.webp 320w, {address}-640.webp 640w"' in card
    assert 'width="640" height="360" loading="lazy"' in card


def test_a_poster_of_a_single_file_is_shown_as_it_is(session: Session, browse: Browse) -> None:
    name = f"{'0' * 32}.jpg"
    episode = make_episode(session, make_user(session), poster=name)

    page = browse(make_user(session)).get("/").text

    assert f'src="/media/{episode.id}/{name}"' in page
    assert "srcset" not in page
