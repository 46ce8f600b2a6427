"""Answers: what may be offered, who sees it, who accepts it, who is told."""

from typing import Any

import pytest
from sqlalchemy import update

from mediashare import clock
from mediashare.db.session import begin_writing
from mediashare.library.models import Audience, Episode, EpisodeState
from tests.counting import count_statements
from tests.factories import make_episode, make_group, make_transcript
from tests.requests.conftest import House


def answers(house: House, who: str, request: str) -> list[Any]:
    items: list[Any] = house.send(who, "GET", f"/{request}/answers").json["items"]
    return items


def change(house: House, episode: Episode, **values: Any) -> None:
    begin_writing(house.session)
    house.session.execute(update(Episode).where(Episode.id == episode.id).values(**values))
    house.session.commit()


def test_a_moment_is_offered_by_its_pasted_address(house: House) -> None:
    ident = house.ask("ada")
    clip = make_episode(house.session, house.people["bob"], "Rotation", slug="rotation-1")

    house.offer("bob", ident, "https://example.com/e/rotation-1?t=9.5&end=12&find=x")

    (answer,) = answers(house, "ada", ident)
    assert answer["episode"]["id"] == clip.id
    assert answer["url"].endswith("/e/rotation-1?t=9.5&end=12")
    assert (answer["start"], answer["end"], answer["accepted_at"]) == (9.5, 12.0, None)
    assert answer["offered_by"] == {"handle": "bob", "name": "Bob Kahn"}


def test_a_clip_is_offered_by_its_id(house: House) -> None:
    ident = house.ask("ada")
    clip = make_episode(house.session, house.people["bob"])

    offered = house.send(
        "bob", "POST", f"/{ident}/answers", {"episode_id": clip.id, "start": "0:07"}
    )

    assert (offered.status_code, offered.json["start"]) == (201, 7.0)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"link": 7},
        {"link": "/requests"},
        {"link": "http://[/e/x"},
        {"link": "x" * 1001},
        {"link": "/e/no-such-clip"},
        {"episode_id": "no such"},
        {"episode_id": ["x"]},
    ],
)
def test_what_is_no_clip_here_is_refused(house: House, body: dict[str, object]) -> None:
    answer = house.send("bob", "POST", f"/{house.ask('ada')}/answers", body)

    assert (answer.status_code, set(answer.json["errors"])) == (422, {"link"})


@pytest.mark.parametrize(
    "values",
    [
        {"audience": Audience.PRIVATE},
        {"audience": Audience.UNLISTED},
        {"state": EpisodeState.PROCESSING},
        {"published_at": None},
        {"hidden_at": clock.now()},
    ],
)
def test_nothing_is_offered_that_others_can_not_find(house: House, values: dict[str, Any]) -> None:
    ident = house.ask("ada")
    clip = make_episode(house.session, house.people["bob"], **values)

    answer = house.send("bob", "POST", f"/{ident}/answers", {"link": clip.path})

    assert answer.status_code == 422
    assert answer.json["errors"] == {
        "link": "Others can't find this clip. Choose another audience for it first."
    }


def test_no_clip_that_one_may_not_see_is_offered_and_none_is_told_apart(house: House) -> None:
    ident = house.ask("ada")
    secret = make_episode(house.session, house.people["bob"], audience=Audience.PRIVATE)

    for_secret = house.send("keeper", "POST", f"/{ident}/answers", {"link": secret.path})
    for_nothing = house.send("keeper", "POST", f"/{ident}/answers", {"link": "/e/nothing-1"})

    assert for_secret.json == for_nothing.json


def test_a_moment_after_the_end_and_a_clip_twice_are_refused(house: House) -> None:
    ident = house.ask("ada")
    clip = make_episode(house.session, house.people["bob"], duration_ms=60_000)
    house.offer("bob", ident, clip.path)

    late = house.send("bob", "POST", f"/{ident}/answers", {"link": f"{clip.path}?t=61"})
    twice = house.send("ada", "POST", f"/{ident}/answers", {"link": clip.path})
    other = house.send("ada", "POST", f"/{ident}/answers", {"link": f"{clip.path}?t=30"})
    turned = house.send("ada", "POST", f"/{ident}/answers", {"link": f"{clip.path}?t=9&end=3"})

    assert [late.status_code, twice.status_code, other.status_code, turned.status_code] == [
        422, 409, 201, 422,
    ]  # fmt: skip


