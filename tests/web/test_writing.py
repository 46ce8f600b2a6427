"""Times, dates, sizes and numbers are written as the language of the answer writes them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from mediashare import clock
from mediashare.web import rendering

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def language(app: Flask, request: pytest.FixtureRequest) -> Iterator[str]:
    with app.test_request_context(headers={"Accept-Language": request.param}):
        yield request.param


@pytest.mark.parametrize(
    ("language", "day", "written"),
    [
        ("en", datetime(2026, 11, 12, 23, 59, tzinfo=UTC), "12 Nov 2026"),
        ("en-US", datetime(2026, 9, 1, tzinfo=UTC), "1 Sep 2026"),
        ("de", datetime(2026, 11, 12, 23, 59, tzinfo=UTC), "12. Nov. 2026"),
        ("de", datetime(2026, 3, 1, tzinfo=UTC), "1. März 2026"),
    ],
    indirect=["language"],
)
@pytest.mark.usefixtures("language")
def test_a_date(day: datetime, written: str) -> None:
    assert rendering.date(day) == written


@pytest.mark.parametrize(
    ("language", "passed", "written"),
    [
        ("en", timedelta(seconds=59), "just now"),
        ("en", timedelta(seconds=-5), "just now"),
        ("en", timedelta(seconds=60), "1 minute ago"),
        ("en", timedelta(minutes=3), "3 minutes ago"),
        ("en", timedelta(minutes=119), "1 hour ago"),
        ("en", timedelta(hours=23), "23 hours ago"),
        ("en", timedelta(days=1), "1 day ago"),
        ("en", timedelta(days=31), "31 days ago"),
        ("en", timedelta(days=31, seconds=1), "27 Oct 2026"),
        ("de", timedelta(seconds=59), "gerade eben"),
        ("de", timedelta(minutes=1), "vor 1 Minute"),
        ("de", timedelta(minutes=3), "vor 3 Minuten"),
        ("de", timedelta(hours=2), "vor 2 Stunden"),
        ("de", timedelta(days=9), "vor 9 Tagen"),
        ("de", timedelta(days=40), "18. Okt. 2026"),
    ],
    indirect=["language"],
)
@pytest.mark.usefixtures("language")
def test_how_long_ago(passed: timedelta, written: str) -> None:
    assert rendering.ago(NOW - passed) == written


@pytest.mark.parametrize(
    ("language", "count", "written"),
    [
        ("en", 0, "0 bytes"),
        ("en", 999, "999 bytes"),
        ("en", 1500, "2 kB"),
        ("en", 1_240_000, "1.2 MB"),
        ("en", 5_000_000_000, "5.0 GB"),
        ("en", 1_234_500_000_000_000, "1234.5 TB"),
        ("de", 12, "12 Byte"),
        ("de", 1_240_000, "1,2 MB"),
    ],
    indirect=["language"],
)
@pytest.mark.usefixtures("language")
def test_a_size(count: int, written: str) -> None:
    assert rendering.size(count) == written


@pytest.mark.parametrize(
    ("language", "value", "places", "written"),
    [
        ("en", 4.35, 1, "4.3"),
        ("en", 4.0, 1, "4.0"),
        ("en", 1234, 0, "1,234"),
        ("de", 4.35, 1, "4,3"),
        ("de", 1234, 0, "1.234"),
    ],
    indirect=["language"],
)
@pytest.mark.usefixtures("language")
def test_a_number(value: float, places: int, written: str) -> None:
    assert rendering.number(value, places) == written


@pytest.mark.usefixtures("database")
def test_what_is_no_request_writes_in_english() -> None:
    assert rendering.date(NOW) == "27 Nov 2026"
    assert rendering.size(1_240_000) == "1.2 MB"
    assert rendering.ago(NOW) == "just now"
