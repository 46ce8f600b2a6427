"""Table uploads: what is on its way in."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from mediashare.db.base import Base, CreatedAt, Id


class UploadState(StrEnum):
    """Growing until its length is reached; used once it has become an episode's recording."""

    GROWING = "growing"
    COMPLETE = "complete"
    USED = "used"


class Upload(Base):
    """A tus upload. `lease_owner` until `lease_until` is the one request that may append."""

    __tablename__ = "uploads"

    id: Mapped[Id]
    owner_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    filename: Mapped[str] = mapped_column(String(255), default="")
    content_type: Mapped[str] = mapped_column(String(100), default="")
    metadata_header: Mapped[str] = mapped_column(Text, default="")
    length: Mapped[int | None] = mapped_column(BigInteger)
    offset: Mapped[int] = mapped_column(BigInteger, default=0)
    state: Mapped[UploadState] = mapped_column(default=UploadState.GROWING)
    storage_key: Mapped[str] = mapped_column(String(200), unique=True)
    storage_handle: Mapped[str] = mapped_column(Text)
    episode_id: Mapped[str | None] = mapped_column(
        ForeignKey("episodes.id", ondelete="SET NULL"), index=True
    )
    lease_owner: Mapped[str | None] = mapped_column(String(80))
    lease_until: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]
    expires_at: Mapped[datetime]

    __table_args__ = (
        Index("ix_uploads_owner_id_state", "owner_id", "state"),
        Index("ix_uploads_expires_at", "expires_at"),
    )
