"""How many searches people save, how long is remembered what they have found, and how often a feed
is read."""

from datetime import datetime, timedelta

from mediashare.saved.models import NEW_FOR

RATE = "60 per minute"
# Readers ask every few minutes; several of one person share an address.
FEED_LIMIT = "120 per hour"
MOST_SEARCHES = 50
# What was found is remembered a good while longer than anything is new.
REMEMBERED = 2 * NEW_FOR
A_DAY = timedelta(days=1)
# Who has joined a group in this time is not told of what it had already. Searches are run far more
# often, so that it is all known by then.
LATELY = A_DAY


def new_since(knows_since: datetime, now: datetime) -> datetime:
    """From when on something may be new to a search that knows what was published since then."""
    return max(knows_since, now - NEW_FOR)
