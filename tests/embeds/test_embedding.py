"""A player for other sites: who may frame it, what it tells to whom, and how it is found."""

from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from mediashare.accounts.models import Scope
from mediashare.app import create_app
from mediashare.config import Settings
from mediashare.db.session import Database, begin_writing
from mediashare.library.models import Audience, Episode, EpisodeKind
from mediashare.media.models import Rendition, RenditionKind
from mediashare.storage.disk import DiskStorage
from tests.factories import Browser, make_episode, make_token, make_transcript, make_user
from tests.fakes import RecordingWaker

Browse = Callable[[Any], Browser]
WIKI = "https://wiki.example.com"
BASE = "http://localhost:8000"


@pytest.fixture
def open_app(
    settings: Settings, database: Database, storage: DiskStorage, waker: RecordingWaker
) -> Flask:
    """An application whose players another site may show."""
    open_to = settings.model_copy(
        update={"embed_origins": f"{WIKI}, https://chat.example.com:8443"}
    )
    return create_app(open_to, database=database, storage=storage, waker=waker)


def playable(session: Session, **values: Any) -> Episode:
    episode = make_episode(session, make_user(session, "Priya Raman"), "Trust & bundles", **values)
    rendition = Rendition(
        episode_id=episode.id,
        kind=RenditionKind.VIDEO,
        storage_key="renditions/v",
        mime_type="video/mp4",
        codecs="avc1.42c01e",
        size=1,
        sha256="0" * 64,
        duration_ms=60_000,
        bitrate=1,
        init_size=0,
        segments=[],
    )
    begin_writing(session)
    session.add(rendition)
    session.commit()
    make_transcript(session, episode, (0, 4, "The secret word is walnut."))
    return episode


def ancestors(answer: Any) -> str:
    policy = answer.headers["Content-Security-Policy"].split("; ")
    (found,) = (part for part in policy if part.startswith("frame-ancestors"))
    return str(found)


def test_the_player_stands_alone(session: Session, browse: Browse) -> None:
    episode = playable(session)

    page = browse(make_user(session)).get(f"/embed/{episode.slug}?t=9").text

    assert 'data-island="embed"' in page
    assert f'href="{episode.path}" target="_blank"' in page
    assert "Trust &amp; bundles" in page
    assert 'kind="captions"' in page
    assert "#t=9" in page
    for part in ("walnut", "<form", "<nav", "csrf", 'class="top"'):
        assert part not in page


def test_other_sites_frame_it_only_where_the_settings_name_them(
    session: Session, browse: Browse, open_app: Flask, database: Database
) -> None:
    episode, reader = playable(session), make_user(session)
    path = f"/embed/{episode.slug}"

    closed, opened = browse(reader).get(path), Browser(open_app, database, reader).get(path)

    assert ancestors(closed) == "frame-ancestors 'self'"
    assert ancestors(opened) == f"frame-ancestors 'self' {WIKI} https://chat.example.com:8443"
    assert "X-Frame-Options" not in opened.headers
    assert opened.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/", "/e/{slug}", "/e/missing", "/oembed", "/sign-in", "/embed"])
def test_nothing_else_is_framed_even_then(
    session: Session, open_app: Flask, database: Database, path: str
) -> None:
    episode = playable(session)
    browser = Browser(open_app, database, make_user(session))

    answer = browser.get(path.format(slug=episode.slug))

    assert ancestors(answer) == "frame-ancestors 'none'"
    assert answer.headers["X-Frame-Options"] == "DENY"


def test_who_is_not_signed_in_learns_nothing(session: Session, app: Flask) -> None:
    there = playable(session)
    visitor = app.test_client()

    shown, missing = visitor.get(f"/embed/{there.slug}"), visitor.get("/embed/no-such-clip")

    assert (shown.status_code, missing.status_code) == (200, 200)
    assert shown.text.replace(there.slug, "no-such-clip") == missing.text
    assert f'href="/sign-in?next=/e/{there.slug}" target="_blank"' in unescape(shown.text)
    assert ancestors(shown) == "frame-ancestors 'self'"
    assert "Set-Cookie" not in shown.headers


