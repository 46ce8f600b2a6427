"""Reads fixes from forms and from JSON."""

from collections.abc import Mapping
from typing import Any

from mediashare.errors import InvalidInputError
from mediashare.repairs.service import Everywhere, NewFix, Wording
from mediashare.sentences import said
from mediashare.text import clean_line, read_text

MAX_LINE, MAX_WANTED = 2000, 200
MOST_WORDS = 1000
NOT_POSITIONS = said("Must be a list of positions of words.")


def read_fix(data: Mapping[str, Any]) -> NewFix:
    """Which line, what it said when it was read, and what it says from now on; an empty text takes
    the line out. Raises InvalidInputError naming each field that can't be used."""
    errors: dict[str, str] = {}
    new = NewFix(
        segment_id=_read_segment(data, errors),
        before=_read_line(data, "before", errors),
        text=_read_line(data, "text", errors),
        confirmed=_read_confirmed(data, errors),
    )
    if errors:
        raise InvalidInputError(errors=errors)
    return new


def read_everywhere(data: Mapping[str, Any]) -> Everywhere:
    """Which words, and what stands instead of them; nothing to take them out."""
    errors: dict[str, str] = {}
    wanted = read_text(data, "wanted", MAX_WANTED, errors, clean_line)
    replacement = read_text(data, "replacement", MAX_WANTED, errors, clean_line)
    if not wanted and "wanted" not in errors:
        errors["wanted"] = said("Say which words are wrong.")
    if errors:
        raise InvalidInputError(errors=errors)
    return Everywhere(wanted, replacement)


def read_wording(data: Mapping[str, Any]) -> Wording | None:
    """Other words for one line of a suggestion, as who accepts it decides; None for its own."""
    if data.get("text") is None:
        return None
    errors: dict[str, str] = {}
    wording = Wording(_read_line(data, "before", errors), _read_line(data, "text", errors))
    if errors:
        raise InvalidInputError(errors=errors)
    return wording


def _read_line(data: Mapping[str, Any], name: str, errors: dict[str, str]) -> str:
    if data.get(name) is None:
        errors[name] = said("Must be text.")
        return ""
    return read_text(data, name, MAX_LINE, errors, clean_line)


def _read_segment(data: Mapping[str, Any], errors: dict[str, str]) -> int:
    value = data.get("segment")
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    # Numbers that no database has are the id of nothing.
    if not (text.isascii() and text.isdigit()) or len(text) > len(str(2**31)):
        errors["segment"] = said("Must be the id of a segment.")
        return 0
    return min(int(text), 2**31 - 1)


def _read_confirmed(data: Mapping[str, Any], errors: dict[str, str]) -> tuple[int, ...]:
    value = data.get("confirmed")
    if value is None:
        return ()
    if not isinstance(value, list) or not all(map(_is_position, value)):
        errors["confirmed"] = NOT_POSITIONS
        return ()
    return tuple(sorted(set(value)))


def _is_position(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < MOST_WORDS
