"""People say which topics their profile does not name."""

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from mediashare import clock
from mediashare.accounts.policy import Viewer
from mediashare.db import upsert
from mediashare.errors import NotAllowedError
from mediashare.expertise import policy
from mediashare.expertise.errors import TooManyTopicsError
from mediashare.expertise.models import HiddenTopic


def hide(session: Session, viewer: Viewer, topic: str) -> None:
    """The viewer is not shown as somebody who talks about this; doing it twice does no harm."""
    if viewer.id is None:
        raise NotAllowedError
    own = select(func.count()).select_from(HiddenTopic).where(HiddenTopic.user_id == viewer.id)
    if (session.scalar(own) or 0) >= policy.MOST_HIDDEN:
        raise TooManyTopicsError(policy.MOST_HIDDEN)
    row = {"user_id": viewer.id, "topic": topic, "created_at": clock.now()}
    upsert.add_new(session, HiddenTopic, ("user_id", "topic"), [row])


def show(session: Session, viewer: Viewer, topic: str) -> None:
    """It may be named again; where it was not hidden, nothing happens."""
    session.execute(
        delete(HiddenTopic).where(HiddenTopic.user_id == viewer.id, HiddenTopic.topic == topic)
    )
