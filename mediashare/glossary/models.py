"""Tables of the glossaries: entries, what they sound like, and corrections that may become some."""

from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from mediashare.db.base import Base, CreatedAt, Id

TERM_LENGTH, LANGUAGE_LENGTH = 80, 35
OF_HOUSE = text("group_id IS NULL")


class GlossaryEntry(Base):
    """A term, as it is written, and what recognisers make of it.

    It belongs to a group, or to the house where `group_id` is None. `key` is the term without
    case, of which a glossary has one. `sounds_like` is replaced by the term after recognition.
    Without a language it counts in all. `uses` is how often recognition came upon the term.
    """

    __tablename__ = "glossary_entries"

    id: Mapped[Id]
    group_id: Mapped[str | None] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"))
    term: Mapped[str] = mapped_column(String(TERM_LENGTH))
    key: Mapped[str] = mapped_column(String(TERM_LENGTH * 3))
    sounds_like: Mapped[list[str]] = mapped_column(JSON, default=list)
    language: Mapped[str | None] = mapped_column(String(LANGUAGE_LENGTH))
    note: Mapped[str] = mapped_column(Text, default="")
    uses: Mapped[int] = mapped_column(default=0)
    created_by_id: Mapped[str | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[CreatedAt]

    __table_args__ = (
        Index("uq_glossary_entries_group_id_key", "group_id", "key", unique=True),
        Index(
            "uq_glossary_entries_key_of_house",
            "key",
            unique=True,
            sqlite_where=OF_HOUSE,
            postgresql_where=OF_HOUSE,
        ),
    )


class GlossarySound(Base):
    """What the term of an entry sounds like, without case: a list in a column of JSON can't be
    looked up. Kept with the entry by glossary/service."""

    __tablename__ = "glossary_sounds"

    entry_id: Mapped[str] = mapped_column(
        ForeignKey("glossary_entries.id", ondelete="CASCADE"), primary_key=True
    )
    key: Mapped[str] = mapped_column(String(TERM_LENGTH * 3), primary_key=True, index=True)


class ProposalState(StrEnum):
    """What became of a correction that people have made; what was dismissed is not proposed
    again."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DISMISSED = "dismissed"


class GlossaryProposal(Base):
    """A correction of recognised words, counted; made twice, it is proposed as an entry.

    `key` is what was there and what it was changed to, both without case. `made_by_id` made it
    last.
    """

    __tablename__ = "glossary_proposals"

    id: Mapped[Id]
    group_id: Mapped[str | None] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(Text)
    heard: Mapped[str] = mapped_column(String(TERM_LENGTH))
    term: Mapped[str] = mapped_column(String(TERM_LENGTH))
    language: Mapped[str | None] = mapped_column(String(LANGUAGE_LENGTH))
    times: Mapped[int] = mapped_column(default=0)
    state: Mapped[ProposalState] = mapped_column(default=ProposalState.OPEN)
    made_by_id: Mapped[str | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[CreatedAt]

    __table_args__ = (
        Index("uq_glossary_proposals_group_id_key", "group_id", "key", unique=True),
        Index(
            "uq_glossary_proposals_key_of_house",
            "key",
            unique=True,
            sqlite_where=OF_HOUSE,
            postgresql_where=OF_HOUSE,
        ),
    )
