"""Reads what tus clients say in their headers (tus 1.0.0)."""

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Protocol

from mediashare.sentences import said
from mediashare.uploads import policy as uploads_policy
from mediashare.uploads.errors import ProtocolError
from mediashare.uploads.service import CHECKSUMS, Checksum

MAX_DIGITS = 18
MAX_METADATA = 4000
_MEDIA_TYPE = re.compile(r"[a-z0-9.+-]{1,40}/[a-z0-9.+-]{1,59}")
_METADATA_KEY = re.compile(r"[!-+\--~]+")


class Headers(Protocol):
    """The headers of a request; names are compared without regard to case."""

    def get(self, name: str, /) -> str | None:
        """The value, or None if it was not sent."""


@dataclass(frozen=True)
class Creation:
    """A new upload as its client announces it; `length` is None while it is not known."""

    length: int | None
    filename: str
    content_type: str
    metadata_header: str


def read_creation(headers: Headers) -> Creation:
    """Length and metadata; exactly one of Upload-Length and Upload-Defer-Length is sent."""
    length = find_number(headers, "Upload-Length")
    deferred = headers.get("Upload-Defer-Length")
    if deferred not in {None, "1"}:
        raise ProtocolError(said("Upload-Defer-Length can only be 1."))
    if (length is None) == (deferred is None):
        raise ProtocolError(said("Send either Upload-Length or Upload-Defer-Length: 1."))
    header = headers.get("Upload-Metadata") or ""
    metadata = _read_metadata(header)
    name = metadata.get("filename") or metadata.get("name") or b""
    media_type = metadata.get("filetype") or metadata.get("type") or b""
    return Creation(length, uploads_policy.clean_filename(name), _clean_type(media_type), header)


def find_number(headers: Headers, name: str) -> int | None:
    """The value of a header that counts bytes, or None if it was not sent."""
    raw = headers.get(name)
    if raw is None:
        return None
    if not (raw.isascii() and raw.isdigit()) or len(raw) > MAX_DIGITS:
        raise ProtocolError(
            said("%(header)s must be a whole number of bytes, not negative.", header=name)
        )
    return int(raw)


def read_offset(headers: Headers) -> int:
    """Where the bytes of this request belong."""
    offset = find_number(headers, "Upload-Offset")
    if offset is None:
        raise ProtocolError(said("Send Upload-Offset: where these bytes belong."))
    return offset


def find_checksum(headers: Headers) -> Checksum | None:
    """The announced checksum of this request's bytes, if any."""
    raw = headers.get("Upload-Checksum")
    if raw is None:
        return None
    algorithm, _, encoded = raw.strip().partition(" ")
    if algorithm not in CHECKSUMS:
        raise ProtocolError(
            said("Upload-Checksum must be one of: %(known)s.", known=", ".join(CHECKSUMS))
        )
    digest = _decode(encoded.strip(), "Upload-Checksum")
    if len(digest) != CHECKSUMS[algorithm]:
        raise ProtocolError(said("Upload-Checksum has the wrong length."))
    return Checksum(algorithm, digest)


def _clean_type(raw: bytes) -> str:
    text = raw.decode("ascii", "replace").partition(";")[0].strip().lower()
    return text if _MEDIA_TYPE.fullmatch(text) else ""


def _read_metadata(header: str) -> dict[str, bytes]:
    if len(header) > MAX_METADATA:
        raise ProtocolError(said("Upload-Metadata is too long."))
    found: dict[str, bytes] = {}
    for pair in header.split(",") if header.strip() else ():
        key, _, encoded = pair.strip().partition(" ")
        if not _METADATA_KEY.fullmatch(key) or key in found:
            raise ProtocolError(said("Upload-Metadata has an empty, odd or repeated key."))
        found[key] = _decode(encoded.strip(), "Upload-Metadata")
    return found


def _decode(encoded: str, name: str) -> bytes:
    try:
        return base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        raise ProtocolError(said("%(header)s must be Base64.", header=name)) from None
