"""Invitations: links that make one account each."""

import secrets
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from mediashare import clock
from mediashare.accounts import policy as accounts_policy
from mediashare.accounts import queries as accounts_queries
from mediashare.accounts.errors import InvitationGoneError
from mediashare.accounts.models import Invitation, Role, User
from mediashare.accounts.policy import Viewer, normalise_email
from mediashare.accounts.queries import hash_token
from mediashare.accounts.service.passwords import PasswordHash
from mediashare.accounts.service.people import create_user
from mediashare.accounts.service.sign_ins import TOKEN_BYTES
from mediashare.audit import service as audit_service
from mediashare.errors import NotAllowedError

LIFE = timedelta(days=7)
SETUP_LIFE = timedelta(days=1)


@dataclass(frozen=True)
class NewAccount:
    """What an invited person fills in."""

    name: str
    email: str
    password: str = field(repr=False)


def create_invitation(
    session: Session, viewer: Viewer, *, role: Role, email: str | None, base_url: str
) -> str:
    """The address at which somebody makes an account, with at most the inviter's own role."""
    if not accounts_policy.may_grant(viewer, role):
        raise NotAllowedError
    row, link = _make(role, LIFE, base_url)
    row.email = normalise_email(email) if email else None
    row.invited_by_id = viewer.id
    session.add(row)
    session.flush()
    audit_service.record(
        session, "invited", actor_id=viewer.id, subject=("invitation", row.id), role=role.value
    )
    return link


def create_setup_link(session: Session, base_url: str) -> str | None:
    """The address at which a new house makes its first admin; None once anybody has an account.

    Whoever asks again makes the older links worthless.
    """
    if not accounts_queries.is_empty(session):
        return None
    session.execute(delete(Invitation).where(Invitation.invited_by_id.is_(None)))
    row, link = _make(Role.ADMIN, SETUP_LIFE, base_url)
    session.add(row)
    return link


def withdraw_invitation(session: Session, viewer: Viewer, ident: str) -> None:
    """Inviters take back what nobody has used; admins also what others have sent."""
    gone = delete(Invitation).where(Invitation.id == ident, Invitation.used_at.is_(None))
    if not accounts_policy.is_admin(viewer):
        gone = gone.where(Invitation.invited_by_id == viewer.id)
    if not session.scalars(gone.returning(Invitation.id)).all():
        raise InvitationGoneError
    audit_service.record(
        session, "invitation_withdrawn", actor_id=viewer.id, subject=("invitation", ident)
    )


def accept_invitation(
    session: Session, token: str, account: NewAccount, password_hash: PasswordHash
) -> User:
    """Make the one account that this link is good for; raises InvitationGoneError.

    The link is spent by one conditional UPDATE, so that of two who use it at once one wins.
    """
    invitation = accounts_queries.get_invitation(session, token)
    spent = session.scalars(
        update(Invitation)
        .where(Invitation.id == invitation.id, Invitation.used_at.is_(None))
        .values(used_at=clock.now())
        .returning(Invitation.id)
    ).all()
    if not spent:
        raise InvitationGoneError
    user = create_user(
        session,
        email=invitation.email or account.email,
        name=account.name,
        password_hash=password_hash,
        role=invitation.role,
    )
    invitation.used_by_id = user.id
    return user


def _make(role: Role, life: timedelta, base_url: str) -> tuple[Invitation, str]:
    token = secrets.token_urlsafe(TOKEN_BYTES)
    row = Invitation(token_hash=hash_token(token), role=role, expires_at=clock.now() + life)
    return row, f"{base_url}/join/{token}"
