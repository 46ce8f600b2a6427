"""Posters: an author chooses from what was proposed, or sends a picture of their own."""

import struct
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mediashare.accounts.models import User
from mediashare.db.session import begin_writing
from mediashare.jobs.models import JobRow
from mediashare.library.models import Episode
from mediashare.media import forms as media_forms
from mediashare.media import queries as media_queries
from mediashare.media import service as media_service
from mediashare.media.errors import PictureRefusedError
from mediashare.media.models import PictureKind, Rendition, RenditionKind, Version
from mediashare.storage.disk import DiskStorage
from mediashare.storage.port import StorageUnavailableError
from tests import factories
from tests.media.conftest import Clip, MakeClip
from tests.pictures import make_picture, png_head

Browse = Callable[[Any], factories.Browser]


@pytest.fixture
def author(session: Session) -> User:
    return factories.make_user(session)


@pytest.fixture
def clip(session: Session, make_clip: MakeClip, author: User) -> Clip:
    """As it was made, whatever happens in the database."""
    made = make_clip(author)
    session.expunge_all()
    return made


@pytest.fixture
def mine(browse: Browse, author: User) -> factories.Browser:
    return browse(author)


def poster_of(session: Session, clip: Clip) -> str | None:
    session.rollback()
    return session.scalar(select(Episode.poster).where(Episode.id == clip.episode.id))


def address(clip: Clip, name: str) -> str:
    return f"/api/v1/episodes/{clip.episode.id}/{name}"


def send(browser: factories.Browser, path: str, data: bytes) -> Any:
    """As a form does; written out, because the test client leaves large files open."""
    head = b'--x\r\nContent-Disposition: form-data; name="picture"; filename="holiday.png"\r\n\r\n'
    body = head + data + b"\r\n--x--\r\n"
    return browser.send("POST", path, data=body, content_type="multipart/form-data; boundary=x")


def test_the_author_is_told_what_there_is_to_choose_from(
    mine: factories.Browser, clip: Clip
) -> None:
    items = mine.get(address(clip, "posters")).json["items"]

    assert {item["id"]: item["chosen"] for item in items} == {
        clip.picture.id: True,
        clip.proposal.id: False,
    }
    shown = next(item for item in items if item["chosen"])
    assert shown == {
        "id": clip.picture.id,
        "kind": "frame",
        "at": 2.0,
        "chosen": True,
        "url": clip.url(f"{clip.picture.id}-640x360.jpg"),
        "width": 640,
        "height": 360,
    }


def test_another_picture_stands_for_the_episode_once_it_is_chosen(
    session: Session, mine: factories.Browser, clip: Clip
) -> None:
    body = {"picture_id": clip.proposal.id}

    answer = mine.send("PUT", address(clip, "poster"), json=body)

    chosen = [item["id"] for item in answer.json["items"] if item["chosen"]]
    assert (answer.status_code, chosen) == (200, [clip.proposal.id])
    assert poster_of(session, clip) == clip.proposal.filename


@pytest.mark.parametrize("body", [{}, {"picture_id": None}, {"picture_id": 7}])
def test_a_choice_names_a_picture(
    session: Session, mine: factories.Browser, clip: Clip, body: dict[str, Any]
) -> None:
    answer = mine.send("PUT", address(clip, "poster"), json=body)

    assert (answer.status_code, list(answer.json["errors"])) == (422, ["picture_id"])
    assert poster_of(session, clip) == clip.picture.filename


def test_only_pictures_of_the_same_episode_can_be_chosen_and_no_storyboard(
    session: Session, make_clip: MakeClip, mine: factories.Browser, author: User, clip: Clip
) -> None:
    other = make_clip(author)

    for picture in (other.picture, clip.storyboard):
        answer = mine.send("PUT", address(clip, "poster"), json={"picture_id": picture.id})

        assert answer.status_code == 422
    assert poster_of(session, clip) == clip.picture.filename


def test_a_picture_that_was_sent_waits_for_a_worker_and_the_poster_stays_until_then(
    session: Session, storage: DiskStorage, mine: factories.Browser, clip: Clip
) -> None:
    answer = send(mine, address(clip, "posters"), png_head())

    assert answer.status_code == 202
    [job] = session.scalars(select(JobRow).where(JobRow.kind == "poster"))
    assert (job.subject, job.queue, job.owner_id) == (
        clip.episode.id,
        "default",
        clip.episode.author_id,
    )
    assert b"".join(storage.open(job.payload["key"])) == png_head()
    assert poster_of(session, clip) == clip.picture.filename
    steps = mine.get(address(clip, "").rstrip("/")).json["steps"]
    assert [(step["name"], step["state"]) for step in steps] == [("poster", "queued")]


