"""S-04: whoever loses the right to an episode loses every byte of it, on disk and in S3 stores.

What he was given before lives on for at most a minute: addresses that the store itself answers
(tests/journeys/test_expired_addresses.py), and answers under way (tests/media/test_delivery.py).
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy.orm import Session

from mediashare.accounts import service as accounts_service
from mediashare.accounts.models import Role, Scope, User
from mediashare.config import Settings
from mediashare.db.session import begin_writing
from mediashare.groups import service as groups_service
from mediashare.groups.models import Group
from mediashare.library.models import Audience, Episode
from mediashare.pages import service as pages_service
from mediashare.storage.disk import DiskStorage
from mediashare.storage.port import Storage
from mediashare.storage.s3 import S3Storage
from tests import factories
from tests.media.conftest import Clip, MakeClip
from tests.media.harvest import harvest
from tests.servers.buckets import make_bucket, s3_settings
from tests.servers.moto import running_moto

Browse = Callable[[Any], factories.Browser]
RANGES: tuple[dict[str, str], ...] = ({}, {"Range": "bytes=0-9"})

# Who may see what is decided in SQL that other tests run on both databases.
pytestmark = [
    pytest.mark.slow,
    pytest.mark.parametrize("database", ["sqlite"], indirect=True),
]


@pytest.fixture(scope="module")
def moto_url() -> Iterator[str]:
    with running_moto() as url:
        yield url


@pytest.fixture
def storage(request: pytest.FixtureRequest, settings: Settings, tmp_path: Path) -> Storage:
    """An empty store of each kind."""
    if request.param == "disk":
        return DiskStorage(settings.data / "objects")
    endpoint = request.getfixturevalue(f"{request.param}_url")
    return S3Storage(make_bucket(s3_settings(tmp_path, endpoint)))


class Scene:
    """A group, its steward who has made an episode for it, and a member who may see it."""

    def __init__(self, session: Session, make_clip: MakeClip) -> None:
        self.session = session
        self.author: User = factories.make_user(session)
        self.viewer: User = factories.make_user(session)
        self.admin: User = factories.make_user(session, role=Role.ADMIN)
        self.group: Group = factories.make_group(session, self.viewer, stewards=[self.author])
        self.clip: Clip = make_clip(self.author, audience=Audience.GROUP, groups=[self.group])

    def lose(self, how: str) -> None:
        begin_writing(self.session)
        getattr(self, f"_{how}")()
        self.session.commit()

    def _removed_from_the_group(self) -> None:
        steward = factories.viewer_of(self.author)
        groups_service.remove_member(self.session, steward, self.group.id, self.viewer.handle)

    def _made_private(self) -> None:
        self.session.get_one(Episode, self.clip.episode.id).audience = Audience.PRIVATE

    def _taken_back(self) -> None:
        self.session.get_one(Episode, self.clip.episode.id).published_at = None

    def _deleted(self) -> None:
        author = factories.viewer_of(self.author)
        pages_service.delete_episode(self.session, author, self.clip.episode.id)

    def _disabled(self) -> None:
        admin = factories.viewer_of(self.admin)
        accounts_service.disable(self.session, admin, self.viewer.id)


WAYS = ("removed_from_the_group", "made_private", "deleted", "disabled")
CASES = [
    *(("disk", how) for how in (*WAYS, "taken_back")),
    *(("swift", how) for how in WAYS),
    ("moto", WAYS[0]),
]


@pytest.mark.parametrize(("storage", "how"), CASES, indirect=["storage"])
def test_every_address_is_dead_at_the_next_request(
    session: Session,
    make_clip: MakeClip,
    add_everything: Callable[[Clip], list[str]],
    browse: Browse,
    *,
    how: str,
) -> None:
    scene = Scene(session, make_clip)
    replaced = add_everything(scene.clip)
    browser = browse(scene.viewer)
    token = factories.make_token(session, scene.viewer, Scope.READ)
    found = [*harvest(browser.get, scene.clip.episode), *replaced]
    urls = [url for url in found if not url.endswith("/original")]
    given = [browser.get(url) for url in urls]
    assert {answer.status_code for answer in given} <= {200, 302}
    assert len(urls) == 21

    scene.lose(how)

    for url in urls:
        for headers in RANGES:
            answer = browser.get(url, headers=headers)
            assert answer.status_code == expected(how, url)
            bearer = {"Authorization": f"Bearer {token}", **headers}
            by_token = browse_nobody(browser).get(url, headers=bearer)
            assert by_token.status_code == (401 if how == "disabled" else 404)
    for answer in given:
        if answer.status_code == 302:
            assert lifetime(answer.headers["Location"]) <= 60
            assert answer.headers["Cache-Control"] == "private, no-store"


def expected(how: str, url: str) -> int:
    """What one may not see is not there; who may not be here at all is asked to sign in."""
    if how != "disabled":
        return 404
    return 401 if url.startswith("/api/") else 302


def browse_nobody(browser: factories.Browser) -> Any:
    """A browser without any session at the same house."""
    return browser.client.application.test_client()


def lifetime(address: str) -> int:
    """For how many seconds the store answers this address."""
    query = parse_qs(urlsplit(address).query)
    (seconds,) = query["X-Amz-Expires"]
    assert re.fullmatch(r"\d+", seconds)
    return int(seconds)
