"""Put acts on record."""

from sqlalchemy.orm import Session

from mediashare.audit.models import AuditEntry


def record(
    session: Session,
    action: str,
    *,
    actor_id: str | None,
    subject: tuple[str, str],
    address: str | None = None,
    **details: str | float | bool | None,
) -> AuditEntry:
    """Write one act in the caller's transaction: if it can't be recorded, it does not happen.

    `subject` is the type and id of what was acted on; `details` must hold no secret.
    """
    subject_type, subject_id = subject
    entry = AuditEntry(
        actor_id=actor_id,
        action=action,
        subject_type=subject_type,
        subject_id=subject_id,
        details=details,
        address=address,
    )
    session.add(entry)
    return entry
