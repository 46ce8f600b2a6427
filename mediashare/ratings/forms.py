"""Reads what people say about episodes, from forms and from JSON alike."""

from collections.abc import Mapping
from typing import Any

from mediashare.errors import InvalidInputError
from mediashare.ratings.models import Verdict
from mediashare.sentences import said
from mediashare.text import clean_line

STARS = {"1": 1, "2": 2, "3": 3, "4": 4, "5": 5}
MAX_NOTE = 300


def read_stars(data: Mapping[str, Any]) -> int:
    """The stars, 1 to 5, as a number or as the text of a form field."""
    stars = STARS.get(str(data.get("stars")))
    if stars is None:
        raise InvalidInputError(errors={"stars": said("Choose 1 to 5 stars.")})
    return stars


def read_verdict(data: Mapping[str, Any]) -> Verdict:
    """What came of it, in one of three words."""
    try:
        return Verdict(str(data.get("verdict")))
    except ValueError as error:
        known = ", ".join(Verdict)
        raise InvalidInputError(
            errors={"verdict": said("Must be one of: %(known)s.", known=known)}
        ) from error


def read_note(data: Mapping[str, Any]) -> str:
    """The line of context beside an outcome, which may be left out."""
    note = data.get("note") or ""
    if not isinstance(note, str):
        raise InvalidInputError(errors={"note": said("Must be text.")})
    line = clean_line(note)
    if len(line) > MAX_NOTE:
        raise InvalidInputError(errors={"note": said("At most %(max)s characters.", max=MAX_NOTE)})
    return line
