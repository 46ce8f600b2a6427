"""S-01: every route, every actor, every kind of episode, against the table access_matrix.csv.

A line of the table names a method, an endpoint, kinds of episodes (`-` for routes that are about
none), and the status that each actor gets; `sign-in` is the way to the sign-in page. A new route
without a line fails here, and the failure shows the line as it would be now: check each status
of it against the product's rules before adding it.
"""

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from mediashare.db.session import Database
from mediashare.web.csrf import SAFE_METHODS
from tests.security import recipes
from tests.security.world import ACTORS, ITEMS, Item, World

TABLE = Path(__file__).with_name("access_matrix.csv")
IMPLIED = {"OPTIONS"}

Key = tuple[str, str]
Line = tuple[str, ...]

# Who may see what is decided in SQL that the other tests run on both databases; here the number
# of combinations counts.
pytestmark = [
    pytest.mark.slow,
    pytest.mark.parametrize("database", ["sqlite"], indirect=True),
]


def read_table() -> dict[Key, list[Line]]:
    """The lines after method and endpoint: kinds of episodes, then the status of each actor."""
    lines: dict[Key, list[Line]] = {}
    with TABLE.open(newline="") as file:
        for row in list(csv.reader(file))[1:]:
            lines.setdefault((row[0], row[1]), []).append(tuple(row[2:]))
    return lines


EXPECTED = read_table()


def test_every_route_has_its_lines(app: Flask) -> None:
    assert sorted({key for key, _rule in routes(app)} - set(EXPECTED)) == []


def test_every_line_has_its_route(app: Flask) -> None:
    assert sorted(set(EXPECTED) - {key for key, _rule in routes(app)}) == []


@pytest.mark.parametrize("key", sorted(EXPECTED), ids=" ".join)
def test_everybody_gets_what_the_table_says(
    app: Flask, database: Database, session: Session, key: Key
) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    world = World(app, database, session)
    rule = next(rule for found, rule in routes(app) if found == key)

    assert merged(observe(app, world, key, rule)) == sorted(EXPECTED[key])


def routes(app: Flask) -> Iterator[tuple[Key, Rule]]:
    """Each method of each endpoint once; HEAD counts where it is not the shadow of a GET."""
    seen: set[Key] = set()
    for rule in app.url_map.iter_rules():
        methods = (rule.methods or set()) - IMPLIED or IMPLIED
        for method in sorted(methods - ({"HEAD"} if "GET" in methods else set())):
            if (method, rule.endpoint) not in seen:
                seen.add((method, rule.endpoint))
                yield (method, rule.endpoint), rule


def observe(app: Flask, world: World, key: Key, rule: Rule) -> dict[str, Line]:
    """The statuses that all actors get, by kind of episode."""
    method, endpoint = key
    is_about = rule.arguments & recipes.OF_ITEM or endpoint in recipes.OF_ITEM_BY_BODY
    return {
        kind: observe_kind(app, world, rule, method, kind)
        for kind in (ITEMS if is_about else ("-",))
    }


def observe_kind(app: Flask, world: World, rule: Rule, method: str, kind: str) -> Line:
    """One request of each actor; whatever has changed an episode leaves the next a fresh one."""
    statuses: list[str] = []
    item: Item | None = None
    for actor in ACTORS:
        item = item or (Item() if kind == "-" else world.make_item(kind))
        statuses.append(ask(app, world, rule, method, item, actor))
        if method not in SAFE_METHODS and statuses[-1].startswith(("2", "3")):
            world.restore_people()
            item = None
    return tuple(statuses)


def ask(app: Flask, world: World, rule: Rule, method: str, item: Item, actor: str) -> str:
    values = recipes.arguments(world, item, rule.endpoint, rule.arguments)
    path = path_of(app, rule, values)
    answer = world.send[actor](method, path, **recipes.options(rule.endpoint, item))
    if answer.status_code in {301, 302, 303} and answer.location.startswith("/sign-in"):
        return "sign-in"
    return str(answer.status_code)


def path_of(app: Flask, rule: Rule, values: Mapping[str, str]) -> str:
    """The rule with its variable parts filled in."""
    return app.url_map.bind("localhost").build(rule.endpoint, values)


def merged(observed: dict[str, Line]) -> list[Line]:
    """Kinds with the same statuses share a line, as in the table."""
    kinds: dict[Line, list[str]] = {}
    for kind, statuses in observed.items():
        kinds.setdefault(statuses, []).append(kind)
    return sorted(("+".join(names), *statuses) for statuses, names in kinds.items())
