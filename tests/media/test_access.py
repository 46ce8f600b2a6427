"""Bytes go to those who may see the episode, and to nobody else."""

import re
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from mediashare import clock
from mediashare.accounts.models import Role, Scope
from mediashare.db.session import begin_writing
from mediashare.library.models import Audience, Episode, EpisodeState
from mediashare.media import service as media_service
from tests import factories
from tests.media.conftest import BYTES, Clip, MakeClip
from tests.media.harvest import harvest

Browse = Callable[[Any], factories.Browser]
AddEverything = Callable[[Clip], list[str]]
# Two sizes and two codings of sound, what they have replaced, and who names them; a poster,
# what was proposed beside it, and a storyboard.
EVERYTHING = {
    "mp4": 3,
    "m4a": 2,
    "webm": 1,
    "m3u8": 5,
    "jpg": 3,
    "webp": 3,
    "json": 2,
    "original": 1,
    "vtt": 2,
    "srt": 1,
    "txt": 1,
    "md": 1,
}
TYPES = {
    "mp4": "video/mp4",
    "m4a": "audio/mp4",
    "webm": "video/webm",
    "m3u8": "application/vnd.apple.mpegurl",
    "jpg": "image/jpeg",
    "webp": "image/webp",
    "vtt": "text/vtt; charset=utf-8",
    "json": "application/json",
    "original": "application/octet-stream",
}
HEADERS: tuple[dict[str, str], ...] = ({}, {"Range": "bytes=0-9"}, {"Range": "bytes=-10"})


def without_token(answer: Any) -> str:
    """A page without the CSRF token, which differs each time."""
    return re.sub(r'content="[\w.-]{30,}"|value="[\w.-]{30,}"', "", answer.text)


def test_a_stranger_gets_no_byte_of_a_private_episode_by_any_address(
    session: Session, make_clip: MakeClip, add_everything: AddEverything, browse: Browse
) -> None:
    author, stranger = factories.make_user(session), factories.make_user(session)
    moderator = factories.make_user(session, role=Role.MODERATOR)
    clip = make_clip(author, audience=Audience.PRIVATE)
    replaced = add_everything(clip)
    owner = browse(author)
    urls = [*harvest(owner.get, clip.episode), *replaced]
    assert Counter(re.split(r"[./]", url)[-1] for url in urls) == EVERYTHING
    assert {owner.get(url).status_code for url in urls} == {200}

    for other in (browse(stranger), browse(moderator)):
        for url in urls:
            missing = other.get(url.replace(clip.episode.id, "0" * 32))
            for headers in HEADERS:
                answer = other.get(url, headers=headers)
                assert answer.status_code == 404
                assert without_token(answer) == without_token(missing)
                assert "public" not in answer.headers["Cache-Control"]
            head = other.send("HEAD", url)
            assert (head.status_code, head.data) == (404, b"")


def test_a_visitor_gets_no_byte_of_anything(
    client: FlaskClient,
    session: Session,
    make_clip: MakeClip,
    add_everything: AddEverything,
    browse: Browse,
) -> None:
    author = factories.make_user(session)
    clip = make_clip(author)
    replaced = add_everything(clip)

    for url in [*harvest(browse(author).get, clip.episode), *replaced]:
        answer = client.get(url, headers={"Range": "bytes=0-99"})

        if url.startswith("/api/"):
            assert answer.status_code == 401
        else:
            assert answer.status_code == 302
            assert answer.headers["Location"].startswith("/sign-in")
        assert not any(secret in answer.data for secret in (BYTES[:8], b"What was said"))


def test_a_visitor_with_a_token_gets_no_byte_either(
    client: FlaskClient, session: Session, make_clip: MakeClip
) -> None:
    author, stranger = factories.make_user(session), factories.make_user(session)
    clip = make_clip(author, audience=Audience.PRIVATE)
    token = factories.make_token(session, stranger, Scope.READ)

    answer = client.get(clip.file_url, headers={"Authorization": f"Bearer {token}"})

    assert answer.status_code in {302, 404}
    assert BYTES[:8] not in answer.data


@pytest.mark.parametrize(
    "values",
    [
        {"state": EpisodeState.PROCESSING, "published_at": None},
        {"published_at": None},
        {"hidden_at": clock.now()},
    ],
    ids=["processing", "not published", "hidden"],
)
def test_what_is_not_open_shows_nothing_to_others_not_even_its_poster(
    session: Session,
    make_clip: MakeClip,
    add_everything: AddEverything,
    browse: Browse,
    values: dict[str, Any],
) -> None:
    author, other = factories.make_user(session), browse(factories.make_user(session))
    clip = make_clip(author, **values)
    replaced = add_everything(clip)
    owner = browse(author)

    for url in [*harvest(owner.get, clip.episode), *replaced]:
        assert owner.get(url).status_code == 200
        assert other.get(url).status_code == 404


