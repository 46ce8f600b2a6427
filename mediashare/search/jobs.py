"""What search asks of the workers."""

from dataclasses import dataclass
from typing import ClassVar

from mediashare.jobs.job import Job


@dataclass(frozen=True, kw_only=True)
class CompactIndex(Job):
    """Take words that were deleted off the disk."""

    kind: ClassVar[str] = "index"

    subject: str = "index"


@dataclass(frozen=True, kw_only=True)
class ForgetAsked(Job):
    """Forget what was searched for long ago."""

    kind: ClassVar[str] = "asked"

    subject: str = "asked"
