"""What chapters ask of the workers."""

from dataclasses import dataclass
from typing import ClassVar

from mediashare.jobs.job import Job


@dataclass(frozen=True, kw_only=True)
class ProposeOutline(Job):
    """Propose chapters and a summary of the episode `subject` from its transcript."""

    kind: ClassVar[str] = "chapters"
    effort: ClassVar[float] = 0.001
