"""Begin and stop following somebody."""

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from mediashare.accounts import policy as accounts_policy
from mediashare.accounts import service as accounts_service
from mediashare.accounts.models import User
from mediashare.accounts.policy import Viewer
from mediashare.db import upsert
from mediashare.errors import NotAllowedError
from mediashare.follows import policy
from mediashare.follows import queries as follows_queries
from mediashare.follows.errors import FollowsThemselvesError, TooManyFollowedError
from mediashare.follows.models import Follow
from mediashare.groups import queries as groups_queries


def follow(session: Session, viewer: Viewer, handle: str) -> User:
    """The viewer follows this person from now on; whoever did so already goes on. Raises
    PersonNotFoundError where the viewer may not know of them."""
    if not accounts_policy.may_write(viewer):
        raise NotAllowedError
    person = groups_queries.get_person(session, viewer, handle)
    if person.id == viewer.id:
        raise FollowsThemselvesError
    if not follows_queries.is_followed(session, viewer, person):
        _require_room(session, viewer)
    key = {"follower_id": viewer.id, "followed_id": person.id}
    upsert.add_new(session, Follow, list(key), [key])
    return person


def stop(session: Session, viewer: Viewer, handle: str) -> User:
    """The viewer does not follow this person any more, if they ever did. Raises
    PersonNotFoundError where the viewer may not know of them."""
    if not accounts_policy.may_write(viewer):
        raise NotAllowedError
    person = groups_queries.get_person(session, viewer, handle)
    this = (Follow.follower_id == viewer.id, Follow.followed_id == person.id)
    session.execute(delete(Follow).where(*this))
    return person


def _require_room(session: Session, viewer: Viewer) -> None:
    # Who follows many at the same time is counted one after the other.
    accounts_service.take_turn(session, viewer)
    own = select(func.count()).select_from(Follow).where(Follow.follower_id == viewer.id)
    if (session.scalar(own) or 0) >= policy.MOST_FOLLOWED:
        raise TooManyFollowedError(policy.MOST_FOLLOWED)
