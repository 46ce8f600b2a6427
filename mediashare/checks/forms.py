"""Reads watched words, from forms and from JSON alike."""

from collections.abc import Mapping
from typing import Any

from mediashare.checks.models import LONGEST_WORD
from mediashare.errors import InvalidInputError
from mediashare.sentences import said
from mediashare.text import clean_line, clean_visible

SHORTEST_WORD = 2


def read_word(data: Mapping[str, Any]) -> str:
    """A word or a few, as they are compared: without case, with single blanks."""
    value = data.get("word")
    word = clean_line(clean_visible(value)).casefold() if isinstance(value, str) else ""
    if len(word) < SHORTEST_WORD or not any(sign.isalnum() for sign in word):
        raise InvalidInputError(errors={"word": said("Give a word of at least two letters.")})
    if len(word) > LONGEST_WORD:
        raise InvalidInputError(
            errors={"word": said("At most %(max)s characters.", max=LONGEST_WORD)}
        )
    return word