def test_what_one_may_not_see_looks_like_what_is_not_there(
    session: Session, browse: Browse
) -> None:
    private = playable(session, audience=Audience.PRIVATE)
    browser = browse(make_user(session))

    hidden, missing = browser.get(f"/embed/{private.slug}"), browser.get("/embed/no-such-clip")

    assert (hidden.status_code, missing.status_code) == (404, 404)
    assert hidden.text == missing.text
    assert ancestors(hidden) == ancestors(missing)


def test_what_is_on_its_way_says_so(session: Session, browse: Browse) -> None:
    author = make_user(session)
    episode = make_episode(session, author)

    assert "This can't be played yet." in browse(author).get(f"/embed/{episode.slug}").text


def test_the_code_is_offered_where_another_site_may_use_it(
    session: Session, browse: Browse, open_app: Flask, database: Database
) -> None:
    episode, reader = playable(session), make_user(session)

    closed = browse(reader).get(episode.path).text
    opened = Browser(open_app, database, reader).get(episode.path).text

    code = (
        f'<iframe src="{BASE}/embed/{episode.slug}" title="Trust &amp; bundles" width="640"'
        ' height="520" allow="fullscreen; picture-in-picture" loading="lazy"></iframe>'
    )
    assert "data-embed" not in closed
    assert "oembed" not in closed
    assert code in unescape(opened.split("share-embed")[2])
    assert 'type="application/json+oembed"' in opened


def test_oembed_describes_a_clip_that_its_reader_may_see(
    session: Session, open_app: Flask, database: Database
) -> None:
    episode = playable(session)
    browser = Browser(open_app, database, make_user(session))
    asked = {"url": f"{BASE}{episode.path}?t=9&end=12&x=1", "maxwidth": "400", "maxheight": "300"}

    answer = browser.get("/oembed", query_string=asked)

    assert answer.status_code == 200
    assert answer.json == {
        "version": "1.0",
        "type": "video",
        "provider_name": "mediashare",
        "provider_url": BASE,
        "title": "Trust & bundles",
        "author_name": "Priya Raman",
        "author_url": answer.json["author_url"],
        "html": (
            f'<iframe src="{BASE}/embed/{episode.slug}?t=9&amp;end=12"'
            ' title="Trust &amp; bundles" width="400" height="300"'
            ' allow="fullscreen; picture-in-picture" loading="lazy"></iframe>'
        ),
        "width": 400,
        "height": 300,
    }


def test_sound_needs_less_room(session: Session, open_app: Flask, database: Database) -> None:
    episode = playable(session, kind=EpisodeKind.AUDIO)
    browser = Browser(open_app, database, make_user(session))

    found = browser.get("/oembed", query_string={"url": BASE + episode.path}).json

    assert (found["type"], found["width"], found["height"]) == ("rich", 640, 250)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "http://[",
        "https://elsewhere.example/e/{slug}",
        f"{BASE}/e/no-such-clip",
        f"{BASE}/p/{{slug}}",
        "/e/{slug}",
    ],
)
def test_other_addresses_are_not_found(
    session: Session, open_app: Flask, database: Database, address: str
) -> None:
    episode = playable(session)
    browser = Browser(open_app, database, make_user(session))

    answer = browser.get("/oembed", query_string={"url": address.format(slug=episode.slug)})

    assert (answer.status_code, answer.content_type) == (404, "application/problem+json")


def test_oembed_asks_who_wants_to_know(
    session: Session, open_app: Flask, app: Flask, database: Database
) -> None:
    episode = playable(session)
    reader = make_user(session)
    asked = {"url": BASE + episode.path}
    bearer = {"Authorization": f"Bearer {make_token(session, reader, Scope.READ)}"}

    visitor = open_app.test_client().get("/oembed", query_string=asked)
    program = open_app.test_client().get("/oembed", query_string=asked, headers=bearer)
    in_xml = Browser(open_app, database, reader).get("/oembed?format=xml")
    closed = Browser(app, database, reader).get("/oembed", query_string=asked)

    statuses = [answer.status_code for answer in (visitor, program, in_xml, closed)]
    assert statuses == [401, 200, 501, 404]


@pytest.mark.parametrize(
    "origin",
    ["wiki.example.com", f"{WIKI}/page", "https://*", f"{WIKI};script-src", "'unsafe-inline'", "*"],
)
def test_only_plain_origins_may_be_named(origin: str) -> None:
    with pytest.raises(ValueError, match="MEDIASHARE_EMBED_ORIGINS: must look like"):
        Settings(embed_origins=f"{WIKI} {origin}")