def webp(kind: bytes, rest: bytes) -> bytes:
    return b"RIFF\0\0\0\0WEBP" + kind + rest


def jpeg(width: int, height: int) -> bytes:
    frame = struct.pack(">BBHBHH", 0xFF, 0xC2, 11, 8, height, width)
    return b"\xff\xd8\xff\xe0\x00\x04ab\xff\xff\xfe\x00\x05abc" + frame


SIZES = {
    "PNG": png_head(8000, 5000),
    "JPEG": jpeg(8000, 5000),
    "WebP with losses": webp(b"VP8 ", bytes(10) + struct.pack("<HH", 8000, 5000)),
    "WebP without": webp(b"VP8L", b"\0\0\0\0/" + struct.pack("<I", 7999 | 4999 << 14)),
    "WebP with more": webp(
        b"VP8X", bytes(8) + (7999).to_bytes(3, "little") + (4999).to_bytes(3, "little")
    ),
}


@pytest.mark.parametrize("name", SIZES)
def test_the_size_of_each_format_is_read_from_its_head(name: str) -> None:
    assert media_forms.is_picture(SIZES[name])
    assert media_forms.read_picture(SIZES[name]) == SIZES[name]


TOO_WIDE = {
    "PNG": png_head(20_000, 20_000),
    "JPEG": jpeg(20_000, 20_000),
    "WebP with losses": webp(b"VP8 ", bytes(10) + struct.pack("<HH", 16_000, 16_000)),
    "WebP without": webp(b"VP8L", b"\0\0\0\0/" + struct.pack("<I", 15_999 | 15_999 << 14)),
    "WebP with more": webp(b"VP8X", bytes(8) + b"\xff\xff\x00\xff\xff\x00"),
}


@pytest.mark.parametrize("name", TOO_WIDE)
def test_a_small_file_that_becomes_a_huge_picture_is_refused_unread(name: str) -> None:
    with pytest.raises(PictureRefusedError, match="40 million points"):
        media_forms.read_picture(TOO_WIDE[name])


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("data", "status", "sentence"),
    [
        (b"", 422, "Choose a picture first."),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", 415, "not understood"),
        (b"GIF89a" + bytes(100), 415, "not understood"),
        (png_head(20_000, 20_000), 422, "40 million points"),
        (png_head(100, 80), 422, "smaller than 160 x 90"),
        (png_head()[:20], 422, "damaged"),
        (b"\xff\xd8\xff", 422, "damaged"),
        (b"\xff\xd8\xff\xe0\x00\x04ab\x00\x00\x00\x00", 422, "damaged"),
        (png_head() + bytes(10_000_000), 413, "more than 10 MB"),
    ],
    ids=["nothing", "SVG", "GIF", "bomb", "tiny", "cut", "bare", "odd", "large"],
)
def test_what_can_be_no_poster_is_refused_in_words(
    mine: factories.Browser, clip: Clip, data: bytes, status: int, sentence: str
) -> None:
    answer = send(mine, address(clip, "posters"), data)
    page = send(mine, f"{clip.episode.path}/posters", data)

    assert (answer.status_code, sentence in answer.json["detail"]) == (status, True)
    assert page.status_code == (422 if status == 415 else status)
    assert 'id="picture-error"' in page.text


def test_what_is_refused_is_not_kept(
    session: Session, storage: DiskStorage, mine: factories.Browser, clip: Clip
) -> None:
    before = sorted(storage.list(""))

    answer = send(mine, address(clip, "posters"), png_head(20_000, 20_000))

    assert answer.status_code == 422
    assert sorted(storage.list("")) == before
    assert session.scalars(select(JobRow).where(JobRow.kind == "poster")).all() == []


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_body_beyond_all_measure_is_not_even_read(mine: factories.Browser, clip: Clip) -> None:
    assert send(mine, address(clip, "posters"), bytes(13_000_000)).status_code == 413


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_people_send_so_many_pictures_and_no_more(mine: factories.Browser, clip: Clip) -> None:
    statuses = [
        send(mine, address(clip, "posters"), png_head(1, 1)).status_code for _number in range(61)
    ]

    assert (set(statuses[:-1]), statuses[-1]) == ({422}, 429)


def test_a_picture_that_could_not_be_asked_for_leaves_nothing_in_the_store(
    storage: DiskStorage,
) -> None:
    def fail() -> None:
        with media_service.sent_picture(storage, "0" * 32, png_head()):
            assert len(list(storage.list(""))) == 1
            raise StorageUnavailableError

    with pytest.raises(StorageUnavailableError):
        fail()

    assert list(storage.list("")) == []


