"""A browser without pictures, before a running server: it keeps cookies and fills in forms."""

from typing import Any, Self

import requests

from tests import factories
from tests.visitors import FIELD

TIMEOUT_S = 30


class WebVisitor:
    """Somebody who signs in by the form, if at all, and follows no redirect unasked."""

    def __init__(self, url: str, email: str | None = None) -> None:
        self._url = url
        self._session = requests.Session()
        if email is not None:
            self._sign_in(email)

    def get(self, path: str, **options: Any) -> requests.Response:
        """Ask for a path exactly as it is written, dots and all."""
        request = requests.Request("GET", self._url, **options)
        prepared = self._session.prepare_request(request)
        prepared.url = self._url + path
        return self._session.send(prepared, allow_redirects=False, timeout=TIMEOUT_S)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_how: object) -> None:
        self._session.close()

    def _sign_in(self, email: str) -> None:
        found = FIELD.search(self.get("/sign-in").text)
        assert found is not None
        answer = self._session.post(
            f"{self._url}/sign-in",
            data={"csrf_token": found.group(1), "email": email, "password": factories.PASSWORD},
            headers={"Origin": self._url},
            allow_redirects=False,
            timeout=TIMEOUT_S,
        )
        assert answer.status_code in {302, 303}, answer.text
