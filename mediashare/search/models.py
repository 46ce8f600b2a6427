"""Table asked_words: what is searched for, without who has searched."""

from datetime import date

from sqlalchemy import Date, String
from sqlalchemy.orm import Mapped, mapped_column

from mediashare.db.base import Base

WORDS_LENGTH = 200


class AskedWords(Base):
    """How often the same words were searched for on one day (UTC), and how often nothing had all
    of them. Nothing here tells who it was, nor in which order or at what time."""

    __tablename__ = "asked_words"

    words: Mapped[str] = mapped_column(String(WORDS_LENGTH), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True, index=True)
    searches: Mapped[int] = mapped_column(default=0)
    misses: Mapped[int] = mapped_column(default=0)
