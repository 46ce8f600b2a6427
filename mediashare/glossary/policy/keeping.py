"""Who reads and who keeps a glossary."""

from dataclasses import dataclass

from mediashare.accounts import policy as accounts_policy
from mediashare.accounts.policy import Viewer
from mediashare.groups import policy as groups_policy
from mediashare.groups.models import Group, Membership
from mediashare.sentences import said


@dataclass(frozen=True)
class Place:
    """Whose glossary it is: a group's, with what the viewer is in it, or else the house's."""

    group: Group | None = None
    membership: Membership | None = None

    @property
    def group_id(self) -> str | None:
        """The group's id; None for the house."""
        return self.group.id if self.group else None

    @property
    def ident(self) -> str:
        """What addresses call it."""
        return self.group.id if self.group else "house"

    @property
    def name(self) -> str:
        """What people call it."""
        return self.group.name if self.group else said("the house")


def may_read(viewer: Viewer, place: Place) -> bool:
    """Members read the glossary of the house; those of a group are for who belongs to it."""
    if place.group is None:
        return accounts_policy.is_member(viewer)
    return place.membership is not None


def may_keep(viewer: Viewer, place: Place) -> bool:
    """Admins keep the glossary of the house, stewards that of their group."""
    if not accounts_policy.may_write(viewer):
        return False
    if place.group is None:
        return accounts_policy.is_admin(viewer)
    return groups_policy.may_tend(viewer, place.membership)
