"""S-06: words that only a private episode has show up nowhere for others, and for its owner
everywhere: in results, counts, suggestions, other spellings, lists and pages."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from mediashare.accounts import service as accounts_service
from mediashare.accounts.models import Role, User
from mediashare.chapters.models import Chapter, Outline, SummarySentence
from mediashare.db.base import new_id
from mediashare.db.session import begin_writing
from mediashare.discussion.models import Comment
from mediashare.follows.models import Follow
from mediashare.library.models import Audience, Episode, EpisodeTag, Tag
from mediashare.playlists.models import Playlist, PlaylistItem
from mediashare.requests.models import Answer, Request
from mediashare.saved.models import SavedSearch
from mediashare.transcripts.models import Segment
from tests import factories

# Twelve places, each with a word that is nowhere else.
TITLE, DESCRIPTION, TAG = "aardvarkine", "bandicootish", "capybaresque"
CHAPTER, SUMMARY = "dromedarian", "echidnalike"
COMMENT, REPLY, AT_MOMENT = "flamingoid", "gazelliform", "hedgehoggy"
SPOKEN, SPOKEN_LATER, SPEAKER = "ibexoidal", "jackalesque", "kookaburrian"
FILENAME = "lemurianic"
SEARCHED = (
    TITLE, DESCRIPTION, TAG, CHAPTER, SUMMARY, COMMENT, REPLY, AT_MOMENT, SPOKEN, SPOKEN_LATER,
    SPEAKER,
)  # fmt: skip
CANARIES = (*SEARCHED, FILENAME)
# As somebody mistypes it: the last two letters turned around.
TYPOS = {word: f"{word[:-2]}{word[-1]}{word[-2]}" for word in SEARCHED}

Browse = Callable[[User], factories.Browser]
Feed = Callable[[User], str]
Surfaces = Mapping[str, Sequence[str]]


@pytest.fixture(autouse=True)
def _no_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """These tests ask more often than people may."""
    for name in ("api.RATE_LIMIT", "routes.RATE_LIMIT", "routes.SUGGESTION_LIMIT"):
        monkeypatch.setattr(f"mediashare.search.{name}", "10000 per minute")


@pytest.fixture
def owner(session: Session) -> User:
    return factories.make_user(session, "Olga Owner", handle="olga")


@pytest.fixture
def episode(session: Session, owner: User) -> Episode:
    """A private episode with a word of its own in each of twelve places."""
    episode = factories.make_episode(
        session,
        owner,
        f"On {TITLE}",
        description=f"With {DESCRIPTION}.",
        tags_text=TAG,
        audience="private",
    )
    factories.make_recording(session, episode, filename=f"{FILENAME}.mp4")
    factories.make_transcript(session, episode, (0, 2, f"said {SPOKEN}"), (9, 11, SPOKEN_LATER))
    comment = Comment(episode_id=episode.id, author_id=owner.id, body=f"See {COMMENT}")
    tag = Tag(name=TAG)
    begin_writing(session)
    session.query(Segment).filter_by(text=SPOKEN_LATER).one().speaker = SPEAKER
    session.add_all([comment, tag, Outline(episode_id=episode.id)])
    session.flush()
    session.add_all(
        [
            EpisodeTag(episode_id=episode.id, tag_id=tag.id),
            Chapter(episode_id=episode.id, start_ms=0, title=f"Of {CHAPTER}"),
            SummarySentence(episode_id=episode.id, start_ms=0, text=f"It is {SUMMARY}."),
            Comment(episode_id=episode.id, author_id=owner.id, parent_id=comment.id, body=REPLY),
            Comment(episode_id=episode.id, author_id=owner.id, body=AT_MOMENT, start_ms=0),
        ]
    )
    session.commit()
    return episode


@pytest.fixture
def places(session: Session, owner: User, episode: Episode) -> Mapping[str, str]:
    """What the variable parts of addresses stand for: the episode, and what leads to it."""
    begin_writing(session)
    playlist = Playlist(owner_id=owner.id, title="First week", audience=Audience.INTERNAL)
    wanted = Request(asker_id=owner.id, title="How does kafka work?", details="")
    session.add_all([playlist, wanted])
    session.flush()
    listed = {"playlist_id": playlist.id, "episode_id": episode.id, "position": 1}
    offered = {"request_id": wanted.id, "episode_id": episode.id, "offered_by_id": owner.id}
    session.add_all([PlaylistItem(**listed), Answer(**offered)])
    session.commit()
    comment = session.scalars(select(Comment.id).where(Comment.body.contains(COMMENT))).one()
    session.rollback()
    return {
        "slug": episode.slug, "episode_id": episode.id, "handle": "olga", "comment_id": comment,
        "playlist_id": playlist.id, "request_id": wanted.id, "group_id": new_id(),
        "place_id": "house", "entry_id": new_id(), "kind": "vtt", "name": "waveform.json",
        "filename": "no-such-file.js", "token": "no-such-invitation",
    }  # fmt: skip


@pytest.fixture
def feed(session: Session) -> Feed:
    """The feed of a search that somebody keeps."""

    def make(user: User) -> str:
        begin_writing(session)
        row, token = accounts_service.create_feed_token(session, user.id, name="Kafka")
        session.add(
            SavedSearch(user_id=user.id, name="Kafka", query="q=kafka", feed_token_id=row.id)
        )
        session.commit()
        return f"/feeds/search.xml?token={token}"

    return make


def list_routes(app: Flask, places: Mapping[str, str]) -> Iterator[str]:
    """Every address that can be read here. A new variable part wants to be filled in above."""
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()):
            assert rule.arguments <= set(places), f"nobody has filled in {rule.rule}"
            yield adapter.build(rule.endpoint, {name: places[name] for name in rule.arguments})


@pytest.fixture
def surfaces(app: Flask, places: Mapping[str, str]) -> Surfaces:
    """Addresses that might tell a word, by the word that they ask for ('' for none)."""
    asked = {
        word: [
            f"/search?q={word}",
            f"/search?q={TYPOS.get(word, word)}",
            f"/search/suggestions?q={word[:5]}",
            f"/api/v1/search?q={word}+kafka&explain=1",
            f"/api/v1/search?q={TYPOS.get(word, word)}+kafka",
            f"/api/v1/search?q=kafka+-{word}",
        ]
        for word in CANARIES
    }
    asked[TAG] += [f"/{page}?tag={TAG}" for page in ("search", "api/v1/search", "api/v1/episodes")]
    slug, ident = places["slug"], places["episode_id"]
    plain = [
        *list_routes(app, places),
        "/search?q=kafka", "/api/v1/search?q=kafka", "/search?followed=1",
        "/api/v1/search?followed=1", "/api/v1/search?author=olga", f"/oembed?url=/e/{slug}",
        f"/e/{slug}/moments?q=said", f"/api/v1/episodes/{ident}/moments?q=said",
        "/api/v1/episodes?author=olga",
    ]  # fmt: skip
    return {**asked, "": plain}


def list_leaks(
    read: Callable[[str], Any], asked: Mapping[str, Sequence[str]]
) -> Iterator[tuple[str, str]]:
    """Words that an answer has although nobody has asked for them there."""
    for own, addresses in asked.items():
        for address in addresses:
            answer = read(address)
            assert answer.status_code < 500, address
            # What was typed is shown again, as it was typed.
            typed = {own} if own and own in address else set()
            text = answer.text.lower()
            yield from ((address, word) for word in CANARIES if word in text and word not in typed)


@pytest.mark.parametrize("role", [Role.GUEST, Role.MEMBER, Role.ADMIN])
def test_no_canary_is_heard_by_others(
    role: Role, browse: Browse, session: Session, owner: User, surfaces: Surfaces, feed: Feed
) -> None:  # fmt: skip
    factories.make_episode(session, owner, "Kafka for everybody", tags_text="kafka")
    user = factories.make_user(session, role=role)
    begin_writing(session)
    session.add(Follow(follower_id=user.id, followed_id=owner.id))
    session.commit()
    browser = browse(user)
    asked = {**surfaces, "feed": [feed(user)]}

    found = list(list_leaks(browser.get, asked))

    assert found == []


def test_answers_to_others_are_the_same_with_and_without_it(
    browse: Browse, session: Session, owner: User, episode: Episode, surfaces: Surfaces
) -> None:
    factories.make_episode(session, owner, "Kafka for everybody")
    browser = browse(factories.make_user(session))
    addresses = [address for found in surfaces.values() for address in found]
    asked = [address for address in addresses if address.startswith("/api/v1/search")]
    before = [browser.get(address).json for address in asked]

    begin_writing(session)
    session.delete(episode)
    session.commit()

    assert [browser.get(address).json for address in asked] == before


def test_pages_for_others_are_the_same_with_and_without_it(
    browse: Browse, session: Session, owner: User, episode: Episode
) -> None:
    factories.make_episode(session, owner, "Kafka for everybody")
    browser = browse(factories.make_user(session))
    asked = {"title": f"kafka {SPOKEN} {TITLE}"}
    request = browser.send("POST", "/api/v1/requests", json=asked).json["id"]
    addresses = [
        f"/search?q={TITLE}&kind=audio",
        f"/search?q=%22{SPOKEN}+kafka%22",
        f"/search?q=kafka+{CHAPTER}",
        f"/r/{request}",
        "/searches",
    ]
    before = [factories.page_of(browser.get(address)) for address in addresses]

    begin_writing(session)
    session.delete(episode)
    session.commit()

    assert [factories.page_of(browser.get(address)) for address in addresses] == before


@pytest.mark.parametrize("word", SEARCHED)
def test_its_owner_finds_each_and_is_helped_with_it(
    word: str, browse: Browse, owner: User, episode: Episode
) -> None:
    browser = browse(owner)

    (result,) = browser.get(f"/api/v1/search?q={word}").json["results"]
    suggested = browser.get(f"/search/suggestions?q={word[:5]}").text
    page = browser.get(f"/search?q={word}").text

    assert result["episode"]["id"] == episode.id
    assert episode.path in suggested
    assert episode.path in page


@pytest.mark.usefixtures("episode")
def test_its_owner_is_told_the_words_when_mistyping_them(browse: Browse, owner: User) -> None:
    browser = browse(owner)
    helped = (TITLE, DESCRIPTION, TAG, CHAPTER, SPEAKER, SPOKEN, SPOKEN_LATER)

    found = [browser.get(f"/api/v1/search?q={TYPOS[word]}").json["instead"] for word in helped]

    assert found == list(helped)


def test_its_owner_sees_all_twelve(browse: Browse, owner: User, episode: Episode) -> None:
    browser = browse(owner)
    parts = ("", "/transcript", "/comments", "/chapters")
    addresses = [f"/api/v1/episodes/{episode.id}{part}" for part in parts]
    pages = "".join(browser.get(address).text for address in (*addresses, f"{episode.path}/edit"))

    assert [word for word in CANARIES if word not in pages.lower()] == []


def test_visitors_hear_nothing(client: FlaskClient, surfaces: Surfaces) -> None:
    found = list(list_leaks(client.get, surfaces))

    assert found == []
