"""Links by which people join."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from mediashare.accounts import service as accounts_service
from mediashare.accounts.models import Invitation, Role, User
from mediashare.accounts.service import NewAccount
from mediashare.accounts.service.passwords import PasswordHash
from mediashare.db.session import Database
from mediashare.errors import NotFoundError
from tests.crowds import all_at_once
from tests.factories import Browser, make_user, viewer_of
from tests.visitors import Visitor

BASE = "http://localhost:8000"
ADA = {"name": "Ada  Lovelace", "email": "Ada@Example.com ", "password": "steam driven looms"}
Browse = Callable[[Any], Browser]


def test_the_setup_link_makes_the_first_admin_and_then_is_gone(
    app: Flask, database: Database, session: Session
) -> None:
    path = _setup_path(database)
    visitor = Visitor(app)

    answer = visitor.post(path, ADA)

    user = session.scalars(select(User)).one()
    assert (answer.status_code, answer.location) == (302, "/")
    assert (user.email, user.name, user.role) == ("ada@example.com", "Ada Lovelace", Role.ADMIN)
    assert visitor.is_signed_in()
    assert app.test_client().get(path).status_code == 404


def test_a_newer_setup_link_replaces_the_older(app: Flask, database: Database) -> None:
    older, newer = _setup_path(database), _setup_path(database)

    client = app.test_client()

    assert (client.get(older).status_code, client.get(newer).status_code) == (404, 200)


def test_there_is_no_setup_link_once_anybody_has_an_account(
    app: Flask, database: Database, session: Session
) -> None:
    path = _setup_path(database)
    make_user(session)

    assert app.test_client().get(path).status_code == 404
    with database.transaction() as fresh:
        assert accounts_service.create_setup_link(fresh, BASE) is None


def test_a_setup_link_ends_after_a_day(
    app: Flask, database: Database, move_clock: Callable[[timedelta], None]
) -> None:
    path = _setup_path(database)

    move_clock(timedelta(days=1, seconds=1))

    assert app.test_client().get(path).status_code == 404


def test_only_the_hash_of_a_link_is_kept(database: Database, session: Session) -> None:
    token = _setup_path(database).rsplit("/", 1)[-1]

    row = session.scalars(select(Invitation)).one()

    assert len(token) >= 43
    assert token not in {value for value in vars(row).values() if isinstance(value, str)}


def test_an_invited_person_gets_the_role_and_address_of_the_invitation(
    app: Flask, session: Session, browse: Browse
) -> None:
    inviter = make_user(session, role=Role.MODERATOR)
    page = (
        browse(inviter).post("/invitations", {"email": "Grace@Example.com", "role": "member"}).text
    )

    answer = Visitor(app).post(_path_in(page), {**ADA, "role": "admin", "email": "other@evil.com"})

    user = session.scalars(select(User).where(User.id != inviter.id)).one()
    assert answer.status_code == 302
    assert (user.email, user.role) == ("grace@example.com", Role.MEMBER)


@pytest.mark.parametrize(
    ("role", "wanted", "status"),
    [
        (Role.ADMIN, "admin", 200),
        (Role.MODERATOR, "moderator", 200),
        (Role.MODERATOR, "admin", 403),
        (Role.MODERATOR, "owner", 422),
        (Role.MEMBER, "guest", 404),
        (Role.GUEST, "guest", 404),
    ],
)
def test_people_hand_out_at_most_their_own_role(
    session: Session, browse: Browse, role: Role, wanted: str, status: int
) -> None:
    browser = browse(make_user(session, role=role))

    answer = browser.post("/invitations", {"email": "", "role": wanted})

    made = session.scalars(select(Invitation.role)).all()
    assert answer.status_code == status
    assert made == ([Role(wanted)] if status == 200 else [])


def test_a_form_that_can_not_be_used_comes_back_as_typed_and_keeps_the_link(
    app: Flask, database: Database
) -> None:
    path, visitor = _setup_path(database), Visitor(app)

    weak = visitor.post(path, {**ADA, "password": "mediashare1"})
    nameless = visitor.post(path, {**ADA, "name": " \u202e "})

    assert weak.status_code == nameless.status_code == 422
    assert "easily guessed" in weak.text
    assert "Ada@Example.com" in weak.text
    assert "steam" not in weak.text
    assert "Give a name." in nameless.text
    assert visitor.post(path, ADA).status_code == 302


@pytest.mark.parametrize(
    "email",
    [" ADA@EXAMPLE.COM ", "\uff41da@example.com", "a\u200bda@example.com", "ada\u00ad@example.com"],
)
def test_one_person_has_one_account_however_the_address_is_written(
    app: Flask, session: Session, browse: Browse, email: str
) -> None:
    make_user(session, email="ada@example.com")
    admin = browse(make_user(session, role=Role.ADMIN))
    path = _path_in(admin.post("/invitations", {"email": "", "role": "member"}).text)

    answer = Visitor(app).post(path, {**ADA, "email": email})

    assert answer.status_code == 409
    assert "There is already an account with that e-mail address." in answer.text


def test_a_withdrawn_invitation_is_gone(app: Flask, session: Session, browse: Browse) -> None:
    moderator = browse(make_user(session, role=Role.MODERATOR))
    other = browse(make_user(session, role=Role.MODERATOR))
    path = _path_in(moderator.post("/invitations", {"email": "", "role": "member"}).text)
    ident = session.scalars(select(Invitation.id)).one()

    statuses = [
        browser.post(f"/invitations/{ident}/withdraw").status_code for browser in (other, moderator)
    ]

    assert statuses == [404, 302]
    assert app.test_client().get(path).status_code == 404


def test_moderators_see_their_own_invitations_and_admins_all(
    session: Session, browse: Browse
) -> None:
    one, other = (browse(make_user(session, role=Role.MODERATOR)) for _ in range(2))
    admin = browse(make_user(session, role=Role.ADMIN))
    one.post("/invitations", {"email": "grace@example.com", "role": "member"})

    pages = [browser.get("/invitations").text for browser in (one, other, admin)]

    assert ["grace@example.com" in page for page in pages] == [True, False, True]


def test_of_many_who_use_one_link_at_once_one_wins(database: Database, session: Session) -> None:
    admin = make_user(session, role=Role.ADMIN)
    with database.transaction() as writing:
        link = accounts_service.create_invitation(
            writing, viewer_of(admin), role=Role.MEMBER, email=None, base_url=BASE
        )
    token = link.rsplit("/", 1)[-1]
    accounts = [
        NewAccount(f"Person {number}", f"p{number}@example.com", "steam driven looms")
        for number in range(8)
    ]
    hashes = [
        accounts_service.hash_new_password(one.password, name=one.name, email=one.email)
        for one in accounts
    ]

    def accept(account: NewAccount, kept: PasswordHash) -> str:
        try:
            with database.transaction() as own:
                accounts_service.accept_invitation(own, token, account, kept)
        except NotFoundError:
            return "gone"
        return "made"

    everybody = zip(accounts, hashes, strict=True)
    outcomes = all_at_once([partial(accept, *one) for one in everybody])
    assert sorted(outcomes) == ["gone"] * 7 + ["made"]
    assert len(session.scalars(select(User)).all()) == 2


def test_a_weak_password_is_refused_while_somebody_else_writes(
    app: Flask, database: Database
) -> None:
    path, visitor = _setup_path(database), Visitor(app)

    with database.transaction():
        answer = visitor.post(path, {**ADA, "password": "password"})

    assert (answer.status_code, "easily guessed" in answer.text) == (422, True)


def _setup_path(database: Database) -> str:
    with database.transaction() as session:
        link = accounts_service.create_setup_link(session, BASE)
    assert link is not None
    return link.removeprefix(BASE)


def _path_in(page: str) -> str:
    return page.split('value="' + BASE, 1)[1].split('"', 1)[0]
