"""Objects in an S3 bucket: the store for more than one machine."""

import base64
import contextlib
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO
from urllib.parse import quote

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from mediashare.config import Settings
from mediashare.errors import StorageFullError
from mediashare.storage import keys
from mediashare.storage.port import (
    BLOCK_BYTES,
    PART_BYTES,
    ObjectMissingError,
    Source,
    Stat,
    StorageUnavailableError,
)

if TYPE_CHECKING:
    from botocore.response import StreamingBody
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef

CONNECTIONS = 64
# The most that S3 copies in one call.
COPY_BYTES = 5 * 1024**3
MISSING = frozenset({"404", "NoSuchKey", "NoSuchUpload"})
BEYOND_END = frozenset({"416", "InvalidRange"})
FULL = frozenset({"507", "InsufficientStorage", "QuotaExceeded", "XMinioStorageFull"})


@dataclass(frozen=True)
class Patience:
    """How long one try may take to connect and to get the next byte, and how many there are."""

    connect_s: float = 5
    read_s: float = 60
    tries: int = 4


DEFAULT_PATIENCE = Patience()


class S3Storage:
    """Storage in one bucket, which the operator has made.

    An object that grows is a multipart upload of equal parts, so that a part's number follows
    from the offset. S3 keeps no part of less than 5 MiB but the last; what is beyond the last
    whole part is kept as an object of its own, named for the offset that it reaches to. So any
    process can go on, and one that comes late with an old offset overwrites nothing.
    """

    def __init__(self, settings: Settings, *, patience: Patience = DEFAULT_PATIENCE) -> None:
        self._bucket = settings.s3_bucket
        self._client = _connect(settings, settings.s3_endpoint, patience)
        self._public = _connect(settings, settings.s3_browser_endpoint, patience)

    def put(self, key: str, stream: BinaryIO, *, content_type: str) -> Stat:
        _require_key(key)
        wanted = _measure(stream)
        stream.seek(0)
        with self._guarded():
            if wanted.size <= PART_BYTES:
                self._put_small(key, stream.read(), content_type, wanted)
            else:
                self._put_in_parts(key, stream, content_type, wanted)
        if self.stat(key) != wanted:
            raise StorageUnavailableError
        return wanted

    def open(self, key: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        _require_key(key)
        if end is not None and end <= start:
            self.stat(key)
            return iter(())
        span = f"bytes={start}-" if end is None else f"bytes={start}-{end - 1}"
        with self._guarded():
            try:
                body = self._client.get_object(Bucket=self._bucket, Key=key, Range=span)["Body"]
            except ClientError as error:
                if _code(error) in BEYOND_END:
                    return iter(())
                raise
        return self._blocks(body)

    def stat(self, key: str) -> Stat:
        _require_key(key)
        with self._guarded():
            found = self._client.head_object(Bucket=self._bucket, Key=key)
        sha256 = found["Metadata"].get("sha256")
        return Stat(found["ContentLength"], sha256, found["LastModified"])

    def copy(self, key: str, target: str) -> None:
        _require_key(key)
        _require_key(target)
        options = TransferConfig(
            multipart_threshold=COPY_BYTES, multipart_chunksize=COPY_BYTES, use_threads=False
        )
        with self._guarded():
            self._client.copy(
                {"Bucket": self._bucket, "Key": key}, self._bucket, target, Config=options
            )

    def delete(self, key: str) -> None:
        _require_key(key)
        with self._guarded():
            self._client.delete_object(Bucket=self._bucket, Key=key)

    def list(self, prefix: str) -> Iterator[str]:
        yield from (key for key in self._list(prefix) if keys.is_key(key))

    def presign(
        self, key: str, seconds: int, *, content_type: str, filename: str | None = None
    ) -> str | None:
        _require_key(key)
        asked = {"Bucket": self._bucket, "Key": key, "ResponseContentType": content_type}
        if filename is not None:
            asked["ResponseContentDisposition"] = _disposition(filename)
        return self._public.generate_presigned_url("get_object", Params=asked, ExpiresIn=seconds)

    def free_bytes(self) -> int | None:
        return None

    def begin(self, key: str) -> str:
        _require_key(key)
        with self._guarded():
            begun = self._client.create_multipart_upload(Bucket=self._bucket, Key=key)
        return f"{key} {begun['UploadId']}"

    def append(self, handle: str, offset: int, stream: Source) -> int:
        key, upload_id = handle.split(" ", 1)
        number, within = divmod(offset, PART_BYTES)
        with self._guarded():
            held = self._read_tail(key, offset) if within else b""
            self._drop_tails(key, below=offset)
            while True:
                held += _read_up_to(stream, PART_BYTES - len(held))
                if len(held) < PART_BYTES:
                    break
                number += 1
                self._put_part(key, upload_id, number, held)
                held = b""
            reached = (number * PART_BYTES) + len(held)
            if held and reached != offset:
                self._put_tail(key, reached, held)
        return reached

    def complete(self, handle: str, size: int) -> Stat:
        key, upload_id = handle.split(" ", 1)
        with contextlib.suppress(ObjectMissingError), self._guarded():
            # A missing multipart upload was completed before: by us, or by a try whose answer
            # was lost.
            if size:
                self._join(key, upload_id, size)
            else:
                # A multipart upload has no room for nothing.
                self._put_small(key, b"", "application/octet-stream", None)
                self._client.abort_multipart_upload(
                    Bucket=self._bucket, Key=key, UploadId=upload_id
                )
        found = self.stat(key)
        if found.size != size:
            raise ObjectMissingError
        with self._guarded():
            self._drop_tails(key)
        return found

    def abort(self, handle: str) -> None:
        key, upload_id = handle.split(" ", 1)
        with contextlib.suppress(ObjectMissingError), self._guarded():
            self._client.abort_multipart_upload(Bucket=self._bucket, Key=key, UploadId=upload_id)
        with self._guarded():
            self._drop_tails(key)

    def _put_small(self, key: str, data: bytes, content_type: str, stat: Stat | None) -> None:
        self._client.put_object(
            Bucket=self._bucket,
            Key=key,
            Body=data,
            ContentType=content_type,
            ContentMD5=_md5(data),
            Metadata=_metadata(stat),
        )

    def _put_in_parts(self, key: str, stream: BinaryIO, content_type: str, stat: Stat) -> None:
        upload_id = self._client.create_multipart_upload(
            Bucket=self._bucket, Key=key, ContentType=content_type, Metadata=_metadata(stat)
        )["UploadId"]
        try:
            parts = [
                self._put_part(key, upload_id, number, data)
                for number, data in enumerate(iter(lambda: _read_up_to(stream, PART_BYTES), b""), 1)
            ]
            # What is no longer there was completed by a try whose answer was lost; `put` looks.
            with contextlib.suppress(self._client.exceptions.NoSuchUpload):
                self._client.complete_multipart_upload(
                    Bucket=self._bucket,
                    Key=key,
                    UploadId=upload_id,
                    MultipartUpload={"Parts": parts},
                )
        except BaseException:
            with contextlib.suppress(ClientError, BotoCoreError):
                self._client.abort_multipart_upload(
                    Bucket=self._bucket, Key=key, UploadId=upload_id
                )
            raise

    def _put_part(
        self, key: str, upload_id: str, number: int, data: bytes
    ) -> "CompletedPartTypeDef":
        answer = self._client.upload_part(
            Bucket=self._bucket,
            Key=key,
            UploadId=upload_id,
            PartNumber=number,
            Body=data,
            ContentMD5=_md5(data),
        )
        return {"PartNumber": number, "ETag": answer["ETag"]}

    def _join(self, key: str, upload_id: str, size: int) -> None:
        whole, rest = divmod(size, PART_BYTES)
        pages = self._client.get_paginator("list_parts").paginate(
            Bucket=self._bucket, Key=key, UploadId=upload_id
        )
        parts: list[CompletedPartTypeDef] = [
            {"PartNumber": part["PartNumber"], "ETag": part["ETag"]}
            for page in pages
            for part in page.get("Parts", [])
            if part["PartNumber"] <= whole
        ]
        if len(parts) != whole:
            raise ObjectMissingError
        if rest:
            parts.append(self._put_part(key, upload_id, whole + 1, self._read_tail(key, size)))
        self._client.complete_multipart_upload(
            Bucket=self._bucket, Key=key, UploadId=upload_id, MultipartUpload={"Parts": parts}
        )

    def _put_tail(self, key: str, reached: int, data: bytes) -> None:
        self._client.put_object(
            Bucket=self._bucket, Key=_tail_key(key, reached), Body=data, ContentMD5=_md5(data)
        )

    def _read_tail(self, key: str, offset: int) -> bytes:
        found = self._client.get_object(Bucket=self._bucket, Key=_tail_key(key, offset))
        data = found["Body"].read()
        if len(data) != offset % PART_BYTES:
            raise StorageUnavailableError
        return data

    def _drop_tails(self, key: str, below: int | None = None) -> None:
        for tail in list(self._list(_tail_prefix(key))):
            if below is None or tail < _tail_key(key, below):
                self._client.delete_object(Bucket=self._bucket, Key=tail)

    def _list(self, prefix: str) -> Iterator[str]:
        with self._guarded():
            pages = self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self._bucket, Prefix=prefix
            )
            for page in pages:
                yield from (found["Key"] for found in page.get("Contents", []))

    def _blocks(self, body: "StreamingBody") -> Iterator[bytes]:
        # Closed also by whoever stops reading: players do that with every seek.
        with self._guarded(), contextlib.closing(body):
            yield from body.iter_chunks(BLOCK_BYTES)

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        try:
            yield
        except ClientError as error:
            if _code(error) in FULL:
                raise StorageFullError from error
            if _code(error) in MISSING and self._bucket_stands():
                raise ObjectMissingError from error
            raise StorageUnavailableError from error
        except BotoCoreError as error:
            raise StorageUnavailableError from error

    def _bucket_stands(self) -> bool:
        # HEAD says 404 for a missing object and for a missing bucket alike, and nobody is to
        # take a store that was lost for one whose objects were deleted.
        try:
            self._client.head_bucket(Bucket=self._bucket)
        except (ClientError, BotoCoreError):
            return False
        return True


