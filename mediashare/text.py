"""Text that people type, in one normal form; and the reading of it from forms and JSON."""

import unicodedata
from collections.abc import Callable, Collection, Mapping
from typing import Any

# What no text needs and what no database keeps: control characters, and halves of characters.
UNPRINTABLE = frozenset({"Cc", "Cs"})
# Besides these, what can't be seen or means something else everywhere, such as marks that turn the
# reading direction around. The joiners that some scripts are written with stay.
UNSEEN = UNPRINTABLE | {"Cf", "Co"}
LINE_ENDS, JOINERS = "\n\t", "\u200c\u200d"


def clean_text(value: str) -> str:
    """Text in one normal form (NFC), without control characters other than line ends and without
    halves of characters, which no database keeps."""
    return _without(value, UNPRINTABLE, LINE_ENDS)


def clean_visible(value: str) -> str:
    """The same, and without anything that can't be seen: for names, which stand for somebody."""
    return _without(value, UNSEEN, LINE_ENDS + JOINERS)


def clean_line(value: str) -> str:
    """Clean text on one line, with single blanks."""
    return " ".join(clean_text(value).split())


def read_text(
    data: Mapping[str, Any],
    name: str,
    longest: int,
    errors: dict[str, str],
    clean: Callable[[str], str] = clean_text,
) -> str:
    """A field of text; what is wrong with it is noted in `errors`."""
    value = data.get(name) or ""
    if not isinstance(value, str):
        errors[name] = "Must be text."
        return ""
    text = clean(value)
    if len(text) > longest:
        errors[name] = f"At most {longest} characters."
    return text


def _without(value: str, categories: Collection[str], kept: str) -> str:
    text = unicodedata.normalize("NFC", value).replace("\r\n", "\n")
    found = (c for c in text if c in kept or unicodedata.category(c) not in categories)
    return "".join(found).strip()
