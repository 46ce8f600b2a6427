"""What uploads ask of the workers."""

from dataclasses import dataclass
from typing import ClassVar

from mediashare.jobs.job import Job


@dataclass(frozen=True, kw_only=True)
class ExpireUploads(Job):
    """Remove uploads that nobody went on with in time."""

    kind: ClassVar[str] = "expire-uploads"

    subject: str = "uploads"
