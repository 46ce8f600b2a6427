"""For each endpoint one request that would succeed for whoever is allowed to make it."""

import io
from collections.abc import Callable
from typing import Any

from mediashare.db.base import new_id
from tests.factories import PASSWORD
from tests.pictures import png_head
from tests.security.world import (
    ANSWER,
    ENTRY,
    NEXT_ITEM,
    NOWHERE,
    PLAYLIST,
    PLAYLIST_ITEM,
    PROPOSAL,
    REQUEST,
    SEARCH,
    Item,
    World,
)

TUS = {"Tus-Resumable": "1.0.0"}

# What the variable parts of the rules stand for; `ident` differs from page to page.
ARGUMENTS: dict[str, Callable[[World, Item], str]] = {
    "slug": lambda _world, item: item.slug,
    "episode_id": lambda _world, item: item.ident,
    "comment_id": lambda _world, item: item.comment,
    "report_id": lambda _world, item: item.report,
    "fix_id": lambda _world, item: item.fix,
    "group_id": lambda world, _item: world.group.id,
    "place_id": lambda world, _item: world.group.id,
    "entry_id": lambda _world, _item: ENTRY,
    "proposal_id": lambda _world, _item: PROPOSAL,
    "request_id": lambda _world, _item: REQUEST,
    "answer_id": lambda _world, _item: ANSWER,
    "search_id": lambda _world, _item: SEARCH,
    "playlist_id": lambda _world, _item: PLAYLIST,
    "item_id": lambda _world, _item: PLAYLIST_ITEM,
    "handle": lambda world, _item: world.bystander.handle,
    "upload_id": lambda _world, _item: NOWHERE,
    "token": lambda _world, _item: "no-such-invitation",
    "finding_id": lambda _world, item: item.finding,
    "filename": lambda _world, _item: "no-such-file.js",
    "name": lambda _world, _item: "waveform.json",
    "kind": lambda _world, _item: "vtt",
    "language": lambda _world, _item: "fr",
    "ident": lambda _world, _item: NOWHERE,
    "number": lambda _world, _item: "1",
}
PERSON_ENDPOINTS = (
    "admin.change_role",
    "admin.disable",
    "admin.enable",
    "admin.end_sessions",
)
# The step of an episode that waits, and the one that has failed.
STEPS = {
    "episodes_api.cancel_step": "transcript",
    "episodes_api.retry_step": "probe",
    "pages.cancel_step": "transcript",
    "pages.retry_step": "probe",
}
# Rules with one of these speak of one episode, and are tried with every kind of it.
OF_ITEM = {"slug", "episode_id", "comment_id", "report_id", "fix_id"}
# These speak of one episode in their body.
OF_ITEM_BY_BODY = {"moderation_api.report", "playlists_api.add", "requests_api.offer"}

COMMENT = {"body": "Thanks."}
RULING = {"action": "dismiss", "reason": "Nothing wrong with it."}
COMPLAINT = {"reason": "spam", "note": "", "at": ""}
DETAILS = {"title": "Another title", "audience": "internal"}
ASKED = {"title": "How do I rotate it?"}
LISTED = {"title": "First week", "audience": "private"}
KEPT = {"query": "q=kafka+lag", "name": "Kafka"}
TERM = {"term": "PX-4711", "note": "A part."}
REPLACED = {"heard": "Hallo.", "text": "Hello."}
CAPTIONS = "WEBVTT\n\n00:00.000 --> 00:01.000\nHello.\n"

OUTLINE = {"chapters": [{"start": 0, "title": "One"}], "summary": [{"start": 1, "text": "Two."}]}

