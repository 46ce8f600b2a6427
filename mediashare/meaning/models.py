"""Tables of meaning: whether an episode's vectors are those of its words, and the vectors."""

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from mediashare.db.base import Base


class Meaning(Base):
    """How far the vectors of one episode are.

    `revision` counts the changes of its words and its title; the database itself does that, in
    the transaction of the change (migration 0016). `embedded` is the revision that the vectors
    speak of, `model` who made them, and `stretches` how many there are. `stamp` is of these
    vectors alone: a count comes again after a restore, while an index may have what was undone.
    """

    __tablename__ = "meanings"

    episode_id: Mapped[str] = mapped_column(
        ForeignKey("episodes.id", ondelete="CASCADE"), primary_key=True
    )
    revision: Mapped[int]
    embedded: Mapped[int | None]
    model: Mapped[str | None] = mapped_column(String(80))
    stamp: Mapped[int | None] = mapped_column(BigInteger)
    stretches: Mapped[int] = mapped_column(default=0, server_default="0")


class MeaningVectors(Base):
    """The vectors of one episode, apart from what is looked at often: `spans` says when each
    stretch begins and ends, `vectors` what it means (mediashare/vectors)."""

    __tablename__ = "meaning_vectors"

    episode_id: Mapped[str] = mapped_column(
        ForeignKey("meanings.episode_id", ondelete="CASCADE"), primary_key=True
    )
    spans: Mapped[bytes] = mapped_column(LargeBinary)
    vectors: Mapped[bytes] = mapped_column(LargeBinary)
