"""The table of topics that people do not want to be asked about."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from mediashare.db.base import Base, CreatedAt

TOPIC_LENGTH = 50


class HiddenTopic(Base):
    """A topic that one person's profile does not name, whatever they have said about it."""

    __tablename__ = "hidden_topics"

    user_id: Mapped[str] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    topic: Mapped[str] = mapped_column(String(TOPIC_LENGTH), primary_key=True)
    created_at: Mapped[CreatedAt]
