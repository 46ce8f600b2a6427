"""How versions look, to people and to programs."""

from datetime import datetime
from typing import Any

from mediashare.edits import policy
from mediashare.edits.queries import ShownVersion
from mediashare.library import views as library_views
from mediashare.media import policy as media_policy
from mediashare.media.models import Recording, Version, VersionState
from mediashare.media.policy import Edit
from mediashare.sentences import Sentence, said, said_many, together
from mediashare.web.json_api import iso, seconds
from mediashare.web.languages import translated

STATES = {
    VersionState.MAKING: said("Being made"),
    VersionState.CURRENT: said("Played now"),
    VersionState.FAILED: said("Could not be made"),
    VersionState.FORMER: said("Played before"),
}
NEVER_MADE = said("Never made")


def edit_json(shown: ShownVersion, until: datetime | None) -> dict[str, Any]:
    """The edit that was asked for last, in seconds of the recording, and what it is an edit of."""
    version = shown.version
    return {
        "version": version.number,
        "state": version.state.value,
        "failure": translated(version.failure),
        **_edit(version),
        "recording": {**_recording(shown.recording), "kept_until": iso(until)},
    }


def version_json(shown: ShownVersion) -> dict[str, Any]:
    """One version, as programs read it."""
    version = shown.version
    return {
        "number": version.number,
        "state": version.state.value,
        "failure": translated(version.failure),
        **_edit(version),
        "recording": _recording(shown.recording),
        "made_by": library_views.person_json(shown.made_by) if shown.made_by else None,
        "created_at": iso(version.created_at),
    }


def state_words(version: Version) -> str:
    """How far a version is, in words; one that gave way before it was made never played."""
    if version.state is VersionState.FORMER and version.failure:
        return NEVER_MADE
    return STATES[version.state]


def describe(version: Version) -> str:
    """What an edit does, in words: “From 0:10 to 0:40, 2 spans muted”."""
    edit = Edit.of(version)
    if edit.changes_nothing:
        return said("The whole recording")
    parts = []
    if edit.start_ms or edit.end_ms is not None:
        parts.append(_ends(edit))
    if edit.muted:
        parts.append(said_many("%(num)s span muted", "%(num)s spans muted", len(edit.muted)))
    if edit.blurred:
        parts.append(said_many("%(num)s span blurred", "%(num)s spans blurred", len(edit.blurred)))
    return together(parts, ", ")


def _ends(edit: Edit) -> Sentence:
    start = policy.clock(edit.start_ms)
    if edit.end_ms is None:
        return said("From %(start)s to the end", start=start)
    return said("From %(start)s to %(end)s", start=start, end=policy.clock(edit.end_ms))


def _edit(version: Version) -> dict[str, Any]:
    return {
        "start": seconds(version.start_ms),
        "end": seconds(version.end_ms),
        "muted": [[seconds(start), seconds(end)] for start, end in version.muted],
        "blurred": [[seconds(start), seconds(end)] for start, end in version.blurred],
    }


def _recording(recording: Recording) -> dict[str, Any]:
    return {
        "filename": recording.filename,
        "size": recording.size,
        "duration": seconds(media_policy.recorded_ms(recording)),
        "has_sound": media_policy.holds(recording, "audio"),
        "has_picture": media_policy.holds(recording, "video"),
        "sent_at": iso(recording.created_at),
        "removed_at": iso(recording.dropped_at),
    }
