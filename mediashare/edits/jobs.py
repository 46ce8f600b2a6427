"""What edits ask of the workers."""

from dataclasses import dataclass
from typing import ClassVar

from mediashare.jobs.job import Job


@dataclass(frozen=True, kw_only=True)
class DropOriginals(Job):
    """Remove originals that have been kept for as long as this house keeps them."""

    kind: ClassVar[str] = "originals"

    subject: str = "originals"
