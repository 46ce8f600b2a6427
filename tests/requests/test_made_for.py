"""A clip that is made for a request: the request stays in mind until the clip is offered for it."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mediashare.library.models import Audience, Episode
from mediashare.requests.models import Answer, PlannedAnswer
from tests.api.caller import make_upload
from tests.factories import make_episode
from tests.requests.conftest import House

WORDS = "Offer it as an answer"


def make(house: House, who: str, request: str | None, **details: Any) -> Any:
    """An episode from a finished upload."""
    upload = make_upload(house.session, house.people[who])
    body = {"upload_id": upload.id, "title": "A clip", "request": request, **details}
    return house.by[who].send("POST", "/api/v1/episodes", json=body)


def plan(house: House, request: str, **values: Any) -> Episode:
    """A published episode of Bob's, made for a request."""
    episode = make_episode(house.session, house.people["bob"], "The answer", **values)
    house.session.add(PlannedAnswer(episode_id=episode.id, request_id=request))
    house.session.commit()
    return episode


def planned(session: Session) -> list[tuple[str, str]]:
    session.expire_all()
    found = session.scalars(select(PlannedAnswer)).all()
    session.commit()
    return [(one.episode_id, one.request_id) for one in found]


def test_the_way_to_a_clip_carries_the_request_and_its_title(house: House) -> None:
    asked = house.ask("ada", "How do I rotate <it>?")
    page = house.by["bob"].get(f"/r/{asked}").text

    for path in ("/record", "/upload"):
        assert f'href="{path}?request={asked}"' in page
        form = house.by["bob"].get(f"{path}?request={asked}").text
        assert f'name="request" value="{asked}"' in form
        assert 'name="title" value="How do I rotate &lt;it&gt;?"' in form
        assert 'name="request"' not in house.by["bob"].get(path).text


def test_what_one_may_not_know_of_is_not_carried(house: House) -> None:
    secret = house.ask("insider", "A secret question?", group=house.group.id)

    page = house.by["bob"].get(f"/upload?request={secret}").text
    made = make(house, "bob", secret)

    assert "secret question" not in page
    assert made.status_code == 201
    assert planned(house.session) == []


def test_an_episode_remembers_what_it_was_made_for(house: House) -> None:
    asked = house.ask("ada")

    made = make(house, "bob", asked)
    odd = make(house, "bob", 7)  # type: ignore[arg-type]  # what no program should send

    assert made.status_code == 201
    assert planned(house.session) == [(made.json["id"], asked)]
    assert (odd.status_code, odd.json["errors"]) == (
        422,
        {"request": "Must be the id of a request."},
    )
    page = house.by["bob"].get(f"/e/{made.json['slug']}").text
    assert "You made this for the request" in page
    assert "You can offer it as soon as others can find it." in page
    assert WORDS not in page


def test_one_click_offers_it(house: House) -> None:
    asked = house.ask("ada", "How do I rotate it?")
    episode = plan(house, asked)
    own, others = house.by["bob"].get(episode.path).text, house.by["ada"].get(episode.path).text

    answer = house.by["bob"].post(f"{episode.path}/answer")

    assert WORDS in own
    assert WORDS not in others
    assert (answer.status_code, answer.location) == (303, f"/r/{asked}")
    offered = house.session.scalars(select(Answer)).one()
    assert (offered.episode_id, offered.request_id) == (episode.id, asked)
    assert planned(house.session) == []
    assert WORDS not in house.by["bob"].get(episode.path).text


def test_it_may_be_kept_for_something_else(house: House) -> None:
    episode = plan(house, house.ask("ada"))

    house.by["bob"].post(f"{episode.path}/answer", {"drop": "1"})

    assert planned(house.session) == []
    assert house.session.scalars(select(Answer)).all() == []


def test_what_others_can_not_find_is_not_offered(house: House) -> None:
    episode = plan(house, house.ask("ada"), audience=Audience.PRIVATE)

    answer = house.by["bob"].post(f"{episode.path}/answer")

    assert answer.status_code == 422
    assert WORDS not in house.by["bob"].get(episode.path).text


def test_nobody_offers_what_others_made(house: House) -> None:
    episode = plan(house, house.ask("ada"))

    assert house.by["ada"].post(f"{episode.path}/answer").status_code == 403
    assert len(planned(house.session)) == 1
