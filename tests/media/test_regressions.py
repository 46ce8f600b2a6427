"""R-01 to R-09: the real holes of others' media libraries, kept shut here for ever.

One test each, named after its number in the project's list of peers' advisories; where a test of
that very thing stands elsewhere already, ELSEWHERE names it.
"""

import ast
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from mediashare.db.session import begin_writing
from mediashare.library.models import Audience, Episode
from tests import factories
from tests.media.conftest import BYTES, Clip, MakeClip
from tests.media.harvest import harvest

Browse = Callable[[Any], factories.Browser]

ROOT = Path(__file__).resolve().parents[2]
ELSEWHERE = {
    "R-01, behind nginx": "media/test_delivery.py::test_nginx_is_sent_nowhere_for_strangers",
    "R-01, in a store": "storage/test_s3.py::test_objects_are_private",
    "R-02, behind nginx": "media/test_nginx.py::"
    "test_the_folder_of_the_store_is_closed_to_everybody",
    "R-03": "media/test_nginx.py::test_no_way_of_writing_a_path_gives_a_stranger_a_private_byte",
    "R-04": "media/test_access.py::test_names_that_are_none_of_ours_are_not_found",
    "R-05": "media/test_access.py::test_ids_that_are_none_of_ours_are_not_found",
    "R-06": "media/test_access.py::"
    "test_what_is_not_open_shows_nothing_to_others_not_even_its_poster",
    "R-09": "media/test_nginx.py::test_headers_are_the_same_with_nginx_and_without",
    "S-03": "storage/test_s3.py::test_a_tampered_address_gives_nothing",
}


@pytest.mark.parametrize("place", ELSEWHERE.values(), ids=ELSEWHERE)
def test_the_tests_that_stand_elsewhere_are_there(place: str) -> None:
    file, name = place.split("::")
    tree = ast.parse((ROOT / "tests" / file).read_text())

    assert name in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_r01_what_became_private_is_closed_to_who_knows_its_addresses(
    client: FlaskClient,
    session: Session,
    make_clip: MakeClip,
    add_everything: Callable[[Clip], list[str]],
    browse: Browse,
) -> None:
    author = factories.make_user(session)
    clip = make_clip(author)
    viewer = browse(factories.make_user(session))
    urls = [*harvest(viewer.get, clip.episode), *add_everything(clip)]
    urls = [url for url in urls if not url.endswith("/original")]
    assert {viewer.get(url).status_code for url in urls} == {200}
    make_private(session, clip.episode)

    for url in urls:
        kept = {"If-None-Match": f'"{clip.rendition.sha256}"'}
        assert viewer.get(url, headers=kept).status_code == 404
        assert client.get(url).status_code in {302, 401}


def test_r02_no_object_is_reached_by_its_place_in_the_store(
    client: FlaskClient, session: Session, make_clip: MakeClip, browse: Browse
) -> None:
    author = factories.make_user(session)
    clip = make_clip(author)
    owner = browse(author)

    for key in clip.keys:
        for before in ("", "media/", "objects/", "var/objects/", "static/", "static/../", "."):
            by_visitor, by_owner = (who.get(f"/{before}{key}") for who in (client, owner))
            assert by_owner.status_code == 404
            assert by_visitor.status_code in {302, 404}
            assert not any(BYTES[:8] in answer.data for answer in (by_visitor, by_owner))


def test_r04_and_r05_playlists_and_files_have_plain_names_alone(
    session: Session, make_clip: MakeClip, browse: Browse
) -> None:
    author = factories.make_user(session)
    clip, secret = make_clip(author), make_clip(author, audience=Audience.PRIVATE)
    other = browse(factories.make_user(session))
    there = f"{secret.episode.id}/{secret.rendition.id}"

    for way in ("..%2f", "%2e%2e%2f", "..%5c", "%252e%252e%252f", "..%00/", "%2f", "%c0%ae%c0%ae/"):
        for ending in ("m3u8", "mp4"):
            answer = other.get(clip.url(f"{way}{there}.{ending}"))
            assert answer.status_code == 404
            assert not re.search(r"#EXTM3U|0000000", answer.text)


def test_r07_page_player_captions_and_download_are_closed_by_one_rule(
    session: Session,
    make_clip: MakeClip,
    add_everything: Callable[[Clip], list[str]],
    browse: Browse,
) -> None:
    author = factories.make_user(session)
    clip = make_clip(author)
    add_everything(clip)
    viewer = browse(factories.make_user(session))
    ways = [
        clip.episode.path,
        f"{clip.episode.path}/progress",
        f"/api/v1/episodes/{clip.episode.id}",
        f"/api/v1/episodes/{clip.episode.id}/transcript.vtt",
        clip.url("master.m3u8"),
        clip.url(f"{clip.rendition.id}.m3u8"),
        clip.url("waveform.json"),
        clip.url(clip.picture.filename),
        clip.file_url,
    ]
    assert {viewer.get(way).status_code for way in ways} == {200}
    make_private(session, clip.episode)

    assert {way: viewer.get(way).status_code for way in ways} == dict.fromkeys(ways, 404)


@pytest.mark.parametrize("values", [{"audience": Audience.PRIVATE}, {"published_at": None}])
def test_r08_no_list_names_what_the_reader_can_not_open(
    session: Session,
    make_clip: MakeClip,
    add_everything: Callable[[Clip], list[str]],
    browse: Browse,
    values: dict[str, Any],
) -> None:
    author = factories.make_user(session)
    clip = make_clip(author, title="Heliotrope", **values)
    add_everything(clip)
    lists = [
        *("/", f"/p/{author.handle}", "/search?q=heliotrope", "/search?q=said", "/inbox"),
        *("/api/v1/episodes", f"/api/v1/episodes?author={author.handle}"),
        *("/api/v1/search?q=heliotrope", "/api/v1/search?q=said", "/api/v1/notifications"),
    ]
    secrets = (clip.episode.id, clip.episode.slug, "Heliotrope", clip.rendition.id)
    other = browse(factories.make_user(session))

    for path in lists:
        answer = other.get(path)
        assert answer.status_code == 200
        assert [secret for secret in secrets if secret in answer.text] == []
    assert clip.episode.slug in browse(author).get(f"/p/{author.handle}").text


def make_private(session: Session, episode: Episode) -> None:
    begin_writing(session)
    session.get_one(Episode, episode.id).audience = Audience.PRIVATE
    session.commit()
