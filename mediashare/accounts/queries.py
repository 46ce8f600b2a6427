"""Look people up."""

import hashlib

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager

from mediashare import clock
from mediashare.accounts.models import ApiToken, Scope, SignIn, User
from mediashare.accounts.policy import Viewer


def find_viewer_by_sign_in(session: Session, token: str) -> Viewer | None:
    """Whose browser session this is, if it has not ended."""
    user = session.scalar(
        select(User)
        .join(SignIn, SignIn.user_id == User.id)
        .where(
            SignIn.token_hash == hash_token(token),
            SignIn.expires_at > clock.now(),
            User.is_active,
        )
    )
    return None if user is None else _viewer(user)


def find_viewer_by_token(session: Session, token: str) -> Viewer | None:
    """Whose API token this is, with its scopes, if it is still good."""
    found = session.scalar(
        select(ApiToken)
        .join(ApiToken.user)
        .options(contains_eager(ApiToken.user))
        .where(ApiToken.token_hash == hash_token(token), User.is_active)
    )
    if found is None or (found.expires_at is not None and found.expires_at <= clock.now()):
        return None
    return _viewer(found.user, frozenset(Scope(word) for word in found.scopes.split()))


def find_user_by_email(session: Session, email: str) -> User | None:
    """The person with this (normalised) address."""
    return session.scalar(select(User).where(User.email == email))


def is_empty(session: Session) -> bool:
    """Whether nobody has an account yet."""
    return session.scalar(select(User.id).limit(1)) is None


def hash_token(token: str) -> str:
    """SHA-256 in hexadecimal: tokens are random enough to need no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()


def _viewer(user: User, scopes: frozenset[Scope] | None = None) -> Viewer:
    return Viewer(user.id, user.role, user.handle, user.name, scopes)
