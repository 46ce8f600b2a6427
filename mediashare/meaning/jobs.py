"""What finding by meaning asks of the workers."""

from dataclasses import dataclass
from typing import ClassVar

from mediashare.jobs.job import Job


@dataclass(frozen=True, kw_only=True)
class EmbedTranscripts(Job):
    """Make the vectors of transcripts that have none, or none of their present words."""

    kind: ClassVar[str] = "meaning"

    subject: str = "meaning"
