"""Passwords: how good they must be, how they are kept, how they are checked."""

import functools
import secrets
import threading
from collections.abc import Sequence
from typing import NewType

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn import zxcvbn

from mediashare.accounts.errors import WeakPasswordError
from mediashare.accounts.policy import normalise_email
from mediashare.sentences import said

# Made here alone, so that no password is ever kept as it was typed.
PasswordHash = NewType("PasswordHash", str)

MIN_PASSWORD, MAX_PASSWORD = 8, 256
# Of zxcvbn's 0 to 4: below 2 it takes less than a million guesses.
MIN_SCORE = 2
SCORED_LENGTH = 72
HOUSE_WORDS = ("mediashare",)

# Argon2id at the library's defaults, which follow RFC 9106 (low-memory profile).
_hasher = PasswordHasher()
# Each hash takes 64 MiB for a moment; a flood of sign-ins must not take them all at once.
_hashing = threading.BoundedSemaphore(4)


def check_password(password: str, *, known_words: Sequence[str] = ()) -> None:
    """Raise WeakPasswordError for a password that is too short, too long or easily guessed.

    `known_words` are what a stranger would try first: the person's name and address.
    """
    if len(password) < MIN_PASSWORD:
        raise WeakPasswordError(said("Use at least %(least)s characters.", least=MIN_PASSWORD))
    if len(password) > MAX_PASSWORD:
        raise WeakPasswordError(said("Use at most %(max)s characters.", max=MAX_PASSWORD))
    words = [part for word in (*HOUSE_WORDS, *known_words) for part in (word, *word.split())]
    if zxcvbn(password[:SCORED_LENGTH], user_inputs=words)["score"] < MIN_SCORE:
        raise WeakPasswordError(
            said("This one is easily guessed. A few unrelated words are better.")
        )


def hash_new_password(password: str, *, name: str, email: str) -> PasswordHash:
    """What is kept of somebody's new password; raises WeakPasswordError.

    Slow on purpose, so it comes before the write transaction, for which everybody else waits.
    """
    check_password(password, known_words=(name, normalise_email(email).split("@")[0]))
    return hash_password(password)


def hash_password(password: str) -> PasswordHash:
    """What is kept instead of the password."""
    with _hashing:
        return PasswordHash(_hasher.hash(password))


def is_right(kept: str | None, password: str) -> bool:
    """Whether the password is the one that was hashed; takes as long when nothing is kept."""
    try:
        with _hashing:
            _hasher.verify(kept or _nobodys_hash(), password)
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


def is_outdated(kept: str) -> bool:
    """Whether the hash was made at an older, cheaper cost."""
    return _hasher.check_needs_rehash(kept)


@functools.cache
def _nobodys_hash() -> str:
    # Checked when there is no such account, so that the answer takes as long as for one that
    # exists. Made when first needed: hashing is slow, and most processes never sign anybody in.
    return _hasher.hash(secrets.token_urlsafe(16))
