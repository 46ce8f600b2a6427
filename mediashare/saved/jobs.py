"""What saved searches ask of the workers."""

from dataclasses import dataclass
from typing import ClassVar

from mediashare.jobs.job import Job


@dataclass(frozen=True, kw_only=True)
class LookForNew(Job):
    """Run all saved searches, and tell people what is new in them."""

    kind: ClassVar[str] = "searches"

    subject: str = "searches"
