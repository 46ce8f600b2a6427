"""Which page of a list a screen shows: `?cursor=` of its address."""

from flask import request

from mediashare.db.paging import PageRequest


def asked_page() -> PageRequest:
    """The page that the address names, or the first."""
    return PageRequest(cursor=request.args.get("cursor") or None)
