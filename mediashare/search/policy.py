"""How often one person may search and how much is proposed, who is told how results are ordered,
and what is noted of searches."""

import re
from collections.abc import Collection

from mediashare.accounts import policy as accounts_policy
from mediashare.accounts.policy import Viewer
from mediashare.search.models import WORDS_LENGTH

# Typing fast in a field that searches along is far below this; copying the library by search is
# not.
RATE_LIMIT = "120 per minute"
SUGGESTION_LIMIT = "240 per minute"
# So many episodes are proposed while somebody types.
SUGGESTIONS = 6
# Longer words are hardly words: keys, hashes, pasted text; nor are those of letters and digits that
# are so long without anything in between. Numbers with more digits are those of people, however
# they are written.
LONGEST_NOTED, LONGEST_MIXED, MOST_DIGITS = 32, 11, 6
# What stands in addresses, and between a name and its secret.
TELLING = ("@", "://", "=")
# What people put between the digits of one number: "(0171) 234-5678", "12/34 567".
BETWEEN_DIGITS = re.compile(r"[\W_]+")


def may_see_points(viewer: Viewer) -> bool:
    """Admins may ask why a result stands where it stands."""
    return accounts_policy.is_admin(viewer)


def may_be_noted(text: str, words: Collection[str]) -> bool:
    """Whether these words of a search are kept without a name. Addresses, settings, long numbers
    and what is no word may tell of a person or be a secret, and are not."""
    if any(sign in text for sign in TELLING) or _has_long_number(text):
        return False
    if not words or len(" ".join(words)) > WORDS_LENGTH:
        return False
    return all(len(word) <= LONGEST_NOTED and not _is_key(word) for word in words)


def _is_key(word: str) -> bool:
    is_mixed = not word.isalpha() and not word.isdigit()
    return is_mixed and len(word) > LONGEST_MIXED


def _has_long_number(text: str) -> bool:
    digits = 0
    for character in BETWEEN_DIGITS.sub("", text):
        digits = digits + 1 if character.isdigit() else 0
        if digits > MOST_DIGITS:
            return True
    return False
