"""Reads caption files, WebVTT and SubRip, down to plain text: no tag, style or setting of theirs
is kept."""

import html
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import webvtt
from webvtt.errors import MalformedCaptionError, MalformedFileError

from mediashare.sentences import said
from mediashare.text import clean_line
from mediashare.transcripts.errors import CaptionsInvalidError, CaptionsTooLargeError

MAX_BYTES = 2_000_000
MAX_CAPTIONS, MAX_WORDS = 20_000, 100_000
MAX_TEXT, MAX_SPEAKER = 2000, 80
DAY_MS = 24 * 3600 * 1000
_TIME = r"(?:(\d{1,3}):)?([0-5]?\d):([0-5]?\d)[.,](\d{1,3})"
_TIMING = re.compile(rf"\s*{_TIME}\s*-->\s*{_TIME}(?:\s|$)")
# Some SubRip files carry positions as {\an8}; they are no more text than tags are.
_SUBRIP_CODE = re.compile(r"\{\\[^}]{0,40}\}")


@dataclass(frozen=True)
class Caption:
    """Some words, perhaps whose, and when they are shown."""

    start_ms: int
    end_ms: int
    text: str
    speaker: str | None = None


def read_captions(text: str) -> Sequence[Caption]:
    """The captions of a file in order of time; raises CaptionsInvalidError, naming the line where
    that is possible, and CaptionsTooLargeError."""
    if len(text.encode(errors="replace")) > MAX_BYTES:
        raise CaptionsTooLargeError
    text = text.removeprefix("\ufeff").replace("\0", "")
    _check_times(text)
    try:
        if text.startswith("WEBVTT"):
            found = webvtt.from_string(text).captions
        else:
            found = webvtt.from_buffer(io.StringIO(text.lstrip()), "srt").captions
    except (MalformedFileError, MalformedCaptionError) as error:
        raise CaptionsInvalidError(
            said("This is neither WebVTT (its first line is WEBVTT) nor SubRip.")
        ) from error
    captions = [caption for caption in map(_clean, found) if caption.text]
    if not captions:
        raise CaptionsInvalidError(said("There is not a single caption in this file."))
    if len(captions) > MAX_CAPTIONS or _count_words(captions) > MAX_WORDS:
        raise CaptionsTooLargeError
    return sorted(captions, key=lambda caption: (caption.start_ms, caption.end_ms))


def _count_words(captions: Iterable[Caption]) -> int:
    return sum(len(caption.text.split()) for caption in captions)


def _check_times(text: str) -> None:
    # The parser drops captions that it can't read; people want to know of them.
    for number, line in enumerate(re.split(r"\r\n|\r|\n", text), 1):
        if "-->" not in line:
            continue
        match = _TIMING.match(line)
        if match is None:
            raise CaptionsInvalidError(
                said("Times are written like 00:01:02.500 --> 00:01:04.000."), line=number
            )
        start, end = _milliseconds(match.groups()[:4]), _milliseconds(match.groups()[4:])
        if end <= start:
            raise CaptionsInvalidError(said("A caption must end after it starts."), line=number)
        if end > DAY_MS:
            raise CaptionsInvalidError(said("No recording lasts longer than a day."), line=number)


def _milliseconds(parts: Sequence[str | None]) -> int:
    hours, minutes, seconds, fraction = (part or "0" for part in parts)
    whole = (int(hours) * 60 + int(minutes)) * 60 + int(seconds)
    return whole * 1000 + int(fraction.ljust(3, "0"))


def _clean(caption: webvtt.Caption) -> Caption:
    speaker = _plain(caption.voice or "")[:MAX_SPEAKER]
    return Caption(
        start_ms=caption.start_time.in_milliseconds(),
        end_ms=caption.end_time.in_milliseconds(),
        text=_plain(caption.text)[:MAX_TEXT],
        speaker=speaker or None,
    )


def _plain(marked: str) -> str:
    return clean_line(html.unescape(_SUBRIP_CODE.sub("", marked)))
