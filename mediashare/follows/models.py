"""The table of who follows whom."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mediashare.accounts.models import User
from mediashare.db.base import Base, CreatedAt


class Follow(Base):
    """One person follows another. It is for the follower alone: nobody is told of it, not even
    those who are followed, and nobody is counted."""

    __tablename__ = "follows"

    follower_id: Mapped[str] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    followed_id: Mapped[str] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    created_at: Mapped[CreatedAt]

    followed: Mapped[User] = relationship(lazy="raise", foreign_keys=[followed_id])
