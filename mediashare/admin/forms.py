"""Reads what admins choose."""

from collections.abc import Mapping

from mediashare.admin.queries import JobFilter
from mediashare.errors import InvalidInputError
from mediashare.jobs.models import JobState
from mediashare.sentences import said

LONGEST_KIND = 40


def read_filter(data: Mapping[str, str]) -> JobFilter:
    """Which jobs to list."""
    return JobFilter(read_state(data), _read_kind(data) or None)


def read_state(data: Mapping[str, str]) -> JobState | None:
    """The state of the jobs to list; None for all of them."""
    value = data.get("state", "")
    try:
        return JobState(value) if value else None
    except ValueError as error:
        sentence = said("Must be one of: %(known)s.", known=", ".join(JobState))
        raise InvalidInputError(errors={"state": sentence}) from error


def read_failure(data: Mapping[str, str]) -> tuple[str, str]:
    """The kind of job and the reason for which it failed."""
    return _read_kind(data), data.get("reason", "").replace("\0", "")


def _read_kind(data: Mapping[str, str]) -> str:
    return data.get("kind", "")[:LONGEST_KIND].replace("\0", "")
