"""Reads edits, from forms and from JSON, and keeps what was typed for showing it again."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

from mediashare.edits import policy
from mediashare.errors import InvalidInputError
from mediashare.library import forms as library_forms
from mediashare.media.models import Version
from mediashare.media.policy import Edit, Span
from mediashare.sentences import said

MUTE, BLUR = "mute", "blur"
PAIR = 2
NO_TRIM = said("Must be an object with start and end in seconds.")
NOT_PAIRS = said("Must be a list of pairs of seconds: [[start, end], …].")


@dataclass(frozen=True)
class SpanRow:
    """One span as a form holds it."""

    begin: str = ""
    finish: str = ""
    kind: str = MUTE

    @property
    def is_empty(self) -> bool:
        """Whether nobody has typed anything here."""
        return not (self.begin.strip() or self.finish.strip())


@dataclass(frozen=True)
class EditForm:
    """An edit as text."""

    start: str = ""
    end: str = ""
    rows: Sequence[SpanRow] = ()

    @classmethod
    def of(cls, edit: Edit) -> Self:
        """What the form shows before anything is changed."""
        spans = [(span, MUTE) for span in edit.muted] + [(span, BLUR) for span in edit.blurred]
        return cls(
            start=policy.clock(edit.start_ms) if edit.start_ms else "",
            end="" if edit.end_ms is None else policy.clock(edit.end_ms),
            rows=[
                SpanRow(policy.clock(start), policy.clock(end), kind)
                for (start, end), kind in sorted(spans)
            ],
        )

    @classmethod
    def typed(
        cls, form: Mapping[str, str], columns: tuple[Sequence[str], Sequence[str], Sequence[str]]
    ) -> Self:
        """What somebody has typed, right or wrong; `columns` are from, to and kind of the rows."""
        rows = [SpanRow(*cells) for cells in zip(*columns, strict=False)]
        return cls(form.get("start", ""), form.get("end", ""), rows)

    def read(self) -> Edit:
        """The edit that was typed; raises InvalidInputError naming what can't be read."""
        errors: dict[str, str] = {}
        data = {"start": self.start.strip(), "end": self.end.strip()}
        start_ms = library_forms.read_time(data, "start", errors)
        end_ms = library_forms.read_time(data, "end", errors)
        spans: dict[str, list[Span]] = {MUTE: [], BLUR: []}
        for number, row in enumerate(self.rows, 1):
            if not row.is_empty:
                _read_row(number, row, spans, errors)
        if errors:
            raise InvalidInputError(errors=errors)
        return Edit(start_ms or 0, end_ms, tuple(spans[MUTE]), tuple(spans[BLUR]))


def form_of(version: Version) -> EditForm:
    """The form that shows the edit of a version."""
    return with_empty_row(EditForm.of(Edit.of(version)))


def with_empty_row(form: EditForm) -> EditForm:
    """The form with one row more than is filled, for whoever has no script to add one."""
    filled = [row for row in form.rows if not row.is_empty]
    return replace(form, rows=[*filled, SpanRow()])


def read_edit(data: Mapping[str, Any]) -> Edit:
    """An edit in seconds of the recording, as programs send it; raises InvalidInputError."""
    errors: dict[str, str] = {}
    edit = Edit(
        library_forms.read_time(data, "start", errors) or 0,
        library_forms.read_time(data, "end", errors),
        tuple(_read_spans(data, "muted", errors)),
        tuple(_read_spans(data, "blurred", errors)),
    )
    if errors:
        raise InvalidInputError(errors=errors)
    return edit


def read_trim(sent: object) -> Edit:
    """Where what is played of a new recording starts and ends, before anything else is known of
    it; raises InvalidInputError."""
    if sent is None:
        return Edit()
    if not isinstance(sent, Mapping):
        raise InvalidInputError(errors={"trim": NO_TRIM})
    errors: dict[str, str] = {}
    edit = Edit(
        library_forms.read_time(sent, "start", errors) or 0,
        library_forms.read_time(sent, "end", errors),
    )
    mistake = next(iter(errors.values()), None) or policy.find_bad_trim(edit)
    if mistake:
        raise InvalidInputError(errors={"trim": mistake})
    return edit


def _read_row(
    number: int, row: SpanRow, spans: dict[str, list[Span]], errors: dict[str, str]
) -> None:
    wrong: dict[str, str] = {}
    data = {"from": row.begin.strip(), "to": row.finish.strip()}
    start = library_forms.read_time(data, "from", wrong)
    end = library_forms.read_time(data, "to", wrong)
    if start is None or end is None or row.kind not in spans:
        reason = next(iter(wrong.values()), said("Give both times."))
        errors.setdefault("spans", said("Row %(number)s: %(reason)s", number=number, reason=reason))
        return
    spans[row.kind].append((start, end))


def _read_spans(data: Mapping[str, Any], name: str, errors: dict[str, str]) -> Iterable[Span]:
    found = data.get(name)
    if found is None:
        return
    if not isinstance(found, list) or not all(_is_pair(pair) for pair in found):
        errors[name] = NOT_PAIRS
        return
    for pair in found[: policy.MOST_SPANS + 1]:
        wrong: dict[str, str] = {}
        times = {"start": pair[0], "end": pair[1]}
        start = library_forms.read_time(times, "start", wrong)
        end = library_forms.read_time(times, "end", wrong)
        if wrong or start is None or end is None:
            errors[name] = NOT_PAIRS
            return
        yield start, end


def _is_pair(value: object) -> bool:
    return isinstance(value, list) and len(value) == PAIR
