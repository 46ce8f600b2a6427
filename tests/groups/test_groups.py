"""Groups: who knows of them, who belongs to them, who decides that."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mediashare.accounts.models import Role
from mediashare.audit.models import AuditEntry
from mediashare.db.session import Database
from mediashare.groups import queries as groups_queries
from mediashare.groups.models import Group, GroupKind, GroupRole
from tests.counting import count_statements
from tests.factories import Browser, make_group, make_user, viewer_of

Browse = Callable[[Any], Browser]


def test_members_know_of_all_but_secret_groups_and_guests_of_their_own(
    session: Session, browse: Browse
) -> None:
    member, guest = make_user(session), make_user(session, role=Role.GUEST)
    admin = make_user(session, role=Role.ADMIN)
    make_group(session, name="Open")
    make_group(session, name="Closed", kind=GroupKind.CLOSED)
    make_group(session, guest, name="Guests", kind=GroupKind.CLOSED)
    make_group(session, member, name="Secret", kind=GroupKind.SECRET)

    seen = {
        name: sorted(g["name"] for g in browse(user).get("/api/v1/groups").json["items"])
        for name, user in (("member", member), ("guest", guest), ("admin", admin))
    }

    assert seen == {
        "member": ["Closed", "Guests", "Open", "Secret"],
        "guest": ["Guests"],
        "admin": ["Closed", "Guests", "Open"],
    }


def test_whoever_starts_a_group_is_its_steward(session: Session, browse: Browse) -> None:
    answer = browse(make_user(session)).send(
        "POST", "/api/v1/groups", json={"name": " SRE  guild ", "kind": "closed", "slug": "x"}
    )

    assert answer.status_code == 201
    assert answer.json["name"] == "SRE guild"
    assert (answer.json["kind"], answer.json["members"], answer.json["mine"]) == (
        "closed",
        1,
        "steward",
    )
    assert answer.json["slug"].startswith("sre-guild-")


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"name"}),
        ({"name": "x" * 81}, {"name"}),
        ({"name": ["x"]}, {"name"}),
        ({"name": "x", "kind": "private"}, {"kind"}),
        ({"name": "x", "purpose": "x" * 2001}, {"purpose"}),
    ],
)
def test_a_group_that_can_not_be_made_says_why(
    session: Session, browse: Browse, body: dict[str, Any], fields: set[str]
) -> None:
    answer = browse(make_user(session)).send("POST", "/api/v1/groups", json=body)

    assert answer.status_code == 422
    assert set(answer.json["errors"]) == fields
    assert session.scalars(select(Group)).all() == []


def test_guests_start_and_join_nothing(session: Session, browse: Browse) -> None:
    guest = browse(make_user(session, role=Role.GUEST))
    group = make_group(session)

    statuses = [
        guest.send("POST", "/api/v1/groups", json={"name": "Ours"}).status_code,
        guest.send("PUT", f"/api/v1/groups/{group.id}/membership").status_code,
    ]

    assert statuses == [403, 404]


@pytest.mark.parametrize(
    ("kind", "status"),
    [(GroupKind.OPEN, 200), (GroupKind.CLOSED, 403), (GroupKind.SECRET, 404)],
)
def test_only_open_groups_are_joined_without_asking(
    session: Session, browse: Browse, kind: GroupKind, status: int
) -> None:
    member = make_user(session)
    group = make_group(session, kind=kind)

    answer = browse(member).send("PUT", f"/api/v1/groups/{group.id}/membership")

    own = groups_queries.list_own(session, viewer_of(member))
    assert answer.status_code == status
    assert [g.id for g in own] == ([group.id] if status == 200 else [])


def test_stewards_bring_people_in_and_take_them_out(session: Session, browse: Browse) -> None:
    steward, guest = make_user(session), make_user(session, role=Role.GUEST)
    group = make_group(session, stewards=[steward], kind=GroupKind.SECRET)
    browser, path = browse(steward), f"/api/v1/groups/{group.id}/members/{guest.handle}"

    added = browser.send("PUT", path, json={})
    listed = browse(guest).get("/api/v1/groups").json["items"]
    removed = browser.send("DELETE", path)

    assert (added.status_code, removed.status_code) == (200, 204)
    assert [g["id"] for g in listed] == [group.id]
    assert browse(guest).get("/api/v1/groups").json["items"] == []


@pytest.mark.parametrize("role", [Role.MEMBER, Role.MODERATOR, Role.ADMIN])
def test_who_does_not_tend_a_group_does_not_decide_who_belongs(
    session: Session, browse: Browse, role: Role
) -> None:
    outsider, steward = make_user(session, role=role), make_user(session)
    group = make_group(session, stewards=[steward], kind=GroupKind.CLOSED)
    path = f"/api/v1/groups/{group.id}/members/{outsider.handle}"

    answer = browse(outsider).send("PUT", path, json={"role": "steward"})

    assert answer.status_code == 403
    assert groups_queries.find_membership(session, group.id, outsider.id) is None


def test_the_last_steward_stays_until_there_is_another(session: Session, browse: Browse) -> None:
    steward, member = make_user(session), make_user(session)
    group = make_group(session, member, stewards=[steward])
    browser = browse(steward)
    mine, members = (f"/api/v1/groups/{group.id}/{part}" for part in ("membership", "members"))

    statuses = [
        browser.send("DELETE", mine).status_code,
        browser.send("PUT", f"{members}/{steward.handle}", json={}).status_code,
        browser.send("PUT", f"{members}/{member.handle}", json={"role": "steward"}).status_code,
        browser.send("DELETE", mine).status_code,
    ]

    session.rollback()
    left = groups_queries.find_membership(session, group.id, member.id)
    assert statuses == [409, 409, 200, 204]
    assert left is not None
    assert left.role is GroupRole.STEWARD


def test_changes_of_membership_are_put_on_record(session: Session, browse: Browse) -> None:
    steward, member = make_user(session), make_user(session)
    group = make_group(session, stewards=[steward])
    browser, path = browse(steward), f"/api/v1/groups/{group.id}/members/{member.handle}"

    browser.send("PUT", path, json={})
    browser.send("DELETE", path)

    entries = session.scalars(select(AuditEntry).order_by(AuditEntry.at)).all()
    assert [(e.action, e.actor_id, e.subject_id, e.details["user_id"]) for e in entries] == [
        ("group_member_set", steward.id, group.id, member.id),
        ("group_member_removed", steward.id, group.id, member.id),
    ]


def test_the_list_takes_as_many_statements_for_one_group_as_for_three(
    session: Session, browse: Browse, database: Database
) -> None:
    member = make_user(session)
    browser, counts = browse(member), []
    for groups in (1, 2):
        for _ in range(groups):
            make_group(session, member)
        counts.append(count_statements(database, lambda: browser.get("/api/v1/groups")))

    assert counts == [4, 4]
