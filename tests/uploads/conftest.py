"""A tus client for the tests: it says only what a test makes it say."""

import base64
import hashlib
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from mediashare.accounts.models import User
from mediashare.db.session import begin_writing
from mediashare.storage.disk import DiskStorage
from mediashare.uploads.models import Upload
from tests import factories

UPLOADS = "/api/v1/uploads"
OCTETS = "application/offset+octet-stream"
DATA = b"0123456789"


class Tus:
    """Speaks tus 1.0.0 to the application with a person's token."""

    def __init__(self, client: FlaskClient, token: str) -> None:
        self._client = client
        self._base = {"Authorization": f"Bearer {token}", "Tus-Resumable": "1.0.0"}

    def send(self, method: str, path: str = UPLOADS, **headers: Any) -> TestResponse:
        """`data` is the body; all other names are headers, with _ for -; None leaves one out."""
        data = headers.pop("data", None)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        wanted = {**self._base, **named}
        kept = {name: str(value) for name, value in wanted.items() if value is not None}
        return self._client.open(path, method=method, headers=kept, data=data)

    def create(self, length: int | None = 10, **headers: Any) -> TestResponse:
        size = {"Upload_Defer_Length": 1} if length is None else {"Upload_Length": length}
        return self.send("POST", **{**size, **headers})

    def new(self, length: int | None = 10, **headers: Any) -> str:
        """The address of a new upload."""
        response = self.create(length, **headers)
        assert response.status_code == 201, response.text
        return response.headers["Location"]

    def head(self, path: str, **headers: Any) -> TestResponse:
        return self.send("HEAD", path, **headers)

    def offset(self, path: str) -> int:
        return int(self.head(path).headers["Upload-Offset"])

    def patch(self, path: str, offset: int, data: bytes = b"", **headers: Any) -> TestResponse:
        given = {"Upload_Offset": offset, "Content_Type": OCTETS, "data": data, **headers}
        return self.send("PATCH", path, **given)

    def delete(self, path: str) -> TestResponse:
        return self.send("DELETE", path)


@pytest.fixture
def ada(session: Session) -> User:
    return factories.make_user(session)


@pytest.fixture
def tus_of(app: Flask, session: Session) -> Callable[[User], Tus]:
    """Makes a tus client for a person."""

    def make(user: User) -> Tus:
        return Tus(app.test_client(), factories.make_token(session, user))

    return make


@pytest.fixture
def tus(tus_of: Callable[[User], Tus], ada: User) -> Tus:
    """Ada's tus client."""
    return tus_of(ada)


def upload_id(path: str) -> str:
    return path.rsplit("/", 1)[-1]


def write(session: Session) -> None:
    """Start over with a write transaction, whatever the session has seen before."""
    session.rollback()
    begin_writing(session)


def row(session: Session, path: str) -> Upload:
    """The upload's row as it is now."""
    session.rollback()
    session.expire_all()
    return session.scalars(select(Upload).where(Upload.id == upload_id(path))).one()


def stored(storage: DiskStorage, path: str) -> bytes:
    return b"".join(storage.open(f"recordings/{upload_id(path)}"))


def checksum(data: bytes, algorithm: str = "sha256") -> str:
    digest = hashlib.new(algorithm, data).digest()
    return f"{algorithm} {base64.b64encode(digest).decode()}"


def change(session: Session, path: str, **values: Any) -> None:
    begin_writing(session)
    session.execute(update(Upload).where(Upload.id == upload_id(path)).values(**values))
    session.commit()
