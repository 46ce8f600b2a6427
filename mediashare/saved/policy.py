"""How many searches people save, how long is remembered what they have found, and how often a feed
is read."""

from datetime import datetime, timedelta

RATE = "60 per minute"
# Readers ask every few minutes; several of one person share an address.
FEED_LIMIT = "120 per hour"
MOST_SEARCHES = 50
# A clip that was published this long before a search was saved is still new to it when it fits only
# now: its transcript may have come late.
LATE = timedelta(days=7)
# Clips published longer ago are never new; what was found is remembered a good while longer.
NEW_FOR, REMEMBERED = timedelta(days=60), timedelta(days=120)
A_DAY = timedelta(days=1)


def new_since(saved_at: datetime, now: datetime) -> datetime:
    """From when on something may be new to a search that was saved then."""
    return max(saved_at - LATE, now - NEW_FOR)
