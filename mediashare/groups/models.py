"""Tables of groups and their members."""

from enum import StrEnum

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from mediashare.db.base import Base, CreatedAt, Id


class GroupKind(StrEnum):
    """Open: anyone joins. Closed: ask to join. Secret: not listed, by invitation."""

    OPEN = "open"
    CLOSED = "closed"
    SECRET = "secret"  # noqa: S105 - a kind of group, not a password


class GroupRole(StrEnum):
    """Stewards tend their group; members belong to it."""

    MEMBER = "member"
    STEWARD = "steward"


class Group(Base):
    """A community of practice."""

    __tablename__ = "groups"

    id: Mapped[Id]
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    purpose: Mapped[str] = mapped_column(Text, default="")
    kind: Mapped[GroupKind] = mapped_column(default=GroupKind.OPEN)
    created_at: Mapped[CreatedAt]


class Membership(Base):
    """Who belongs to which group."""

    __tablename__ = "memberships"

    group_id: Mapped[str] = mapped_column(
        ForeignKey("groups.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[str] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    role: Mapped[GroupRole] = mapped_column(default=GroupRole.MEMBER)
    created_at: Mapped[CreatedAt]
