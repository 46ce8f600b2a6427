"""Reads what admins choose."""

from collections.abc import Mapping

from mediashare.errors import InvalidInputError
from mediashare.jobs.models import JobState


def read_state(data: Mapping[str, str]) -> JobState | None:
    """The state of the jobs to list; None for all of them."""
    value = data.get("state", "")
    try:
        return JobState(value) if value else None
    except ValueError as error:
        sentence = f"Must be one of: {', '.join(JobState)}."
        raise InvalidInputError(errors={"state": sentence}) from error
