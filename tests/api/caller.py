"""A program that talks to the API with a person's token."""

from typing import Any

from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from mediashare import clock
from mediashare.accounts.models import Scope, User
from mediashare.db.base import new_id
from mediashare.db.session import begin_writing
from mediashare.uploads.models import Upload, UploadState
from tests import factories


class Caller:
    """Sends requests to /api/v1 in one person's name."""

    def __init__(self, client: FlaskClient, session: Session, user: User, *scopes: Scope) -> None:
        self._client = client
        self._token = factories.make_token(session, user, *scopes)

    def send(self, method: str, path: str, **options: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {self._token}", **options.pop("headers", {})}
        return self._client.open(f"/api/v1{path}", method=method, headers=headers, **options)

    def get(self, path: str, **query: Any) -> TestResponse:
        return self.send("GET", path, query_string=query)

    def post(self, path: str, body: Any) -> TestResponse:
        return self.send("POST", path, json=body)

    def patch(self, path: str, body: Any) -> TestResponse:
        return self.send("PATCH", path, json=body)

    def delete(self, path: str) -> TestResponse:
        return self.send("DELETE", path)


def make_upload(session: Session, owner: User, **values: Any) -> Upload:
    """An upload that has arrived completely."""
    ident = new_id()
    given = {
        "filename": "talk.mp4",
        "length": 5,
        "offset": 5,
        "state": UploadState.COMPLETE,
        "storage_key": f"recordings/{ident}",
        "storage_handle": "",
        "expires_at": clock.now().replace(year=2099),
        **values,
    }
    upload = Upload(id=ident, owner_id=owner.id, **given)
    begin_writing(session)
    session.add(upload)
    session.commit()
    return upload