def test_an_answer_is_seen_by_those_who_may_see_its_clip(house: House) -> None:
    ident = house.ask("ada")
    group = make_group(house.session, house.people["bob"], house.people["keeper"])
    clip = make_episode(house.session, house.people["bob"], "Xylophonist", groups=[group])
    house.offer("bob", ident, clip.path)

    seen = {who: len(answers(house, who, ident)) for who in ("bob", "keeper", "ada", "insider")}
    counted = {who: house.send(who, "GET", f"/{ident}").json["answers"] for who in seen}
    pages = {who: house.by[who].get(f"/r/{ident}").text for who in seen}

    assert seen == counted == {"bob": 1, "keeper": 1, "ada": 0, "insider": 0}
    assert {who: "Xylophonist" in page for who, page in pages.items()} == {
        "bob": True, "keeper": True, "ada": False, "insider": False,
    }  # fmt: skip
    # Nor is anybody told of it who may not see it.
    assert house.notes("ada") == []


def test_an_answer_goes_out_of_sight_with_its_clip(house: House) -> None:
    ident = house.ask("ada")
    clip = make_episode(house.session, house.people["bob"])
    house.offer("bob", ident, clip.path)

    seen = []
    for values in ({"hidden_at": clock.now()}, {"hidden_at": None, "audience": Audience.PRIVATE}):
        change(house, clip, **values)
        seen.append(len(answers(house, "ada", ident)))

    assert seen == [0, 0]


def test_those_who_want_it_are_told_of_answers_and_of_the_one_that_is_accepted(
    house: House,
) -> None:
    ident = house.ask("ada")
    house.send("keeper", "PUT", f"/{ident}/want")
    house.notes("ada")
    clip = make_episode(house.session, house.people["insider"], "Rotation")

    answer = house.offer("bob", ident, clip.path)
    house.send("ada", "POST", f"/{ident}/answers/{answer}/accept")
    house.send("ada", "POST", f"/{ident}/answers/{answer}/accept")

    offered = "A clip is offered for “How do I rotate it?”."
    accepted = "“How do I rotate it?” is answered by a clip."
    assert house.notes("keeper") == [offered, accepted]
    assert house.notes("bob") == [accepted]
    assert house.notes("insider") == [accepted]
    assert house.notes("ada")[1:] == [offered]
    found = house.send("bob", "GET", f"/{ident}").json
    assert found["state"] == "answered"
    assert found["settled_at"] is not None
    assert answers(house, "bob", ident)[0]["accepted_at"] is not None


def test_no_note_keeps_the_title_of_a_clip_that_is_made_private_later(house: House) -> None:
    ident = house.ask("ada")
    house.send("keeper", "PUT", f"/{ident}/want")
    clip = make_episode(house.session, house.people["bob"], "Xylophonist", slug="xylophonist")
    answer = house.offer("bob", ident, clip.path)
    house.send("ada", "POST", f"/{ident}/answers/{answer}/accept")
    change(house, clip, audience=Audience.PRIVATE)

    notes = house.by["keeper"].get("/api/v1/notifications").text

    assert "A clip is offered for" in notes
    assert "is answered by a clip" in notes
    assert "xylophonist" not in notes.lower()


@pytest.mark.parametrize(
    ("who", "status"),
    [("ada", 200), ("keeper", 200), ("bob", 403), ("insider", 403)],
)
def test_whoever_asked_and_moderators_accept_what_all_were_asked(
    house: House, who: str, status: int
) -> None:
    ident = house.ask("ada")
    answer = house.offer("bob", ident, make_episode(house.session, house.people["bob"]).path)

    accepted = house.send(who, "POST", f"/{ident}/answers/{answer}/accept")

    assert accepted.status_code == status


@pytest.mark.parametrize(
    ("who", "status"),
    [("insider", 200), ("steward", 200), ("guest", 403), ("keeper", 404)],
)
def test_in_a_group_its_stewards_do_and_moderators_do_not_know_of_it(
    house: House, who: str, status: int
) -> None:
    ident = house.ask("insider", group=house.group.id)
    clip = make_episode(house.session, house.people["steward"], groups=[house.group])
    answer = house.offer("steward", ident, clip.path)

    accepted = house.send(who, "POST", f"/{ident}/answers/{answer}/accept")

    assert accepted.status_code == status


