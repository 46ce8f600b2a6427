"""Reads a search from the query string of a page or of the API."""

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import TypeVar

from mediashare.accounts.policy import Viewer
from mediashare.db.paging import PageRequest
from mediashare.errors import InvalidInputError
from mediashare.library import forms as library_forms
from mediashare.library.models import EpisodeKind
from mediashare.search.policy import may_see_points
from mediashare.search.queries.address import ME
from mediashare.search.queries.question import Question, read_question
from mediashare.search.queries.request import Filters, Length, SearchRequest, Sort
from mediashare.sentences import said

MAX_QUERY, MAX_NAME = 500, 120
TOO_LONG = said("At most %(max)s characters.", max=MAX_QUERY)
NO_SUCH_NAME = said("There is no such name.")
YES_OR_NO = {"": False, "0": False, "false": False, "1": True, "true": True}

E = TypeVar("E", bound=StrEnum)


def read_request(args: Mapping[str, str], viewer: Viewer, page: PageRequest) -> SearchRequest:
    """What is searched for; raises InvalidInputError naming each parameter that can't be used."""
    errors: dict[str, str] = {}
    text = args.get("q", "").strip()
    if len(text) > MAX_QUERY:
        errors["q"] = TOO_LONG
    author = _read_author(args, errors)
    is_typing = _read_yes(args, "typing", errors)
    request = SearchRequest(
        text=text[:MAX_QUERY],
        question=read_question(args.get("q", "").lstrip()[:MAX_QUERY], is_typing=is_typing),
        filters=Filters(
            kind=_read_choice(args, "kind", EpisodeKind, errors),
            length=_read_choice(args, "length", Length, errors),
            group=_read_name(args, "group", errors),
            tag=_read_tag(args, errors),
            author=viewer.handle if author == ME else author,
            language=_read_language(args, errors),
            after=_read_time(args, "after", errors),
            before=_read_time(args, "before", errors),
            solved=_read_yes(args, "solved", errors),
            checked=_read_yes(args, "checked", errors),
            followed=_read_yes(args, "followed", errors),
        ),
        sort=_read_choice(args, "sort", Sort, errors) or Sort.BEST,
        page=page,
        explain=_read_yes(args, "explain", errors) and may_see_points(viewer),
        # What is not typed to its end is not mistyped either.
        is_as_typed=_read_yes(args, "as_typed", errors) or is_typing,
    )
    if errors:
        raise InvalidInputError(errors=errors)
    return request


def read_words(args: Mapping[str, str]) -> Question:
    """What is looked for within one episode; raises InvalidInputError where there is too much."""
    text = args.get("q", "").strip()
    if len(text) > MAX_QUERY:
        raise InvalidInputError(errors={"q": TOO_LONG})
    return read_question(text)


def _read_choice(
    args: Mapping[str, str], name: str, choices: type[E], errors: dict[str, str]
) -> E | None:
    value = args.get(name, "")
    if value == "":
        return None
    try:
        return choices(value)
    except ValueError:
        errors[name] = said("Must be one of: %(known)s.", known=", ".join(choices))
        return None


def _read_name(args: Mapping[str, str], name: str, errors: dict[str, str]) -> str | None:
    value = args.get(name, "").strip()
    if len(value) > MAX_NAME or not value.isprintable():
        errors[name] = NO_SUCH_NAME
        return None
    return value or None


def _read_author(args: Mapping[str, str], errors: dict[str, str]) -> str | None:
    name = _read_name(args, "author", errors)
    if name is None:
        return None
    called = name[1:].lower() if name.startswith("@") else name
    if not called:
        errors["author"] = NO_SUCH_NAME
    return called or None


def _read_tag(args: Mapping[str, str], errors: dict[str, str]) -> str | None:
    name = _read_name(args, "tag", errors)
    return None if name is None else library_forms.read_tag(name)


def _read_language(args: Mapping[str, str], errors: dict[str, str]) -> str | None:
    return library_forms.read_language(args.get("language", "").strip(), errors)


def _read_time(args: Mapping[str, str], name: str, errors: dict[str, str]) -> datetime | None:
    """A date, or a moment; without a zone it is UTC."""
    value = args.get(name, "").strip()
    if value == "":
        return None
    try:
        found = datetime.fromisoformat(value)
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        errors[name] = said("Must be a date such as 2026-11-22.")
        return None


def _read_yes(args: Mapping[str, str], name: str, errors: dict[str, str]) -> bool:
    value = args.get(name, "").strip().lower()
    if value not in YES_OR_NO:
        errors[name] = said("Must be 1 or 0.")
    return YES_OR_NO.get(value, False)
