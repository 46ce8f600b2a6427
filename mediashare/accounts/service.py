"""What people do with accounts: make them, sign in and out, hand out tokens and invitations."""

import secrets
import unicodedata
from collections.abc import Collection
from datetime import timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from slugify import slugify
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from mediashare import clock
from mediashare.accounts import queries as accounts_queries
from mediashare.accounts.errors import EmailTakenError, WeakPasswordError, WrongPasswordError
from mediashare.accounts.models import ApiToken, Invitation, Role, Scope, SignIn, User
from mediashare.accounts.queries import hash_token

MIN_PASSWORD, MAX_PASSWORD = 8, 256
TOKEN_BYTES = 32
SETUP_LIFE = timedelta(days=1)

# Argon2id at the library's defaults, which follow RFC 9106 (low-memory profile).
_hasher = PasswordHasher()
# Checked when there is no such account, so that the answer takes as long as for one that exists.
_NOBODYS_HASH = _hasher.hash(secrets.token_urlsafe(16))


def create_user(
    session: Session, *, email: str, name: str, password: str, role: Role = Role.MEMBER
) -> User:
    """A new person; the address must be free and the password good enough."""
    normalised = normalise_email(email)
    check_password(password)
    if session.scalar(select(User.id).where(User.email == normalised)):
        raise EmailTakenError
    user = User(
        email=normalised,
        handle=_free_handle(session, name),
        name=" ".join(name.split()),
        role=role,
        password_hash=_hasher.hash(password),
    )
    session.add(user)
    session.flush()
    return user


def normalise_email(email: str) -> str:
    """Case, outer blanks and look-alike code points do not make another person (NFKC)."""
    return unicodedata.normalize("NFKC", email).strip().casefold()


def check_password(password: str) -> None:
    """Raise WeakPasswordError unless the password has a fair length."""
    if len(password) < MIN_PASSWORD:
        raise WeakPasswordError(f"Use at least {MIN_PASSWORD} characters.")
    if len(password) > MAX_PASSWORD:
        raise WeakPasswordError(f"Use at most {MAX_PASSWORD} characters.")


def authenticate(session: Session, *, email: str, password: str) -> User:
    """The person with this address and password; raises WrongPasswordError for all else."""
    user = session.scalar(select(User).where(User.email == normalise_email(email)))
    try:
        _hasher.verify(user.password_hash if user else _NOBODYS_HASH, password)
    except (VerificationError, InvalidHashError) as error:
        raise WrongPasswordError from error
    if user is None or not user.is_active:
        raise WrongPasswordError
    if _hasher.check_needs_rehash(user.password_hash):
        user.password_hash = _hasher.hash(password)
    return user


def sign_in(session: Session, user: User, *, days: int, user_agent: str = "") -> str:
    """Open a session on the server; the token for the cookie, which is kept nowhere else."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    session.add(
        SignIn(
            token_hash=hash_token(token),
            user_id=user.id,
            user_agent=user_agent[:200],
            expires_at=clock.now() + timedelta(days=days),
        )
    )
    return token


def sign_out(session: Session, token: str) -> None:
    """End the session on the server, so that a copied cookie is worth nothing."""
    session.execute(delete(SignIn).where(SignIn.token_hash == hash_token(token)))


def create_token(session: Session, user: User, *, name: str, scopes: Collection[Scope]) -> str:
    """A bearer token for programs; shown once, kept as a hash."""
    token = "ms_" + secrets.token_urlsafe(TOKEN_BYTES)
    session.add(
        ApiToken(
            token_hash=hash_token(token),
            user_id=user.id,
            name=name,
            scopes=" ".join(sorted(scope.value for scope in scopes)),
        )
    )
    return token


def create_setup_link(session: Session, base_url: str) -> str | None:
    """The address at which a new house makes its first admin; None once anybody has an account.

    Whoever asks again makes the older links worthless.
    """
    if not accounts_queries.is_empty(session):
        return None
    session.execute(delete(Invitation).where(Invitation.invited_by_id.is_(None)))
    token = secrets.token_urlsafe(TOKEN_BYTES)
    session.add(
        Invitation(
            token_hash=hash_token(token), role=Role.ADMIN, expires_at=clock.now() + SETUP_LIFE
        )
    )
    return f"{base_url}/join/{token}"


def _free_handle(session: Session, name: str) -> str:
    base = slugify(name, max_length=32) or "person"
    taken = set(session.scalars(select(User.handle).where(User.handle.startswith(base))))
    if base not in taken:
        return base
    return next(h for n in range(2, len(taken) + 3) if (h := f"{base}-{n}") not in taken)