def test_what_was_accepted_may_be_looked_for_again(house: House) -> None:
    ident = house.ask("ada")
    clip = make_episode(house.session, house.people["bob"])
    answer = house.offer("bob", ident, clip.path)
    house.send("ada", "POST", f"/{ident}/answers/{answer}/accept")
    late = house.send("keeper", "POST", f"/{ident}/answers", {"link": f"{clip.path}?t=1"})

    reopened = house.send("ada", "POST", f"/{ident}/reopen").json

    assert late.status_code == 409
    assert (reopened["state"], reopened["settled_at"]) == ("open", None)
    assert answers(house, "ada", ident)[0]["accepted_at"] is None


def test_people_take_back_what_they_offered_and_nobody_else_does(house: House) -> None:
    ident = house.ask("ada")
    clip = make_episode(house.session, house.people["keeper"])
    answer = house.offer("bob", ident, clip.path)
    house.send("ada", "POST", f"/{ident}/answers/{answer}/accept")

    by_asker = house.send("ada", "DELETE", f"/{ident}/answers/{answer}")
    by_author = house.send("keeper", "DELETE", f"/{ident}/answers/{answer}")
    by_bob = house.send("bob", "DELETE", f"/{ident}/answers/{answer}")

    assert [by_asker.status_code, by_author.status_code, by_bob.status_code] == [403, 403, 204]
    assert house.send("ada", "GET", f"/{ident}").json["state"] == "open"
    assert answers(house, "ada", ident) == []


def test_an_answer_belongs_to_its_request(house: House) -> None:
    mine, other = house.ask("ada"), house.ask("bob")
    clip = make_episode(house.session, house.people["bob"])
    answer = house.offer("bob", other, clip.path)

    assert house.send("ada", "POST", f"/{mine}/answers/{answer}/accept").status_code == 404


def test_the_page_offers_accepts_and_takes_back_without_javascript(house: House) -> None:
    ident = house.ask("ada")
    clip = make_episode(house.session, house.people["bob"], "Rotation")
    bob, ada = house.by["bob"], house.by["ada"]

    offered = bob.post(f"/r/{ident}/answers", {"link": "", "episode_id": clip.id})
    wrong = bob.post(f"/r/{ident}/answers", {"link": "nowhere"})
    (answer,) = answers(house, "ada", ident)
    page = ada.get(f"/r/{ident}").text
    accepted = ada.post(f"/r/{ident}/answers/{answer['id']}/accept")
    wanted = house.by["keeper"].post(f"/r/{ident}/want")
    gone = bob.post(f"/r/{ident}/answers/{answer['id']}/delete")

    assert [offered.status_code, wrong.status_code, accepted.status_code] == [303, 422, 303]
    assert [wanted.status_code, gone.status_code] == [409, 303]
    assert "Paste the address of a clip" in wrong.text
    assert f"/answers/{answer['id']}/accept" in page


def test_what_may_answer_it_already_is_proposed_from_what_the_reader_may_find(
    house: House,
) -> None:
    ident = house.ask("ada", "rotating zeppelins")
    shown = make_episode(house.session, house.people["bob"], "Open clip")
    secret = make_episode(house.session, house.people["bob"], "Shut clip", audience="private")
    for clip, words in ((shown, "a zeppelin rotates"), (secret, "my zeppelin rotates")):
        make_transcript(house.session, clip, (9, 12, words))

    page = house.by["ada"].get(f"/r/{ident}").text
    house.offer("bob", ident, shown.path)
    offered = house.by["ada"].get(f"/r/{ident}").text

    assert "Does this answer it?" in page
    assert "a <mark>zeppelin</mark> <mark>rotates</mark>" in page
    assert "Who may know" in page
    assert "Shut clip" not in page
    assert "my " not in page.replace("my own", "")
    assert "Does this answer it?" not in offered


def test_the_page_takes_no_more_statements_for_more_answers(house: House) -> None:
    ident = house.ask("ada")

    def add() -> None:
        clip = make_episode(house.session, house.people["bob"])
        house.offer("bob", ident, clip.path)

    def count() -> int:
        return count_statements(house.database, lambda: house.by["ada"].get(f"/r/{ident}"))

    add()
    count()
    with_one = count()
    add()
    add()

    assert count() == with_one
