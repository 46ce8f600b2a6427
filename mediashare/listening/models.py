"""The table of places at which people have stopped."""

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mediashare.db.base import Base, CreatedAt
from mediashare.library.models import Episode


class Position(Base):
    """How far one person is in one episode that they have begun and not finished.

    It is for that person alone. There is nothing else: of what was heard to its end, no row stays.
    """

    __tablename__ = "positions"

    user_id: Mapped[str] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    episode_id: Mapped[str] = mapped_column(
        ForeignKey("episodes.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    position_ms: Mapped[int]
    updated_at: Mapped[CreatedAt]

    episode: Mapped[Episode] = relationship(lazy="raise")

    __table_args__ = (Index("ix_positions_user_id_updated_at", "user_id", "updated_at"),)

    @property
    def position(self) -> float:
        """The same in seconds."""
        return self.position_ms / 1000
