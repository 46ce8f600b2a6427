"""Table notifications."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from mediashare.db.base import Base, CreatedAt, Id, SentenceText


class Notification(Base):
    """One note to one person: a sentence, and the page that it is about."""

    __tablename__ = "notifications"

    id: Mapped[Id]
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(40))
    text: Mapped[str] = mapped_column(SentenceText)
    path: Mapped[str] = mapped_column(String(300), default="")
    created_at: Mapped[CreatedAt]
    read_at: Mapped[datetime | None]

    __table_args__ = (Index("ix_notifications_user_id_created_at", "user_id", "created_at"),)
