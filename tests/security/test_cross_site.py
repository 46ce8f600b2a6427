"""S-33, S-34, R-50: no write without our own page's token, and no write by reading."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from mediashare.accounts.models import Role
from mediashare.db.session import Database
from tests.factories import Browser
from tests.security import recipes
from tests.security.rows import all_rows
from tests.security.test_access_matrix import EXPECTED, Key, path_of, routes
from tests.security.world import Item, World

READING = {"GET", "HEAD", "OPTIONS"}
# What other apps share is led to the upload page, and nothing of it is kept.
SHARED = ("POST", "shell.take_share")
WRITES = sorted(key for key in EXPECTED if key[0] not in READING and key != SHARED)
READS = sorted(key for key in EXPECTED if key[0] in READING)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.parametrize("database", ["sqlite"], indirect=True),
]


def test_no_other_site_writes_in_a_persons_name(
    app: Flask, database: Database, session: Session
) -> None:
    world = World(app, database, session)
    item, author = world.make_item("internal"), world.people["author"]
    own = Browser(app, database, author)
    token = {"X-CSRFToken": own.csrf_token}
    attacks: dict[str, dict[str, str]] = {
        "without a token": {},
        "with a made-up token": {"X-CSRFToken": "x" * 40},
        "with a token of another session": {"X-CSRFToken": _foreign_token(app)},
        "from another origin": {**token, "Origin": "https://evil.example"},
        "from a sandboxed frame": {**token, "Origin": "null"},
        "from another site": {**token, "Sec-Fetch-Site": "cross-site"},
        "from a neighbour": {**token, "Sec-Fetch-Site": "same-site"},
    }
    before = all_rows(database)

    refused = {
        (key, name): _attack(app, world, own, item, key, headers).status_code
        for key in WRITES
        for name, headers in attacks.items()
    }

    assert set(refused.values()) == {403}
    assert all_rows(database) == before


def test_what_another_site_shares_is_led_away_and_changes_nothing(
    app: Flask, database: Database, session: Session
) -> None:
    world = World(app, database, session)
    own = Browser(app, database, world.people["author"])
    before = all_rows(database)
    sent = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}

    answer = _attack(app, world, own, Item(), SHARED, sent)

    assert (answer.status_code, answer.location) == (303, "/upload?shared=lost")
    assert all_rows(database) == before


@pytest.mark.usefixtures("database")
def test_an_origin_that_is_no_address_is_somebody_elses(app: Flask) -> None:
    answer = app.test_client().post("/sign-in", data={}, headers={"Origin": "http://["})

    assert answer.status_code == 403


def test_forms_for_visitors_are_guarded_alike(app: Flask, database: Database) -> None:
    client, before = app.test_client(), all_rows(database)

    statuses = [
        client.post(path, data={"email": "a@example.com", "password": "steam driven looms"})
        for path in ("/sign-in", "/join/no-such-invitation")
    ]

    assert [answer.status_code for answer in statuses] == [403, 403]
    assert all_rows(database) == before


@pytest.mark.parametrize("role", [Role.MEMBER, Role.ADMIN])
def test_reading_never_writes(app: Flask, database: Database, session: Session, role: Role) -> None:
    world = World(app, database, session)
    item = world.make_item("internal")
    actor = "author" if role is Role.MEMBER else "admin"
    before = all_rows(database)

    for key in READS:
        for method in ("GET", "HEAD", "OPTIONS"):
            world.send[actor](method, _path(app, world, item, key))

    assert all_rows(database) == before


def _attack(
    app: Flask, world: World, browser: Browser, item: Item, key: Key, headers: dict[str, str]
) -> Any:
    method, endpoint = key
    options = recipes.options(endpoint, item)
    sent = {**options.pop("headers", {}), **headers}
    path = _path(app, world, item, key)
    return browser.client.open(path, method=method, headers=sent, **options)


def _path(app: Flask, world: World, item: Item, key: Key) -> str:
    rule = next(rule for found, rule in routes(app) if found == key)
    values = recipes.arguments(world, item, rule.endpoint, rule.arguments)
    return path_of(app, rule, values)


def _foreign_token(app: Flask) -> str:
    client = app.test_client()
    page: str = client.get("/sign-in").text
    return page.split('name="csrf_token" value="', 1)[1].split('"', 1)[0]
