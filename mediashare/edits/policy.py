"""Which edits can be made of a recording, and how long its original is kept."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from mediashare.library import forms as library_forms
from mediashare.media import policy as media_policy
from mediashare.media.models import Recording, Version
from mediashare.media.policy import Edit, Span
from mediashare.sentences import said

RATE_LIMIT = "30 per 10 minutes"
SHORTEST_MS = 1000
MOST_SPANS = 100

TOO_SHORT = said("At least one second must be left.")
NOT_AFTER = said("The end must come after the start.")
TOO_MANY = said("At most %(max)s spans.", max=MOST_SPANS)
EMPTY_SPAN = said("Each span must end after it starts.")
TOO_LATE = said("The recording ends at %(end)s.")
NO_SOUND = said("There is no sound to mute.")
NO_PICTURE = said("There is no picture to blur.")


def find_mistakes(edit: Edit, recording: Recording, length_ms: int) -> dict[str, str]:
    """What keeps an edit from being made of a recording of that length, by field."""
    mistakes = _find_bad_ends(edit, length_ms)
    for name, spans, stream, sentence in (
        ("muted", edit.muted, "audio", NO_SOUND),
        ("blurred", edit.blurred, "video", NO_PICTURE),
    ):
        if spans and not media_policy.holds(recording, stream):
            mistakes[name] = sentence
        elif mistake := _find_bad_span(spans, length_ms):
            mistakes[name] = mistake
    return mistakes


def find_bad_trim(edit: Edit) -> str | None:
    """What keeps anything from being played between these two ends of any recording."""
    if edit.end_ms is None or edit.end_ms - edit.start_ms >= SHORTEST_MS:
        return None
    return NOT_AFTER if edit.end_ms <= edit.start_ms else TOO_SHORT


def fitted(edit: Edit, length_ms: int) -> Edit:
    """The same edit in its one normal form: spans in order and joined, no end that is the end."""
    end_ms = None if edit.end_ms == length_ms else edit.end_ms
    return Edit(
        edit.start_ms, end_ms, media_policy.merged(edit.muted), media_policy.merged(edit.blurred)
    )


def kept_until(versions: Iterable[Version], days: int) -> datetime | None:
    """Until when the original that these versions are made from is kept; None while that is not
    known, because one of them is being made, or where originals are kept for ever."""
    settled = [version.settled_at for version in versions]
    known = [moment for moment in settled if moment is not None]
    if not days or not known or len(known) < len(settled):
        return None
    return max(known) + timedelta(days=days)


def clock(milliseconds: int) -> str:
    """A time as people write it for an edit, to the millisecond where that matters: 1:37.25."""
    return library_forms.write_time(milliseconds)


def _find_bad_ends(edit: Edit, length_ms: int) -> dict[str, str]:
    end_ms = length_ms if edit.end_ms is None else edit.end_ms
    if end_ms > length_ms:
        return {"end": said(TOO_LATE, end=clock(length_ms))}
    if edit.start_ms >= length_ms:
        return {"start": said(TOO_LATE, end=clock(length_ms))}
    if end_ms <= edit.start_ms:
        return {"end": NOT_AFTER}
    # What was recorded shorter can be muted, but not made shorter still.
    if end_ms - edit.start_ms < min(SHORTEST_MS, length_ms):
        return {"end": TOO_SHORT}
    return {}


def _find_bad_span(spans: tuple[Span, ...], length_ms: int) -> str | None:
    if len(spans) > MOST_SPANS:
        return TOO_MANY
    if any(start < 0 or end <= start for start, end in spans):
        return EMPTY_SPAN
    if any(end > length_ms for _start, end in spans):
        return said(TOO_LATE, end=clock(length_ms))
    return None
