"""The rows of uploads: announced, held, counted on, completed, taken, given up, expired."""

from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from mediashare import clock
from mediashare.accounts.models import User
from mediashare.accounts.policy import Viewer
from mediashare.config import Settings
from mediashare.db.base import new_id
from mediashare.db.session import Database
from mediashare.errors import StorageFullError
from mediashare.sentences import said
from mediashare.storage import keys
from mediashare.storage.port import Storage
from mediashare.uploads import policy as uploads_policy
from mediashare.uploads import queries as uploads_queries
from mediashare.uploads.errors import (
    LengthSetError,
    OffsetMismatchError,
    ProtocolError,
    QuotaExceededError,
    UploadBusyError,
    UploadNotAllowedError,
    UploadNotCompleteError,
    UploadNotFoundError,
    UploadTooLargeError,
    UploadUsedError,
)
from mediashare.uploads.models import Upload, UploadState

EXPIRED_AT_ONCE = 100


def require_room(settings: Settings, storage: Storage, length: int | None) -> None:
    """Uploads stop before the disk is full, so that everything else goes on."""
    free = storage.free_bytes()
    if free is not None and free - (length or 0) < settings.min_free_bytes:
        raise StorageFullError


def begin(viewer: Viewer, storage: Storage, settings: Settings, length: int | None) -> Upload:
    """A new upload of the viewer's, begun in the store but known to nobody before `announce`."""
    if not uploads_policy.may_upload(viewer) or viewer.id is None:
        raise UploadNotAllowedError
    if length is not None and length > settings.max_upload_bytes:
        raise UploadTooLargeError
    require_room(settings, storage, length)
    upload_id = new_id()
    key = keys.recording(upload_id)
    return Upload(
        id=upload_id,
        owner_id=viewer.id,
        length=length,
        offset=0,
        state=UploadState.GROWING,
        storage_key=key,
        storage_handle=storage.begin(key),
        expires_at=clock.now() + timedelta(days=settings.upload_days),
    )


def announce(session: Session, upload: Upload, *, quota: int) -> None:
    """Make the upload known, if what it announces fits into its owner's quota; it is held for
    the request that announces it."""
    _require_quota(session, upload.owner_id, upload.length or 0, quota)
    _hold(upload)
    session.add(upload)


def lease(session: Session, viewer: Viewer, upload_id: str, *, offset: int, days: int) -> Upload:
    """Hold the upload for one request that goes on at `offset`.

    Until the request lets go, or has been silent for some seconds, no other may send to it.
    """
    upload = uploads_queries.get_upload(session, viewer, upload_id, lock=True)
    if uploads_policy.is_busy(upload, clock.now()):
        raise UploadBusyError
    if upload.offset != offset:
        raise OffsetMismatchError
    if upload.state is not UploadState.GROWING:
        return upload
    upload.expires_at = clock.now() + timedelta(days=days)
    _hold(upload)
    return upload


def set_length(session: Session, upload: Upload, length: int, settings: Settings) -> None:
    """Say how long an upload will be, once."""
    if upload.length is not None:
        if upload.length == length:
            return
        raise LengthSetError
    if length < upload.offset:
        raise ProtocolError(said("Upload-Length is less than what has arrived already."))
    if length > settings.max_upload_bytes:
        raise UploadTooLargeError
    _require_quota(session, upload.owner_id, length - upload.offset, settings.quota_bytes)
    upload.length = length


def keep(session: Session, upload: Upload) -> None:
    """Hold the upload for longer; raises UploadBusyError when another request holds it by now."""
    upload.lease_until = clock.now() + uploads_policy.LEASE
    _update_held(session, upload, lease_until=upload.lease_until)


def advance(session: Session, upload: Upload, reached: int, settings: Settings) -> None:
    """Count the bytes up to `reached` as arrived, and hold the upload for longer.

    Raises UploadBusyError when another request holds it by now.
    """
    if upload.length is None:
        grown = reached - upload.offset
        _require_quota(session, upload.owner_id, grown, settings.quota_bytes)
    upload.lease_until = clock.now() + uploads_policy.LEASE
    upload.expires_at = clock.now() + timedelta(days=settings.upload_days)
    _update_held(
        session,
        upload,
        offset=reached,
        lease_until=upload.lease_until,
        expires_at=upload.expires_at,
    )
    upload.offset = reached


