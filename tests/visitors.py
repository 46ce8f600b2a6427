"""A browser in which nobody is signed in yet, but which fills in forms as people do."""

import re
from typing import Any

from flask import Flask

from tests import factories

FIELD = re.compile(r'name="csrf_token" value="([^"]+)"')


class Visitor:
    """Opens pages and posts their forms with the token that they hold."""

    def __init__(self, app: Flask) -> None:
        self.client = app.test_client()

    def post(self, path: str, data: dict[str, Any], *, page: str = "", **options: Any) -> Any:
        found = FIELD.search(self.client.get(page or path).text)
        token = found.group(1) if found else ""
        return self.client.post(path, data={"csrf_token": token, **data}, **options)

    def sign_in(self, email: str, password: str = factories.PASSWORD, **options: Any) -> Any:
        data = {"email": email, "password": password, **options.pop("data", {})}
        return self.post("/sign-in", data, **options)

    def is_signed_in(self) -> bool:
        return bool(self.client.get("/settings").status_code == 200)
