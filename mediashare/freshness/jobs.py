"""What reviews ask of the workers."""

from dataclasses import dataclass
from typing import ClassVar

from mediashare.jobs.job import Job


@dataclass(frozen=True, kw_only=True)
class RemindOfReviews(Job):
    """Tell the authors of episodes whose review is due."""

    kind: ClassVar[str] = "reviews"

    subject: str = "reviews"
