"""Requests: who asks whom, who sees them, who wants the same."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, update

from mediashare import clock
from mediashare.db.session import begin_writing
from mediashare.groups.models import Group, GroupKind, Membership
from mediashare.requests import policy
from mediashare.requests import queries as requests_queries
from mediashare.requests.models import Request
from tests.counting import count_statements
from tests.factories import make_episode, make_group, viewer_of
from tests.requests.conftest import House

STATES = ("open", "answered", "closed")
EVERYBODY = ("ada", "bob", "keeper", "steward", "insider", "guest")


def statuses(house: House, request: str) -> dict[str, tuple[int, int]]:
    """What everybody gets of a request, on its page and over the API."""
    return {
        who: (
            house.by[who].get(f"/r/{request}").status_code,
            house.send(who, "GET", f"/{request}").status_code,
        )
        for who in EVERYBODY
    }


def test_a_request_is_there_as_it_was_asked(house: House) -> None:
    ident = house.ask("ada", "  How do I\nrotate it? ", details="On *k8s*.")

    found = house.send("bob", "GET", f"/{ident}").json

    assert found | {"created_at": "", "url": ""} == {
        "id": ident,
        "url": "",
        "title": "How do I rotate it?",
        "details": "On *k8s*.",
        "state": "open",
        "asker": {"handle": "ada", "name": "Ada Lovelace"},
        "group": None,
        "wanted_by": 1,
        "mine": False,
        "answers": 0,
        "created_at": "",
        "settled_at": None,
    }
    assert found["url"].endswith(f"/r/{ident}")


def test_what_all_members_are_asked_all_members_see_and_no_guest(house: House) -> None:
    ident = house.ask("ada")

    assert statuses(house, ident) == {
        who: (404, 404) if who == "guest" else (200, 200) for who in EVERYBODY
    }


def test_what_a_group_is_asked_its_members_see_and_nobody_else_whatever_their_role(
    house: House,
) -> None:
    ident = house.ask("insider", group=house.group.id)
    listed = {who: [one["id"] for one in house.send(who, "GET").json["items"]] for who in EVERYBODY}

    inside = {"steward", "insider", "guest"}
    assert statuses(house, ident) == {
        who: (200, 200) if who in inside else (404, 404) for who in EVERYBODY
    }
    assert listed == {who: [ident] if who in inside else [] for who in EVERYBODY}


def test_whoever_leaves_a_group_sees_its_requests_no_more_but_their_own(house: House) -> None:
    theirs = house.ask("steward", group=house.group.id)
    own = house.ask("insider", group=house.group.id)

    begin_writing(house.session)
    house.session.execute(
        delete(Membership).where(Membership.user_id == house.people["insider"].id)
    )
    house.session.commit()

    assert house.send("insider", "GET", f"/{theirs}").status_code == 404
    assert house.send("insider", "GET", f"/{own}").status_code == 200


def test_guests_ask_their_groups_alone(house: House) -> None:
    everybody = house.send("guest", "POST", "", {"title": "How?"})
    group = house.send("guest", "POST", "", {"title": "How?", "group": house.group.id})

    assert (everybody.status_code, group.status_code) == (403, 201)


def test_nobody_asks_a_group_that_they_do_not_belong_to(house: House) -> None:
    answer = house.send("ada", "POST", "", {"title": "How?", "group": house.group.id})

    assert answer.status_code == 422
    assert answer.json["errors"] == {"group": "You can only ask groups you belong to."}


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({}, "title"),
        ({"title": " \n "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"title": 7}, "title"),
        ({"title": "How?", "details": "x" * 4001}, "details"),
        ({"title": "How?", "group": ["x"]}, "group"),
        ({"title": "How?", "group": "no-such-group"}, "group"),
    ],
)
def test_what_can_not_be_asked_is_refused_by_its_field(
    house: House, body: dict[str, object], named: str
) -> None:
    answer = house.send("ada", "POST", "", body)

    assert (answer.status_code, set(answer.json["errors"])) == (422, {named})


def test_wanting_the_same_counts_once_and_is_told_once(house: House) -> None:
    ident = house.ask("ada")

    house.send("bob", "PUT", f"/{ident}/want")
    wanted = house.send("bob", "PUT", f"/{ident}/want").json
    for_bob = (wanted["wanted_by"], wanted["mine"])
    house.send("keeper", "PUT", f"/{ident}/want")
    house.send("bob", "DELETE", f"/{ident}/want")
    left = house.send("bob", "DELETE", f"/{ident}/want").json

    assert for_bob == (2, True)
    assert (left["wanted_by"], left["mine"]) == (2, False)
    # The first note still waits to be read.
    assert house.notes("ada") == ["You are not the only one who wants “How do I rotate it?”."]


def test_whoever_asked_wants_it_anyway(house: House) -> None:
    ident = house.ask("ada")

    wanted = house.send("ada", "PUT", f"/{ident}/want").json

    assert (wanted["wanted_by"], wanted["mine"], house.notes("ada")) == (1, False, [])


def test_what_is_settled_is_not_wanted_any_more(house: House) -> None:
    ident = house.ask("ada")
    house.send("ada", "POST", f"/{ident}/close")

    assert house.send("bob", "PUT", f"/{ident}/want").status_code == 409


def test_the_page_asks_without_javascript_and_fills_in_what_was_searched(house: House) -> None:
    page = house.by["ada"].get("/requests?q=rotate+<it>").text
    answer = house.by["ada"].post("/requests", {"title": "How?", "details": "", "group": ""})
    refused = house.by["ada"].post("/requests", {"title": " ", "details": "Kept."})

    assert 'value="rotate &lt;it&gt;"' in page
    assert (answer.status_code, answer.location[:3]) == (303, "/r/")
    assert refused.status_code == 422
    assert "Say what the clip should show." in refused.text
    assert "Kept.</textarea>" in refused.text


def test_lists_are_of_one_state_newest_first(house: House) -> None:
    first, second, third = (house.ask("ada", f"Question {n}") for n in range(3))
    house.send("ada", "POST", f"/{second}/close")

    by_state = {
        state: [one["id"] for one in house.send("bob", "GET", f"?state={state}").json["items"]]
        for state in ("open", "answered", "closed", "all")
    }

    assert by_state == {
        "open": [third, first],
        "answered": [],
        "closed": [second],
        "all": [third, second, first],
    }
    assert house.send("bob", "GET", "?state=lost").status_code == 422


def test_lists_take_no_more_statements_for_more_requests(house: House) -> None:
    episode = make_episode(house.session, house.people["bob"])

    def add() -> None:
        house.offer("bob", house.ask("ada"), episode.path)

    counts: list[int] = []
    add()
    for _more in range(2):
        for path in ("/requests", "/api/v1/requests"):
            house.by["ada"].get(path)
            counts.append(
                count_statements(
                    house.database,
                    lambda path=path: house.by["ada"].get(path),  # type: ignore[misc]  # bound now
                )
            )
        add()
        add()

    assert counts[:2] == counts[2:]
    assert max(counts) <= 12


def test_open_requests_are_found_by_half_of_their_words_most_common_first(house: House) -> None:
    both = house.ask("ada", "Rotating the trust store of a sidecar")
    one = house.ask("ada", "Whom do we trust?")
    house.ask("ada", "Something else")
    closed = house.ask("ada", "Trust stores rotated")
    house.send("ada", "POST", f"/{closed}/close")
    begin_writing(house.session)
    older = clock.now() - timedelta(days=1)
    house.session.execute(update(Request).values(created_at=older))
    house.session.commit()

    def find(who: str, words: str) -> list[str]:
        viewer = viewer_of(house.people[who])
        with house.database.reading() as session:
            found = requests_queries.list_open_about(
                session, viewer, policy.words_of(words), limit=3
            )
        return [request.id for request in found]

    assert find("bob", "trust stores") == [both, one]
    assert find("bob", "trust stores rotate") == [both]
    assert find("guest", "trust stores") == []
    assert find("bob", "?!") == []


def test_whoever_has_left_a_secret_group_is_not_told_its_name(house: House) -> None:
    ada = house.people["ada"]
    group = make_group(house.session, ada, name="Merger", kind=GroupKind.SECRET)
    ident = house.ask("ada", group=group.id)
    inside = house.send("ada", "GET", f"/{ident}").json["group"]
    begin_writing(house.session)
    house.session.execute(delete(Membership).where(Membership.group_id == group.id))
    house.session.execute(update(Group).where(Group.id == group.id).values(name="Takeover"))
    house.session.commit()

    outside = house.send("ada", "GET", f"/{ident}").json
    listed = house.send("ada", "GET").json["items"]
    pages = [house.by["ada"].get(path) for path in (f"/r/{ident}", "/requests")]

    assert inside == {"id": group.id, "name": "Merger"}
    assert outside["group"] is None
    assert [(item["id"], item["group"]) for item in listed] == [(ident, None)]
    assert [page.status_code for page in pages] == [200, 200]
    assert ["Takeover" in page.text for page in pages] == [False, False]


def test_a_list_without_requests_says_of_which_there_are_none(house: House) -> None:
    pages = {state: house.by["ada"].get(f"/requests?state={state}").text for state in STATES}

    assert "No open requests" in pages["open"]
    assert "No answered requests" in pages["answered"]
    assert "No closed requests" in pages["closed"]
