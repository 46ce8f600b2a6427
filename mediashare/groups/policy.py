"""What people may do in and with groups."""

from mediashare.accounts import policy as accounts_policy
from mediashare.accounts.policy import Viewer
from mediashare.groups.models import Group, GroupKind, GroupRole, Membership


def may_create(viewer: Viewer) -> bool:
    """Every member starts groups; guests are in somebody else's."""
    return accounts_policy.is_member(viewer) and accounts_policy.may_write(viewer)


def may_join(viewer: Viewer, group: Group) -> bool:
    """Members join open groups by themselves."""
    return may_create(viewer) and group.kind is GroupKind.OPEN


def may_tend(viewer: Viewer, membership: Membership | None) -> bool:
    """Stewards tend their own group; so do admins in a group that they belong to."""
    if membership is None:
        return False
    return membership.role is GroupRole.STEWARD or accounts_policy.is_admin(viewer)
