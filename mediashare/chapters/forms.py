"""Reads chapters and summaries, from forms and from JSON, and keeps what was typed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from mediashare.chapters import policy
from mediashare.chapters.models import Part
from mediashare.chapters.queries import Line, ShownOutline
from mediashare.errors import InvalidInputError
from mediashare.library import forms as library_forms
from mediashare.sentences import said
from mediashare.text import clean_line

# What the words of a line are called, how long they may be, and how many lines there may be.
WORDS = {Part.CHAPTERS: "title", Part.SUMMARY: "text"}
LONGEST = {Part.CHAPTERS: policy.LONGEST_TITLE, Part.SUMMARY: policy.LONGEST_SENTENCE}
MOST = {Part.CHAPTERS: policy.MOST_CHAPTERS, Part.SUMMARY: policy.MOST_SENTENCES}
TOO_MANY = {
    Part.CHAPTERS: said("At most %(max)s chapters."),
    Part.SUMMARY: said("At most %(max)s sentences."),
}
MISSING = {
    Part.CHAPTERS: said("Give it a title."),
    Part.SUMMARY: said("Give it a sentence."),
}

NOT_LINES = said('Must be a list of objects: [{"start": 12.5, "%(words)s": "…"}, …].')


@dataclass(frozen=True)
class Row:
    """One line as a form holds it."""

    time: str = ""
    words: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing stands here."""
        return not (self.time.strip() or self.words.strip())


@dataclass(frozen=True)
class PartForm:
    """One part of an outline as text."""

    part: Part
    rows: Sequence[Row] = ()

    @classmethod
    def of(cls, shown: ShownOutline, part: Part) -> Self:
        """What the form shows before anything is changed: with an empty row at the end, for
        whoever has no script to add one."""
        rows = [
            Row(library_forms.write_time(line.start_ms), line.text) for line in shown.lines(part)
        ]
        return cls(part, [*rows, Row()])

    @classmethod
    def typed(cls, part: Part, times: Iterable[str], words: Iterable[str]) -> Self:
        """What somebody has typed, right or wrong."""
        rows = [Row(*cells) for cells in zip(times, words, strict=False)]
        return cls(part, rows[: MOST[part] + 1])

    def without(self, number: str) -> Self:
        """The same without one row, counted from 1."""
        kept = [row for place, row in enumerate(self.rows, 1) if str(place) != number]
        return type(self)(self.part, kept)

    def with_empty_row(self) -> Self:
        """The same with one row more than is filled."""
        filled = [row for row in self.rows if not row.is_empty]
        return type(self)(self.part, [*filled, Row()])

    def read(self) -> Sequence[Line]:
        """The lines that were typed, in order of time; raises InvalidInputError."""
        data = [
            {"start": row.time.strip(), WORDS[self.part]: row.words}
            for row in self.rows
            if not row.is_empty
        ]
        return _read(self.part, data)


def read_part(value: object) -> Part:
    """Which part of an outline is meant."""
    try:
        return Part(str(value))
    except ValueError as error:
        known = ", ".join(Part)
        raise InvalidInputError(
            errors={"part": said("Must be one of: %(known)s.", known=known)}
        ) from error


def read_outline(data: Mapping[str, Any]) -> Mapping[Part, Sequence[Line]]:
    """The parts that a program sends; what it leaves out stays as it is."""
    found, errors = {}, {}
    for part in Part:
        if data.get(part.value) is None:
            continue
        try:
            found[part] = _read(part, data[part.value])
        except InvalidInputError as error:
            errors.update(error.errors)
    if errors:
        raise InvalidInputError(errors=errors)
    return found


def with_lengths(part: Part, lines: Sequence[Line], shown: ShownOutline) -> Sequence[Line]:
    """Sentences that stay where they were taken from are still as long as they are spoken, and
    titles that nobody has typed anew are still those that a machine took from what is said."""
    spoken = {_source(part, line): line.length_ms for line in shown.lines(part)}
    return [Line(one.start_ms, one.text, spoken.get(_source(part, one), 0)) for one in lines]


def _source(part: Part, line: Line) -> int | str:
    return line.text if part is Part.CHAPTERS else line.start_ms


def _read(part: Part, data: object) -> Sequence[Line]:
    if not isinstance(data, list) or not all(isinstance(one, dict) for one in data):
        raise InvalidInputError(errors={part.value: said(NOT_LINES, words=WORDS[part])})
    if len(data) > MOST[part]:
        raise InvalidInputError(errors={part.value: said(TOO_MANY[part], max=MOST[part])})
    lines = [_read_line(part, number, one) for number, one in enumerate(data, 1)]
    return sorted(lines, key=lambda line: line.start_ms)


def _read_line(part: Part, number: int, data: Mapping[str, Any]) -> Line:
    wrong: dict[str, str] = {}
    start_ms = library_forms.read_time(data, "start", wrong)
    words = data.get(WORDS[part])
    text = clean_line(words) if isinstance(words, str) else ""
    if start_ms is None:
        wrong.setdefault("start", said("Give a time, as in 1:37."))
    if not text:
        wrong[WORDS[part]] = MISSING[part]
    elif len(text) > LONGEST[part]:
        wrong[WORDS[part]] = said("At most %(max)s characters.", max=LONGEST[part])
    if wrong or start_ms is None:
        reason = next(iter(wrong.values()))
        sentence = said("Row %(number)s: %(reason)s", number=number, reason=reason)
        raise InvalidInputError(errors={part.value: sentence})
    return Line(start_ms, text)
