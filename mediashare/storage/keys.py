"""Where objects live. Every key is made here, of ids that we have made ourselves."""

import re

# What the adapters keep for themselves: growing objects and drafts.
OWN = "growing/"
_KEY = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)*")
MAX_LENGTH = 200


def recording(upload_id: str) -> str:
    """The original bytes that came by one upload."""
    return f"recordings/{upload_id}"


def rendition(episode_id: str, name: str) -> str:
    """A playable file; `name` is fresh for each attempt, so that attempts never share a key."""
    return f"episodes/{episode_id}/{name}"


def episode(episode_id: str) -> str:
    """The prefix of everything made from an episode's recording."""
    return f"episodes/{episode_id}/"


def is_key(text: str) -> bool:
    """Whether an object can have this key: no way out of the store can be written as one."""
    return len(text) <= MAX_LENGTH and _KEY.fullmatch(text) is not None and not text.startswith(OWN)
