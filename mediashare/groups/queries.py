"""Find groups; who may know of which is decided in the same statement."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import ColumnElement, exists, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from mediashare.accounts import policy as accounts_policy
from mediashare.accounts.errors import PersonNotFoundError
from mediashare.accounts.models import User
from mediashare.accounts.policy import Viewer
from mediashare.db.paging import Page, PageRequest, page_by_time
from mediashare.groups.errors import GroupNotFoundError
from mediashare.groups.models import Group, GroupKind, GroupRole, Membership


def visible_to(viewer: Viewer) -> ColumnElement[bool]:
    """The condition under which `viewer` may know of a group.

    Members know of all but the secret ones; everybody knows of the groups they belong to.
    """
    own = exists().where(Membership.group_id == Group.id, Membership.user_id == viewer.id)
    if accounts_policy.is_member(viewer):
        return or_(own, Group.kind != GroupKind.SECRET)
    return own


def get_group(session: Session, viewer: Viewer, ident: str) -> Group:
    """The group with this id; raises GroupNotFoundError unless the viewer may know of it."""
    group = session.scalar(select(Group).where(Group.id == ident, visible_to(viewer)))
    if group is None:
        raise GroupNotFoundError
    return group


def list_groups(session: Session, viewer: Viewer, page: PageRequest) -> Page[Group]:
    """The groups that the viewer may know of, newest first."""
    query = select(Group).where(visible_to(viewer))
    return page_by_time(session, query, page, time=Group.created_at, ident=Group.id)


def list_own(session: Session, viewer: Viewer) -> Sequence[Group]:
    """The groups that the viewer belongs to, by name: those an episode may be shown to."""
    return session.scalars(
        select(Group)
        .join(Membership, Membership.group_id == Group.id)
        .where(Membership.user_id == viewer.id)
        .order_by(Group.name, Group.id)
    ).all()


def knows_of(viewer: Viewer) -> ColumnElement[bool]:
    """The condition under which `viewer` may know of a person.

    Members know of everybody; everybody knows of themselves and of the people in their groups.
    """
    if accounts_policy.is_member(viewer):
        return true()
    own, theirs = aliased(Membership), aliased(Membership)
    shares_group = exists().where(
        own.user_id == viewer.id,
        own.group_id == theirs.group_id,
        theirs.user_id == User.id,
    )
    return or_(User.id == viewer.id, shares_group)


def get_person(session: Session, viewer: Viewer, handle: str) -> User:
    """The active person with this handle; raises PersonNotFoundError unless the viewer may know
    of them."""
    found = select(User).where(User.handle == handle, User.is_active, knows_of(viewer))
    person = session.scalar(found)
    if person is None:
        raise PersonNotFoundError
    return person


def count_members(session: Session, group_ids: Collection[str]) -> Mapping[str, int]:
    """How many belong to each of these groups."""
    rows = session.execute(
        select(Membership.group_id, func.count())
        .where(Membership.group_id.in_(group_ids))
        .group_by(Membership.group_id)
    )
    return dict(rows.all())


def list_own_roles(
    session: Session, viewer: Viewer, group_ids: Collection[str]
) -> Mapping[str, GroupRole]:
    """What the viewer is in those of these groups that the viewer belongs to."""
    rows = session.execute(
        select(Membership.group_id, Membership.role).where(
            Membership.group_id.in_(group_ids), Membership.user_id == viewer.id
        )
    )
    return dict(rows.all())


def find_membership(session: Session, group_id: str, user_id: str | None) -> Membership | None:
    """What somebody is in a group."""
    return session.get(Membership, (group_id, user_id)) if user_id else None
