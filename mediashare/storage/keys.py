"""Where objects live. Every key is made here, of ids that we have made ourselves."""

import re

# What the adapters keep for themselves: growing objects and drafts.
OWN = "growing/"
_KEY = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)*")
MAX_LENGTH = 200


def recording(upload_id: str) -> str:
    """The original bytes that came by one upload."""
    return f"recordings/{upload_id}"


def result(episode_id: str, job_id: str, attempt: int, name: str) -> str:
    """What one attempt at a job has made: attempts never share a key."""
    return f"{results(episode_id, job_id)}{attempt}/{name}"


def results(episode_id: str, job_id: str) -> str:
    """The prefix of what all attempts at a job have made."""
    return f"{episode(episode_id)}{job_id}/"


def sent_picture(episode_id: str, ident: str) -> str:
    """A picture as its author has sent it, until it is made fit."""
    return f"{episode(episode_id)}sent/{ident}"


def episode(episode_id: str) -> str:
    """The prefix of everything made from an episode's recording."""
    return f"episodes/{episode_id}/"


def is_key(text: str) -> bool:
    """Whether an object can have this key: no way out of the store can be written as one."""
    return len(text) <= MAX_LENGTH and _KEY.fullmatch(text) is not None and not text.startswith(OWN)
