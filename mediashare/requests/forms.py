"""Reads what people ask for and what they offer, from forms and from JSON alike."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from mediashare.errors import InvalidInputError
from mediashare.library import forms as library_forms
from mediashare.requests.models import RequestState
from mediashare.requests.service import NewRequest, Offer
from mediashare.sentences import said
from mediashare.text import clean_line, read_text

MAX_TITLE, MAX_DETAILS, MAX_LINK = 200, 4000, 1000
LINK = re.compile(r"/e/([A-Za-z0-9-]{1,120})(?:/[a-z]*)?")
NO_LINK = said("Paste the address of a clip, such as /e/on-call-1a2b3c4d?t=96.")


def read_new(data: Mapping[str, Any]) -> NewRequest:
    """A question, details, and the id of a group if it alone is asked; raises InvalidInputError
    naming each field that can't be used."""
    errors: dict[str, str] = {}
    title = read_text(data, "title", MAX_TITLE, errors, clean_line)
    if not title:
        errors.setdefault("title", said("Say what the clip should show."))
    new = NewRequest(
        title=title,
        details=read_text(data, "details", MAX_DETAILS, errors),
        group_id=_read_group(data.get("group"), errors),
    )
    if errors:
        raise InvalidInputError(errors=errors)
    return new


def read_offer(data: Mapping[str, Any]) -> Offer:
    """A clip by its address, or by its id with a moment; raises InvalidInputError."""
    link = data.get("link") or ""
    if link:
        return _read_link(link)
    errors: dict[str, str] = {}
    ident = data.get("episode_id") or ""
    if not isinstance(ident, str) or not ident.isalnum() or not ident.isascii():
        errors["link"] = NO_LINK
    return _offer(data, errors, episode_id=str(ident))


def read_state(value: str | None) -> RequestState | None:
    """Of which state requests are listed: open ones unless told otherwise, `all` for any."""
    if value == "all":
        return None
    try:
        return RequestState(value or RequestState.OPEN)
    except ValueError as error:
        sentence = said("Must be one of: %(known)s, all.", known=", ".join(RequestState))
        raise InvalidInputError(errors={"state": sentence}) from error


def _read_group(value: object, errors: dict[str, str]) -> str | None:
    if value is None or value == "":
        return None
    if not isinstance(value, str) or not (value.isalnum() and value.isascii()):
        errors["group"] = said("Must be the id of a group.")
        return None
    return value


def _read_link(link: object) -> Offer:
    """The address of a clip on this site; whatever stands before its path is left aside."""
    if not isinstance(link, str) or len(link) > MAX_LINK:
        raise InvalidInputError(errors={"link": NO_LINK})
    try:
        found = urlsplit(link.strip())
    except ValueError as error:
        raise InvalidInputError(errors={"link": NO_LINK}) from error
    slug = LINK.fullmatch(found.path)
    if slug is None:
        raise InvalidInputError(errors={"link": NO_LINK})
    moment = {name: values[0] for name, values in parse_qs(found.query).items()}
    named = {"start": moment.get("t"), "end": moment.get("end")}
    return _offer(named, {}, slug=slug[1])


def _offer(
    data: Mapping[str, Any], errors: dict[str, str], *, slug: str = "", episode_id: str = ""
) -> Offer:
    start_ms = library_forms.read_time(data, "start", errors)
    end_ms = library_forms.read_time(data, "end", errors)
    if end_ms is not None and end_ms <= (start_ms or 0):
        errors.setdefault("end", said("The end must come after the start."))
    if errors:
        raise InvalidInputError(errors=errors)
    return Offer(episode_id=episode_id, slug=slug, start_ms=start_ms or 0, end_ms=end_ms)
