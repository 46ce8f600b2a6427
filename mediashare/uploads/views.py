"""Uploads as tus clients see them, in headers; and as people do, in sentences."""

from datetime import UTC
from email.utils import format_datetime

from mediashare import clock
from mediashare.sentences import said
from mediashare.uploads import policy as uploads_policy
from mediashare.uploads.models import Upload, UploadState
from mediashare.web import rendering


def tus_headers(upload: Upload) -> dict[str, str]:
    """How far the upload is, how long it will be, what was said about it, when it goes."""
    headers = {"Upload-Offset": str(upload.offset)}
    if upload.length is None:
        headers["Upload-Defer-Length"] = "1"
    else:
        headers["Upload-Length"] = str(upload.length)
    if upload.metadata_header:
        headers["Upload-Metadata"] = upload.metadata_header
    if upload.state is not UploadState.USED:
        headers["Upload-Expires"] = format_datetime(upload.expires_at.astimezone(UTC), usegmt=True)
    return headers


def arrived_percent(upload: Upload) -> int:
    """How much of it has arrived, never rounded up: 100 is all of it."""
    return upload.offset * 100 // upload.length if upload.length else 0


def is_being_sent(upload: Upload) -> bool:
    """Whether bytes of it arrive right now; nobody may ever go on with the others."""
    return uploads_policy.is_busy(upload, clock.now())


def arrived_sentence(upload: Upload) -> str:
    """What has become of an upload that is no episode yet."""
    if upload.state is UploadState.COMPLETE:
        return said("All of it has arrived, but it was never saved as an episode.")
    if is_being_sent(upload):
        return said("It is being sent at the moment, by another tab or device.")
    whole = rendering.size(upload.length or 0)
    percent = arrived_percent(upload)
    return said("%(percent)s %% of %(whole)s has arrived.", percent=percent, whole=whole)
