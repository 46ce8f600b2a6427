"""Reads WebVTT strictly by the grammar that the W3C gives to authors, and says what breaks it.

https://www.w3.org/TR/webvtt1/#syntax: a browser forgives much, and so do libraries; what we write
needs no forgiving. Beyond the grammar of a file, each kind of track has a grammar of its own.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

TIME = r"(?:(\d{2,}):)?([0-5]\d):([0-5]\d)\.(\d{3})"
TIMINGS = re.compile(rf"{TIME}[ \t]+-->[ \t]+{TIME}((?:[ \t]+[a-z]+:[^ \t]+)*)[ \t]*")
SETTINGS = {
    "vertical": r"rl|lr",
    "line": r"(-?\d+|\d+(\.\d+)?%)(,(start|center|end))?",
    "position": r"\d+(\.\d+)?%(,(line-left|center|line-right))?",
    "size": r"\d+(\.\d+)?%",
    "align": r"start|center|end|left|right",
    "region": r"\S+",
}
# The spans that cue text is made of; a voice and a language need an annotation, others have none.
PLAIN, ANNOTATED = {"c", "i", "b", "u", "ruby", "rt"}, {"v", "lang"}
TAG = re.compile(r"<(?:/(?P<end>[a-z]+)|(?P<name>[a-z]+)(?P<classes>(\.[^ \t\n<>&.]+)*)"
                 r"(?:[ \t](?P<note>[^\n<>]+))?|(?P<stamp>" + TIME + r"))>")  # fmt: skip
ESCAPE = re.compile(r"&(amp|lt|gt|lrm|rlm|nbsp|#\d+|#[xX][0-9a-fA-F]+);")
METADATA = re.compile(r"/\S+#xywh=(\d+),(\d+),(\d+),(\d+)")


class NotWebVttError(AssertionError):
    """The file is none; the sentence says why."""


@dataclass(frozen=True)
class Cue:
    """One cue: when it is shown, in milliseconds, and the lines of its payload."""

    start_ms: int
    end_ms: int
    lines: Sequence[str]

    @property
    def payload(self) -> str:
        return "\n".join(self.lines)


def read_captions(text: str) -> list[Cue]:
    """The cues of a track of captions: WebVTT cue text."""
    cues = read(text)
    for cue in cues:
        _check_cue_text(cue.payload)
    return cues


def read_chapters(text: str) -> list[Cue]:
    """The cues of a track of chapters: titles of one line, none overlapping another in part."""
    cues = read(text)
    for number, cue in enumerate(cues):
        _demand(len(cue.lines) == 1, f"a title of several lines: {cue.lines}")
        _demand("<" not in cue.payload, f"a tag in a title: {cue.payload}")
        _check_escapes(cue.payload)
        for other in cues[number + 1 :]:
            apart = other.start_ms >= cue.end_ms
            _demand(apart or other.end_ms <= cue.end_ms, "chapters overlap in part")
    return cues


def read_storyboard(text: str) -> list[Cue]:
    """The cues of a track of metadata, each of which names a picture and a place in it."""
    cues = read(text)
    for cue in cues:
        _demand(METADATA.fullmatch(cue.payload) is not None, f"no picture: {cue.payload}")
    return cues


def read(text: str) -> list[Cue]:
    """The cues of any track; raises NotWebVttError."""
    _demand("\0" not in text, "the character NUL")
    lines = re.split(r"\r\n|\r|\n", text)
    header, *rest = lines
    _demand(re.fullmatch(r"\ufeff?WEBVTT([ \t].*)?", header) is not None, f"no header: {header!r}")
    _demand("-->" not in header, "an arrow in the header")
    _demand(not rest or rest[0] == "", "the header is not followed by an empty line")
    cues: list[Cue] = []
    for block in _blocks(rest):
        cues += _read_block(block, may_style=not cues)
    starts = [cue.start_ms for cue in cues]
    _demand(starts == sorted(starts), "cues are not in the order of their starts")
    return cues


def _blocks(lines: Sequence[str]) -> Iterator[list[str]]:
    block: list[str] = []
    for line in [*lines, ""]:
        if line:
            block.append(line)
        elif block:
            yield block
            block = []


def _read_block(block: list[str], *, may_style: bool) -> list[Cue]:
    first = block[0]
    if re.fullmatch(r"NOTE([ \t].*)?", first):
        _demand("-->" not in "\n".join(block), "an arrow in a comment")
        return []
    if first.rstrip() in {"STYLE", "REGION"}:
        _demand(may_style, f"{first} after the first cue")
        return []
    if "-->" not in first:
        _demand(len(block) > 1, f"an identifier of nothing: {first!r}")
        block = block[1:]
    return [_read_cue(block)]


def _read_cue(block: list[str]) -> Cue:
    timings, *payload = block
    found = TIMINGS.fullmatch(timings)
    if found is None:
        msg = f"no timings: {timings!r}"
        raise NotWebVttError(msg)
    numbers = [int(number or 0) for number in found.groups()[:8]]
    start, end = _milliseconds(numbers[:4]), _milliseconds(numbers[4:])
    _demand(end > start, f"a cue ends before it has begun: {timings}")
    _check_settings(found.group(9).split())
    _demand(payload != [], "a cue that says nothing")
    _demand("-->" not in "\n".join(payload), "an arrow in a payload")
    return Cue(start, end, payload)


def _milliseconds(numbers: Sequence[int]) -> int:
    hours, minutes, seconds, rest = numbers
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + rest


def _check_settings(settings: Sequence[str]) -> None:
    names = [setting.partition(":")[0] for setting in settings]
    _demand(len(set(names)) == len(names), "a setting twice")
    for setting in settings:
        name, _, value = setting.partition(":")
        _demand(bool(re.fullmatch(SETTINGS.get(name, "$a"), value)), f"no setting: {setting}")


def _check_cue_text(payload: str) -> None:
    opened: list[str] = []
    at = 0
    for found in TAG.finditer(payload):
        _check_text(payload[at : found.start()])
        at = found.end()
        name = found["name"]
        if found["end"]:
            _demand(bool(opened) and opened.pop() == found["end"], f"closes nothing: {found[0]}")
        elif name:
            _demand(name in PLAIN | ANNOTATED, f"no such span: {found[0]}")
            _demand((name in ANNOTATED) == bool(found["note"]), f"annotation: {found[0]}")
            _check_escapes(found["note"] or "")
            opened.append(name)
    _check_text(payload[at:])
    # A voice may be left open when it is the whole cue.
    _demand(opened in ([], ["v"]), f"left open: {opened}")
    _demand(not opened or payload.startswith("<v"), "an open voice that is not the whole cue")


def _check_text(text: str) -> None:
    _demand("<" not in text, f"an unescaped < in {text!r}")
    _check_escapes(text)


def _check_escapes(text: str) -> None:
    _demand("&" not in ESCAPE.sub("", text), f"an unescaped & in {text!r}")
    _demand(">" not in text, f"an unescaped > in {text!r}")


def _demand(condition: bool, sentence: str) -> None:  # noqa: FBT001 - a condition, not a choice
    if not condition:
        raise NotWebVttError(sentence)