def test_the_edit_page_shows_the_choice_and_forms_work_without_script(
    session: Session, mine: factories.Browser, clip: Clip
) -> None:
    page = mine.get(f"{clip.episode.path}/edit").text

    for picture in (clip.picture, clip.proposal):
        assert clip.url(f"{picture.id}-320.webp") in page
    assert page.count(" checked>At 0:02") == 1
    assert f'value="{clip.picture.id}" required checked' in page

    answer = mine.post(f"{clip.episode.path}/poster", {"picture_id": clip.proposal.id})

    assert answer.status_code == 303
    assert answer.location == f"{clip.episode.path}/edit#posters"
    assert poster_of(session, clip) == clip.proposal.filename


def test_the_edit_page_follows_a_picture_that_was_sent_until_it_is_there(
    session: Session, mine: factories.Browser, clip: Clip
) -> None:
    fragment = f"{clip.episode.path}/posters"
    quiet = mine.get(fragment).text

    answer = send(mine, fragment, png_head())

    assert (answer.status_code, answer.location) == (303, f"{clip.episode.path}/edit#posters")
    waiting = mine.get(fragment).text
    assert ("hx-get" in quiet, "hx-get" in waiting) == (False, True)
    assert "Your picture is being made ready." in waiting

    begin_writing(session)
    job = session.scalars(select(JobRow).where(JobRow.kind == "poster")).one()
    job.state, job.error = job.state.FAILED, "The picture is <damaged>."
    session.commit()

    failed = mine.get(fragment).text
    assert ("hx-get" in failed, "The picture is &lt;damaged&gt;." in failed) == (False, True)


def test_others_neither_see_the_choice_nor_choose(
    session: Session, browse: Browse, clip: Clip
) -> None:
    other = browse(factories.make_user(session))

    answers = [
        other.get(address(clip, "posters")),
        other.send("PUT", address(clip, "poster"), json={"picture_id": clip.proposal.id}),
        send(other, address(clip, "posters"), png_head()),
        other.get(f"{clip.episode.path}/posters"),
        other.post(f"{clip.episode.path}/poster", {"picture_id": clip.proposal.id}),
        send(other, f"{clip.episode.path}/posters", png_head()),
    ]

    assert [answer.status_code for answer in answers] == [403] * len(answers)
    assert poster_of(session, clip) == clip.picture.filename


@pytest.mark.parametrize("blurred", [[], [[0, 1000]]], ids=["as much", "less"])
def test_a_newer_version_keeps_no_picture_that_shows_more_than_it_may(
    session: Session, clip: Clip, blurred: list[list[int]]
) -> None:
    own = make_picture(clip.episode.id, PictureKind.OWN)
    begin_writing(session)
    media_service.set_own_poster(session, own)
    media_service.choose_poster(session, clip.episode.id, clip.proposal.id)
    newer = _newer(session, clip, blurred=blurred)
    session.expunge_all()

    begin_writing(session)
    media_service.add_rendition(session, session.merge(newer), _rendition(clip))
    session.commit()

    left = {picture.id for picture in media_queries.list_posters(session, clip.episode.id)}
    shown = {clip.picture.id, clip.proposal.id}
    assert left == ({own.id} if blurred else {own.id, *shown})
    # The times of a storyboard are those of the version that it was made from.
    assert media_queries.find_storyboard(session, clip.episode.id) is None
    assert poster_of(session, clip) == (None if blurred else clip.proposal.filename)
    jobs = session.scalars(select(JobRow).where(JobRow.kind == "cleanup"))
    removed = {key for job in jobs for key in job.payload["keys"]}
    gone = [clip.storyboard, *([clip.picture, clip.proposal] if blurred else [])]
    assert {file.storage_key for picture in gone for file in picture.files} <= removed


def test_a_newer_version_leaves_the_authors_own_picture_in_place(
    session: Session, clip: Clip
) -> None:
    own = make_picture(clip.episode.id, PictureKind.OWN)
    begin_writing(session)
    media_service.set_own_poster(session, own)
    newer = _newer(session, clip, blurred=[[0, 1000]])
    begin_writing(session)
    media_service.add_rendition(session, newer, _rendition(clip))
    session.commit()
    session.expunge_all()

    assert poster_of(session, clip) == own.filename


def _newer(session: Session, clip: Clip, *, blurred: list[list[int]]) -> Version:
    newer = Version(
        episode_id=clip.episode.id, recording_id=clip.recording.id, number=2, blurred=blurred
    )
    session.add(newer)
    session.commit()
    return newer


def _rendition(clip: Clip) -> Rendition:
    return Rendition(
        episode_id=clip.episode.id,
        kind=RenditionKind.VIDEO,
        storage_key=f"episodes/{clip.episode.id}/two.mp4",
        mime_type="video/mp4",
        codecs="avc1.42C01E",
        size=1,
        sha256="0" * 64,
        duration_ms=60_000,
        bitrate=1000,
        init_size=0,
        segments=[],
    )
