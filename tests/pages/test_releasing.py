"""Publishing by hand: put off, done later by one click, taken back; all of it by plain forms."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mediashare.library import service as library_service
from mediashare.library.models import Episode, EpisodeState
from tests.factories import Browser, make_episode, make_user

Browse = Callable[[Any], Browser]
UNPUBLISHED = "This episode is not published: nobody but you sees it."


def upload(browser: Browser, **form: str) -> Any:
    return browser.post("/upload", {"file": (BytesIO(b"x"), "a.mp3"), **form})


def test_the_upload_page_offers_to_publish_and_keeps_the_choice(
    session: Session, browse: Browse
) -> None:
    browser = browse(make_user(session))
    ticked = 'name="publish" value="1" checked'

    fresh = browser.get("/upload").text
    kept = browser.post("/upload", {"title": "", "publish": "1"}).text
    cleared = browser.post("/upload", {"title": ""}).text

    assert [ticked in page for page in (fresh, kept, cleared)] == [True, True, False]


def test_an_upload_is_published_when_ready_only_if_that_was_wanted(
    session: Session, browse: Browse
) -> None:
    browser = browse(make_user(session))
    upload(browser, title="Wanted", publish="1")
    upload(browser, title="Kept back")

    for episode in session.scalars(select(Episode)):
        library_service.make_ready(session, episode.id, duration_ms=1000)
    session.commit()

    published = select(Episode.title).where(Episode.published_at.is_not(None))
    assert session.scalars(published).all() == ["Wanted"]


def test_an_episode_is_published_by_one_click_on_its_page(session: Session, browse: Browse) -> None:
    author, reader = make_user(session), make_user(session)
    episode = make_episode(session, author, published_at=None)
    as_author, as_reader = browse(author), browse(reader)
    page = as_author.get(episode.path).text
    before = as_reader.get(episode.path).status_code

    answer = as_author.post(f"{episode.path}/publish")

    assert UNPUBLISHED in page
    assert f'action="{episode.path}/publish"' in page
    assert (answer.status_code, answer.location) == (303, episode.path)
    assert "This episode is published." in as_author.get(episode.path).text
    assert [before, as_reader.get(episode.path).status_code] == [404, 200]


def test_an_episode_on_its_way_is_published_as_soon_as_it_is_ready(
    session: Session, browse: Browse
) -> None:
    author = make_user(session)
    episode = make_episode(
        session,
        author,
        state=EpisodeState.PROCESSING,
        published_at=None,
        publish_when_ready=False,
    )
    browser = browse(author)
    page = browser.get(episode.path).text

    browser.post(f"{episode.path}/publish")
    session.refresh(episode)
    library_service.make_ready(session, episode.id, duration_ms=1000)

    assert UNPUBLISHED in page
    assert "Publish it when it is ready" in page
    assert episode.published_at is not None


def test_an_episode_is_taken_back_on_its_edit_page(session: Session, browse: Browse) -> None:
    author, reader = make_user(session), make_user(session)
    episode = make_episode(session, author)
    browser = browse(author)
    page = browser.get(f"{episode.path}/edit").text

    answer = browser.post(f"{episode.path}/take-back")

    assert "This episode is published." in page
    assert f'action="{episode.path}/take-back"' in page
    assert (answer.status_code, answer.location) == (303, episode.path)
    assert UNPUBLISHED in browser.get(episode.path).text
    assert f'action="{episode.path}/publish"' in browser.get(f"{episode.path}/edit").text
    assert browse(reader).get(episode.path).status_code == 404


def test_saving_the_details_publishes_nothing(session: Session, browse: Browse) -> None:
    author = make_user(session)
    episode = make_episode(session, author, published_at=None, publish_when_ready=False)

    browse(author).post(f"{episode.path}/edit", {"title": "Another title"})

    session.refresh(episode)
    assert (episode.title, episode.published_at) == ("Another title", None)


def test_authors_find_what_they_have_not_published(session: Session, browse: Browse) -> None:
    author = make_user(session, handle="ada")
    make_episode(session, author, "Kept back", published_at=None)
    browser = browse(author)

    uploads, profile = browser.get("/uploads").text, browser.get("/p/ada").text

    assert "Kept back" in uploads
    assert "not published yet" in uploads
    assert "Kept back" in profile
    assert "Not published" in profile


def test_readers_of_a_published_episode_are_told_nothing_of_publishing(
    session: Session, browse: Browse
) -> None:
    episode = make_episode(session, make_user(session))

    page = browse(make_user(session)).get(episode.path).text

    assert "/publish" not in page
    assert "/take-back" not in page
