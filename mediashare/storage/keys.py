"""Where objects live. Every key is made here, of ids that we have made ourselves."""


def recording(upload_id: str) -> str:
    """The original bytes that came by one upload."""
    return f"recordings/{upload_id}"


def rendition(episode_id: str, name: str) -> str:
    """A playable file; `name` is fresh for each attempt, so that attempts never share a key."""
    return f"episodes/{episode_id}/{name}"


def episode(episode_id: str) -> str:
    """The prefix of everything made from an episode's recording."""
    return f"episodes/{episode_id}/"
