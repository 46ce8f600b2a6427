"""Reads what comes with captions: their bytes and the language they are in."""

import langcodes

from mediashare.errors import InvalidInputError
from mediashare.transcripts.errors import CaptionsInvalidError, CaptionsTooLargeError

MAX_BYTES = 2_000_000
LANGUAGE_LENGTH = 35


def read_body(data: bytes) -> str:
    """The text of a caption file; it must be UTF-8, as both formats' own specifications say."""
    if len(data) > MAX_BYTES:
        raise CaptionsTooLargeError
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise CaptionsInvalidError("This is not UTF-8 text.", line=line) from error


def read_language(value: str | None) -> str | None:
    """A language code in its standard form, or None when nothing was said."""
    if not value:
        return None
    if len(value) > LANGUAGE_LENGTH or not langcodes.tag_is_valid(value):
        raise InvalidInputError(
            errors={"language": "This is not a language code we know. Examples: en, de, pt-BR."}
        )
    return langcodes.standardize_tag(value)
