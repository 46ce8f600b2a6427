"""Uploads that have not become an episode: their owner sees them, goes on with them, or discards
them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from mediashare import clock
from mediashare.accounts.models import User
from mediashare.storage.disk import DiskStorage
from mediashare.uploads import queries as uploads_queries
from mediashare.uploads import views as uploads_views
from mediashare.uploads.models import Upload, UploadState
from tests import factories
from tests.factories import Browser
from tests.uploads.conftest import DATA, Tus, change, row, upload_id

Browse = Callable[[Any], Browser]


def listed(session: Session, user: User) -> list[str]:
    session.rollback()
    found = uploads_queries.list_unfinished(session, factories.viewer_of(user))
    return [upload.id for upload in found]


def files(storage: DiskStorage, path: str) -> list[str]:
    """What the store holds of an upload, under whatever name."""
    root = storage._root  # noqa: SLF001 - what is left there is what is asked for
    return [found.name for found in root.rglob(f"*{upload_id(path)}*")]


def test_the_newest_is_named_first_whether_all_of_it_has_arrived_or_not(
    session: Session, tus: Tus, ada: User
) -> None:
    half, whole = tus.new(10), tus.new(10)
    change(session, half, created_at=clock.now() - timedelta(hours=1))
    tus.patch(half, 0, DATA[:5])
    tus.patch(whole, 0, DATA)

    assert listed(session, ada) == [upload_id(whole), upload_id(half)]


def test_neither_episodes_nor_recordings_nor_what_is_over_is_named(
    session: Session, tus: Tus, ada: User
) -> None:
    used, expired, recorded = tus.new(10), tus.new(10), tus.new(None)
    tus.patch(used, 0, DATA)
    change(session, used, state=UploadState.USED)
    change(session, expired, expires_at=clock.now() - timedelta(seconds=1))
    tus.patch(recorded, 0, DATA)

    assert listed(session, ada) == []


def test_nobody_else_sees_them_or_can_discard_them(
    session: Session, tus: Tus, browse: Browse, storage: DiskStorage
) -> None:
    path = tus.new(10)
    other = factories.make_user(session)

    answer = browse(other).post(f"/uploads/{upload_id(path)}/discard")

    assert listed(session, other) == []
    assert answer.status_code == 404
    assert len(files(storage, path)) == 1


@pytest.mark.parametrize("sent", [0, 5, 10])
def test_what_is_discarded_leaves_neither_row_nor_byte(
    session: Session, tus: Tus, ada: User, browse: Browse, storage: DiskStorage, sent: int
) -> None:
    path = tus.new(10, Upload_Metadata="filename dGFsay5tcDQ=")
    tus.patch(path, 0, DATA[:sent])
    browser = browse(ada)

    answer = browser.post(f"/uploads/{upload_id(path)}/discard")

    assert answer.status_code == 303
    assert answer.location == "/upload"
    assert "The upload of “talk.mp4” is discarded." in browser.get("/upload").text
    assert files(storage, path) == []
    assert listed(session, ada) == []
    assert tus.head(path).status_code == 404


def test_what_has_become_an_episode_is_not_discarded(
    session: Session, tus: Tus, ada: User, browse: Browse, storage: DiskStorage
) -> None:
    path = tus.new(10)
    tus.patch(path, 0, DATA)
    change(session, path, state=UploadState.USED)

    answer = browse(ada).post(f"/uploads/{upload_id(path)}/discard")

    assert answer.status_code == 409
    assert len(files(storage, path)) > 0


def test_sentences_say_how_far_it_is(session: Session, tus: Tus) -> None:
    path, whole = tus.new(1000), tus.new(10)
    tus.patch(path, 0, b"x" * 419)
    tus.patch(whole, 0, DATA)
    half = row(session, path)

    quiet = uploads_views.arrived_sentence(half)
    busy = Upload(
        length=1000,
        offset=419,
        state=UploadState.GROWING,
        lease_owner="another request",
        lease_until=clock.now() + timedelta(minutes=1),
    )

    assert uploads_views.arrived_percent(half) == 41
    assert quiet == "41 % of 1 kB has arrived."
    assert uploads_views.arrived_sentence(busy) == (
        "It is being sent at the moment, by another tab or device."
    )
    assert uploads_views.arrived_sentence(row(session, whole)) == (
        "All of it has arrived, but it was never saved as an episode."
    )
