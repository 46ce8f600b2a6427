"""Bytes are handed over by whoever does it best: nginx, the S3 store, or we ourselves."""

import dataclasses
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session

from mediashare.accounts.models import User
from mediashare.app import create_app
from mediashare.config import Settings
from mediashare.db.session import Database, begin_writing
from mediashare.library.models import Audience, Episode
from mediashare.storage.disk import DiskStorage
from mediashare.web.parts import parts
from mediashare.web.streams import LOOK_EVERY_S, RightLostError, Streams
from tests import factories
from tests.fakes import RecordingWaker
from tests.media.conftest import BYTES, MakeClip


class SigningStorage(DiskStorage):
    """A store on disk that signs addresses as an S3 store does."""

    def presign(
        self, key: str, seconds: int, *, content_type: str, filename: str | None = None
    ) -> str | None:
        return f"https://store.example/{key}?for={seconds}&type={content_type}&as={filename}"


class SlowStorage(DiskStorage):
    """A store on disk that takes half a minute for every block of 100 bytes."""

    time = 0.0

    def open(self, key: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        for place in range(start, end or 0, 100):
            yield from super().open(key, place, place + 100)
            self.time += LOOK_EVERY_S


def open_app(settings: Settings, database: Database, storage: DiskStorage) -> Flask:
    found = create_app(settings, database=database, storage=storage, waker=RecordingWaker())
    found.testing = True
    return found


def test_nginx_gets_the_place_and_the_browser_gets_none_of_it_from_us(
    settings: Settings,
    database: Database,
    storage: DiskStorage,
    session: Session,
    make_clip: MakeClip,
) -> None:
    author = factories.make_user(session)
    clip = make_clip(author)
    nginx = settings.model_copy(update={"accel_redirect": "/objects/"})
    browser = factories.Browser(open_app(nginx, database, storage), database, author)

    answer = browser.get(clip.file_url, headers={"Range": "bytes=0-9"})

    assert answer.status_code == 200
    assert answer.data == b""
    assert answer.headers["X-Accel-Redirect"] == f"/objects/{clip.rendition.storage_key}"
    assert answer.headers["Content-Type"] == "video/mp4"
    assert answer.headers["Cache-Control"] == "private, max-age=60"


def test_nginx_is_sent_nowhere_for_strangers(
    settings: Settings,
    database: Database,
    storage: DiskStorage,
    session: Session,
    make_clip: MakeClip,
) -> None:
    clip = make_clip(factories.make_user(session), audience="private")
    nginx = settings.model_copy(update={"accel_redirect": "/objects/"})
    stranger = factories.make_user(session)
    browser = factories.Browser(open_app(nginx, database, storage), database, stranger)

    answer = browser.get(clip.file_url)

    assert answer.status_code == 404
    assert "X-Accel-Redirect" not in answer.headers


def test_the_store_is_named_for_a_minute_at_most_and_the_redirect_is_not_kept(
    settings: Settings, database: Database, session: Session, make_clip: MakeClip
) -> None:
    author = factories.make_user(session)
    clip = make_clip(author)
    signing = SigningStorage(settings.data / "objects")
    browser = factories.Browser(open_app(settings, database, signing), database, author)

    answer = browser.get(clip.file_url)
    head = browser.send("HEAD", clip.file_url)

    key = clip.rendition.storage_key
    expected = f"https://store.example/{key}?for=60&type=video/mp4&as=None"
    assert (answer.status_code, answer.headers["Location"]) == (302, expected)
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert (head.status_code, head.headers["Content-Length"]) == (200, "1000")


def test_players_who_ask_part_by_part_are_sent_nowhere(
    settings: Settings, database: Database, session: Session, make_clip: MakeClip
) -> None:
    author = factories.make_user(session)
    clip = make_clip(author)
    signing = SigningStorage(settings.data / "objects")
    browser = factories.Browser(open_app(settings, database, signing), database, author)

    answer = browser.get(clip.file_url, headers={"Range": "bytes=0-9"})

    assert (answer.status_code, answer.data) == (206, BYTES[:10])


def test_a_long_answer_holds_no_database_connection(
    database: Database,
    session: Session,
    make_clip: MakeClip,
    browse: Callable[[Any], factories.Browser],
) -> None:
    viewer = factories.make_user(session)
    clip = make_clip(viewer)
    browser = browse(viewer)
    session.close()
    before = database.engine.pool.checkedout()  # type: ignore[attr-defined]  # a queue pool

    answer = browser.get(clip.file_url, buffered=False)

    assert database.engine.pool.checkedout() == before  # type: ignore[attr-defined]  # a queue pool
    answer.close()


@pytest.mark.parametrize(
    "change",
    [
        update(Episode).values(audience=Audience.PRIVATE),
        update(User).where(User.email.like("reader%")).values(is_active=False),
    ],
)
def test_a_lost_right_ends_what_is_being_sent(
    settings: Settings,
    database: Database,
    session: Session,
    make_clip: MakeClip,
    change: Any,
) -> None:
    reader = factories.make_user(session, email="reader@example.com")
    clip = make_clip(factories.make_user(session))
    slow = SlowStorage(settings.data / "objects")
    app = open_app(settings, database, slow)
    with app.app_context():
        dataclasses.replace(
            parts(), streams=Streams(settings.web_threads, clock=lambda: slow.time)
        ).attach()
    blocks = factories.Browser(app, database, reader).get(clip.file_url, buffered=False).response
    sent = [next(iter(blocks)), next(iter(blocks))]
    begin_writing(session)
    session.execute(change)
    session.commit()

    with pytest.raises(RightLostError):
        next(iter(blocks))

    assert b"".join(sent) == BYTES[:200]
