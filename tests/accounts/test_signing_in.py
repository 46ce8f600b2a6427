"""Signing in and out."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from mediashare.accounts.models import SignIn, User
from mediashare.audit.models import AuditEntry
from mediashare.config import Settings
from tests.factories import make_user
from tests.visitors import Visitor

MoveClock = Callable[[timedelta], None]


def test_the_right_password_opens_a_session(app: Flask, session: Session) -> None:
    make_user(session, email="ada@example.com")
    visitor = Visitor(app)

    answer = visitor.sign_in(" ADA@example.com")

    assert (answer.status_code, answer.location) == (302, "/")
    assert visitor.is_signed_in()


@pytest.mark.parametrize("email", ["ada@example.com", "nobody@example.com", "gone@example.com"])
def test_unknown_wrong_and_disabled_look_the_same(app: Flask, session: Session, email: str) -> None:
    make_user(session, email="ada@example.com")
    make_user(session, email="gone@example.com", is_active=False)
    password = "not this one" if email.startswith("ada") else "correct horse battery"
    visitor = Visitor(app)

    answer = visitor.sign_in(email, password)

    assert answer.status_code == 401
    assert "That e-mail address and password do not match an account." in answer.text
    assert not visitor.is_signed_in()


def test_an_attempt_without_the_forms_token_is_refused(app: Flask, session: Session) -> None:
    make_user(session, email="ada@example.com")

    answer = app.test_client().post(
        "/sign-in", data={"email": "ada@example.com", "password": "correct horse battery"}
    )

    assert answer.status_code == 403


def test_wrong_attempts_on_one_account_are_slowed_down_but_not_for_its_owner(
    app: Flask, session: Session
) -> None:
    make_user(session, email="ada@example.com")
    attacker, owner = Visitor(app), Visitor(app)

    statuses = [attacker.sign_in("ada@example.com", "guess").status_code for _ in range(16)]
    elsewhere = owner.sign_in("ada@example.com", environ_base={"REMOTE_ADDR": "198.51.100.7"})

    assert statuses == [401] * 15 + [429]
    assert elsewhere.status_code == 302


def test_wrong_attempts_from_one_address_are_slowed_down_across_accounts(app: Flask) -> None:
    visitor = Visitor(app)

    answers = [visitor.sign_in(f"person{n}@example.com", "guess") for n in range(16)]

    assert [answer.status_code for answer in answers] == [401] * 15 + [429]
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 300


def test_neighbours_in_one_ipv6_network_count_together(app: Flask) -> None:
    visitor = Visitor(app)

    statuses = [
        visitor.sign_in(
            f"person{n}@example.com", "guess", environ_base={"REMOTE_ADDR": f"2001:db8::{n + 1:x}"}
        ).status_code
        for n in range(16)
    ]

    assert statuses == [401] * 15 + [429]


def test_right_passwords_of_many_people_from_one_office_are_not_counted(
    app: Flask, session: Session
) -> None:
    people = [make_user(session) for _ in range(17)]

    statuses = [Visitor(app).sign_in(person.email).status_code for person in people]

    assert statuses == [302] * 17


def test_a_made_up_forwarded_address_does_not_reset_the_count(app: Flask) -> None:
    visitor = Visitor(app)

    statuses = [
        visitor.sign_in(
            f"person{n}@example.com", "guess", headers={"X-Forwarded-For": f"198.51.100.{n}"}
        ).status_code
        for n in range(16)
    ]

    assert statuses == [401] * 15 + [429]


@pytest.mark.parametrize(
    ("asked", "goal"),
    [
        ("/search?q=a%20b", "/search?q=a%20b"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("https:evil.example", "/"),
        ("https://evil.example", "/"),
        ("/\t/evil.example", "/"),
        ("\t//evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/x\r\nSet-Cookie: a=b", "/"),
        ("", "/"),
    ],
)
def test_the_way_back_is_always_a_path_of_this_site(
    app: Flask, session: Session, asked: str, goal: str
) -> None:
    make_user(session, email="ada@example.com")

    answer = Visitor(app).sign_in("ada@example.com", data={"next": asked})

    assert answer.location == goal
    assert "a=b" not in str(answer.headers)


def test_a_copied_cookie_dies_at_sign_out(app: Flask, session: Session) -> None:
    make_user(session, email="ada@example.com")
    visitor, thief = Visitor(app), app.test_client()
    visitor.sign_in("ada@example.com")
    copied = visitor.client.get_cookie("session")
    assert copied is not None
    thief.set_cookie("session", copied.value)
    assert thief.get("/settings").status_code == 200

    visitor.post("/sign-out", {}, page="/settings")

    assert thief.get("/settings").status_code == 302
    assert not visitor.is_signed_in()


def test_signing_in_changes_the_cookie_and_ends_the_session_before_it(
    app: Flask, session: Session
) -> None:
    make_user(session, email="ada@example.com")
    make_user(session, email="bob@example.com")
    visitor, thief = Visitor(app), app.test_client()
    visitor.client.get("/sign-in")
    first = visitor.client.get_cookie("session")
    visitor.sign_in("ada@example.com")
    second = visitor.client.get_cookie("session")
    assert first is not None
    assert second is not None
    thief.set_cookie("session", second.value)

    visitor.post(
        "/sign-in",
        {"email": "bob@example.com", "password": "correct horse battery"},
        page="/settings",
    )

    assert first.value != second.value
    assert thief.get("/settings").status_code == 302
    assert visitor.is_signed_in()


def test_sign_out_is_no_link(app: Flask, session: Session) -> None:
    make_user(session, email="ada@example.com")
    visitor = Visitor(app)
    visitor.sign_in("ada@example.com")

    assert visitor.client.get("/sign-out").status_code == 405
    assert visitor.is_signed_in()


def test_a_disabled_person_is_out_at_once(app: Flask, session: Session) -> None:
    make_user(session, email="ada@example.com")
    visitor = Visitor(app)
    visitor.sign_in("ada@example.com")

    session.execute(update(User).values(is_active=False))
    session.commit()

    assert not visitor.is_signed_in()


def test_a_session_that_nobody_uses_ends(
    app: Flask, session: Session, settings: Settings, move_clock: MoveClock
) -> None:
    make_user(session, email="ada@example.com")
    visitor = Visitor(app)
    visitor.sign_in("ada@example.com")

    move_clock(timedelta(days=settings.session_idle_days, seconds=1))

    assert not visitor.is_signed_in()


def test_a_session_in_use_is_renewed_until_its_absolute_end(
    app: Flask, session: Session, settings: Settings, move_clock: MoveClock
) -> None:
    make_user(session, email="ada@example.com")
    visitor = Visitor(app)
    visitor.sign_in("ada@example.com")
    seen = []

    for days in range(0, settings.session_days + 1, 10):
        move_clock(timedelta(days=days, seconds=1))
        seen.append((days, visitor.is_signed_in()))

    assert seen == [(0, True), (10, True), (20, True), (30, False)]


def test_only_the_hash_of_a_session_is_kept(app: Flask, session: Session) -> None:
    make_user(session, email="ada@example.com")
    visitor = Visitor(app)
    visitor.sign_in("ada@example.com")
    with visitor.client.session_transaction() as cookie:
        token = cookie["_user_id"]

    row = session.scalars(select(SignIn)).one()

    assert len(token) >= 43
    assert token not in {value for value in vars(row).values() if isinstance(value, str)}


def test_attempts_are_put_on_record_without_what_was_typed(app: Flask, session: Session) -> None:
    user = make_user(session, email="ada@example.com")
    visitor = Visitor(app)
    visitor.sign_in("secret typed in the wrong field", "guess")
    visitor.sign_in("ada@example.com")
    visitor.post("/sign-out", {}, page="/settings")

    entries = session.scalars(select(AuditEntry).order_by(AuditEntry.at)).all()

    assert [(e.action, e.actor_id, e.address) for e in entries] == [
        ("sign_in_refused", None, "127.0.0.1"),
        ("signed_in", user.id, "127.0.0.1"),
        ("signed_out", user.id, "127.0.0.1"),
    ]
    assert "secret" not in str([vars(e) for e in entries])
