"""Reads what people want to say, from forms and from JSON alike."""

from collections.abc import Mapping
from typing import Any

from mediashare.discussion.service import NewComment
from mediashare.errors import InvalidInputError
from mediashare.library import forms as library_forms
from mediashare.sentences import said
from mediashare.text import clean_text

MAX_BODY = 10_000


def read_comment(data: Mapping[str, Any]) -> NewComment:
    """Words, perhaps about a moment, perhaps in answer to a comment; raises InvalidInputError
    naming each field that can't be used."""
    errors: dict[str, str] = {}
    new = NewComment(
        body=_read_body(data, errors),
        start_ms=library_forms.read_time(data, "start", errors),
        end_ms=library_forms.read_time(data, "end", errors),
        parent_id=_read_parent(data, errors),
    )
    if errors:
        raise InvalidInputError(errors=errors)
    return new


def read_body(data: Mapping[str, Any]) -> str:
    """The words alone, as an edit changes nothing else."""
    errors: dict[str, str] = {}
    body = _read_body(data, errors)
    if errors:
        raise InvalidInputError(errors=errors)
    return body


def _read_body(data: Mapping[str, Any], errors: dict[str, str]) -> str:
    value = data.get("body")
    body = clean_text(value) if isinstance(value, str) else ""
    if not body:
        errors["body"] = said("Write something first.")
    elif len(body) > MAX_BODY:
        errors["body"] = said(
            "At most %(max)s characters; these are %(length)s.", max=MAX_BODY, length=len(body)
        )
    return body


def _read_parent(data: Mapping[str, Any], errors: dict[str, str]) -> str | None:
    value = data.get("parent_id")
    if value is None or value == "":
        return None
    if not isinstance(value, str) or not value.isalnum():
        errors["parent_id"] = said("Must be the id of a comment.")
        return None
    return value
