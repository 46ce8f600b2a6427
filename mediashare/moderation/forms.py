"""Reads reports and decisions, from forms and from JSON alike."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeVar

from mediashare.errors import InvalidInputError
from mediashare.library import forms as library_forms
from mediashare.moderation.models import Action, Reason, TargetType
from mediashare.moderation.service import Complaint, Ruling, Target
from mediashare.sentences import said, together
from mediashare.text import read_text

Word = TypeVar("Word", bound=StrEnum)

MAX_NOTE = 2_000


def read_target(data: Mapping[str, Any]) -> Target:
    """What a program reports: `{"target": {"type": …, "id": …}}`."""
    errors: dict[str, str] = {}
    target = data.get("target")
    given = target if isinstance(target, Mapping) else {}
    kind = _read_word(TargetType, given, "type", errors)
    ident = given.get("id")
    if not isinstance(ident, str) or not ident.isalnum():
        errors["id"] = said("Must be the id of an episode or comment.")
    if kind is None or errors:
        raise InvalidInputError(errors={"target": together(errors.values())})
    return Target(kind, str(ident))


def read_complaint(data: Mapping[str, Any]) -> Complaint:
    """Why something is reported, perhaps with a note and a moment."""
    errors: dict[str, str] = {}
    reason = _read_word(Reason, data, "reason", errors)
    note = read_text(data, "note", MAX_NOTE, errors)
    at_ms = library_forms.read_time(data, "at", errors)
    if reason is None or errors:
        raise InvalidInputError(errors=errors)
    return Complaint(reason, note, at_ms)


def read_ruling(data: Mapping[str, Any]) -> Ruling:
    """What to do about a report, with the reason that the author will read."""
    errors: dict[str, str] = {}
    action = _read_word(Action, data, "action", errors)
    reason = read_text(data, "reason", MAX_NOTE, errors)
    if not reason:
        errors.setdefault("reason", said("Say why; the author will read it."))
    if action is None or errors:
        raise InvalidInputError(errors=errors)
    return Ruling(action, reason)


def _read_word(
    kind: type[Word], data: Mapping[str, Any], name: str, errors: dict[str, str]
) -> Word | None:
    try:
        return kind(str(data.get(name)))
    except ValueError:
        errors[name] = said("Must be one of: %(known)s.", known=", ".join(kind))
        return None
