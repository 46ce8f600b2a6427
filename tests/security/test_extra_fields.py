"""S-07: what a body says beyond its fields changes nothing: no roles, owners, states or times."""

import re
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Column, Integer, select
from sqlalchemy.orm import Session

from mediashare.db.session import Database
from mediashare.schema import metadata
from tests.api.caller import make_upload
from tests.security import recipes
from tests.security.test_access_matrix import path_of, routes
from tests.security.world import World

# Who may send which body.
SENDERS = {
    "chapters_api.replace": "author",
    "checks_api.add_word": "moderator",
    "discussion_api.create": "member",
    "discussion_api.edit": "author",
    "edits_api.replace": "author",
    "edits_api.save": "author",
    "episodes_api.create": "author",
    "episodes_api.update": "author",
    "glossary_api.add": "author",
    "glossary_api.change": "author",
    "groups_api.create": "member",
    "groups_api.set_member": "author",
    "listening_api.change": "member",
    "listening_api.save": "member",
    "media_api.choose_poster": "author",
    "moderation_api.decide": "moderator",
    "moderation_api.report": "member",
    "ratings_api.rate": "member",
    "playlists_api.add": "author",
    "playlists_api.annotate": "author",
    "playlists_api.change": "author",
    "playlists_api.create": "member",
    "playlists_api.put_in_order": "author",
    "requests_api.create": "member",
    "requests_api.offer": "group_member",
    "saved_api.change": "author",
    "saved_api.save": "member",
    "repairs_api.accept": "author",
    "repairs_api.create": "member",
    "repairs_api.create_everywhere": "author",
    "ratings_api.set_outcome": "member",
    "transcripts_api.take_back": "author",
}
# These read no JSON: tus, caption files, pictures, and verbs without a body.
WITHOUT_JSON = {
    "checks_api.again",
    "checks_api.keep",
    "checks_api.mute",
    "edits_api.use",
    "episodes_api.cancel_step",
    "episodes_api.retry_step",
    "glossary_api.accept",
    "follows_api.follow",
    "freshness_api.confirm",
    "groups_api.join",
    "listening_api.count_play",
    "media_api.send_poster",
    "notifications_api.read",
    "requests_api.accept",
    "requests_api.close",
    "requests_api.reopen",
    "requests_api.want",
    "repairs_api.reject",
    "repairs_api.undo",
    "transcripts_api.replace",
    "transcripts_api.replace_language",
    "transcripts_api.retry",
    "transcripts_api.translate",
    "uploads_api.append",
    "uploads_api.create",
    "uploads_api.override",
}
# Ids, and the slugs of the episodes of this world.
RANDOM = re.compile(r"[0-9a-f]{6,}|internal-\S+")
TURNS = ("place", "turn")
# Words name the number of their segment.
NUMBERS = ("words.segment_id",)
LONG_AGO = "1999-01-01T00:00:00Z"
HOSTILE: Mapping[str, Any] = {
    "id": "taken-over",
    "slug": "taken-over",
    "role": "admin",
    "is_admin": True,
    "is_active": False,
    "scopes": "read write",
    "email": "mallory@example.com",
    "password_hash": "x",
    "quota": 10**12,
    "quota_bytes": 10**12,
    "state": "hidden",
    "failure": "taken over",
    "number": 77,
    "uses": 77,
    "group_id": None,
    "key": "taken over",
    "recording_id": "taken-over",
    "settled_at": LONG_AGO,
    "dropped_at": LONG_AGO,
    "storage_key": "recordings/of-somebody-else",
    "poster": "taken-over.jpg",
    "tags_text": "taken over",
    "duration_ms": 1,
    "rating_sum": 500,
    "rating_count": 100,
    "solved_count": 100,
    "comment_count": 100,
    "publish_when_ready": False,
    "created_at": LONG_AGO,
    "updated_at": LONG_AGO,
    "published_at": LONG_AGO,
    "hidden_at": LONG_AGO,
    "deleted_at": LONG_AGO,
    "edited_at": LONG_AGO,
    "decided_at": LONG_AGO,
    "accepted_at": LONG_AGO,
    "seen_at": LONG_AGO,
    "told_at": LONG_AGO,
    "want_count": 100,
    "feed_token_id": "taken-over",
    "expires_at": LONG_AGO,
}
OWNERS = (
    "owner_id",
    "author_id",
    "asker_id",
    "offered_by_id",
    "user_id",
    "reporter_id",
    "moderator_id",
    "actor_id",
    "made_by_id",
    "created_by_id",
    "added_by_id",
)

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def test_every_body_of_the_api_is_tried(app: Flask) -> None:
    taking = {
        endpoint
        for (method, endpoint), rule in routes(app)
        if rule.rule.startswith("/api/") and method in {"POST", "PUT", "PATCH"}
    }

    assert taking - WITHOUT_JSON == set(SENDERS)


@pytest.mark.parametrize("endpoint", sorted(SENDERS))
def test_fields_that_are_not_offered_change_nothing(
    app: Flask, database: Database, session: Session, endpoint: str
) -> None:
    world = World(app, database, session)
    owners = dict.fromkeys(OWNERS, world.bystander.id)

    plain = changes_by(app, database, session, world, endpoint, {})
    world.restore_people()
    hostile = changes_by(app, database, session, world, endpoint, {**HOSTILE, **owners})

    assert plain != Counter()
    assert hostile == plain


def changes_by(
    app: Flask,
    database: Database,
    session: Session,
    world: World,
    endpoint: str,
    extra: Mapping[str, Any],
) -> Counter[str]:
    """The rows that one request has made or changed, without what is random in them."""
    item = world.make_item("internal")
    method, rule = next((key[0], rule) for key, rule in routes(app) if key[1] == endpoint)
    body = recipes.options(endpoint, item)["json"]
    if "target" in body:
        body["target"] = {**extra, **body["target"]}
    if "upload_id" in body:
        body = {**body, "upload_id": make_upload(session, world.people["author"]).id}
    path = path_of(app, rule, recipes.arguments(world, item, endpoint, rule.arguments))
    before = outlines(database, world)

    answer = world.send[SENDERS[endpoint]](method, path, json={**extra, **body})

    assert answer.status_code in {200, 201, 202, 204}
    return outlines(database, world) - before


def outlines(database: Database, world: World) -> Counter[str]:
    """All rows, in which people go by name, other ids by `…`, and times by whether they are old."""
    names = {person.id: actor for actor, person in world.people.items()}
    names[world.bystander.id] = "bystander"
    with database.reading() as session:
        return Counter(
            f"{table.name} {[outline(value, names) for value in row]}"
            for table in metadata.sorted_tables
            for row in session.execute(select(*filter(is_lasting, table.c)))
        )


def is_lasting(column: Column[Any]) -> bool:
    """Whose turn a job is depends on what its owner has asked for before, and numbers of rows on
    how many there were."""
    is_number = column.name == "id" and isinstance(column.type, Integer)
    return column.name not in TURNS and str(column) not in NUMBERS and not is_number


def outline(value: object, names: Mapping[str, str]) -> object:
    if isinstance(value, datetime):
        return "new" if value.year > datetime.fromisoformat(LONG_AGO).year else "old"
    if isinstance(value, dict):
        return {name: outline(inner, names) for name, inner in value.items()}
    if isinstance(value, str):
        return RANDOM.sub("…", names.get(value, value))
    return value
