"""Which bytes of a file a request asks for (RFC 9110, section 14)."""

from dataclasses import dataclass

from flask import request


@dataclass(frozen=True)
class Span:
    """The bytes from `start` up to, not including, `end`, of a file of `size` bytes."""

    start: int
    end: int
    size: int

    @property
    def length(self) -> int:
        """How many bytes these are."""
        return self.end - self.start

    @property
    def content_range(self) -> str:
        """The span as the header Content-Range writes it."""
        return f"bytes {self.start}-{self.end - 1}/{self.size}"


class RangeNotSatisfiableError(Exception):
    """The one range asked for lies beyond the end of the file."""


def find_span(size: int, etag: str) -> Span | None:
    """The span that this request asks for, or None when it is to get the whole file.

    Several ranges at once, other units and what is no range at all are ignored, as is a range
    that was meant for another version of the file. Raises RangeNotSatisfiableError.
    """
    asked = request.range
    if asked is None or asked.units != "bytes" or len(asked.ranges) != 1:
        return None
    # Only our own strong tag will do: dates and weak tags name no exact version.
    if request.headers.get("If-Range", f'"{etag}"') != f'"{etag}"':
        return None
    start, end = asked.ranges[0]
    if start < 0:
        start, end = max(0, size + start), size
    end = size if end is None else min(end, size)
    if start >= end:
        raise RangeNotSatisfiableError
    return Span(start, end, size)
