"""The people and episodes that the access matrix is made of."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import delete, insert, update
from sqlalchemy.orm import Session

from mediashare import clock
from mediashare.accounts.models import Role, Scope, SignIn, User
from mediashare.chapters.models import Chapter, Outline, SummarySentence
from mediashare.checks.models import Finding, FindingKind
from mediashare.db.base import new_id
from mediashare.db.session import Database
from mediashare.discussion.models import Comment
from mediashare.glossary.models import GlossaryEntry, GlossaryProposal
from mediashare.groups.models import Group, Membership
from mediashare.jobs.models import JobRow, JobState
from mediashare.library.models import Audience, Episode, EpisodeGroup, EpisodeKind, EpisodeState
from mediashare.media.models import Recording, Version, VersionState, Waveform
from mediashare.moderation.models import Reason, Report, TargetType
from mediashare.playlists.models import Playlist, PlaylistItem
from mediashare.repairs.models import Fix, FixedLine
from mediashare.requests.models import Answer, Request
from mediashare.saved.models import SavedSearch
from mediashare.transcripts.models import Origin, Segment, Transcript, TranscriptState
from mediashare.web.parts import parts
from tests.factories import Browser, make_group, make_token, make_user
from tests.pictures import make_picture

ACTORS = (
    "visitor",
    "guest",
    "member",
    "group_member",
    "author",
    "moderator",
    "admin",
    "read_token",
    "write_token",
    "disabled",
)
ITEMS = (
    "internal",
    "unlisted",
    "group",
    "private",
    "processing",
    "failed",
    "hidden",
    "missing",
)
NOWHERE = "0" * 32
ENTRY, PROPOSAL = "e" * 32, "d" * 32
REQUEST, ANSWER, SEARCH = "b" * 32, "a" * 32, "c" * 32
PLAYLIST, PLAYLIST_ITEM, NEXT_ITEM = "9" * 32, "8" * 32, "7" * 32

Send = Callable[..., Any]


@dataclass(frozen=True)
class Item:
    """One episode of some kind, with a comment, a report, a proposal for its poster, a suggestion
    for its only line and a finding in its words, by the ids that URLs name."""

    ident: str = NOWHERE
    slug: str = "no-such-clip"
    comment: str = NOWHERE
    report: str = NOWHERE
    picture: str = NOWHERE
    segment: str = "0"
    fix: str = NOWHERE
    finding: str = NOWHERE


class World:
    """One person for each actor. Tokens belong to `member`; `author` made every episode, and is the
    steward of a group with a glossary, a request and a playlist, and has saved a search."""

    def __init__(self, app: Flask, database: Database, session: Session) -> None:
        self._session = session
        with app.app_context():
            self._storage = parts().storage
        roles = {"guest": Role.GUEST, "moderator": Role.MODERATOR, "admin": Role.ADMIN}
        self.people: dict[str, User] = {
            actor: make_user(session, actor, role=roles.get(actor, Role.MEMBER))
            for actor in ACTORS
            if not actor.endswith("_token")
        }
        self.group: Group = make_group(
            session, self.people["group_member"], stewards=[self.people["author"]]
        )
        self.bystander: User = make_user(session, "bystander")
        self._offered = _episode(self.people["author"], "internal")
        self._add(self._offered)
        self._fill_glossary()
        self._ask()
        self.send: dict[str, Send] = {
            actor: Browser(app, database, person).send for actor, person in self.people.items()
        }
        self.send["read_token"] = self._by_token(app, Scope.READ)
        self.send["write_token"] = self._by_token(app, Scope.READ, Scope.WRITE)
        self._end_visits()

    def make_item(self, kind: str) -> Item:
        """A fresh episode of this kind; `missing` names one that never was."""
        if kind == "missing":
            return Item()
        episode = _episode(self.people["author"], kind)
        comment = Comment(author_id=episode.author_id, body="First.")
        segment = Segment(start_ms=0, end_ms=1000, text="Hello.", heard="Hallo.", words=[])
        transcript = Transcript(state=TranscriptState.READY, language="en", engine="scripted")
        report = Report(target_type=TargetType.EPISODE, reason=Reason.SPAM)
        self._add(episode)
        report.target_id = episode.id
        recording = Recording(storage_key=f"recordings/{episode.id}", filename="a.mp4", size=3)
        recording.facts = {"duration": 60.0, "audio": {}, "video": {}}
        picture, finding = make_picture(episode.id), _finding()
        fix = _suggestion(self.people["author"], segment)
        rows: list[Any] = [comment, report, transcript, _french(), recording, picture, fix]
        rows += [Waveform(peaks=[0, 255]), finding]
        for row in rows:
            row.episode_id = episode.id
        self._add(*rows, *_outline(episode.id))
        version = Version(
            episode_id=episode.id, recording_id=recording.id, number=1, state=VersionState.CURRENT
        )
        segment.episode_id, segment.transcript_id = episode.id, transcript.id
        jobs = [
            JobRow(kind=step, queue=queue, subject=episode.id, max_attempts=4, state=state)
            for step, queue, state in (
                ("probe", "media", JobState.FAILED),
                ("transcript", "speech", JobState.QUEUED),
            )
        ]
        self._add(segment, *jobs, version)
        if kind == "group":
            self._add(EpisodeGroup(episode_id=episode.id, group_id=self.group.id))
        self._session.commit()
        self._storage.put(recording.storage_key, io.BytesIO(b"abc"), content_type="video/mp4")
        return Item(
            *(episode.id, episode.slug, comment.id, report.id, picture.id),
            segment=str(segment.id),
            fix=fix.id,
            finding=finding.id,
        )

    def restore_people(self) -> None:
        """Undo what a request may have done to accounts, to the group and to its glossary."""
        group, bystander = self.group.id, self.bystander.id
        self._session.execute(
            delete(Membership).where(Membership.group_id == group, Membership.user_id == bystander)
        )
        self._session.execute(update(User).values(wants_captions=False))
        self._fill_glossary()
        self._ask()

    def _fill_glossary(self) -> None:
        for model in (GlossaryEntry, GlossaryProposal):
            self._session.execute(delete(model))
        group = self.group.id
        self._session.execute(
            insert(GlossaryEntry).values(
                id=ENTRY, group_id=group, term="Velmora", key="velmora", sounds_like=["well mora"]
            )
        )
        self._session.execute(
            insert(GlossaryProposal).values(
                id=PROPOSAL, group_id=group, key="x\ty", heard="x", term="y", times=2
            )
        )
        self._session.commit()

    def _ask(self) -> None:
        """A request in the group that its member has answered, a search of the author, and a
        playlist of the author for the group."""
        for model in (Request, SavedSearch, Playlist):
            self._session.execute(delete(model))
        author, member = self.people["author"].id, self.people["group_member"].id
        asked = {"id": REQUEST, "asker_id": author, "group_id": self.group.id, "title": "How?"}
        answer = {"id": ANSWER, "request_id": REQUEST, "offered_by_id": member}
        saved = {"id": SEARCH, "user_id": author, "name": "Kafka", "query": "q=kafka"}
        self._session.execute(insert(Request).values(asked))
        self._session.execute(insert(Answer).values(answer | {"episode_id": self._offered.id}))
        self._session.execute(insert(SavedSearch).values(saved))
        shown = {"title": "First week", "audience": Audience.GROUP, "group_id": self.group.id}
        listed = {"playlist_id": PLAYLIST, "episode_id": self._offered.id}
        self._session.execute(insert(Playlist).values(id=PLAYLIST, owner_id=author, **shown))
        for place, ident in enumerate((PLAYLIST_ITEM, NEXT_ITEM)):
            item = {"id": ident, "position": place, "start_ms": place, **listed}
            self._session.execute(insert(PlaylistItem).values(item))
        self._session.commit()

    def _by_token(self, app: Flask, *scopes: Scope) -> Send:
        token = make_token(self._session, self.people["member"], *scopes)
        client = app.test_client()

        def send(method: str, path: str, **options: Any) -> Any:
            bearer = {"Authorization": f"Bearer {token}", **options.pop("headers", {})}
            return client.open(path, method=method, headers=bearer, **options)

        return send

    def _end_visits(self) -> None:
        """The visitor's form tokens stay good, so that refusals are for want of a session."""
        visitor, disabled = self.people["visitor"], self.people["disabled"]
        self._session.execute(delete(SignIn).where(SignIn.user_id == visitor.id))
        self._session.execute(update(User).where(User.id == disabled.id).values(is_active=False))
        self._session.commit()

    def _add(self, *rows: Any) -> None:
        self._session.add_all(rows)
        self._session.flush()


