"""Reads what comes with captions, their bytes and language, and who is said to speak."""

from collections.abc import Mapping
from typing import Any

import langcodes

from mediashare.errors import InvalidInputError
from mediashare.library import forms as library_forms
from mediashare.sentences import said
from mediashare.text import clean_visible, read_text
from mediashare.transcripts.errors import CaptionsInvalidError, CaptionsTooLargeError
from mediashare.transcripts.service import Naming, Reach

MAX_BYTES = 2_000_000
LANGUAGE_LENGTH = 35
MAX_REPLACED = 10_000
MAX_SPEAKER = 80


def read_body(data: bytes) -> str:
    """The text of a caption file; it must be UTF-8, as both formats' own specifications say."""
    if len(data) > MAX_BYTES:
        raise CaptionsTooLargeError
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise CaptionsInvalidError(said("This is not UTF-8 text."), line=line) from error


def read_replaced(data: Mapping[str, Any]) -> tuple[str, str]:
    """What was heard, and the term that took its place, as the transcript has them."""
    errors: dict[str, str] = {}
    heard = read_text(data, "heard", MAX_REPLACED, errors)
    text = read_text(data, "text", MAX_REPLACED, errors)
    if errors:
        raise InvalidInputError(errors=errors)
    return heard, text


def read_language(value: str | None) -> str | None:
    """A language code in its standard form, or None when nothing was said."""
    if not value:
        return None
    if len(value) > LANGUAGE_LENGTH or not langcodes.tag_is_valid(value):
        raise InvalidInputError(
            errors={
                "language": said("This is not a language code we know. Examples: en, de, pt-BR.")
            }
        )
    return langcodes.standardize_tag(value)


def require_language(value: str | None) -> str:
    """The same, where one must be said."""
    language = read_language(value)
    if language is None:
        raise InvalidInputError(
            errors={"language": said("Say in which language, such as en or pt-BR.")}
        )
    return language


def find_language(value: str | None) -> str | None:
    """A language code out of an address, in its standard form; None for what is none."""
    try:
        return read_language(value)
    except InvalidInputError:
        return None


def read_naming(data: Mapping[str, str]) -> Naming:
    """Who speaks where; raises InvalidInputError naming each field."""
    errors: dict[str, str] = {}
    name = " ".join(clean_visible(data.get("name", "")).split())
    if len(name) > MAX_SPEAKER:
        errors["name"] = said("At most %(max)s characters.", max=MAX_SPEAKER)
    at_ms = library_forms.read_time(data, "t", errors)
    reach = Reach.VOICE
    if at_ms is not None:
        try:
            reach = Reach(data.get("reach", Reach.LINE))
        except ValueError:
            errors["reach"] = said("Must be one of: %(known)s.", known=", ".join(Reach))
    if errors:
        raise InvalidInputError(errors=errors)
    return Naming(name or None, reach, data.get("former") or None, at_ms)
