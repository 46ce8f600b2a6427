"""Who is asking, and what their role alone lets them do."""

from dataclasses import dataclass

from mediashare.accounts.models import Role, Scope


@dataclass(frozen=True)
class Viewer:
    """Whoever makes this request, detached from any database session.

    A visitor has no id. `scopes` is None in a browser session and the token's in the API.
    """

    id: str | None = None
    role: Role | None = None
    handle: str = ""
    name: str = ""
    scopes: frozenset[Scope] | None = None

    @property
    def is_signed_in(self) -> bool:
        """Whether this is a person with an account."""
        return self.id is not None


VISITOR = Viewer()


def is_member(viewer: Viewer) -> bool:
    """Members and above; guests and visitors are not."""
    return viewer.role in {Role.MEMBER, Role.MODERATOR, Role.ADMIN}


def is_moderator(viewer: Viewer) -> bool:
    """Moderators and admins tend what others wrote."""
    return viewer.role in {Role.MODERATOR, Role.ADMIN}


def is_admin(viewer: Viewer) -> bool:
    """Admins run the house."""
    return viewer.role is Role.ADMIN


def may_write(viewer: Viewer) -> bool:
    """A token without the scope `write` changes nothing."""
    return viewer.is_signed_in and (viewer.scopes is None or Scope.WRITE in viewer.scopes)
