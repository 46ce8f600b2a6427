"""What admins do to accounts."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from mediashare.accounts.models import Role
from mediashare.audit.models import AuditEntry
from mediashare.db.session import Database
from tests.counting import count_statements
from tests.factories import Browser, make_token, make_user

Browse = Callable[[Any], Browser]


def test_admins_see_and_find_everybody(session: Session, browse: Browse) -> None:
    admin = browse(make_user(session, "Root", role=Role.ADMIN))
    make_user(session, "Grace <b>Hopper</b>", email="grace@example.com")
    make_user(session, "Alan Turing", is_active=False)

    everybody = admin.get("/admin/people").text
    found = admin.get("/admin/people?q=GRACE%20hopper").text
    nobody = admin.get("/admin/people?q=100%25").text

    assert "Grace &lt;b&gt;Hopper&lt;/b&gt;" in everybody
    assert "Alan Turing" in everybody
    assert ("grace@example.com" in found, "Alan Turing" in found) == (True, False)
    assert "Nobody by that name." in nobody


@pytest.mark.parametrize("role", [Role.GUEST, Role.MEMBER, Role.MODERATOR])
@pytest.mark.parametrize("path", ["/admin", "/admin/people", "/admin/jobs", "/admin/health"])
def test_for_others_the_back_office_does_not_exist(
    session: Session, browse: Browse, role: Role, path: str
) -> None:
    assert browse(make_user(session, role=role)).get(path).status_code == 404


def test_another_role_counts_at_once_and_ends_old_sessions(
    session: Session, browse: Browse
) -> None:
    admin, person = make_user(session, role=Role.ADMIN), make_user(session, role=Role.MODERATOR)
    before = browse(person)

    browse(admin).post(f"/admin/people/{person.id}/role", {"role": "guest"})

    session.refresh(person)
    assert person.role is Role.GUEST
    assert before.get("/settings").status_code == 302


def test_a_disabled_person_loses_sessions_and_tokens_for_good(
    app: Flask, session: Session, browse: Browse
) -> None:
    admin, person = browse(make_user(session, role=Role.ADMIN)), make_user(session)
    token, before = make_token(session, person), browse(person)

    admin.post(f"/admin/people/{person.id}/disable")
    admin.post(f"/admin/people/{person.id}/enable")

    bearer = {"Authorization": f"Bearer {token}"}
    assert before.get("/settings").status_code == 302
    assert app.test_client().get("/api/v1/groups", headers=bearer).status_code == 401
    assert browse(person).get("/settings").status_code == 200


def test_an_admin_signs_somebody_out_everywhere(session: Session, browse: Browse) -> None:
    admin, person = browse(make_user(session, role=Role.ADMIN)), make_user(session)
    before = browse(person)

    admin.post(f"/admin/people/{person.id}/sign-out")

    assert before.get("/settings").status_code == 302


@pytest.mark.parametrize("act", ["role", "disable"])
def test_admins_do_not_lock_themselves_out(session: Session, browse: Browse, act: str) -> None:
    admin = make_user(session, role=Role.ADMIN)

    answer = browse(admin).post(f"/admin/people/{admin.id}/{act}", {"role": "member"})

    session.refresh(admin)
    assert answer.status_code == 409
    assert (admin.role, admin.is_active) == (Role.ADMIN, True)


@pytest.mark.parametrize("act", ["role", "disable", "enable", "sign-out"])
def test_moderators_change_no_accounts(session: Session, browse: Browse, act: str) -> None:
    person = make_user(session)
    moderator = browse(make_user(session, role=Role.MODERATOR))

    answer = moderator.post(f"/admin/people/{person.id}/{act}", {"role": "admin"})

    session.refresh(person)
    assert answer.status_code == 404
    assert (person.role, person.is_active) == (Role.MEMBER, True)


def test_what_admins_do_is_put_on_record(session: Session, browse: Browse) -> None:
    admin, person = make_user(session, role=Role.ADMIN), make_user(session)
    browser, path = browse(admin), f"/admin/people/{person.id}"

    browser.post(f"{path}/role", {"role": "moderator"})
    browser.post(f"{path}/disable")
    browser.post(f"{path}/enable")
    browser.post(f"{path}/sign-out")

    entries = session.scalars(select(AuditEntry).order_by(AuditEntry.at)).all()
    assert [(e.action, e.actor_id, e.subject_id, e.address) for e in entries] == [
        (action, admin.id, person.id, "127.0.0.1")
        for action in ("role_changed", "account_disabled", "account_enabled", "sessions_ended")
    ]
    assert entries[0].details == {"before": "member", "after": "moderator"}


def test_the_page_takes_as_many_statements_for_one_person_as_for_three(
    session: Session, browse: Browse, database: Database
) -> None:
    admin = browse(make_user(session, role=Role.ADMIN))
    counts = []
    for people in (0, 2):
        for _ in range(people):
            make_user(session)
        counts.append(count_statements(database, lambda: admin.get("/admin/people")))

    assert counts == [3, 3]