def _suggestion(author: User, segment: Segment) -> Fix:
    segment.line_id = new_id()
    line = FixedLine(position=0, line_id=segment.line_id, before="Hello.", after="Hallo.")
    return Fix(author_id=author.id, lines=[line])


def _outline(episode_id: str) -> list[Any]:
    return [
        Outline(episode_id=episode_id),
        Chapter(episode_id=episode_id, start_ms=0, title="One"),
        SummarySentence(episode_id=episode_id, start_ms=0, text="Hello."),
    ]


def _french() -> Transcript:
    return Transcript(
        state=TranscriptState.READY, language="fr", origin=Origin.AUTHOR, is_primary=False
    )


def _finding() -> Finding:
    return Finding(kind=FindingKind.EMAIL, start_ms=0, end_ms=1000, masked="H•••")


def _episode(author: User, kind: str) -> Episode:
    kinds: dict[str, dict[str, Any]] = {
        "unlisted": {"audience": Audience.UNLISTED},
        "group": {"audience": Audience.GROUP},
        "private": {"audience": Audience.PRIVATE},
        "processing": {"state": EpisodeState.PROCESSING, "published_at": None},
        "failed": {"state": EpisodeState.FAILED, "published_at": None},
        "hidden": {"hidden_at": clock.now()},
    }
    given: dict[str, Any] = {
        "state": EpisodeState.READY,
        "audience": Audience.INTERNAL,
        "published_at": clock.now() - timedelta(minutes=1),
        **kinds.get(kind, {}),
    }
    return Episode(
        author_id=author.id,
        slug=f"{kind}-{clock.now().timestamp()}".replace(".", "-"),
        title=f"A {kind} clip",
        kind=EpisodeKind.VIDEO,
        duration_ms=60_000,
        **given,
    )
