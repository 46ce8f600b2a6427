"""Who may upload, how long a silent request keeps its upload, when it is gone, how it is called."""

import unicodedata
from datetime import datetime, timedelta

from mediashare.accounts import policy as accounts_policy
from mediashare.accounts.policy import Viewer
from mediashare.uploads.models import Upload, UploadState

# A client that vanished without a word holds its upload for no longer than this.
LEASE = timedelta(seconds=4)
MAX_FILENAME = 200


def may_upload(viewer: Viewer) -> bool:
    """Members contribute; guests look and listen."""
    return accounts_policy.is_member(viewer) and accounts_policy.may_write(viewer)


def is_busy(upload: Upload, now: datetime) -> bool:
    """Whether a request is sending bytes to it right now."""
    return (
        upload.lease_owner is not None
        and upload.lease_until is not None
        and upload.lease_until > now
    )


def is_gone(upload: Upload, now: datetime) -> bool:
    """Whether its time is over; what has become an episode stays known."""
    return upload.state is not UploadState.USED and upload.expires_at <= now


def is_unfinished(upload: Upload, now: datetime) -> bool:
    """Whether all its bytes are here, but the request that brought them died before saying so."""
    return (
        upload.state is UploadState.GROWING
        and upload.offset == upload.length
        and not is_busy(upload, now)
    )


def clean_filename(raw: bytes | str) -> str:
    """A name to show, never to open: no folders, nothing invisible, not too long."""
    text = raw.decode("utf-8", "replace") if isinstance(raw, bytes) else raw
    name = unicodedata.normalize("NFC", text).replace("\\", "/").rsplit("/", 1)[-1]
    # Categories C*: control characters, and those that turn the direction of what is read.
    visible = "".join(c for c in name if not unicodedata.category(c).startswith("C"))
    return " ".join(visible.split())[:MAX_FILENAME] or "recording"
