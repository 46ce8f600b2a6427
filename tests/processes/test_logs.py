"""Log lines: readable by machines in production, linked to their request, free of secrets."""

import json
import logging

import pytest
from flask import Flask
from flask.testing import FlaskClient

from mediashare import logs


def record(message: str, *arguments: object) -> logging.LogRecord:
    return logging.LogRecord("mediashare.x", logging.WARNING, __file__, 1, message, arguments, None)


def test_production_writes_one_json_object_a_record_traceback_included() -> None:
    written = record("the %s is\naway", "store")
    error = ZeroDivisionError("oh")
    written.exc_info = (ZeroDivisionError, error, None)

    line = logs.JsonLines().format(written)

    assert "\n" not in line
    found = json.loads(line)
    assert (found["level"], found["message"]) == ("warning", "the store is\naway")
    assert "ZeroDivisionError: oh" in found["error"]
    assert found["time"].endswith("+00:00")


@pytest.mark.parametrize("lines", [logs.JsonLines(), logs.PlainLines()])
def test_a_line_names_the_request_or_job_it_belongs_to(lines: logging.Formatter) -> None:
    token = logs.current_id.set("0123abcd")

    inside = lines.format(record("hello"))
    logs.current_id.reset(token)
    outside = lines.format(record("hello"))

    assert "0123abcd" in inside
    assert "0123abcd" not in outside


def test_each_request_has_an_id_in_its_answer_and_its_log_line(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        first, second = client.get("/healthz"), client.get("/healthz")

    ids = [answer.headers["X-Request-ID"] for answer in (first, second)]
    assert len(set(ids)) == 2
    assert [line for line in caplog.messages if line.startswith("GET /healthz 200 in ")]
    assert logs.current_id.get() == ""


def test_the_log_has_no_invitations_and_no_searches(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        app.test_client().get("/join/an-invitation?q=salary")

    assert "GET /join/<token>" in caplog.text
    assert "an-invitation" not in caplog.text
    assert "salary" not in caplog.text
