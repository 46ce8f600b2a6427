"""How much is looked at to say what somebody talks about."""

ACT_LIMIT = "60 per minute"
# What somebody has published of late says what they talk about now.
LOOKED_AT, LISTENED_TO = 500, 30
# Topics that are looked for, and those that are shown.
MOST_LOOKED_FOR, MOST_SHOWN = 24, 8
# Lines of one episode that are counted.
MOST_LINES = 60
# What nobody has tagged is a topic of somebody who comes back to it.
LEAST_SAID = 3
MOST_HIDDEN = 200


def is_topic(*, tagged: int, said: int) -> bool:
    """What a clip is tagged with is a topic; else it must be said more than in passing."""
    return tagged > 0 or said >= LEAST_SAID
