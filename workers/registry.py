"""Which handler does which job, on one page."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from mediashare.jobs.job import Job
from workers.context import Context


def _leave(_session: Session, _job: object, _sentence: str) -> None:
    """Nobody but the job's own row needs to know that it failed."""


@dataclass(frozen=True, kw_only=True)
class Handler:
    """How a kind of job is done, and what else changes when it is given up.

    `run` gets the context and the job. `failed` gets the session of the transaction that gives
    the job up, the job, and the sentence that people read.
    """

    run: Callable[[Context, Any], None]
    failed: Callable[[Session, Any, str], None] = _leave


Registry = Mapping[type[Job], Handler]

REGISTRY: Registry = {}
