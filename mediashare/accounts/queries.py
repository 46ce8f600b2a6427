"""Look people up."""

import hashlib
from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, contains_eager

from mediashare import clock
from mediashare.accounts import policy as accounts_policy
from mediashare.accounts.errors import InvitationGoneError
from mediashare.accounts.models import ApiToken, Invitation, Scope, SignIn, User
from mediashare.accounts.policy import Playback, Viewer
from mediashare.db.paging import Page, PageRequest, page_by_time


def find_sign_in(session: Session, token: str) -> SignIn | None:
    """The browser session of this token with its person, if neither has ended."""
    return session.scalar(
        select(SignIn)
        .join(SignIn.user)
        .options(contains_eager(SignIn.user))
        .where(
            SignIn.token_hash == hash_token(token),
            SignIn.expires_at > clock.now(),
            User.is_active,
        )
    )


def find_token(session: Session, token: str) -> ApiToken | None:
    """The API token with its person, if both are still good."""
    return session.scalar(
        select(ApiToken)
        .join(ApiToken.user)
        .options(contains_eager(ApiToken.user))
        .where(
            ApiToken.token_hash == hash_token(token),
            User.is_active,
            or_(ApiToken.expires_at.is_(None), ApiToken.expires_at > clock.now()),
        )
    )


def viewer_of(user: User, scopes: str | None = None) -> Viewer:
    """The person as whoever is asking; `scopes` are those of the API token, if by one."""
    words = None if scopes is None else frozenset(Scope(word) for word in scopes.split())
    playback = Playback(user.wants_captions, user.uses_keys, user.keeps_history)
    return Viewer(user.id, user.role, user.handle, user.name, words, playback)


def find_user_by_email(session: Session, email: str) -> User | None:
    """The person with this (normalised) address."""
    return session.scalar(select(User).where(User.email == email))


def is_empty(session: Session) -> bool:
    """Whether nobody has an account yet."""
    return session.scalar(select(User.id).limit(1)) is None


def get_invitation(session: Session, token: str) -> Invitation:
    """The invitation of this link; raises InvitationGoneError unless it can still be used.

    The link that sets up a new house is good for nothing once anybody has an account.
    """
    found = session.scalar(
        select(Invitation).where(
            Invitation.token_hash == hash_token(token),
            Invitation.used_at.is_(None),
            Invitation.expires_at > clock.now(),
        )
    )
    if found is None or (found.invited_by_id is None and not is_empty(session)):
        raise InvitationGoneError
    return found


def list_open_invitations(session: Session, viewer: Viewer, page: PageRequest) -> Page[Invitation]:
    """Invitations that nobody has used, newest first: one's own, and all of them for admins."""
    query = select(Invitation).where(
        Invitation.used_at.is_(None), Invitation.expires_at > clock.now()
    )
    if not accounts_policy.is_admin(viewer):
        query = query.where(Invitation.invited_by_id == viewer.id)
    return page_by_time(session, query, page, time=Invitation.created_at, ident=Invitation.id)


def list_sessions(session: Session, viewer: Viewer) -> Sequence[SignIn]:
    """Where the viewer is signed in, last used first."""
    return session.scalars(
        select(SignIn)
        .where(SignIn.user_id == viewer.id, SignIn.expires_at > clock.now())
        .order_by(SignIn.seen_at.desc(), SignIn.id)
        .limit(100)
    ).all()


def list_tokens(session: Session, viewer: Viewer) -> Sequence[ApiToken]:
    """The viewer's API tokens, newest first; the tokens themselves are kept nowhere."""
    return session.scalars(
        select(ApiToken)
        .where(ApiToken.user_id == viewer.id)
        .order_by(ApiToken.created_at.desc(), ApiToken.id)
        .limit(100)
    ).all()


def list_people(session: Session, page: PageRequest, *, words: str = "") -> Page[User]:
    """Everybody with an account, newest first, perhaps with these words in name or address."""
    query = select(User)
    for word in words.split():
        query = query.where(
            or_(
                User.name.icontains(word, autoescape=True),
                User.email.icontains(word, autoescape=True),
            )
        )
    return page_by_time(session, query, page, time=User.created_at, ident=User.id)


def hash_token(token: str) -> str:
    """SHA-256 in hexadecimal: tokens are random enough to need no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()
