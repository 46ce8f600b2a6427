"""Signing in and out: sessions live in rows, so that ending one ends every copy of its cookie."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from mediashare import clock
from mediashare.accounts import queries as accounts_queries
from mediashare.accounts.errors import SessionNotFoundError, WrongPasswordError
from mediashare.accounts.models import ApiToken, SignIn, User
from mediashare.accounts.policy import Viewer, normalise_email
from mediashare.accounts.queries import hash_token
from mediashare.accounts.service.passwords import hash_password, is_outdated, is_right
from mediashare.audit import service as audit_service

TOKEN_BYTES = 32
# How stale the last-seen time of a session or token may get before a request renews it.
RENEW_AFTER = timedelta(hours=1)


def authenticate(session: Session, *, email: str, password: str) -> User:
    """The person with this address and password; raises WrongPasswordError for all else.

    Only reads, so that nobody waits for the slow hash while holding the database.
    """
    user = accounts_queries.find_user_by_email(session, normalise_email(email))
    right = is_right(user.password_hash if user else None, password)
    if user is None or not right or not user.is_active:
        raise WrongPasswordError
    return user


def sign_in(
    session: Session, user: User, *, days: int, idle_days: int | None = None, user_agent: str = ""
) -> str:
    """Open a session on the server; the token for the cookie, which is kept nowhere else.

    It ends `days` after now in any case, and sooner when it is not used for `idle_days`.
    """
    token = secrets.token_urlsafe(TOKEN_BYTES)
    now = clock.now()
    session.add(
        SignIn(
            token_hash=hash_token(token),
            user_id=user.id,
            user_agent=user_agent[:200],
            created_at=now,
            expires_at=_end_of(now, days, idle_days or days),
        )
    )
    return token


def rehash_password(session: Session, user_id: str, password: str) -> None:
    """Keep the password (just found right) at today's cost, if it was hashed more cheaply."""
    user = session.get(User, user_id)
    if user is not None and is_outdated(user.password_hash):
        user.password_hash = hash_password(password)


def renew(session: Session, token: str, *, days: int, idle_days: int) -> None:
    """The session is in use: it stays for another `idle_days`, never beyond its `days`."""
    found = session.scalar(select(SignIn).where(SignIn.token_hash == hash_token(token)))
    if found is not None:
        found.seen_at = clock.now()
        found.expires_at = _end_of(found.created_at, days, idle_days)


def note_token_use(session: Session, token: str) -> None:
    """The API token is in use."""
    session.execute(
        update(ApiToken).where(ApiToken.token_hash == hash_token(token)).values(used_at=clock.now())
    )


def sign_out(session: Session, token: str) -> None:
    """End the session on the server, so that a copied cookie is worth nothing."""
    session.execute(delete(SignIn).where(SignIn.token_hash == hash_token(token)))


def end_session(session: Session, viewer: Viewer, ident: str) -> None:
    """People end one of their own sessions: a lost phone, a borrowed computer."""
    ended = session.scalars(
        delete(SignIn).where(SignIn.id == ident, SignIn.user_id == viewer.id).returning(SignIn.id)
    ).all()
    if not ended:
        raise SessionNotFoundError
    _record_end(session, viewer.id, viewer.id, 1)


def end_all_sessions(
    session: Session, actor: Viewer, user_id: str, *, address: str | None = None
) -> None:
    """Sign a person out everywhere, API tokens included."""
    count = end_access(session, user_id)
    _record_end(session, actor.id, user_id, count, address)


def end_access(session: Session, user_id: str) -> int:
    """End every session and API token of a person; how many there were."""
    sessions = session.scalars(
        delete(SignIn).where(SignIn.user_id == user_id).returning(SignIn.id)
    ).all()
    tokens = session.scalars(
        delete(ApiToken).where(ApiToken.user_id == user_id).returning(ApiToken.id)
    ).all()
    return len(sessions) + len(tokens)


def record_sign_in(
    session: Session, user_id: str | None, *, accepted: bool, address: str | None
) -> None:
    """Put an attempt on record; what was typed is not kept, it may be a password in the wrong
    field."""
    audit_service.record(
        session,
        "signed_in" if accepted else "sign_in_refused",
        actor_id=user_id if accepted else None,
        subject=("user", user_id or ""),
        address=address,
    )


def record_sign_out(session: Session, user_id: str, *, address: str | None) -> None:
    """Put the end of a session on record."""
    audit_service.record(
        session, "signed_out", actor_id=user_id, subject=("user", user_id), address=address
    )


def _end_of(created_at: datetime, days: int, idle_days: int) -> datetime:
    return min(created_at + timedelta(days=days), clock.now() + timedelta(days=idle_days))


def _record_end(
    session: Session,
    actor_id: str | None,
    user_id: str | None,
    count: int,
    address: str | None = None,
) -> None:
    audit_service.record(
        session,
        "sessions_ended",
        actor_id=actor_id,
        subject=("user", user_id or ""),
        address=address,
        count=count,
    )
