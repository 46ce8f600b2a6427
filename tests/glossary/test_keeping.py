"""Glossaries: who reads them, who keeps them, what an entry may be."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mediashare.accounts.models import Role
from mediashare.accounts.policy import Viewer
from mediashare.audit.models import AuditEntry
from mediashare.db.session import Database, begin_writing
from mediashare.glossary import queries as glossary_queries
from mediashare.glossary import service as glossary_service
from mediashare.glossary.models import GlossaryEntry
from mediashare.glossary.service import Correction, keeping
from mediashare.groups.models import Group
from tests.counting import count_statements
from tests.factories import Browser, make_group, make_user

Browse = Callable[[Any], Browser]
API = "/api/v1/glossaries/"
NEW = {"term": "kubectl", "sounds_like": ["cube cuttle"], "language": "en", "note": "A program."}


class House:
    """A house with an admin and a group with a steward, each in a browser."""

    def __init__(self, session: Session, browse: Browse) -> None:
        people = {
            "admin": make_user(session, role=Role.ADMIN),
            "moderator": make_user(session, role=Role.MODERATOR),
            "steward": make_user(session),
            "insider": make_user(session, role=Role.GUEST),
            "outsider": make_user(session),
            "guest": make_user(session, role=Role.GUEST),
        }
        self.group: Group = make_group(
            session, people["insider"], name="Parts", stewards=[people["steward"]]
        )
        self.by = {name: browse(person) for name, person in people.items()}
        self.ids = {name: person.id for name, person in people.items()}

    def send(self, who: str, method: str, path: str, body: Any = None) -> Any:
        return self.by[who].send(method, API + path, json=body)


@pytest.fixture
def house(session: Session, browse: Browse) -> House:
    return House(session, browse)


def test_admins_keep_the_glossary_of_the_house_and_members_read_it(house: House) -> None:
    statuses = {
        who: (
            house.send(who, "GET", "house").status_code,
            house.by[who].get("/glossary/house").status_code,
            house.send(who, "POST", "house", {"term": f"By {who}"}).status_code,
            house.by[who].post("/glossary/house", {"term": f"{who}'s"}).status_code,
            house.send(who, "GET", "house/proposals").status_code,
        )
        for who in house.by
    }

    keepers, readers, others = (200, 200, 201, 303, 200), (200, 200, 403, 403, 403), (404,) * 5
    assert statuses == {
        "admin": keepers,
        "moderator": readers,
        "steward": readers,
        "insider": others,
        "outsider": readers,
        "guest": others,
    }


def test_stewards_keep_the_glossary_of_their_group_and_nobody_else_knows_it(house: House) -> None:
    place = house.group.id
    entry = house.send("steward", "POST", place, NEW).json["id"]

    statuses = {
        who: (
            house.send(who, "GET", place).status_code,
            house.by[who].get(f"/glossary/{place}/{entry}").status_code,
            house.send(who, "PUT", f"{place}/{entry}", NEW).status_code,
        )
        for who in house.by
    }

    assert statuses == {
        "admin": (404, 404, 404),
        "moderator": (404, 404, 404),
        "steward": (200, 200, 200),
        "insider": (200, 403, 403),
        "outsider": (404, 404, 404),
        "guest": (404, 404, 404),
    }
    # Nor by way of another glossary.
    assert house.send("admin", "DELETE", f"house/{entry}").status_code == 404


def test_an_entry_is_added_changed_and_removed_on_record(house: House, session: Session) -> None:
    added = house.send("admin", "POST", "house", NEW)
    entry = added.json
    changed = house.send("admin", "PUT", f"house/{entry['id']}", {"term": "KubeCtl"})
    listed = house.send("outsider", "GET", "house").json["items"]
    removed = house.send("admin", "DELETE", f"house/{entry['id']}")
    again = house.send("admin", "DELETE", f"house/{entry['id']}")

    assert added.status_code == 201
    assert {name: entry[name] for name in NEW} == NEW
    assert (entry["uses"], entry["warnings"]) == (0, [])
    assert (changed.json["term"], changed.json["sounds_like"]) == ("KubeCtl", [])
    assert [one["id"] for one in listed] == [entry["id"]]
    assert (removed.status_code, again.status_code) == (204, 404)
    acts = session.scalars(
        select(AuditEntry).where(AuditEntry.subject_type == "glossary").order_by(AuditEntry.at)
    ).all()
    assert [(act.action, act.subject_id, act.actor_id, act.details["term"]) for act in acts] == [
        (f"glossary_entry_{what}", "house", house.ids["admin"], term)
        for what, term in (("added", "kubectl"), ("changed", "KubeCtl"), ("removed", "KubeCtl"))
    ]


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"term"}),
        ({"term": " … "}, {"term"}),
        ({"term": "x" * 81}, {"term"}),
        ({"term": ["x"]}, {"term"}),
        ({"term": "x", "sounds_like": "y"}, {"sounds_like"}),
        ({"term": "x", "sounds_like": ["y"]}, {"sounds_like"}),
        ({"term": "x", "sounds_like": [7]}, {"sounds_like"}),
        ({"term": "x", "sounds_like": 7}, {"sounds_like"}),
        ({"term": "x", "sounds_like": ["--"]}, {"sounds_like"}),
        ({"term": "x", "sounds_like": ["y" * 81]}, {"sounds_like"}),
        ({"term": "x", "sounds_like": [f"y{n}" for n in range(11)]}, {"sounds_like"}),
        ({"term": "x", "language": "no language"}, {"language"}),
        ({"term": "x", "note": "n" * 501}, {"note"}),
        ({"term": "KubeCTL"}, {"term"}),
        ({"term": "Cuttlefish", "sounds_like": ["Cube  Cuttle"]}, {"sounds_like"}),
    ],
)
def test_what_can_not_be_an_entry_is_said_field_by_field(
    house: House, body: dict[str, Any], fields: set[str]
) -> None:
    assert house.send("admin", "POST", "house", NEW).status_code == 201

    answer = house.send("admin", "POST", "house", body)

    assert (answer.status_code, set(answer.json["errors"])) == (422, fields)


def test_entries_are_kept_in_one_form(house: House) -> None:
    sounds = [" Cube   cuttle, ", "“cube cuttle”", "", "kubectl", "coob"]

    entry = house.send("admin", "POST", "house", {"term": " kubectl ", "sounds_like": sounds}).json

    assert (entry["term"], entry["sounds_like"]) == ("kubectl", ["cube cuttle", "coob"])


def test_an_entry_is_found_by_what_it_sounds_like_now(house: House, session: Session) -> None:
    def find(*keys: str) -> list[str]:
        session.rollback()
        viewer = Viewer(house.ids["outsider"], Role.MEMBER, "")
        return [one.term for one in glossary_queries.list_alike(session, viewer, keys)]

    body = {"term": "Handover", "sounds_like": ["Übergabe", "give over"]}
    entry = house.send("admin", "POST", "house", body).json["id"]
    added = (find("übergabe"), find("give over", "handover"), find("give"))
    body = {"term": "Handover", "sounds_like": ["Übernahme"]}
    house.send("admin", "PUT", f"house/{entry}", body)
    changed = (find("übergabe"), find("übernahme"))
    house.send("admin", "DELETE", f"house/{entry}")

    assert added == (["Handover"], ["Handover"], [])
    assert changed == ([], ["Handover"])
    assert find("handover", "übernahme") == []


def test_house_and_group_may_have_the_same_term(house: House) -> None:
    answers = [
        house.send("admin", "POST", "house", NEW),
        house.send("steward", "POST", house.group.id, NEW),
        house.send("steward", "POST", house.group.id, {**NEW, "term": "Kubectl"}),
    ]

    assert [answer.status_code for answer in answers] == [201, 201, 422]


def test_an_entry_may_be_saved_as_it_is_and_not_take_the_place_of_another(house: House) -> None:
    first, _second = (
        house.send("admin", "POST", "house", body).json["id"] for body in (NEW, {"term": "Velmora"})
    )

    same = house.send("admin", "PUT", f"house/{first}", NEW)
    taken = house.send("admin", "PUT", f"house/{first}", {"term": "velmora"})

    assert (same.status_code, taken.status_code) == (200, 422)


def test_a_sound_that_people_say_every_day_is_warned_of(house: House) -> None:
    body = {"term": "Their", "sounds_like": ["there", "well mora", "the dress"]}
    admin = house.by["admin"]

    entry = house.send("admin", "POST", "house", body).json
    admin.post("/glossary/house", {"term": "Mark", "sounds_like": "mark\r\nmarc coe"})
    page = admin.get("/glossary/house").text

    assert entry["warnings"] == [
        f"“{sound}” is what people say every day: it becomes “Their” wherever it is recognised."
        for sound in ("there", "the dress")
    ]
    # Once as an answer to who has made it, and from then on beside it.
    assert page.count("“mark” is what people say every day") == 2
    assert admin.get("/glossary/house").text.count("“mark” is what people say every day") == 1


def test_a_glossary_has_an_end(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "MOST_ENTRIES", 1)

    answers = [house.send("admin", "POST", "house", {"term": term}) for term in ("One", "Two")]

    assert [answer.status_code for answer in answers] == [201, 409]
    assert answers[1].json["detail"] == "A glossary has at most 1 entries. Remove some first."


def test_a_long_glossary_is_read_page_by_page(house: House) -> None:
    for number in range(24):
        house.send("admin", "POST", "house", {"term": f"Term {number:02}"})
    house.send("admin", "POST", "house", {"term": "Term\u200d 10a"})
    reader = house.by["outsider"]

    first = reader.get(f"{API}house?limit=12").json
    second = reader.get(f"{API}house?limit=12&cursor={first['next_cursor']}").json
    third = reader.get(f"{API}house?limit=12&cursor={second['next_cursor']}").json
    page = reader.get("/glossary/house").text

    terms = [entry["term"] for part in (first, second, third) for entry in part["items"]]
    assert terms == [*(f"Term {number:02}" for number in range(24)), "Term\u200d 10a"]
    assert third["next_cursor"] is None
    assert ("Term 19" in page, "Term 20" in page, "More terms" in page) == (True, False, True)
    assert reader.get(f"{API}house?cursor=WyJ6eiJd").status_code == 422


def test_a_term_does_not_sound_like_everything(house: House, database: Database) -> None:
    sounds = [f"coob {number}" for number in range(10)]
    house.send("admin", "POST", "house", {"term": "kubectl", "sounds_like": sounds})
    _propose(database, house)
    [proposal] = house.send("admin", "GET", "house/proposals").json["items"]

    answer = house.send("admin", "POST", f"house/proposals/{proposal['id']}")

    assert answer.status_code == 409
    assert len(house.send("admin", "GET", "house/proposals").json["items"]) == 1


def _propose(database: Database, house: House, *, of_house: bool = True) -> None:
    made = [Correction("cube cuttle", "kubectl")] * 2
    groups = () if of_house else (house.group.id,)
    with database.transaction() as session:
        glossary_service.propose(
            session, made, group_ids=groups, language="en", made_by_id=house.ids["outsider"]
        )


def test_proposals_are_decided_about_by_those_who_keep_the_glossary(
    house: House, database: Database
) -> None:
    _propose(database, house, of_house=False)
    place = house.group.id
    steward = house.by["steward"]
    [proposal] = house.send("steward", "GET", f"{place}/proposals").json["items"]
    path = f"/glossary/{place}/proposals/{proposal['id']}"

    refused = [
        house.by["insider"].post(f"{path}/accept").status_code,
        house.by["outsider"].post(f"{path}/dismiss").status_code,
        house.by["admin"].post(f"/glossary/house/proposals/{proposal['id']}/accept").status_code,
    ]
    seen = ["Take in kubectl" in house.by[who].get(f"/glossary/{place}").text
            for who in ("steward", "insider")]  # fmt: skip
    accepted = steward.post(f"{path}/accept")
    again = steward.post(f"{path}/dismiss")

    assert (proposal["heard"], proposal["term"], proposal["times"]) == ("cube cuttle", "kubectl", 2)
    assert (refused, seen) == ([403, 404, 404], [True, False])
    assert (accepted.status_code, again.status_code) == (303, 404)
    [entry] = house.send("insider", "GET", place).json["items"]
    assert (entry["term"], entry["sounds_like"]) == ("kubectl", ["cube cuttle"])


@pytest.mark.parametrize("by_page", [True, False])
def test_a_dismissed_proposal_is_gone(house: House, database: Database, *, by_page: bool) -> None:
    _propose(database, house)
    [proposal] = house.send("admin", "GET", "house/proposals").json["items"]

    if by_page:
        house.by["admin"].post(f"/glossary/house/proposals/{proposal['id']}/dismiss")
    else:
        house.send("admin", "DELETE", f"house/proposals/{proposal['id']}")

    assert house.send("admin", "GET", "house/proposals").json["items"] == []
    assert house.send("admin", "GET", "house").json["items"] == []


def test_the_forms_work_without_a_script(house: House, session: Session) -> None:
    admin = house.by["admin"]

    refused = admin.post("/glossary/house", {"term": "", "note": "What I typed"})
    admin.post("/glossary/house", {"term": "kubectl", "sounds_like": "cube cuttle\r\ncoob"})
    begin_writing(session)
    entry = session.scalars(select(GlossaryEntry)).one().id
    session.rollback()
    form = admin.get(f"/glossary/house/{entry}").text
    wrong = admin.post(f"/glossary/house/{entry}", {"term": "kubectl", "language": "??"})
    saved = admin.post(f"/glossary/house/{entry}", {"term": "kubectl", "note": "A program"})
    page = house.by["outsider"].get("/glossary/house").text
    gone = admin.post(f"/glossary/house/{entry}/delete")

    assert refused.status_code == 422
    assert "What I typed" in refused.text
    assert "Write the term as it should be read." in refused.text
    assert "cube cuttle\ncoob</textarea>" in form
    assert (wrong.status_code, saved.status_code) == (422, 303)
    assert "A program" in page
    assert "Remove kubectl" not in page
    assert gone.status_code == 303
    assert "Nothing is in this glossary yet." in admin.get("/glossary/house").text


def test_people_find_the_glossaries_that_they_may_read(house: House) -> None:
    house.send("steward", "POST", house.group.id, NEW)

    pages = {who: browser.get("/glossary").text for who, browser in house.by.items()}

    seen = {
        who: ("Glossary of <bdi>the house" in page, "Glossary of <bdi>Parts" in page)
        for who, page in pages.items()
    }
    assert seen == {
        "admin": (True, False),
        "moderator": (True, False),
        "steward": (True, True),
        "insider": (False, True),
        "outsider": (True, False),
        "guest": (False, False),
    }
    assert "1 entry" in pages["steward"]
    assert "0 entries" in pages["outsider"]
    assert "You belong to no group yet." in pages["guest"]


def test_a_list_takes_as_many_statements_with_three_entries_as_with_one(
    house: House, database: Database
) -> None:
    paths = ("/glossary/house", f"{API}house", "/glossary")
    steward = house.by["steward"]
    counts = []
    for term in ("One", "Two", "Three"):
        house.send("admin", "POST", "house", {"term": term})
        house.send("steward", "POST", house.group.id, {"term": term})
        counts.append(count_statements(database, lambda: [steward.get(path) for path in paths]))

    assert counts[0] == counts[2]
