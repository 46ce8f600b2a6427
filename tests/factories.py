"""Makes people, episodes and what belongs to them, as rows, with as little said as possible."""

import itertools
import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, TypeVar

from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from mediashare import clock
from mediashare.accounts import service as accounts_service
from mediashare.accounts.models import Role, Scope, User
from mediashare.accounts.policy import Viewer
from mediashare.db.session import Database, begin_writing
from mediashare.groups.models import Group, GroupKind, GroupRole, Membership
from mediashare.library.models import Audience, Episode, EpisodeGroup, EpisodeKind, EpisodeState
from mediashare.media.models import Recording, Version
from mediashare.transcripts.models import Segment, Transcript, TranscriptState, Word

T = TypeVar("T")

PASSWORD = "correct horse battery"
# Cheap on purpose: tests sign in often. The product's own cost is tested with the product's hasher.
_HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
_count = itertools.count(1)


class Browser:
    """A test client with a signed-in user that sends the CSRF token with what it posts."""

    def __init__(self, app: Flask, database: Database, user: User) -> None:
        self.client: FlaskClient = app.test_client()
        with database.transaction() as session:
            token = accounts_service.sign_in(session, user, days=1)
        with self.client.session_transaction() as cookie:
            cookie["_user_id"] = token
            cookie["_fresh"] = True
            cookie["csrf_token"] = "0" * 40
        with app.test_request_context():
            from flask import session as flask_session  # noqa: PLC0415 - only inside a request
            from flask_wtf.csrf import generate_csrf  # noqa: PLC0415 - only inside a request

            flask_session["csrf_token"] = "0" * 40
            self.csrf_token: str = generate_csrf()

    def get(self, path: str, **options: Any) -> Any:
        return self.client.get(path, **options)

    def post(self, path: str, data: dict[str, Any] | None = None, **options: Any) -> Any:
        headers = {"X-CSRFToken": self.csrf_token, **options.pop("headers", {})}
        return self.client.post(path, data=data, headers=headers, **options)

    def send(self, method: str, path: str, **options: Any) -> Any:
        headers = {"X-CSRFToken": self.csrf_token, **options.pop("headers", {})}
        return self.client.open(path, method=method, headers=headers, **options)


def page_of(answer: Any) -> str:
    """The page without what differs from second to second: its CSRF token."""
    return re.sub(
        r'(name="csrf-token" content|name="csrf_token" value)="[^"]*"', r"\1", answer.text
    )


def make_user(
    session: Session, name: str = "Ada Lovelace", *, role: Role = Role.MEMBER, **values: Any
) -> User:
    number = next(_count)
    user = User(
        email=values.pop("email", f"person{number}@example.com"),
        handle=values.pop("handle", f"person{number}"),
        name=name,
        role=role,
        password_hash=_HASH,
        **values,
    )
    return _add(session, user)


def viewer_of(user: User) -> Viewer:
    return Viewer(user.id, user.role, user.handle, user.name)


def make_token(session: Session, user: User, *scopes: Scope) -> str:
    _begin(session)
    token = accounts_service.create_token(
        session, user, name="test", scopes=scopes or (Scope.READ, Scope.WRITE)
    )
    session.commit()
    return token


def make_group(
    session: Session,
    *members: User,
    name: str = "SRE guild",
    kind: GroupKind = GroupKind.OPEN,
    stewards: Sequence[User] = (),
) -> Group:
    group = _add(session, Group(slug=f"group-{next(_count)}", name=name, kind=kind))
    roles = [(user, GroupRole.MEMBER) for user in members]
    roles += [(user, GroupRole.STEWARD) for user in stewards]
    for user, role in roles:
        _add(session, Membership(group_id=group.id, user_id=user.id, role=role))
    return group


def make_episode(session: Session, author: User, title: str = "A clip", **values: Any) -> Episode:
    """A ready, published, internal episode, unless told otherwise."""
    number = next(_count)
    groups: Sequence[Group] = values.pop("groups", ())
    given: dict[str, Any] = {
        "slug": f"clip-{number}",
        "state": EpisodeState.READY,
        "kind": EpisodeKind.VIDEO,
        "duration_ms": 60_000,
        "audience": Audience.GROUP if groups else Audience.INTERNAL,
        "published_at": clock.now() - timedelta(minutes=1) + timedelta(microseconds=number),
        **values,
    }
    episode = _add(session, Episode(author_id=author.id, title=title, **given))
    for group in groups:
        _add(session, EpisodeGroup(episode_id=episode.id, group_id=group.id))
    return episode


def make_recording(session: Session, episode: Episode, **values: Any) -> Recording:
    """What an episode is played from: a recording and its first version, unedited."""
    given = {"storage_key": f"recordings/{next(_count)}", "filename": "a.mp4", "size": 1, **values}
    recording = _add(session, Recording(episode_id=episode.id, **given))
    _add(session, Version(episode_id=episode.id, recording_id=recording.id, number=1))
    return recording


def make_transcript(
    session: Session, episode: Episode, *sentences: tuple[float, float, str], **values: Any
) -> Transcript:
    """A ready transcript; each sentence is (start, end, text) in seconds, words evenly spread."""
    given: dict[str, Any] = {
        "state": TranscriptState.READY,
        "language": "en",
        "engine": "scripted",
        **values,
    }
    transcript = _add(session, Transcript(episode_id=episode.id, **given))
    for start, end, text in sentences:
        words = text.split()
        step = (end - start) * 1000 / max(1, len(words))
        segment = Segment(
            transcript_id=transcript.id,
            episode_id=episode.id,
            start_ms=int(start * 1000),
            end_ms=int(end * 1000),
            text=text,
        )
        segment.words = [
            Word(
                position=n,
                start_ms=int(start * 1000 + n * step),
                end_ms=int(start * 1000 + (n + 1) * step),
                text=word,
                confidence=0.9,
            )
            for n, word in enumerate(words)
        ]
        _add(session, segment)
    return transcript


def _add(session: Session, row: T) -> T:
    _begin(session)
    session.add(row)
    session.commit()
    return row


def _begin(session: Session) -> None:
    if not session.in_transaction():
        begin_writing(session)
