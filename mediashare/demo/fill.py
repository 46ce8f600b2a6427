"""Fills a running mediashare with the demo library, through its own API as any program would."""

import base64
import json
import secrets
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from slugify import slugify
from sqlalchemy import select
from sqlalchemy.orm import Session

from mediashare import clock
from mediashare.accounts import service as accounts_service
from mediashare.accounts.models import Scope, User
from mediashare.accounts.service import PasswordHash
from mediashare.db.session import Database
from mediashare.demo.clips import Made, make_clip
from mediashare.demo.script import Clip, Guild, Library, Person, Remark
from mediashare.errors import MediashareError
from mediashare.groups.models import Group, GroupRole, Membership
from mediashare.library.models import Episode

DOMAIN = "demo.example"
READY_WITHIN_S = 600
DAYS_BETWEEN = 5
TOKEN_DAYS = 1


class DemoError(MediashareError):
    """The demo could not be finished, for the reason in the text."""


@dataclass(frozen=True)
class House:
    """The demo people's tokens, and the group that they share."""

    url: str
    voices: Mapping[str, str]
    tokens: Mapping[str, str]
    guild_id: str


def fill(database: Database, url: str, library: Library, say: Callable[[str], None]) -> None:
    """Make people, clips, ratings and comments; what is there already is left alone.

    `url` is where the web process answers. Raises DemoError when a clip does not become ready.
    """
    password = secrets.token_urlsafe(9)
    kept = accounts_service.hash_new_password(password, name="", email="")
    with database.transaction() as session:
        people = {person.key: _make_person(session, person, kept) for person in library.people}
        guild = _make_guild(session, library.guild, people)
        tokens = {key: _make_token(session, user) for key, user in people.items()}
        there = set(session.scalars(select(Episode.title)))
    house = House(url, {person.key: person.voice for person in library.people}, tokens, guild.id)
    made = _publish_all(house, [clip for clip in library.clips if clip.title not in there], say)
    with database.transaction() as session:
        _spread_over_time(session, made)
    _introduce(library, password, url, say)


def _publish_all(house: House, clips: Sequence[Clip], say: Callable[[str], None]) -> list[str]:
    """Make, upload and discuss the clips; the ids of their episodes, in order."""
    made = []
    with tempfile.TemporaryDirectory(prefix="mediashare-demo-") as folder:
        for number, clip in enumerate(clips):
            say(f"Recording “{clip.title}”")
            made.append(_publish(house, clip, Path(folder) / str(number)))
    say("Waiting until every clip plays")
    for clip, (ident, recording) in zip(clips, made, strict=True):
        _wait_until_ready(house, clip, ident)
        _discuss(house, clip, ident, recording)
    return [ident for ident, _ in made]


def _make_person(session: Session, person: Person, password_hash: PasswordHash) -> User:
    email = _email(person)
    user = session.scalar(select(User).where(User.email == email))
    if user is None:
        user = accounts_service.create_user(
            session,
            email=email,
            name=person.name,
            password_hash=password_hash,
            role=person.role,
        )
    else:
        accounts_service.reset_password(session, user, password_hash)
    user.team, user.place = person.team, person.place
    return user


def _make_guild(session: Session, script: Guild, people: Mapping[str, User]) -> Group:
    guild = session.scalar(select(Group).where(Group.name == script.name))
    if guild is not None:
        return guild
    guild = Group(slug=slugify(script.name), name=script.name, purpose=script.purpose)
    session.add(guild)
    session.flush()
    for position, key in enumerate(script.members):
        role = GroupRole.MEMBER if position else GroupRole.STEWARD
        session.add(Membership(group_id=guild.id, user_id=people[key].id, role=role))
    return guild


def _make_token(session: Session, user: User) -> str:
    return accounts_service.create_token(
        session, user, name="demo", scopes=(Scope.READ, Scope.WRITE), days=TOKEN_DAYS
    )


