"""Uploads as tus clients see them: in headers."""

from datetime import UTC
from email.utils import format_datetime

from mediashare.uploads.models import Upload, UploadState


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
