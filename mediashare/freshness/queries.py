"""Find episodes whose authors are to be reminded."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from mediashare.accounts.models import User
from mediashare.library.models import Episode, EpisodeState


def list_due(session: Session, today: date, *, limit: int) -> Sequence[str]:
    """The ids of published episodes whose review is due and whose active authors have not been told
    of that, the longest due first."""
    return session.scalars(
        select(Episode.id)
        .join(Episode.author)
        .where(_waits_to_be_told(today), User.is_active)
        .order_by(Episode.review_by, Episode.id)
        .limit(limit)
    ).all()


def _waits_to_be_told(today: date) -> ColumnElement[bool]:
    return and_(
        Episode.review_by <= today,
        Episode.review_told_at.is_(None),
        Episode.state == EpisodeState.READY,
        Episode.published_at.is_not(None),
        Episode.hidden_at.is_(None),
    )
