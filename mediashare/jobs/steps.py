"""The jobs about one thing as the steps that people follow on its page."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from mediashare.jobs.models import JobRow, JobState


@dataclass(frozen=True)
class Step:
    """One kind of work on one thing: how far it is, and why it failed if it did."""

    name: str
    state: JobState
    progress: float
    error: str | None
    attempts: int
    job_id: str


def list_steps(session: Session, subject: str) -> Sequence[Step]:
    """What is and was done about `subject`: the newest job of each kind, in pipeline order."""
    return list_steps_of(session, [subject]).get(subject, ())


def list_steps_of(session: Session, subjects: Collection[str]) -> dict[str, Sequence[Step]]:
    """The same for many subjects, in one statement; those without any job are left out."""
    query = (
        select(JobRow).where(JobRow.subject.in_(subjects)).order_by(JobRow.created_at, JobRow.id)
    )
    newest: dict[str, dict[str, JobRow]] = {}
    for row in session.scalars(query):
        # A dict keeps the place of the first job of a kind, which is its place in the pipeline.
        newest.setdefault(row.subject, {})[row.kind] = row
    return {subject: [_step(row) for row in kinds.values()] for subject, kinds in newest.items()}


def _step(row: JobRow) -> Step:
    return Step(
        name=row.kind,
        state=row.state,
        progress=row.progress,
        error=row.error,
        attempts=row.attempt,
        job_id=row.id,
    )
