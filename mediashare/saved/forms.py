"""Reads searches that people save, from forms and from JSON alike."""

from collections.abc import Mapping
from typing import Any

from mediashare.accounts.policy import Viewer
from mediashare.errors import InvalidInputError
from mediashare.saved import queries as saved_queries
from mediashare.saved.models import NAME_LENGTH, Alert
from mediashare.saved.queries import read_parts
from mediashare.saved.service import SearchDetails
from mediashare.search.queries.address import write_query
from mediashare.search.queries.request import Filters, SearchRequest
from mediashare.sentences import said
from mediashare.text import clean_line, clean_visible, read_text

# Longer addresses do not reach the search page; a letter takes up to twelve characters of them.
MAX_QUERY = 8000
TOO_LONG = said("This search is too long to be kept. Leave some of its words out.")
NO_WORD = said("There is no word in it: no letter and no digit.")


def read_new(data: Mapping[str, Any], viewer: Viewer) -> SearchDetails:
    """A query string of the search page, a name and an alert; raises InvalidInputError naming each
    field that can't be used."""
    errors: dict[str, str] = {}
    query = read_query(data, viewer, errors)
    words = read_parts(query)
    usual = clean_line(words.get("q", "")) or "Search"
    name = read_name(data, errors, default=usual)
    alert = read_alert(data, errors)
    if errors:
        raise InvalidInputError(errors=errors)
    # What a page has proposed as a name is none that somebody has chosen.
    is_named = name not in (usual[:NAME_LENGTH], data.get("usual"))
    return SearchDetails(name=name, query=query, alert=alert, is_named=is_named)


def read_change(data: Mapping[str, Any], *, name: str, alert: Alert) -> tuple[str, Alert]:
    """A name and an alert; what is not said stays as it is."""
    errors: dict[str, str] = {}
    wanted = read_name(data, errors, default=name)
    chosen = read_alert(data, errors)
    if errors:
        raise InvalidInputError(errors=errors)
    return wanted, chosen or alert


def read_name(data: Mapping[str, Any], errors: dict[str, str], *, default: str) -> str:
    """What a search is called."""
    name = " ".join(read_text(data, "name", NAME_LENGTH, errors, clean_visible).split())
    return name or default[:NAME_LENGTH]


def read_alert(data: Mapping[str, Any], errors: dict[str, str]) -> Alert | None:
    """How its owner is told of what is new, if that is said."""
    try:
        return Alert(data["alert"]) if data.get("alert") else None
    except ValueError:
        errors["alert"] = said("Must be one of: %(known)s.", known=", ".join(Alert))
        return None


def read_query(data: Mapping[str, Any], viewer: Viewer, errors: dict[str, str]) -> str:
    """The query string in one normal form."""
    raw = data.get("query") or ""
    if not isinstance(raw, str):
        errors["query"] = said(
            "Must be what follows ? in the address of a search, such as q=kafka."
        )
        return ""
    if len(raw) > MAX_QUERY:
        errors["query"] = TOO_LONG
        return ""
    given = read_parts(raw.removeprefix("?"))
    try:
        request = saved_queries.read_asked(viewer, given, limit=1)
    except InvalidInputError as error:
        errors["query"] = error.sentence
        return ""
    query = write_query(request, viewer)
    if sentence := _find_fault(request, query):
        errors["query"] = sentence
    return query


def _find_fault(request: SearchRequest, query: str) -> str | None:
    """Why there is nothing to keep, if there is not."""
    if "\0" in request.text:
        return said("This holds a character that is no text.")
    if request.question.is_blank and request.filters == Filters():
        return said("Search for something first.")
    if not request.question.terms and not request.question.is_browsing:
        return NO_WORD
    return TOO_LONG if len(query) > MAX_QUERY else None
