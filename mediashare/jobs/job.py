"""The base of typed job requests; each slice's jobs.py holds the ones it sends."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, ClassVar


class QueueName(StrEnum):
    """Which kind of worker a job needs."""

    MEDIA = "media"
    SPEECH = "speech"
    DEFAULT = "default"


@dataclass(frozen=True, kw_only=True)
class Job:
    """One thing to be done later, about one `subject` (the id of an episode, say)."""

    kind: ClassVar[str]
    queue: ClassVar[QueueName] = QueueName.DEFAULT
    max_attempts: ClassVar[int] = 4

    subject: str

    def payload(self) -> dict[str, Any]:
        """Everything but the subject, as JSON can keep it."""
        fields = asdict(self)
        del fields["subject"]
        return fields