def test_a_lost_right_is_lost_at_the_next_request(
    session: Session, make_clip: MakeClip, browse: Browse
) -> None:
    clip = make_clip(factories.make_user(session))
    viewer = browse(factories.make_user(session))
    assert viewer.get(clip.file_url).status_code == 200

    begin_writing(session)
    session.get_one(Episode, clip.episode.id).audience = Audience.PRIVATE
    session.commit()

    assert viewer.get(clip.file_url).status_code == 404


def test_only_the_author_gets_the_original_and_only_to_save_it(
    session: Session, make_clip: MakeClip, browse: Browse
) -> None:
    author, member = factories.make_user(session), factories.make_user(session)
    clip = make_clip(author)

    mine, theirs = (
        browse(author).get(clip.url("original")),
        browse(member).get(clip.url("original")),
    )

    assert mine.data == BYTES
    assert mine.headers["Content-Type"] == "application/octet-stream"
    assert mine.headers["Content-Disposition"].startswith("attachment; filename")
    assert "filename*=UTF-8''%C3%9Cberblick" in mine.headers["Content-Disposition"]
    assert theirs.status_code == 404


def test_a_file_belongs_to_its_own_episode_alone(
    session: Session, make_clip: MakeClip, browse: Browse
) -> None:
    author = factories.make_user(session)
    shown, secret = make_clip(author), make_clip(author, audience=Audience.PRIVATE)
    other = browse(factories.make_user(session))

    names = [file.name for file in (*secret.picture.files, *secret.storyboard.files)]
    names += [f"{secret.storyboard.id}.vtt", f"{secret.rendition.id}.m3u8"]
    for name in (secret.rendition.filename, *names):
        assert other.get(shown.url(name)).status_code == 404


def test_what_is_only_proposed_as_poster_is_its_authors_alone(
    session: Session, make_clip: MakeClip, browse: Browse
) -> None:
    author = factories.make_user(session)
    moderator = factories.make_user(session, role=Role.MODERATOR)
    clip = make_clip(author)
    shown = [clip.url(file.name) for file in clip.picture.files]
    proposed = [clip.url(file.name) for file in clip.proposal.files]

    for other in (browse(factories.make_user(session)), browse(moderator)):
        assert {other.get(url).status_code for url in shown} == {200}
        assert {other.get(url).status_code for url in proposed} == {404}
    owner = browse(author)
    assert {owner.get(url).status_code for url in proposed} == {200}

    begin_writing(session)
    media_service.choose_poster(session, clip.episode.id, clip.proposal.id)
    session.commit()

    other = browse(factories.make_user(session))
    assert {other.get(url).status_code for url in proposed} == {200}
    assert {other.get(url).status_code for url in shown} == {404}


@pytest.mark.parametrize(
    "name",
    [
        *("%2e%2e/secret_key", "..%2f..%2fsecret_key", "..%5csecret_key", "%2fetc%2fpasswd"),
        *("master.m3u8%00", "x.ts", "x.mp4.exe", "MASTER.M3U8", "master.m3u8%0a", "a.b.mp4"),
        *(
            "%252e%252e%252fx.mp4",
            "CON",
            "original.mp4",
            "waveform.jpg",
            "waveform.vtt",
            "a.webp",
            "a-1.jpg",
            "%C3%A9.mp4",
        ),
    ],
)
def test_names_that_are_none_of_ours_are_not_found(
    session: Session, make_clip: MakeClip, browse: Browse, name: str
) -> None:
    author = factories.make_user(session)
    clip = make_clip(author)

    answer = browse(author).get(clip.url(name))

    assert answer.status_code == 404
    assert BYTES[:8] not in answer.data


@pytest.mark.parametrize("ident", ["..", "%00", "x" * 32, "A" * 32, "%2e%2e%2f"])
def test_ids_that_are_none_of_ours_are_not_found(
    session: Session, browse: Browse, ident: str
) -> None:
    viewer = browse(factories.make_user(session))

    for name in ("master.m3u8", "original"):
        answer = viewer.get(f"/media/{ident}/{name}", follow_redirects=True)
        assert answer.status_code == 404


def test_browsers_are_told_to_run_nothing_and_caches_to_keep_nothing(
    session: Session, make_clip: MakeClip, add_everything: AddEverything, browse: Browse
) -> None:
    author = factories.make_user(session)
    owner, clip = browse(author), make_clip(author)
    replaced = add_everything(clip)

    for url in [*harvest(owner.get, clip.episode), *replaced]:
        headers = owner.get(url).headers
        kind = re.split(r"[./]", url)[-1]
        if url.startswith("/api/"):
            assert headers["Cache-Control"] == "no-store"
            continue
        assert headers["Content-Type"] == TYPES[kind]
        assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert headers["X-Content-Type-Options"] == "nosniff"
        expected = "no-cache" if kind == "m3u8" else "max-age=60"
        assert headers["Cache-Control"] == f"private, {expected}"
