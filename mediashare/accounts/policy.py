"""Who is asking, and what their role alone lets them do."""

import unicodedata
from dataclasses import dataclass

from mediashare.accounts.models import Role, Scope


@dataclass(frozen=True)
class Playback:
    """How a person wants to play, on every device: with captions whatever was chosen there last,
    with shortcuts of a single key, and so that it is kept where they stop."""

    captions: bool = False
    keys: bool = True
    history: bool = True


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
    playback: Playback = Playback()

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


def may_read(viewer: Viewer) -> bool:
    """A token without the scope `read` shows nothing."""
    return viewer.is_signed_in and (viewer.scopes is None or Scope.READ in viewer.scopes)


def may_write(viewer: Viewer) -> bool:
    """A token without the scope `write` changes nothing."""
    return viewer.is_signed_in and (viewer.scopes is None or Scope.WRITE in viewer.scopes)


def may_invite(viewer: Viewer) -> bool:
    """Moderators and admins bring people in."""
    return is_moderator(viewer)


def may_grant(viewer: Viewer, role: Role) -> bool:
    """Nobody hands out more than they have."""
    return may_invite(viewer) and role in grantable_roles(viewer)


def grantable_roles(viewer: Viewer) -> tuple[Role, ...]:
    """The roles up to the viewer's own, least first."""
    ordered = tuple(Role)
    return () if viewer.role is None else ordered[: ordered.index(viewer.role) + 1]


def normalise_email(email: str) -> str:
    """Case, blanks, invisible characters and look-alike forms (NFKC) make no other person."""
    text = unicodedata.normalize("NFKC", email)
    visible = "".join(c for c in text if unicodedata.category(c) not in {"Cf", "Cc"})
    return visible.strip().casefold()
