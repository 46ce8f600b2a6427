"""Job check: look through what is said in an episode, before or while others hear it."""

from sqlalchemy.orm import Session

from mediashare.checks import policy as checks_policy
from mediashare.checks import queries as checks_queries
from mediashare.checks import service as checks_service
from mediashare.checks.policy import Policy
from mediashare.transcripts.jobs import CheckTranscript
from workers.context import Context
from workers.tools.findings import search


def run(context: Context, job: CheckTranscript) -> None:
    """Find what may have slipped out; where this house does not ask for that, nothing waits."""
    policy = checks_policy.policy_of(context.settings)
    if policy is Policy.OFF:
        with context.finishing() as session:
            checks_service.skip(session, job.subject)
        return
    with context.database.reading() as session:
        material = checks_queries.get_material(session, job.subject)
    found = search.find(material)
    with context.finishing() as session:
        checks_service.conclude(session, material, found, policy, job_id=context.job_id)


def failed(session: Session, job: CheckTranscript, _sentence: str) -> None:
    """An episode that waits for the check goes on waiting, and its author is told."""
    checks_service.fail(session, job.subject)
