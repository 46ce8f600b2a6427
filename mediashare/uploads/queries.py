"""Look uploads up, and count what they take."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mediashare import clock
from mediashare.accounts.policy import Viewer
from mediashare.library.models import Episode
from mediashare.media.models import Recording
from mediashare.uploads import policy as uploads_policy
from mediashare.uploads.errors import UploadNotFoundError
from mediashare.uploads.models import Upload, UploadState

# Nobody goes through more than that by hand.
UNFINISHED_SHOWN = 20


def get_upload(session: Session, viewer: Viewer, upload_id: str, *, lock: bool = False) -> Upload:
    """One of the viewer's own uploads; with `lock`, nobody else changes it meanwhile."""
    query = select(Upload).where(Upload.id == upload_id, Upload.owner_id == viewer.id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    upload = session.scalar(query)
    if upload is None or uploads_policy.is_gone(upload, clock.now()):
        raise UploadNotFoundError
    return upload


def list_unfinished(session: Session, viewer: Viewer) -> Sequence[Upload]:
    """The viewer's uploads that have not become an episode, newest first. One whose length nobody
    knows yet is no file: somebody records it right now."""
    return session.scalars(
        select(Upload)
        .where(
            Upload.owner_id == viewer.id,
            Upload.state != UploadState.USED,
            Upload.length > 0,
            Upload.expires_at > clock.now(),
        )
        .order_by(Upload.created_at.desc(), Upload.id)
        .limit(UNFINISHED_SHOWN)
    ).all()


def count_reserved_bytes(session: Session, owner_id: str) -> int:
    """What a person's recordings still take, and what their uploads have announced."""
    coming = select(func.sum(func.coalesce(Upload.length, Upload.offset))).where(
        Upload.owner_id == owner_id, Upload.state != UploadState.USED
    )
    kept = (
        select(func.sum(Recording.size))
        .join(Episode, Episode.id == Recording.episode_id)
        .where(Episode.author_id == owner_id, Recording.dropped_at.is_(None))
    )
    return int(session.scalar(coming) or 0) + int(session.scalar(kept) or 0)


def list_expired(session: Session, limit: int) -> Sequence[Upload]:
    """Uploads whose time is over and to which nobody is sending."""
    now = clock.now()
    found = session.scalars(
        select(Upload).where(Upload.expires_at <= now).order_by(Upload.expires_at).limit(limit)
    )
    return [upload for upload in found if not uploads_policy.is_busy(upload, now)]
