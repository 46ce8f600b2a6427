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
        raise InvalidInputError(errors={"scopes": "A token that may write must also read."})
    token = "ms_" + secrets.token_urlsafe(TOKEN_BYTES)
    row = ApiToken(
        token_hash=hash_token(token),
        user_id=user.id,
        name=name,
        scopes=" ".join(sorted(scope.value for scope in scopes)),
        expires_at=None if days is None else clock.now() + timedelta(days=days),
    )
    session.add(row)
    session.flush()
    audit_service.record(
        session, "token_created", actor_id=user.id, subject=("token", row.id), scopes=row.scopes
    )
    return token


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