FORMS: dict[str, dict[str, Any]] = {
    "accounts.change_password": {"current": "not this one", "password": "steam driven looms"},
    "accounts.change_profile": {"name": "Ada"},
    "accounts.create_account": {"name": "Ada", "email": "a@example.com", "password": PASSWORD},
    "accounts.create_session": {"email": "nobody@example.com", "password": "not this one"},
    "accounts.create_token": {"name": "CI", "scope": "read", "current": "not this one"},
    "accounts.invite": {"email": "", "role": "guest"},
    "admin.change_role": {"role": "member"},
    "admin.retry_failed": {"kind": "probe", "reason": "No such reason."},
    "chapters.keep": {"part": "chapters"},
    "chapters.remove": {"part": "chapters"},
    "chapters.save": {"part": "chapters", "time": "0:01", "words": "One"},
    "discussion.create": COMMENT,
    "discussion.edit": COMMENT,
    "edits.save": {"start": "0:01"},
    "glossary.add": TERM,
    "glossary.change": TERM,
    "listening.change": {"keys": "on", "history": "on"},
    "moderation.decide": RULING,
    "moderation.report": COMPLAINT,
    "moderation.report_comment": COMPLAINT,
    "pages.edit": DETAILS,
    "pages.upload": DETAILS,
    "playlists.change": LISTED,
    "playlists.choose": {"title": "A new list", "t": "7", "end": "9"},
    "playlists.create": LISTED,
    "playlists.annotate": {"note": "Begin here."},
    "playlists.move": {"direction": "up"},
    "expertise.hide": {"topic": "kafka"},
    "expertise.show": {"topic": "kafka"},
    "requests.create": ASKED,
    "requests.offer_planned": {"drop": "1"},
    "requests.offer": {"link": "/e/no-such-clip"},
    "saved.change": KEPT,
    "saved.save": KEPT,
    "repairs.fix_everywhere": {"wanted": "hello", "replacement": "hallo"},
    "ratings.outcome": {"verdict": "solved"},
    "ratings.rate": {"stars": "4"},
    "transcripts.remove_language": {"language": "fr"},
    "transcripts.take_back": REPLACED,
    "transcripts.name_speaker": {"t": "0:00", "name": "Ada", "reach": "line"},
}
BODIES: dict[str, dict[str, Any]] = {
    "chapters_api.replace": {"json": OUTLINE},
    "discussion_api.create": {"json": COMMENT},
    "discussion_api.edit": {"json": COMMENT},
    "edits_api.replace": {"json": {"upload_id": NOWHERE}},
    "edits_api.save": {"json": {"start": 1}},
    "episodes_api.create": {"json": {"upload_id": NOWHERE, "title": "A clip"}},
    "episodes_api.update": {"json": {"title": "Another title"}},
    "glossary_api.add": {"json": TERM},
    "glossary_api.change": {"json": TERM},
    "groups_api.create": {"json": {"name": "A group"}},
    "groups_api.set_member": {"json": {"role": "member"}},
    "listening_api.change": {"json": {"captions": True}},
    "listening_api.save": {"json": {"position": 12}},
    "moderation_api.decide": {"json": RULING},
    "repairs_api.create_everywhere": {"json": {"wanted": "hello", "replacement": "hallo"}},
    "repairs_api.accept": {"json": {"before": "Hello.", "text": "Hallo!"}},
    "playlists_api.annotate": {"json": {"note": "Begin here."}},
    "playlists_api.change": {"json": {"title": "Second week"}},
    "playlists_api.create": {"json": LISTED},
    "playlists_api.put_in_order": {"json": {"items": [NEXT_ITEM, PLAYLIST_ITEM]}},
    "requests_api.create": {"json": ASKED},
    "saved_api.change": {"json": {"name": "Streams"}},
    "saved_api.save": {"json": KEPT},
    "ratings_api.rate": {"json": {"stars": 4}},
    "ratings_api.set_outcome": {"json": {"verdict": "solved"}},
    "transcripts_api.take_back": {"json": REPLACED},
    "transcripts_api.replace": {"data": CAPTIONS, "content_type": "text/vtt"},
    "transcripts_api.replace_language": {"data": CAPTIONS, "content_type": "text/vtt"},
    "uploads_api.append": {
        "data": b"x",
        "content_type": "application/offset+octet-stream",
        "headers": {**TUS, "Upload-Offset": "0"},
    },
    "uploads_api.create": {"headers": {**TUS, "Upload-Length": "1"}},
    "uploads_api.override": {"headers": {**TUS, "X-HTTP-Method-Override": "DELETE"}},
    "uploads_api.remove": {"headers": TUS},
    "uploads_api.show": {"headers": TUS},
}


def arguments(world: World, item: Item, endpoint: str, names: set[str]) -> dict[str, str]:
    """The values of a rule's variable parts."""
    values = {name: ARGUMENTS[name](world, item) for name in names}
    if endpoint in PERSON_ENDPOINTS:
        values["ident"] = world.bystander.id
    if endpoint in STEPS:
        values["name"] = STEPS[endpoint]
    return values


# Bodies that name what belongs to the episode or must be new, and files, which are read only once.
FRESH: dict[str, Callable[[Item], dict[str, Any]]] = {
    "checks.add_word": lambda _item: {"data": {"word": new_id()}},
    "checks_api.add_word": lambda _item: {"json": {"word": new_id()}},
    "edits.replace": lambda _item: {"data": {"file": (io.BytesIO(b"no media"), "talk.mp4")}},
    "media_api.choose_poster": lambda item: {"json": {"picture_id": item.picture}},
    "media_api.send_poster": lambda _item: {"data": {"picture": _file(png_head())}},
    "moderation_api.report": lambda item: {
        "json": {"target": {"type": "episode", "id": item.ident}, "reason": "spam"}
    },
    "repairs.save": lambda item: {"data": _line(item)},
    "repairs_api.create": lambda item: {"json": _line(item)},
    "playlists_api.add": lambda item: {"json": {"episode_id": item.ident, "start": 7}},
    "requests_api.offer": lambda item: {"json": {"link": f"/e/{item.slug}?t=7"}},
    "pages.choose_poster": lambda item: {"data": {"picture_id": item.picture}},
    "pages.send_poster": lambda _item: {"data": {"picture": _file(png_head())}},
    "transcripts.add_language": lambda _item: {
        "data": {"language": "fr", "captions": _file(CAPTIONS.encode())}
    },
    "transcripts.replace": lambda _item: {"data": {"captions": _file(CAPTIONS.encode())}},
}


def options(endpoint: str, item: Item) -> dict[str, Any]:
    """What goes with the request: a form or another body, and headers."""
    if endpoint in FRESH:
        return FRESH[endpoint](item)
    if endpoint in FORMS:
        return {"data": dict(FORMS[endpoint])}
    return dict(BODIES.get(endpoint, {}))


def _line(item: Item) -> dict[str, Any]:
    return {"segment": item.segment, "before": "Hello.", "text": "Hello there."}


def _file(data: bytes) -> tuple[io.BytesIO, str]:
    return io.BytesIO(data), "file"