def _connect(settings: Settings, endpoint: str, patience: Patience) -> "S3Client":
    # Without keys of ours boto3 looks for those of the machine (instance roles and the like).
    return boto3.client(
        "s3",
        endpoint_url=endpoint or None,
        region_name=settings.s3_region,
        aws_access_key_id=settings.aws_access_key_id or None,
        aws_secret_access_key=settings.aws_secret_access_key.get_secret_value() or None,
        config=Config(
            signature_version="s3v4",
            s3={"addressing_style": "path" if settings.s3_path_style else "virtual"},
            connect_timeout=patience.connect_s,
            read_timeout=patience.read_s,
            retries={"mode": "standard", "total_max_attempts": patience.tries},
            max_pool_connections=CONNECTIONS,
            request_checksum_calculation=settings.s3_checksums,
            response_checksum_validation=settings.s3_checksums,
        ),
    )


def _require_key(key: str) -> None:
    if not keys.is_key(key):
        raise ObjectMissingError


def _tail_prefix(key: str) -> str:
    return f"{keys.OWN}{key}.part/"


def _tail_key(key: str, offset: int) -> str:
    # As many digits as the largest object has, so that keys sort as offsets do.
    return f"{_tail_prefix(key)}{offset:020}"


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


def _metadata(stat: Stat | None) -> dict[str, str]:
    return {} if stat is None or stat.sha256 is None else {"sha256": stat.sha256}


def _md5(data: bytes) -> str:
    # The checksum that every S3 store verifies; against accidents, not against attackers.
    return base64.b64encode(hashlib.md5(data, usedforsecurity=False).digest()).decode()


def _measure(stream: BinaryIO) -> Stat:
    size, digest = 0, hashlib.sha256()
    for block in iter(lambda: stream.read(BLOCK_BYTES), b""):
        size += len(block)
        digest.update(block)
    return Stat(size, digest.hexdigest())


def _read_up_to(stream: Source, size: int) -> bytes:
    held = bytearray()
    while len(held) < size and (block := stream.read(min(BLOCK_BYTES, size - len(held)))):
        held += block
    return bytes(held)


def _disposition(filename: str) -> str:
    """`attachment` under any name (RFC 6266): plain for old browsers, UTF-8 for all others."""
    plain = "".join(c if (c.isalnum() and c.isascii()) or c in "._- " else "_" for c in filename)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='')}"
