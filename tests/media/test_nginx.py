"""Through a real nginx, configured as we tell people to: same bytes, same rules, same headers."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from mediashare.config import Settings
from mediashare.db.session import Database
from mediashare.library.models import Audience
from mediashare.storage.disk import DiskStorage
from mediashare.uploads.service.receiving import READ_BYTES
from tests import factories
from tests.media.conftest import BYTES, Clip, put_clip
from tests.patience import wait_until
from tests.servers.nginx import running_nginx
from tests.servers.web import Web, running_web
from tests.uploads.remote import Remote
from tests.webvisitor import WebVisitor

pytestmark = pytest.mark.slow

DATA = bytes(range(256)) * 4096
# What nginx may hold of a request that breaks off (client_body_buffer_size).
NGINX_HOLDS = 16 * 1024
WAYS_UP = ("%2e%2e/", "..%2f", "../", "%2e%2e%2f", "..%5c", "%252e%252e%252f", "..;/")
HEADERS = (
    "Content-Security-Policy",
    "X-Content-Type-Options",
    "X-Frame-Options",
    "Referrer-Policy",
    "Cross-Origin-Opener-Policy",
    "Permissions-Policy",
    "Cache-Control",
    "Content-Type",
    "Content-Disposition",
    "Vary",
)


@dataclass(frozen=True)
class Front:
    """An application as nginx shows it, and who and what is there."""

    nginx: Web
    settings: Settings
    author: str
    stranger: str
    public: Clip
    private: Clip
    database: Database


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Front]:
    """For all tests here: none of them changes what another one looks at."""
    folder = tmp_path_factory.mktemp("front")
    settings = Settings(data=folder / "var", min_free_bytes=0)
    settings.data.mkdir()
    (settings.data / "mediashare.db").write_bytes(sqlite_template.read_bytes())
    database, storage = Database(settings.sqlalchemy_url), DiskStorage(settings.data / "objects")
    with database.sessions() as session:
        author, stranger = factories.make_user(session), factories.make_user(session)
        public = put_clip(session, storage, author)
        private = put_clip(session, storage, author, audience=Audience.PRIVATE)
    behind = settings.model_copy(update={"accel_redirect": "/objects", "trusted_proxies": 1})
    with (
        running_web(behind) as web,
        running_nginx(folder / "nginx", web.url, settings.data / "objects") as url,
    ):
        people = author.email, stranger.email
        yield Front(replace(web, url=url), settings, *people, public, private, database)
    database.dispose()


@pytest.fixture
def owner(front: Front) -> Iterator[WebVisitor]:
    with WebVisitor(front.nginx.url, front.author) as found:
        yield found


@pytest.fixture
def stranger(front: Front) -> Iterator[WebVisitor]:
    with WebVisitor(front.nginx.url, front.stranger) as found:
        yield found


def test_bytes_and_ranges_come_from_nginx(front: Front, owner: WebVisitor) -> None:
    url = front.private.file_url

    whole = owner.get(url)
    part = owner.get(url, headers={"Range": "bytes=100-199"})
    end = owner.get(url, headers={"Range": "bytes=-10"})
    beyond = owner.get(url, headers={"Range": "bytes=5000-"})
    again = owner.get(url, headers={"If-None-Match": whole.headers["ETag"]})

    assert (whole.status_code, whole.content) == (200, BYTES)
    assert whole.headers["Accept-Ranges"] == "bytes"
    assert (part.status_code, part.content) == (206, BYTES[100:200])
    assert part.headers["Content-Range"] == "bytes 100-199/1000"
    assert (end.status_code, end.content) == (206, BYTES[-10:])
    assert beyond.status_code == 416
    assert (again.status_code, again.content) == (304, b"")
    assert whole.headers["Server"].startswith("nginx")


def test_headers_are_the_same_with_nginx_and_without(front: Front, owner: WebVisitor) -> None:
    with running_web(front.settings) as web, WebVisitor(web.url, front.author) as bare:
        _compare(front, owner, bare)


def _compare(front: Front, owner: WebVisitor, bare: WebVisitor) -> None:
    for name in (
        front.private.rendition.filename,
        front.private.picture.filename,
        "original",
        "master.m3u8",
    ):
        url = front.private.url(name)

        answers = bare.get(url), owner.get(url), owner.get(url, headers={"Range": "bytes=0-9"})

        expected, *found = [{h: answer.headers.get(h) for h in HEADERS} for answer in answers]
        assert found == [expected, expected]
        kept = "no-cache" if name == "master.m3u8" else "max-age=60"
        assert expected["Cache-Control"] == f"private, {kept}"
        assert expected["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_no_way_of_writing_a_path_gives_a_stranger_a_private_byte(
    front: Front, owner: WebVisitor, stranger: WebVisitor
) -> None:
    url = front.private.file_url
    assert (owner.get(url).content, stranger.get(front.public.file_url).content) == (BYTES, BYTES)
    rest = url.removeprefix("/media/")
    forms = [f"{front.public.url(way)}{rest}" for way in WAYS_UP]
    forms += [f"/media//{rest}", f"//media/{rest}", f"/./media/./{rest}", f"/MEDIA/{rest}"]
    forms += [url, f"{url}%00", f"{url}/", f"/static/..{url}", f"/static/%2e%2e{url}"]

    for path in forms:
        answer = stranger.get(path)

        assert answer.status_code in {301, 308, 400, 404}, path
        assert BYTES[:8] not in answer.content, path


def test_the_folder_of_the_store_is_closed_to_everybody(front: Front, owner: WebVisitor) -> None:
    clip = front.private
    rows = clip.rendition, clip.picture.files[0], clip.recording
    for key in (*(row.storage_key for row in rows), ".mediashare", "growing/"):
        forms = [f"{way}{key}" for way in ("/objects/", "//objects/", "/objects//", "/%6fbjects/")]
        forms += [f"{way}objects/{key}" for way in ("/./", "/static/../", "/media/%2e%2e/")]
        forms += [f"{clip.url('..%2f..%2f')}objects/{key}", f"/objects../objects/{key}"]

        for path in forms:
            answer = owner.get(path, headers={"X-Accel-Redirect": f"/objects/{key}"})

            assert answer.status_code in {301, 308, 400, 404}, path
            assert BYTES[:8] not in answer.content, path


def test_an_interrupted_upload_keeps_what_arrived_and_goes_on(front: Front) -> None:
    with front.database.sessions() as session:
        token = factories.make_token(session, factories.make_user(session))
    remote = Remote(front.nginx, token)
    path, sent = remote.create(len(DATA)), len(DATA) - 1
    with remote.start_patch(path, DATA[:sent], length=len(DATA)):
        growing = front.settings.data / "objects" / "growing" / f"recordings+{_ident(path)}"
        wait_until(lambda: growing.stat().st_size >= sent - NGINX_HOLDS - READ_BYTES)

    offset = remote.offset(path)
    assert sent - NGINX_HOLDS <= offset <= sent
    assert remote.patch(path, offset, DATA[offset:]) == 204
    assert remote.offset(path) == len(DATA)
    stored = front.settings.data / "objects" / "recordings" / _ident(path)
    assert stored.read_bytes() == DATA


def _ident(path: str) -> str:
    return path.rsplit("/", 1)[-1]


def test_addresses_come_from_nginx_alone(stranger: WebVisitor) -> None:
    answer = stranger.get("/", headers={"X-Forwarded-Host": "evil.example"})

    assert answer.status_code == 200
    assert "evil.example" not in answer.text
