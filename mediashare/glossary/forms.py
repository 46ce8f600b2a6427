"""Reads what keepers say about terms, from forms and from JSON alike."""

from collections.abc import Mapping, Sequence
from typing import Any

from mediashare.errors import InvalidInputError
from mediashare.glossary import policy
from mediashare.glossary.models import TERM_LENGTH
from mediashare.glossary.service import EDGES, MOST_SOUNDS, SHORTEST_SOUND, EntryDetails
from mediashare.library.forms import read_language
from mediashare.sentences import said
from mediashare.text import clean_line, clean_visible, read_text

MAX_NOTE = 500


def read_entry(data: Mapping[str, Any]) -> EntryDetails:
    """A term, what it sounds like, its language and a note; raises InvalidInputError naming each
    field that can't be used."""
    errors: dict[str, str] = {}
    term = " ".join(read_text(data, "term", TERM_LENGTH, errors, clean_visible).split())
    if not any(map(str.isalnum, term)):
        errors.setdefault("term", said("Write the term as it should be read."))
    details = EntryDetails(
        term=term,
        sounds_like=_read_sounds(data.get("sounds_like") or (), term, errors),
        language=read_language(data.get("language"), errors),
        note=read_text(data, "note", MAX_NOTE, errors),
    )
    if errors:
        raise InvalidInputError(errors=errors)
    return details


def _read_sounds(value: object, term: str, errors: dict[str, str]) -> tuple[str, ...]:
    """What is heard instead: lines of a form, or a list. What is the term itself is left out."""
    lines = value.splitlines() if isinstance(value, str) else value
    if not isinstance(lines, Sequence) or not all(isinstance(line, str) for line in lines):
        errors["sounds_like"] = said("Must be a list of texts.")
        return ()
    cleaned = (clean_line(line).strip(EDGES) for line in lines)
    sounds = {policy.key_of(sound): sound for sound in cleaned if sound not in {"", term}}
    if len(sounds) > MOST_SOUNDS:
        errors["sounds_like"] = said("At most %(max)s, one on each line.", max=MOST_SOUNDS)
    elif any(not SHORTEST_SOUND <= len(sound) <= TERM_LENGTH for sound in sounds.values()):
        errors["sounds_like"] = said(
            "From %(least)s to %(most)s characters each.", least=SHORTEST_SOUND, most=TERM_LENGTH
        )
    elif not all(any(map(str.isalnum, sound)) for sound in sounds):
        errors["sounds_like"] = said("Write what is heard, in words.")
    return tuple(sounds.values())
