"""Rating on the page of an episode, with and without a script."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from mediashare.library.models import Audience
from mediashare.ratings import queries as ratings_queries
from mediashare.ratings.models import Verdict
from mediashare.ratings.queries import Mine
from tests.factories import Browser, make_episode, make_user, page_of, viewer_of

Browse = Callable[[Any], Browser]
BY_SCRIPT = {"HX-Request": "true"}


def test_stars_lead_back_to_the_episode(session: Session, browse: Browse) -> None:
    ada = make_user(session)
    episode = make_episode(session, make_user(session))

    answer = browse(ada).post(f"/e/{episode.slug}/rating", {"stars": "4"})

    assert (answer.status_code, answer.location) == (303, f"/e/{episode.slug}")
    assert ratings_queries.find_mine(session, viewer_of(ada), episode.id) == Mine(stars=4)


def test_a_script_gets_the_stars_alone(session: Session, browse: Browse) -> None:
    ada = make_user(session)
    episode = make_episode(session, make_user(session))

    answer = browse(ada).post(f"/e/{episode.slug}/rating", {"stars": "4"}, headers=BY_SCRIPT)

    assert answer.status_code == 200
    assert answer.text.lstrip().startswith('<div id="stars">')
    assert 'value="4" aria-label="4 of 5" required checked' in answer.text
    assert "<output>4.0</output>" in answer.text


def test_stars_are_taken_back_by_a_button(session: Session, browse: Browse) -> None:
    ada = make_user(session)
    episode = make_episode(session, make_user(session))
    browser = browse(ada)
    browser.post(f"/e/{episode.slug}/rating", {"stars": "4"})

    # The chosen star is sent along with the button.
    browser.post(f"/e/{episode.slug}/rating", {"stars": "4", "clear": "1"})

    assert ratings_queries.find_mine(session, viewer_of(ada), episode.id) == Mine()


def test_an_outcome_leads_back_to_the_episode(session: Session, browse: Browse) -> None:
    ada = make_user(session)
    episode = make_episode(session, make_user(session))
    said = {"verdict": "outdated", "note": " Gone\nsince 3.0. "}

    answer = browse(ada).post(f"/e/{episode.slug}/outcome", said)

    assert (answer.status_code, answer.location) == (303, f"/e/{episode.slug}")
    assert ratings_queries.find_mine(session, viewer_of(ada), episode.id) == Mine(
        None, Verdict.OUTDATED, "Gone since 3.0."
    )


def test_the_solved_button_is_pressed_and_released(session: Session, browse: Browse) -> None:
    episode = make_episode(session, make_user(session))
    browser = browse(make_user(session))
    path = f"/e/{episode.slug}/outcome"

    pressed = browser.post(path, {"verdict": "solved"}, headers=BY_SCRIPT).text
    released = browser.post(path, {"clear": "1"}, headers=BY_SCRIPT).text

    assert 'aria-pressed="true" name="clear" value="1"' in pressed
    assert '<span class="num">1</span>' in pressed
    assert 'aria-pressed="false" name="verdict" value="solved"' in released
    assert '<span class="num">1</span>' not in released


def test_a_note_is_shown_as_text(session: Session, browse: Browse) -> None:
    episode = make_episode(session, make_user(session))
    said = {"verdict": "did_not_work", "note": '"><img src=x onerror=alert(1)>'}

    answer = browse(make_user(session)).post(f"/e/{episode.slug}/outcome", said, headers=BY_SCRIPT)

    assert "<img" not in answer.text
    assert 'value="&#34;&gt;&lt;img src=x onerror=alert(1)&gt;"' in answer.text


@pytest.mark.parametrize("what", ["rating", "outcome"])
def test_what_one_may_not_see_can_not_be_rated(session: Session, browse: Browse, what: str) -> None:
    private = make_episode(session, make_user(session), audience=Audience.PRIVATE)
    browser = browse(make_user(session))
    given = {"stars": "5", "verdict": "solved"}

    unreadable = browser.post(f"/e/{private.slug}/{what}", given)
    missing = browser.post(f"/e/no-such-clip/{what}", given)

    assert (unreadable.status_code, missing.status_code) == (404, 404)
    assert page_of(unreadable) == page_of(missing)


def test_a_form_from_elsewhere_is_refused(session: Session, browse: Browse) -> None:
    episode = make_episode(session, make_user(session))
    browser = browse(make_user(session))

    answer = browser.client.post(f"/e/{episode.slug}/rating", data={"stars": "5"})

    assert answer.status_code == 403
    session.refresh(episode)
    assert episode.rating_count == 0
