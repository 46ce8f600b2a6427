"""How often one person may search, who is told how results are ordered, and what is noted of
searches."""

import re
from collections.abc import Collection

from mediashare.accounts import policy as accounts_policy
from mediashare.accounts.policy import Viewer
from mediashare.search.models import WORDS_LENGTH

# Typing fast in a field that searches along is far below this; copying the library by search is
# not.
RATE_LIMIT = "120 per minute"
SUGGESTION_LIMIT = "240 per minute"
# Longer words are hardly words: keys, hashes, pasted text. Long numbers are those of people.
LONGEST_NOTED, LONG_NUMBER = 32, re.compile(r"[0-9]{7}")


def may_see_points(viewer: Viewer) -> bool:
    """Admins may ask why a result stands where it stands."""
    return accounts_policy.is_admin(viewer)


def may_be_noted(text: str, words: Collection[str]) -> bool:
    """Whether these words of a search are kept without a name. Addresses, long numbers and what is
    no word may tell of a person or be a secret, and are not."""
    if "@" in text or not words or len(" ".join(words)) > WORDS_LENGTH:
        return False
    return all(len(word) <= LONGEST_NOTED and not LONG_NUMBER.search(word) for word in words)
