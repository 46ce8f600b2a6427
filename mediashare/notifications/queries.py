"""Read the inbox."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mediashare.accounts.policy import Viewer
from mediashare.db.paging import Page, PageRequest, page_by_time
from mediashare.notifications.models import Notification

# The header says "99+" beyond; nobody waits for a count of thousands.
COUNTED = 100


def list_notifications(
    session: Session, viewer: Viewer, page: PageRequest, *, only_unread: bool = False
) -> Page[Notification]:
    """The viewer's notes, newest first."""
    query = select(Notification).where(Notification.user_id == viewer.id)
    if only_unread:
        query = query.where(Notification.read_at.is_(None))
    return page_by_time(session, query, page, time=Notification.created_at, ident=Notification.id)


def count_unread(session: Session, viewer: Viewer) -> int:
    """How many notes the viewer has not read, counted up to COUNTED."""
    unread = (
        select(Notification.id)
        .where(Notification.user_id == viewer.id, Notification.read_at.is_(None))
        .limit(COUNTED)
    )
    return session.scalar(select(func.count()).select_from(unread.subquery())) or 0
