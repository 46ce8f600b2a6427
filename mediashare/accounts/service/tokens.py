"""API tokens: what programs sign in with."""

import secrets
from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from mediashare import clock
from mediashare.accounts.errors import TokenNotFoundError
from mediashare.accounts.models import ApiToken, Scope, User
from mediashare.accounts.policy import Viewer
from mediashare.accounts.queries import hash_token
from mediashare.accounts.service.sign_ins import TOKEN_BYTES
from mediashare.audit import service as audit_service
from mediashare.errors import InvalidInputError
from mediashare.sentences import said

# What the column holds.
NAME_LENGTH = 80


def create_token(
    session: Session,
    user: User,
    *,
    name: str,
    scopes: Collection[Scope],
    days: int | None = None,
) -> str:
    """A bearer token for programs; shown once, kept as a hash. Without `days` it does not end.

    Raises InvalidInputError for one that may not read: every answer to a write shows something.
    """
    if Scope.READ not in scopes:
        raise InvalidInputError(errors={"scopes": said("A token that may write must also read.")})
    if Scope.FEED in scopes:
        raise InvalidInputError(
            errors={"scopes": said("The token of a feed is made with the feed.")}
        )
    ends = None if days is None else clock.now() + timedelta(days=days)
    words = " ".join(sorted(scope.value for scope in scopes))
    _row, token = _add(session, ApiToken(user_id=user.id, name=name, scopes=words, expires_at=ends))
    return token


def create_feed_token(session: Session, user_id: str, *, name: str) -> tuple[ApiToken, str]:
    """A token that stands in the address of one feed, and what is kept of it. It is listed and
    revoked like the others, and ends with them; the API shows it nothing."""
    name = f"Feed: {name}"[:NAME_LENGTH]
    return _add(session, ApiToken(user_id=user_id, name=name, scopes=Scope.FEED.value))


def _add(session: Session, row: ApiToken) -> tuple[ApiToken, str]:
    token = "ms_" + secrets.token_urlsafe(TOKEN_BYTES)
    row.token_hash = hash_token(token)
    session.add(row)
    session.flush()
    audit_service.record(
        session,
        "token_created",
        actor_id=row.user_id,
        subject=("token", row.id),
        scopes=row.scopes,
    )
    return row, token


def revoke_token(session: Session, viewer: Viewer, ident: str) -> None:
    """People end their own tokens; programs that hold one are out at once."""
    revoked = session.scalars(
        delete(ApiToken)
        .where(ApiToken.id == ident, ApiToken.user_id == viewer.id)
        .returning(ApiToken.id)
    ).all()
    if not revoked:
        raise TokenNotFoundError
    audit_service.record(session, "token_revoked", actor_id=viewer.id, subject=("token", ident))
