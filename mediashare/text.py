"""Text that people type, in one normal form; the reading of it from forms and JSON; and how two
lines differ, word by word."""

import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any

from mediashare.sentences import said

# What no text needs and what no database keeps: control characters, and halves of characters.
UNPRINTABLE = frozenset({"Cc", "Cs"})
# Besides these, what can't be seen or means something else everywhere, such as marks that turn the
# reading direction around. The joiners that some scripts are written with stay.
UNSEEN = UNPRINTABLE | {"Cf", "Co"}
# The time that a comparison takes grows with the cube of this; nobody speaks longer sentences.
MOST_COMPARED = 100
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
        errors[name] = said("Must be text.")
        return ""
    text = clean(value)
    if len(text) > longest:
        errors[name] = said("At most %(max)s characters.", max=longest)
    return text


def compare_words(
    before: Sequence[str], after: Sequence[str]
) -> Iterator[tuple[bool, slice, slice]]:
    """The runs of words that two lines share, and those that stand for each other, in order:
    whether they are the same, and where they are in each line.

    Between a common start and a common end, long lines that differ are one run.
    """
    most = min(len(before), len(after))
    start = next((n for n in range(most) if before[n] != after[n]), most)
    rest = range(1, most - start + 1)
    end = next((n - 1 for n in rest if before[-n] != after[-n]), most - start)
    old, new = before[start : len(before) - end], after[start : len(after) - end]
    if start:
        yield True, slice(0, start), slice(0, start)
    if max(len(old), len(new)) > MOST_COMPARED:
        yield False, slice(start, start + len(old)), slice(start, start + len(new))
    else:
        matcher = SequenceMatcher(None, old, new, autojunk=False)
        for tag, i1, i2, j1, j2 in matcher.get_opcodes():
            yield tag == "equal", slice(start + i1, start + i2), slice(start + j1, start + j2)
    if end:
        last = slice(len(before) - end, len(before)), slice(len(after) - end, len(after))
        yield True, *last


def _without(value: str, categories: Collection[str], kept: str) -> str:
    text = unicodedata.normalize("NFC", value).replace("\r\n", "\n")
    found = (c for c in text if c in kept or unicodedata.category(c) not in categories)
    return "".join(found).strip()