def finish(session: Session, upload: Upload) -> None:
    """All bytes are here and stand under their key."""
    _update_held(session, upload, state=UploadState.COMPLETE, lease_owner=None, lease_until=None)
    upload.state = UploadState.COMPLETE


def let_go(session: Session, upload: Upload) -> None:
    """The request is over: the next one need not wait."""
    session.execute(
        update(Upload)
        .where(Upload.id == upload.id, Upload.lease_owner == upload.lease_owner)
        .values(lease_owner=None, lease_until=None)
    )


def take(session: Session, viewer: Viewer, upload_id: str, episode_id: str) -> Upload:
    """The upload becomes the recording of an episode, once.

    Raises UploadUsedError, with the episode that it has become, when it is taken again.
    """
    upload = uploads_queries.get_upload(session, viewer, upload_id, lock=True)
    if upload.state is UploadState.USED:
        if upload.episode_id is None:
            # The episode was deleted since, and its bytes with it.
            raise UploadNotFoundError
        raise UploadUsedError(upload.episode_id)
    if upload.state is not UploadState.COMPLETE:
        raise UploadNotCompleteError
    upload.state, upload.episode_id = UploadState.USED, episode_id
    return upload


def give_up(session: Session, viewer: Viewer, upload_id: str) -> Upload:
    """The owner does not want the upload any more: from now on it is gone for everybody."""
    upload = uploads_queries.get_upload(session, viewer, upload_id, lock=True)
    if upload.state is UploadState.USED:
        raise UploadUsedError(upload.episode_id or "")
    upload.expires_at = clock.now()
    upload.lease_owner = upload.lease_until = None
    return upload


def remove(database: Database, storage: Storage, upload: Upload) -> None:
    """Drop the bytes of an upload that is gone, then its row; a crash between costs nothing,
    because whatever has a row is found again."""
    if upload.state is not UploadState.USED:
        storage.abort(upload.storage_handle)
        storage.delete(upload.storage_key)
    with database.transaction() as session:
        found = session.get(Upload, upload.id, with_for_update=True)
        if found is not None:
            session.delete(found)


def remove_unused(database: Database, storage: Storage, upload: Upload) -> None:
    """Drop an upload that has come to nothing, but not one that has become an episode after all,
    as where only the answer to the commit was lost."""
    with database.reading() as session:
        found = session.get(Upload, upload.id)
    if found is None or found.state is not UploadState.USED:
        remove(database, storage, upload)


def expire(database: Database, storage: Storage) -> int:
    """Remove what nobody went on with in time, a bounded number at once; how many these were.

    An upload to which bytes are coming is never touched. The bytes of an episode are not the
    upload's any more: of those only the row goes.
    """
    with database.reading() as session:
        expired = uploads_queries.list_expired(session, EXPIRED_AT_ONCE)
    for upload in expired:
        remove(database, storage, upload)
    return len(expired)


def _hold(upload: Upload) -> None:
    upload.lease_owner = new_id()
    upload.lease_until = clock.now() + uploads_policy.LEASE


def _update_held(session: Session, upload: Upload, **values: object) -> None:
    held = session.execute(
        update(Upload)
        .where(Upload.id == upload.id, Upload.lease_owner == upload.lease_owner)
        .values(**values)
        .returning(Upload.id)
    ).one_or_none()
    if held is None:
        raise UploadBusyError


def _require_quota(session: Session, owner_id: str, more: int, quota: int) -> None:
    # Whoever announces bytes waits for the others of the same person: without that, ten uploads
    # at once would each see the room that is only there for one.
    session.execute(select(User.id).where(User.id == owner_id).with_for_update())
    if uploads_queries.count_reserved_bytes(session, owner_id) + more > quota:
        raise QuotaExceededError
