"""What happens to groups: started, joined, left, tended by their stewards."""

import secrets
from dataclasses import dataclass

from slugify import slugify
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mediashare.accounts.errors import PersonNotFoundError
from mediashare.accounts.policy import Viewer
from mediashare.audit import service as audit_service
from mediashare.errors import NotAllowedError
from mediashare.groups import policy
from mediashare.groups import queries as groups_queries
from mediashare.groups.errors import (
    GroupClosedError,
    LastStewardError,
    NotStewardError,
)
from mediashare.groups.models import Group, GroupKind, GroupRole, Membership

SLUG_LENGTH, SLUG_SUFFIX_BYTES = 40, 3


@dataclass(frozen=True)
class GroupDetails:
    """What its founder says about a group, checked by groups/forms.py."""

    name: str
    purpose: str = ""
    kind: GroupKind = GroupKind.OPEN


def create_group(session: Session, viewer: Viewer, details: GroupDetails) -> Group:
    """A new group, with whoever starts it as its first steward."""
    if viewer.id is None or not policy.may_create(viewer):
        raise NotAllowedError
    suffix = secrets.token_hex(SLUG_SUFFIX_BYTES)
    group = Group(
        slug=f"{slugify(details.name, max_length=SLUG_LENGTH) or 'group'}-{suffix}",
        name=details.name,
        purpose=details.purpose,
        kind=details.kind,
    )
    session.add(group)
    session.flush()
    _set_role(session, viewer, group.id, viewer.id, GroupRole.STEWARD)
    return group


def join(session: Session, viewer: Viewer, group_id: str) -> Group:
    """Members join open groups by themselves; joining twice does no harm."""
    group = groups_queries.get_group(session, viewer, group_id)
    if groups_queries.find_membership(session, group.id, viewer.id) is not None:
        return group
    if viewer.id is None or not policy.may_join(viewer, group):
        raise GroupClosedError
    _set_role(session, viewer, group.id, viewer.id, GroupRole.MEMBER)
    return group


def leave(session: Session, viewer: Viewer, group_id: str) -> None:
    """Everybody may leave, but the last steward only as the last one out."""
    group = groups_queries.get_group(session, viewer, group_id)
    membership = groups_queries.find_membership(session, group.id, viewer.id)
    if membership is not None:
        _remove(session, viewer, membership)


def set_member(
    session: Session, viewer: Viewer, group_id: str, handle: str, role: GroupRole
) -> Group:
    """Stewards bring people in, and make stewards of members and members of stewards."""
    group = _get_tended(session, viewer, group_id)
    person = groups_queries.get_person(session, viewer, handle)
    membership = groups_queries.find_membership(session, group.id, person.id)
    if membership is not None and role is GroupRole.MEMBER:
        _refuse_last_steward(session, membership)
    _set_role(session, viewer, group.id, person.id, role)
    return group


def remove_member(session: Session, viewer: Viewer, group_id: str, handle: str) -> None:
    """Stewards take people out; what was shown to the group is closed to them at once."""
    group = _get_tended(session, viewer, group_id)
    person = groups_queries.get_person(session, viewer, handle)
    membership = groups_queries.find_membership(session, group.id, person.id)
    if membership is None:
        raise PersonNotFoundError
    _remove(session, viewer, membership)


def _get_tended(session: Session, viewer: Viewer, group_id: str) -> Group:
    group = groups_queries.get_group(session, viewer, group_id)
    if not policy.may_tend(viewer, groups_queries.find_membership(session, group.id, viewer.id)):
        raise NotStewardError
    return group


def _set_role(
    session: Session, viewer: Viewer, group_id: str, user_id: str, role: GroupRole
) -> None:
    session.merge(Membership(group_id=group_id, user_id=user_id, role=role))
    _record(session, viewer, "group_member_set", group_id, user_id, role.value)


def _remove(session: Session, viewer: Viewer, membership: Membership) -> None:
    _refuse_last_steward(session, membership)
    session.delete(membership)
    _record(
        session,
        viewer,
        "group_member_removed",
        membership.group_id,
        membership.user_id,
        membership.role.value,
    )


def _refuse_last_steward(session: Session, membership: Membership) -> None:
    """The rows are locked first, so that two stewards can't leave at once."""
    if membership.role is not GroupRole.STEWARD:
        return
    session.scalar(select(Group.id).where(Group.id == membership.group_id).with_for_update())
    others = (
        select(func.count())
        .select_from(Membership)
        .where(Membership.group_id == membership.group_id, Membership.user_id != membership.user_id)
    )
    stewards = session.scalar(others.where(Membership.role == GroupRole.STEWARD)) or 0
    if not stewards and session.scalar(others):
        raise LastStewardError


def _record(
    session: Session, viewer: Viewer, action: str, group_id: str, user_id: str, role: str
) -> None:
    audit_service.record(
        session,
        action,
        actor_id=viewer.id,
        subject=("group", group_id),
        user_id=user_id,
        role=role,
    )
