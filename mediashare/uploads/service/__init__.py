"""What happens to uploads: their rows, and the bytes that arrive for them."""

from mediashare.uploads.service.receiving import CHECKSUMS, Body, Checksum, receive, whole_file
from mediashare.uploads.service.rows import (
    announce,
    begin,
    expire,
    give_up,
    lease,
    remove,
    set_length,
    take,
)

__all__ = [
    "CHECKSUMS",
    "Body",
    "Checksum",
    "announce",
    "begin",
    "expire",
    "give_up",
    "lease",
    "receive",
    "remove",
    "set_length",
    "take",
    "whole_file",
]
