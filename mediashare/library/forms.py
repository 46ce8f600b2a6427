"""Reads what people say about their episodes, from forms and from JSON alike."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import langcodes

from mediashare.errors import InvalidInputError
from mediashare.library.models import Audience
from mediashare.library.service import EpisodeDetails
from mediashare.sentences import said
from mediashare.text import clean_line, read_text

# Hours and minutes may be left out.
TIME = re.compile(r"(?:(?:[0-9]{1,3}:)?[0-9]{1,3}:)?[0-9]{1,6}(?:\.[0-9]{1,6})?")
MAX_TIME_S = 7 * 24 * 3600
MAX_TITLE, MAX_DESCRIPTION, MAX_TAG, MAX_TAGS = 200, 10_000, 50, 20
MAX_LANGUAGE = 35


def read_details(data: Mapping[str, Any]) -> EpisodeDetails:
    """Title, description, tags, language, audience and review; raises InvalidInputError naming each
    field that can't be used."""
    errors: dict[str, str] = {}
    details = EpisodeDetails(
        title=_read_title(data.get("title"), errors),
        description=read_text(data, "description", MAX_DESCRIPTION, errors),
        tags=_read_tags(data.get("tags") or (), errors),
        language=read_language(data.get("language"), errors),
        audience=_read_audience(data.get("audience"), errors),
        group_ids=_read_ids(data.get("group_ids") or (), errors),
        review_by=_read_day(data.get("review_by"), errors),
    )
    if details.audience is Audience.GROUP and not details.group_ids:
        errors.setdefault("group_ids", said("Choose at least one group."))
    if errors:
        raise InvalidInputError(errors=errors)
    return details


def read_time(data: Mapping[str, Any], name: str, errors: dict[str, str]) -> int | None:
    """A media time in milliseconds, given in seconds or as text such as 1:37.5; None if absent."""
    value = data.get(name)
    if value is None or value == "":
        return None
    if isinstance(value, str) and TIME.fullmatch(value.strip()):
        parts = [float(part) for part in value.strip().split(":")]
        value = sum(part * 60**power for power, part in enumerate(reversed(parts)))
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= MAX_TIME_S:
        return round(value * 1000)
    errors[name] = said("Give a time in seconds, or as in 1:37.")
    return None


def read_tag(value: str) -> str:
    """One tag as all are kept: small letters, with ß where that was typed, as search reads them."""
    return clean_line(value).lower().lstrip("#")


def read_language(value: object, errors: dict[str, str]) -> str | None:
    """A language code in its standard form, or None where nothing was said."""
    if value is None or value == "":
        return None
    if isinstance(value, str) and len(value) <= MAX_LANGUAGE and langcodes.tag_is_valid(value):
        return langcodes.standardize_tag(value)
    errors["language"] = said("This is not a language code we know. Examples: en, de, pt-BR.")
    return None


def write_time(milliseconds: int) -> str:
    """A media time as people type it, to the millisecond where that matters: 1:37.25."""
    minutes, rest = divmod(milliseconds, 60_000)
    seconds, fraction = divmod(rest, 1000)
    hours, minutes = divmod(minutes, 60)
    start = f"{hours}:{minutes:02d}" if hours else f"{minutes}"
    return f"{start}:{seconds:02d}" + (f".{fraction:03d}".rstrip("0") if fraction else "")


def _read_title(value: object, errors: dict[str, str]) -> str:
    title = clean_line(value) if isinstance(value, str) else ""
    if not title:
        errors["title"] = said("Give it a title.")
    elif len(title) > MAX_TITLE:
        errors["title"] = said("At most %(max)s characters.", max=MAX_TITLE)
    return title


def _read_tags(value: object, errors: dict[str, str]) -> tuple[str, ...]:
    words = value.split(",") if isinstance(value, str) else value
    if not isinstance(words, Sequence) or not all(isinstance(word, str) for word in words):
        errors["tags"] = said("Must be a list of words.")
        return ()
    tags = tuple(filter(None, dict.fromkeys(map(read_tag, words))))
    if len(tags) > MAX_TAGS or any(len(name) > MAX_TAG for name in tags):
        errors["tags"] = said(
            "At most %(number)s tags of at most %(max)s characters each.",
            number=MAX_TAGS,
            max=MAX_TAG,
        )
    return tags


def _read_audience(value: object, errors: dict[str, str]) -> Audience:
    if value is None or value == "":
        return Audience.INTERNAL
    try:
        audience = Audience(str(value))
    except ValueError:
        errors["audience"] = said("Must be one of: private, group, internal, unlisted.")
        return Audience.PRIVATE
    if audience is Audience.PUBLIC:
        errors["audience"] = said("Episodes can't be public here: everybody signs in first.")
    return audience


def _read_day(value: object, errors: dict[str, str]) -> date | None:
    if value is None or value == "":
        return None
    try:
        return date.fromisoformat(str(value).strip())
    except ValueError:
        errors["review_by"] = said("Must be a date such as 2026-11-22.")
        return None


def _read_ids(value: object, errors: dict[str, str]) -> tuple[str, ...]:
    if (
        not isinstance(value, Sequence)
        or isinstance(value, str)
        or not all(isinstance(ident, str) for ident in value)
    ):
        errors["group_ids"] = said("Must be a list of group ids.")
        return ()
    return tuple(dict.fromkeys(value))