def _publish(house: House, clip: Clip, folder: Path) -> tuple[str, Made]:
    recording = make_clip(clip, house.voices[clip.by], folder)
    filename = base64.b64encode(recording.path.name.encode()).decode()
    body = recording.path.read_bytes()
    _, headers = _call(
        house, clip.by, "POST", "/api/v1/uploads", body,
        {
            "Tus-Resumable": "1.0.0",
            "Upload-Length": str(len(body)),
            "Upload-Metadata": f"filename {filename}",
            "Content-Type": "application/offset+octet-stream",
        },
    )  # fmt: skip
    episode = {
        "upload_id": headers["Location"].rstrip("/").rsplit("/", 1)[-1],
        "title": clip.title,
        "description": clip.summary,
        "tags": list(clip.tags),
        "language": "en",
        "audience": "group" if clip.in_guild else "internal",
        "group_ids": [house.guild_id] if clip.in_guild else [],
        "captions": recording.captions,
    }
    answer = _call_json(house, clip.by, "POST", "/api/v1/episodes", episode)
    return str(answer["id"]), recording


def _wait_until_ready(house: House, clip: Clip, ident: str) -> None:
    end = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < end:
        episode = _call_json(house, clip.by, "GET", f"/api/v1/episodes/{ident}")
        if episode["state"] == "ready":
            return
        if episode["state"] == "failed":
            raise DemoError(f"“{clip.title}” failed: {episode['steps']}")
        time.sleep(1)
    raise DemoError(f"“{clip.title}” is not ready after {READY_WITHIN_S} s. Does a worker run?")


def _discuss(house: House, clip: Clip, ident: str, recording: Made) -> None:
    path = f"/api/v1/episodes/{ident}"
    for key, stars in clip.stars.items():
        _call_json(house, key, "PUT", f"{path}/rating", {"stars": stars})
    for key in clip.solved_for:
        _call_json(house, key, "PUT", f"{path}/outcome", {"verdict": "solved"})
    for remark in clip.remarks:
        body = {"body": remark.text, **_moment(remark, recording)}
        _call_json(house, remark.by, "POST", f"{path}/comments", body)


def _moment(remark: Remark, recording: Made) -> dict[str, float]:
    if not remark.at:
        return {}
    start = next(line.start for line in recording.sentences if remark.at in line.text)
    return {"start": round(start, 2)}


def _spread_over_time(session: Session, idents: Sequence[str]) -> None:
    """Give the clips the ages of a library that has grown, newest first as they stand."""
    for number, ident in enumerate(idents):
        episode = session.get_one(Episode, ident)
        episode.published_at = clock.now() - timedelta(days=number * DAYS_BETWEEN, hours=1)


def _introduce(library: Library, password: str, url: str, say: Callable[[str], None]) -> None:
    say("")
    say(f"The library is open at {url}")
    for person in library.people:
        say(f"  {person.role.value:10} {_email(person)}")
    say(f"All of them sign in with the password {password}")


def _email(person: Person) -> str:
    return f"{person.key}@{DOMAIN}"


def _call_json(
    house: House, who: str, method: str, path: str, data: object = None
) -> dict[str, Any]:
    body = None if data is None else json.dumps(data).encode()
    answer, _ = _call(house, who, method, path, body, {"Content-Type": "application/json"})
    return dict(json.loads(answer)) if answer else {}


def _call(
    house: House, who: str, method: str, path: str, body: bytes | None,
    headers: Mapping[str, str],
) -> tuple[bytes, Mapping[str, str]]:  # fmt: skip
    request = urllib.request.Request(  # noqa: S310 - our own server's address
        house.url + path,
        data=body,
        method=method,
        headers={**headers, "Authorization": f"Bearer {house.tokens[who]}"},
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - as above
            return answer.read(), dict(answer.headers)
    except urllib.error.HTTPError as error:
        raise DemoError(f"{method} {path}: {error.status} {error.read().decode()}") from error
