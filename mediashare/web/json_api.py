"""Conventions of /api/v1: reading JSON bodies, pages of lists, media times."""

import json
import math
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, TypeVar

from flask import Response, jsonify, request

from mediashare.db.paging import DEFAULT_LIMIT, MAX_LIMIT, Page, PageRequest
from mediashare.errors import InvalidInputError
from mediashare.sentences import said

T = TypeVar("T")

NOT_JSON = said("Send a JSON object with Content-Type: application/json.")


def body() -> Mapping[str, Any]:
    """The request's JSON object; raises InvalidInputError for anything else.

    Numbers are finite, and text holds neither NUL nor half a character, which no database keeps.
    """
    if not request.is_json:
        raise InvalidInputError(NOT_JSON)
    try:
        found = json.loads(
            request.get_data(), parse_constant=_refuse_constant, parse_float=_read_float
        )
        for text in _strings(found):
            text.encode()  # half a character can't be
            if "\0" in text:
                raise InvalidInputError(NOT_JSON)
    except (ValueError, RecursionError) as error:
        raise InvalidInputError(NOT_JSON) from error
    if not isinstance(found, dict):
        raise InvalidInputError(NOT_JSON)
    return found


def page_request() -> PageRequest:
    """`limit` and `cursor` of the query; raises InvalidInputError for a limit that is no limit."""
    raw = request.args.get("limit", str(DEFAULT_LIMIT))
    if not (raw.isascii() and raw.isdigit()) or not 1 <= int(raw[:6]) <= MAX_LIMIT or raw[6:]:
        raise InvalidInputError(
            errors={"limit": said("A whole number from 1 to %(max)s.", max=MAX_LIMIT)}
        )
    return PageRequest(limit=int(raw), cursor=request.args.get("cursor") or None)


def listing(page: Page[T], show: Callable[[T], Mapping[str, Any]]) -> Response:
    """A page of a list as JSON: `items`, and `next_cursor` (null on the last page)."""
    return jsonify(items=[show(item) for item in page.items], next_cursor=page.next_cursor)


def iso(moment: datetime | None) -> str | None:
    """ISO 8601 in UTC, ending in Z."""
    return None if moment is None else moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def seconds(milliseconds: int | None) -> float | None:
    """Media time as the API writes it."""
    return None if milliseconds is None else milliseconds / 1000


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)


def _read_float(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError(digits)
    return number


def _refuse_constant(name: str) -> None:
    raise ValueError(name)
