"""Reads positions, and how people want to play, from forms and from JSON."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from mediashare.accounts.policy import Playback
from mediashare.errors import InvalidInputError
from mediashare.sentences import said

# No clip is longer than a day.
LATEST_S = 24 * 3600


def read_position(data: Mapping[str, Any]) -> float:
    """The second somebody is at; raises InvalidInputError."""
    position = data.get("position")
    is_truth = isinstance(position, bool)
    if isinstance(position, int | float) and not is_truth and 0 <= position <= LATEST_S:
        return float(position)
    raise InvalidInputError(errors={"position": said("Must be seconds, up to a day.")})


def read_changes(data: Mapping[str, Any], before: Playback) -> Playback:
    """What is sent of it, and the rest as before; raises InvalidInputError."""
    known = asdict(before)
    sent = {name: data[name] for name in known if name in data}
    errors = {
        name: said("Must be true or false.")
        for name, value in sent.items()
        if not isinstance(value, bool)
    }
    if errors:
        raise InvalidInputError(errors=errors)
    return Playback(**{**known, **sent})


def read_playback(form: Mapping[str, str]) -> Playback:
    """The boxes that are ticked; browsers do not send those that are not."""
    return Playback(captions="captions" in form, keys="keys" in form, history="history" in form)
