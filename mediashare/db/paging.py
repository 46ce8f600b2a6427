"""Pages of long lists by keyset: an opaque cursor instead of an offset, and never a total."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from mediashare.errors import InvalidInputError
from mediashare.sentences import said

T = TypeVar("T")

DEFAULT_LIMIT = 20
MAX_LIMIT = 100


@dataclass(frozen=True)
class PageRequest:
    """Which page is wanted: at most `limit` items after `cursor` (None: the first page)."""

    limit: int = DEFAULT_LIMIT
    cursor: str | None = None


@dataclass(frozen=True)
class Page(Generic[T]):
    """Some items and, if there may be more, the cursor of the next page."""

    items: Sequence[T]
    next_cursor: str | None = None


def encode_cursor(*values: str | float) -> str:
    """Pack sort values into an opaque string that is safe in a URL."""
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


def decode_cursor(cursor: str, types: tuple[type, ...]) -> tuple[Any, ...]:
    """Unpack a cursor into values of exactly these types; raises InvalidInputError otherwise."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        values = json.loads(base64.urlsafe_b64decode(padded.encode("ascii")))
    except (ValueError, RecursionError, binascii.Error) as error:
        raise BadCursorError from error
    if not isinstance(values, list) or [type(v) for v in values] != list(types):
        raise BadCursorError
    if not all(value.isprintable() for value in values if isinstance(value, str)):
        raise BadCursorError
    return tuple(values)


def decode_time(stamp: str) -> datetime:
    """The moment that a cursor holds, in UTC; raises BadCursorError for anything else."""
    try:
        moment = datetime.fromisoformat(stamp)
        if moment.tzinfo is None:
            raise BadCursorError
        return moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise BadCursorError from error


class BadCursorError(InvalidInputError):
    """A cursor that we did not make."""

    def __init__(self) -> None:
        super().__init__(errors={"cursor": said("This cursor is not valid.")})


def page_by_time(
    session: Session,
    query: Select[T],
    request: PageRequest,
    *,
    time: InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None],
    ident: InstrumentedAttribute[str],
    oldest_first: bool = False,
) -> Page[T]:
    """One page of `query`, newest first by (`time`, `ident`), which must belong to its entity."""
    key = tuple_(time, ident)
    if request.cursor:
        stamp, last = decode_cursor(request.cursor, (str, str))
        seen = tuple_(decode_time(stamp), last)
        query = query.where(key > seen if oldest_first else key < seen)
    order = (time, ident) if oldest_first else (time.desc(), ident.desc())
    rows = session.scalars(query.order_by(*order).limit(request.limit + 1))
    found = rows.unique().all()
    items = found[: request.limit]
    if len(found) <= request.limit:
        return Page(items)
    last_item = items[-1]
    return Page(
        items,
        encode_cursor(getattr(last_item, time.key).isoformat(), getattr(last_item, ident.key)),
    )
