"""S-28, R-26, R-29: what people type is text on every page, whoever looks at it."""

from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from mediashare import clock
from mediashare.accounts.models import ApiToken, Role, SignIn, User
from mediashare.chapters.models import Chapter, SummarySentence
from mediashare.discussion.models import Comment
from mediashare.follows.models import Follow
from mediashare.glossary.models import GlossaryEntry, GlossaryProposal
from mediashare.groups.models import Group, Membership
from mediashare.jobs.models import JobRow
from mediashare.library.models import Episode
from mediashare.moderation.models import Report
from mediashare.notifications import service as notifications_service
from mediashare.notifications.models import Notification
from mediashare.playlists.models import Playlist, PlaylistItem
from mediashare.repairs.models import Fix, FixedLine
from mediashare.requests.models import Request
from mediashare.saved.models import SavedSearch
from mediashare.transcripts.models import Segment
from tests.factories import Browser, make_group, make_token, make_user
from tests.security.world import ENTRY, PLAYLIST, Item, World

CORPUS = Path(__file__).with_name("corpus") / "xss.txt"
PAYLOADS = CORPUS.read_text().splitlines()
HARMLESS = "A harmless word"
# Comments are Markdown: a link in them that leads nowhere good stays, without its address.
DISARMED_LINK = ("a", "rel")
ASKED = ("/search", "/admin/people")

# Which bytes leave the templates does not depend on the database behind them.
pytestmark = [
    pytest.mark.slow,
    pytest.mark.parametrize("database", ["sqlite"], indirect=True),
]


class Skeleton(HTMLParser):
    """The elements of a page with the names of their attributes, and every address in it."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[tuple[str, ...]] = []
        self.addresses: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, *(name for name, _value in attrs)))
        self.addresses |= {
            (value or "").split(":", 1)[0].strip().lower()
            for name, value in attrs
            if name in {"href", "src", "action", "formaction", "data", "poster"}
            and ":" in (value or "")
            and not (value or "").startswith(("/", "?", "#"))
        }

    def is_other_than(self, harmless: "Skeleton", *, exactly: bool) -> bool:
        """Whether anything is here that a harmless page does not have.

        How much a search finds differs with the words, but not what the finds are made of.
        """
        if exactly:
            return self.elements != harmless.elements
        return bool(set(self.elements) - set(harmless.elements))


@pytest.mark.usefixtures("database")
def test_the_corpus_is_large_enough() -> None:
    assert len(set(PAYLOADS)) >= 60


def test_what_people_type_never_becomes_an_element_or_a_handler(
    app: Any, database: Any, session: Session
) -> None:
    world = World(app, database, session)
    item = world.make_item("internal")
    admin = Browser(app, database, world.people["admin"])
    _fill_in(session, world, world.people["admin"])
    _type(session, HARMLESS)
    paths = _paths(world, item)
    author = Browser(app, database, world.people["author"])
    own = {f"/e/{item.slug}/chapters", "/searches"}
    seers = {path: author if path in own else admin for path in paths}
    expected = {path: _skeleton(seers[path], path, HARMLESS) for path in paths}
    for path in ASKED:
        expected[path].elements += _skeleton(admin, path, "nothingfound").elements
    # Markdown makes elements of its own, and fewer where it takes some away.
    written = (f"/e/{item.slug}/comments", f"/pl/{PLAYLIST}")
    for path in written:
        expected[path].elements.append(DISARMED_LINK)

    changed = []
    for payload in PAYLOADS:
        _type(session, payload)
        for path in paths:
            found = _skeleton(seers[path], path, payload)
            if found.is_other_than(
                expected[path], exactly=path not in {*ASKED, *written}
            ) or found.addresses - {
                "data",
                "http",
            }:
                changed.append((payload, path))

    assert changed == []


@pytest.mark.usefixtures("database")
def test_the_check_would_notice() -> None:
    page = Skeleton()
    page.feed('<a href="javascript:alert(1)" onclick="x">x</a>')

    assert (page.elements, page.addresses) == ([("a", "href", "onclick")], {"javascript"})


def _skeleton(browser: Browser, path: str, typed: str) -> Skeleton:
    query = {"q": typed} if path in ASKED else None
    answer = browser.get(path, query_string=query)
    assert answer.status_code == 200, path
    page = Skeleton()
    page.feed(answer.text)
    return page


def _fill_in(session: Session, world: World, admin: User) -> None:
    make_group(session, admin)
    make_token(session, admin)
    # In a group, an admin keeps the glossary.
    session.add(Membership(group_id=world.group.id, user_id=admin.id))
    session.add(Follow(follower_id=admin.id, followed_id=world.bystander.id))
    notifications_service.notify(session, admin.id, "test", HARMLESS, "/")
    session.commit()
    assert world.bystander.id != make_user(session, role=Role.GUEST).id


def _type(session: Session, text: str) -> None:
    """Put the text wherever people or their files can put text."""
    fields: dict[type[Any], tuple[str, ...]] = {
        User: ("name", "team", "place", "about"),
        Episode: ("title", "description", "tags_text"),
        Comment: ("body",),
        Group: ("name", "purpose"),
        Report: ("note",),
        Notification: ("text",),
        JobRow: ("error", "error_detail"),
        SignIn: ("user_agent",),
        ApiToken: ("name",),
        Segment: ("text", "heard", "speaker"),
        Fix: ("wanted", "replacement"),
        FixedLine: ("before", "after"),
        GlossaryEntry: ("term", "note"),
        GlossaryProposal: ("heard", "term"),
        Chapter: ("title",),
        SummarySentence: ("text",),
        Request: ("title",),
        Playlist: ("title", "description"),
        PlaylistItem: ("note",),
        SavedSearch: ("name",),
    }
    for model, names in fields.items():
        session.execute(update(model).values(dict.fromkeys(names, text)))
    session.execute(update(GlossaryEntry).values(sounds_like=[text]))
    session.execute(update(Episode).values(updated_at=clock.now()))
    session.commit()


def _paths(world: World, item: Item) -> list[str]:
    return [
        "/",
        "/search",
        f"/e/{item.slug}",
        f"/e/{item.slug}/comments",
        f"/e/{item.slug}/report",
        f"/e/{item.slug}/transcript/fix",
        f"/e/{item.slug}/transcript/fixes",
        f"/e/{item.slug}/transcript/everywhere",
        f"/e/{item.slug}/speakers?t=0",
        f"/p/{world.people['author'].handle}",
        "/requests",
        "/playlists",
        f"/pl/{PLAYLIST}",
        f"/e/{item.slug}/playlists",
        "/searches",
        "/following",
        "/upload",
        "/inbox",
        "/settings",
        "/settings/sessions",
        "/settings/tokens",
        "/invitations",
        "/moderation",
        "/admin/people",
        "/admin/jobs",
        "/admin/health",
        "/glossary",
        f"/glossary/{world.group.id}",
        f"/glossary/{world.group.id}/{ENTRY}",
    ]
