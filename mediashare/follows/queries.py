"""Find whom somebody follows; only they themselves ask."""

from sqlalchemy import ColumnElement, Select, and_, select
from sqlalchemy.orm import Session, contains_eager

from mediashare.accounts.models import User
from mediashare.accounts.policy import Viewer
from mediashare.db.paging import Page, PageRequest, page_by_time
from mediashare.follows.models import Follow
from mediashare.groups import queries as groups_queries


def followed_by(viewer: Viewer) -> Select[str]:
    """The ids of those whom the viewer follows, as far as they are here and the viewer may still
    know of them: what a column of authors may be compared with by `in_`."""
    followed = select(Follow.followed_id).join(Follow.followed).where(_shown_to(viewer))
    # A statement that reads people as well has them for itself.
    return followed.correlate(None)


def list_followed(session: Session, viewer: Viewer, page: PageRequest) -> Page[Follow]:
    """The same with the people, those first whom the viewer has followed last."""
    query = (
        select(Follow)
        .join(Follow.followed)
        .options(contains_eager(Follow.followed))
        .where(_shown_to(viewer))
    )
    return page_by_time(session, query, page, time=Follow.created_at, ident=Follow.followed_id)


def is_followed(session: Session, viewer: Viewer, person: User) -> bool:
    """Whether the viewer follows this person."""
    return session.get(Follow, (viewer.id, person.id)) is not None


def follows_nobody(session: Session, viewer: Viewer) -> bool:
    """Whether there is nobody whom the viewer follows."""
    return session.scalar(followed_by(viewer).limit(1)) is None


def _shown_to(viewer: Viewer) -> ColumnElement[bool]:
    own = Follow.follower_id == viewer.id
    return and_(own, User.is_active, groups_queries.knows_of(viewer))
