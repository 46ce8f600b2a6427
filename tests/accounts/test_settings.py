"""What people change about their own account."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from mediashare.accounts import service as accounts_service
from mediashare.accounts.errors import WrongCurrentPasswordError
from mediashare.accounts.models import ApiToken, Role, SignIn
from mediashare.audit.models import AuditEntry
from mediashare.db.session import Database
from tests.factories import PASSWORD, Browser, make_token, make_user, viewer_of
from tests.visitors import Visitor

Browse = Callable[[Any], Browser]
NEW = "looms driven by steam"


def test_people_say_who_they_are(session: Session, browse: Browse) -> None:
    ada = make_user(session, "Ada")
    typed = {"name": " Ada  L. ", "team": "Engines", "place": "London", "about": "Ask me\r\nabout"}

    answer = browse(ada).post("/settings", typed)

    session.refresh(ada)
    assert "Saved." in answer.text
    assert (ada.name, ada.team, ada.place, ada.about) == (
        "Ada L.",
        "Engines",
        "London",
        "Ask me\nabout",
    )


def test_nobody_promotes_himself_by_adding_fields(session: Session, browse: Browse) -> None:
    ada = make_user(session, email="ada@example.com")

    browse(ada).post(
        "/settings",
        {"name": "Ada", "role": "admin", "email": "x@evil.com", "is_active": "", "id": "1"},
    )

    session.refresh(ada)
    assert (ada.name, ada.role, ada.email, ada.is_active) == (
        "Ada",
        Role.MEMBER,
        "ada@example.com",
        True,
    )


def test_a_profile_that_can_not_be_used_comes_back_as_typed(
    session: Session, browse: Browse
) -> None:
    ada = make_user(session, "Ada")

    answer = browse(ada).post("/settings", {"name": "", "team": "<b>Engines", "about": "x" * 2001})

    session.refresh(ada)
    assert answer.status_code == 422
    assert "Give a name." in answer.text
    assert "At most 2000 characters." in answer.text
    assert "&lt;b&gt;Engines" in answer.text
    assert ada.name == "Ada"


def test_a_new_password_ends_every_session_and_token_but_renews_this_one(
    app: Flask, session: Session
) -> None:
    ada = make_user(session, email="ada@example.com")
    token = make_token(session, ada)
    here, there = Visitor(app), Visitor(app)
    here.sign_in("ada@example.com")
    there.sign_in("ada@example.com")
    before = here.client.get_cookie("session")

    answer = here.post("/settings/password", {"current": PASSWORD, "password": NEW})

    after = here.client.get_cookie("session")
    assert before is not None
    assert after is not None
    assert answer.status_code == 200
    assert before.value != after.value
    assert (here.is_signed_in(), there.is_signed_in()) == (True, False)
    assert session.scalars(select(ApiToken)).all() == []
    assert _api_status(app, token) == 401
    assert Visitor(app).sign_in("ada@example.com").status_code == 401
    assert Visitor(app).sign_in("ada@example.com", NEW).status_code == 302


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"current": "wrong one", "password": NEW}, "That is not your current password."),
        ({"current": PASSWORD, "password": "short"}, "Use at least 8 characters."),
        ({"current": PASSWORD, "password": "x" * 257}, "Use at most 256 characters."),
        ({"current": PASSWORD, "password": "password123"}, "This one is easily guessed."),
        ({"current": PASSWORD, "password": "adalovelace"}, "This one is easily guessed."),
        ({}, "That is not your current password."),
    ],
)
def test_a_password_change_that_can_not_be_done_says_why_and_ends_nothing(
    session: Session, browse: Browse, typed: dict[str, str], sentence: str
) -> None:
    browser = browse(make_user(session, "Ada Lovelace"))

    answer = browser.post("/settings/password", typed)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert browser.get("/settings").status_code == 200


def test_a_wrong_password_is_refused_while_somebody_else_writes(
    session: Session, browse: Browse, database: Database
) -> None:
    browser = browse(make_user(session))

    with database.transaction():
        answer = browser.post("/settings/password", {"current": "guess", "password": NEW})

    assert answer.status_code == 422


def test_a_password_that_was_changed_after_it_was_confirmed_stays(session: Session) -> None:
    ada = make_user(session)
    viewer = viewer_of(ada)
    late, early = (
        accounts_service.prepare_password_change(session, viewer, current=PASSWORD, new=new)
        for new in (NEW, "another good one")
    )
    accounts_service.change_password(session, viewer, early)

    with pytest.raises(WrongCurrentPasswordError):
        accounts_service.change_password(session, viewer, late)

    assert ada.password_hash == early.after


def test_guesses_at_the_current_password_are_slowed_down(session: Session, browse: Browse) -> None:
    browser = browse(make_user(session))

    statuses = [
        browser.post("/settings/password", {"current": "guess", "password": NEW}).status_code
        for _ in range(16)
    ]

    assert statuses == [422] * 15 + [429]


def test_people_end_a_session_on_another_device(app: Flask, session: Session) -> None:
    make_user(session, email="ada@example.com")
    there, here = Visitor(app), Visitor(app)
    there.sign_in("ada@example.com", headers={"User-Agent": "Lost phone"})
    here.sign_in("ada@example.com", headers={"User-Agent": "Desk"})
    lost = session.scalars(select(SignIn.id).where(SignIn.user_agent == "Lost phone")).one()
    page = here.client.get("/settings/sessions").text

    here.post(f"/settings/sessions/{lost}/end", {}, page="/settings/sessions")

    assert page.index("Lost phone") > 0
    assert page.count("this one") == 1
    assert (here.is_signed_in(), there.is_signed_in()) == (True, False)


def test_nobody_ends_the_sessions_or_tokens_of_others(session: Session, browse: Browse) -> None:
    ada, eve = make_user(session), make_user(session)
    browse(ada)
    make_token(session, ada)
    sign_in = session.scalars(select(SignIn.id)).one()
    token = session.scalars(select(ApiToken.id)).one()
    attacker = browse(eve)

    statuses = [
        attacker.post(path).status_code
        for path in (f"/settings/sessions/{sign_in}/end", f"/settings/tokens/{token}/revoke")
    ]

    assert statuses == [404, 404]
    assert session.scalars(select(SignIn.id).where(SignIn.user_id == ada.id)).all() == [sign_in]
    assert session.scalars(select(ApiToken.id)).all() == [token]


def test_signing_out_everywhere_ends_tokens_too(app: Flask, session: Session) -> None:
    ada = make_user(session, email="ada@example.com")
    token = make_token(session, ada)
    here, there = Visitor(app), Visitor(app)
    here.sign_in("ada@example.com")
    there.sign_in("ada@example.com")

    here.post("/settings/sessions/end", {}, page="/settings/sessions")

    assert (here.is_signed_in(), there.is_signed_in()) == (False, False)
    assert _api_status(app, token) == 401


def test_a_token_is_shown_once_and_kept_as_a_hash(
    app: Flask, session: Session, browse: Browse
) -> None:
    browser = browse(make_user(session))

    page = browser.post(
        "/settings/tokens", {"name": "CI", "scope": "write", "days": "30", "current": PASSWORD}
    ).text

    token = page.split('value="ms_', 1)[1].split('"', 1)[0]
    row = session.scalars(select(ApiToken)).one()
    assert (row.name, row.scopes) == ("CI", "read write")
    assert len(token) >= 43
    assert f"ms_{token}" not in browser.get("/settings/tokens").text
    assert f"ms_{token}" not in {v for v in vars(row).values() if isinstance(v, str)}
    assert _api_status(app, f"ms_{token}") == 404


def test_a_token_ends_when_it_was_said_to(
    app: Flask, session: Session, browse: Browse, move_clock: Callable[[timedelta], None]
) -> None:
    browser = browse(make_user(session))
    page = browser.post(
        "/settings/tokens", {"name": "CI", "scope": "read", "days": "30", "current": PASSWORD}
    ).text
    token = "ms_" + page.split('value="ms_', 1)[1].split('"', 1)[0]

    move_clock(timedelta(days=30, seconds=1))

    assert _api_status(app, token) == 401


def test_a_token_costs_the_password(session: Session, browse: Browse) -> None:
    browser = browse(make_user(session))

    answer = browser.post("/settings/tokens", {"name": "CI", "scope": "read", "current": "guess"})

    assert answer.status_code == 422
    assert "That is not your current password." in answer.text
    assert session.scalars(select(ApiToken)).all() == []


def test_a_revoked_token_is_dead(app: Flask, session: Session, browse: Browse) -> None:
    ada = make_user(session)
    token, browser = make_token(session, ada), browse(ada)
    ident = session.scalars(select(ApiToken.id)).one()
    assert _api_status(app, token) == 404

    browser.post(f"/settings/tokens/{ident}/revoke")

    assert _api_status(app, token) == 401


def test_a_token_of_former_days_that_may_only_write_reads_nothing(
    app: Flask, session: Session
) -> None:
    token = make_token(session, make_user(session))
    session.execute(update(ApiToken).values(scopes="write"))
    session.commit()
    client, headers = app.test_client(), {"Authorization": f"Bearer {token}"}

    read = client.get("/api/v1/me", headers=headers)
    written = client.post("/api/v1/episodes", headers=headers, json={})

    assert (read.status_code, written.status_code) == (403, 403)
    assert read.get_json()["detail"] == "This token may not read. Make one with the scope `read`."


def test_what_matters_is_put_on_record(session: Session, browse: Browse) -> None:
    ada = make_user(session)
    browser = browse(ada)
    browser.post("/settings/tokens", {"name": "CI", "scope": "read", "current": PASSWORD})
    token = session.scalars(select(ApiToken.id)).one()
    browser.post(f"/settings/tokens/{token}/revoke")
    browser.post("/settings/password", {"current": PASSWORD, "password": NEW})
    session.rollback()

    entries = session.scalars(select(AuditEntry).order_by(AuditEntry.at)).all()

    assert [(e.action, e.actor_id, e.subject_id) for e in entries] == [
        ("token_created", ada.id, token),
        ("token_revoked", ada.id, token),
        ("password_changed", ada.id, ada.id),
        ("signed_in", ada.id, ada.id),
    ]


def _api_status(app: Flask, token: str) -> int:
    """404 for a good token: the path does not exist, but only who is known learns that."""
    headers = {"Authorization": f"Bearer {token}"}
    return app.test_client().get("/api/v1/nothing", headers=headers).status_code
