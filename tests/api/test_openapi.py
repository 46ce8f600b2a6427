"""The description of the API: says what there is, and what there is does as it says."""

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openapi_spec_validator import validate

RULE = re.compile(r"<(?:[^:>]+:)?([^>]+)>")
AUTOMATIC = {"HEAD", "OPTIONS"}


@pytest.fixture
def description(client: FlaskClient) -> dict[str, Any]:
    answer = client.get("/api/v1/openapi.json")
    assert answer.json is not None
    return dict(answer.json)


def test_visitors_may_read_it_and_it_is_openapi(description: dict[str, Any]) -> None:
    validate(description)

    assert description["openapi"].startswith("3.1")


def test_every_call_of_the_api_is_described_and_nothing_else(
    app: Flask, description: dict[str, Any]
) -> None:
    described = {
        (path, method.upper())
        for path, item in description["paths"].items()
        for method in item
        if method != "parameters"
    }
    served = {
        (RULE.sub(r"{\1}", rule.rule).removeprefix("/api/v1"), method)
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/")
        # Flask answers HEAD where there is GET, and OPTIONS, by itself.
        for method in (rule.methods or set())
        - (AUTOMATIC if getattr(rule, "provide_automatic_options", True) else set())
    }

    assert described == served


def test_every_call_has_its_own_name_and_says_what_goes_wrong(description: dict[str, Any]) -> None:
    calls = [
        call
        for item in description["paths"].values()
        for method, call in item.items()
        if method != "parameters"
    ]

    assert len({call["operationId"] for call in calls}) == len(calls)
    assert [call["operationId"] for call in calls if "default" not in call["responses"]] == []
