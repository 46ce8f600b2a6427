"""Tell people what happened, and let them tick it off."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from mediashare import clock
from mediashare.accounts.policy import Viewer
from mediashare.notifications.errors import NotificationNotFoundError
from mediashare.notifications.models import Notification


def notify(session: Session, user_id: str, kind: str, text: str, path: str = "") -> Notification:
    """Put a note into somebody's inbox, in the caller's transaction.

    `text` is one plain sentence; the caller makes sure that the person may know what it says.
    """
    note = Notification(user_id=user_id, kind=kind, text=text, path=path)
    session.add(note)
    return note


def notify_unless_unread(
    session: Session, user_id: str, kind: str, text: str, path: str
) -> Notification | None:
    """Put a note into somebody's inbox, unless one of this kind about the same page still waits to
    be read there: what many do is told once."""
    waiting = select(Notification.id).where(
        Notification.user_id == user_id,
        Notification.kind == kind,
        Notification.path == path,
        Notification.read_at.is_(None),
    )
    if session.scalar(waiting.limit(1)) is not None:
        return None
    return notify(session, user_id, kind, text, path)


def mark_read(session: Session, viewer: Viewer, ident: str) -> Notification:
    """Tick off one note; again does no harm."""
    note = session.scalar(
        select(Notification).where(Notification.id == ident, Notification.user_id == viewer.id)
    )
    if note is None:
        raise NotificationNotFoundError
    if note.read_at is None:
        note.read_at = clock.now()
    return note


def mark_all_read(session: Session, viewer: Viewer) -> None:
    """Tick off everything that is there now."""
    session.execute(
        update(Notification)
        .where(Notification.user_id == viewer.id, Notification.read_at.is_(None))
        .values(read_at=clock.now())
    )
