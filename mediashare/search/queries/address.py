"""A search as its address: the one list of what narrows it down, and the one way to write it."""

from datetime import datetime, time
from urllib.parse import urlencode

from mediashare.accounts.policy import Viewer
from mediashare.search.queries.request import SearchRequest, Sort

# The author `me` is whoever asks.
ME = "me"
# Each is a field of `Filters`, a parameter of the page and of the API, and a chip above results.
FILTERS = (
    *("kind", "length", "group", "tag", "author", "language", "after", "before"),
    *("solved", "checked", "followed"),
)
# What a search is made of, in this order.
PARTS = ("q", *FILTERS, "sort")


def write_parts(request: SearchRequest, viewer: Viewer) -> dict[str, str]:
    """What is asked for, by parameter, in one normal form: whatever asks for the same is the same,
    and what asks for nothing is not there. Words keep their case, which tells IT from it."""
    filters = request.filters
    narrowed = {name: _write(getattr(filters, name)) for name in FILTERS}
    if filters.author and filters.author == viewer.handle:
        narrowed["author"] = ME
    sort = "" if request.sort is Sort.BEST else request.sort.value
    parts = {"q": " ".join(request.text.split()), **narrowed, "sort": sort}
    return {name: value for name, value in parts.items() if value}


def write_query(request: SearchRequest, viewer: Viewer) -> str:
    """The query string of the page that asks for this."""
    return urlencode(write_parts(request, viewer))


def _write(value: object) -> str:
    if isinstance(value, datetime):
        is_day = value.time() == time()
        return value.date().isoformat() if is_day else value.isoformat().replace("+00:00", "Z")
    if isinstance(value, bool):
        return "1" if value else ""
    return str(value or "")
