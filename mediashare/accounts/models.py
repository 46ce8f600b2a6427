"""Tables of people: users, signed-in sessions, API tokens, invitations."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mediashare.db.base import Base, CreatedAt, Id


class Role(StrEnum):
    """What a person may do, from least to most; stewards are a matter of each group."""

    GUEST = "guest"
    MEMBER = "member"
    MODERATOR = "moderator"
    ADMIN = "admin"


class Scope(StrEnum):
    """What an API token may do in its owner's name. One of a feed reads that feed, and the API
    shows it nothing."""

    READ = "read"
    WRITE = "write"
    FEED = "feed"


class User(Base):
    """A person with an account. `email` is kept normalised; `handle` names the profile page."""

    __tablename__ = "users"

    id: Mapped[Id]
    email: Mapped[str] = mapped_column(String(254), unique=True)
    handle: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    role: Mapped[Role] = mapped_column(default=Role.MEMBER)
    password_hash: Mapped[str] = mapped_column(Text)
    team: Mapped[str] = mapped_column(String(80), default="")
    place: Mapped[str] = mapped_column(String(80), default="")
    about: Mapped[str] = mapped_column(Text, default="")
    is_active: Mapped[bool] = mapped_column(default=True)
    wants_captions: Mapped[bool] = mapped_column(default=False)
    uses_keys: Mapped[bool] = mapped_column(default=True)
    keeps_history: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[CreatedAt]


class SignIn(Base):
    """One signed-in browser. The cookie holds the token, the row only its SHA-256."""

    __tablename__ = "sign_ins"

    id: Mapped[Id]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    user_agent: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[CreatedAt]
    seen_at: Mapped[CreatedAt]
    expires_at: Mapped[datetime]

    user: Mapped[User] = relationship(lazy="raise")


class ApiToken(Base):
    """A bearer token of one person, kept as its SHA-256; `scopes` are words between spaces."""

    __tablename__ = "api_tokens"

    id: Mapped[Id]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    scopes: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[CreatedAt]
    used_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]

    user: Mapped[User] = relationship(lazy="raise")


class Invitation(Base):
    """A link that makes one account. The setup link of a new house is one without an inviter."""

    __tablename__ = "invitations"

    id: Mapped[Id]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    role: Mapped[Role]
    email: Mapped[str | None] = mapped_column(String(254))
    invited_by_id: Mapped[str | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    created_at: Mapped[CreatedAt]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    used_by_id: Mapped[str | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
