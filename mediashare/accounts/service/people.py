"""Accounts of people: make them, change them, take them away."""

from dataclasses import dataclass, field

from slugify import slugify
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from mediashare.accounts.errors import (
    EmailTakenError,
    NotYourselfError,
    PersonNotFoundError,
    WrongCurrentPasswordError,
)
from mediashare.accounts.models import Role, User
from mediashare.accounts.policy import Playback, Viewer, normalise_email
from mediashare.accounts.service.passwords import PasswordHash, hash_new_password, is_right
from mediashare.accounts.service.sign_ins import end_access
from mediashare.audit import service as audit_service
from mediashare.errors import ConflictError


@dataclass(frozen=True)
class Profile:
    """What people say of themselves."""

    name: str
    team: str
    place: str
    about: str


@dataclass(frozen=True)
class PasswordChange:
    """A change of password that may be made: what was kept, and what will be."""

    before: str = field(repr=False)
    after: PasswordHash = field(repr=False)


def create_user(
    session: Session,
    *,
    email: str,
    name: str,
    password_hash: PasswordHash,
    role: Role = Role.MEMBER,
) -> User:
    """A new person; the address must be free."""
    normalised = normalise_email(email)
    if session.scalar(select(User.id).where(User.email == normalised)):
        raise EmailTakenError
    user = User(
        email=normalised,
        handle=_free_handle(session, name),
        name=" ".join(name.split()),
        role=role,
        password_hash=password_hash,
    )
    session.add(user)
    try:
        session.flush()
    except IntegrityError as error:
        # Somebody took the address or the handle between our look and our write.
        raise ConflictError from error
    audit_service.record(
        session, "account_created", actor_id=user.id, subject=("user", user.id), role=role.value
    )
    return user


def change_profile(session: Session, viewer: Viewer, profile: Profile) -> User:
    """People say themselves who they are."""
    user = get_user(session, viewer.id)
    user.name, user.team = profile.name, profile.team
    user.place, user.about = profile.place, profile.about
    return user


def change_playback(session: Session, viewer: Viewer, playback: Playback) -> None:
    """People say how they want to play."""
    user = get_user(session, viewer.id)
    user.wants_captions = playback.captions
    user.uses_keys = playback.keys
    user.keeps_history = playback.history


def confirm_password(session: Session, viewer: Viewer, password: str) -> None:
    """Raise WrongCurrentPasswordError unless this is the viewer's password.

    Asked before what a thief of the session would do first.
    """
    if not is_right(get_user(session, viewer.id).password_hash, password):
        raise WrongCurrentPasswordError


def prepare_password_change(
    session: Session, viewer: Viewer, *, current: str, new: str
) -> PasswordChange:
    """Check both passwords. Only reads: nobody waits for the slow hashes."""
    confirm_password(session, viewer, current)
    user = get_user(session, viewer.id)
    after = hash_new_password(new, name=user.name, email=user.email)
    return PasswordChange(before=user.password_hash, after=after)


def change_password(
    session: Session, viewer: Viewer, change: PasswordChange, *, address: str | None = None
) -> User:
    """A new password, which ends every session and API token that the old one had opened."""
    user = get_user(session, viewer.id)
    if user.password_hash != change.before:
        # Somebody has changed it since it was confirmed.
        raise WrongCurrentPasswordError
    _set_password(session, user, change.after)
    audit_service.record(
        session, "password_changed", actor_id=user.id, subject=("user", user.id), address=address
    )
    return user


def reset_password(session: Session, user: User, new: PasswordHash) -> None:
    """Whoever runs the house gives a person a new password, on the command line."""
    _set_password(session, user, new)
    audit_service.record(session, "password_reset", actor_id=None, subject=("user", user.id))


def change_role(
    session: Session, actor: Viewer, user_id: str, role: Role, *, address: str | None = None
) -> User:
    """Another role; the person signs in again, so that nothing of the old one lingers."""
    user = _get_other(session, actor, user_id)
    if user.role is role:
        return user
    audit_service.record(
        session,
        "role_changed",
        actor_id=actor.id,
        subject=("user", user.id),
        address=address,
        before=user.role.value,
        after=role.value,
    )
    user.role = role
    end_access(session, user.id)
    return user


def disable(session: Session, actor: Viewer, user_id: str, *, address: str | None = None) -> User:
    """The person is out at once, on every device and with every token."""
    return _set_active(session, actor, user_id, active=False, address=address)


def enable(session: Session, actor: Viewer, user_id: str, *, address: str | None = None) -> User:
    """The person may sign in again; old sessions and tokens stay dead."""
    return _set_active(session, actor, user_id, active=True, address=address)


def get_user(session: Session, user_id: str | None) -> User:
    """The person with this id; raises PersonNotFoundError."""
    user = session.get(User, user_id) if user_id else None
    if user is None:
        raise PersonNotFoundError
    return user


def _set_password(session: Session, user: User, new: PasswordHash) -> None:
    user.password_hash = new
    end_access(session, user.id)


def take_turn(session: Session, viewer: Viewer) -> None:
    """Of transactions of one person that ask for their turn, one goes after the other: who counts
    what this person has counts all of it then."""
    session.execute(select(User.id).where(User.id == viewer.id).with_for_update(key_share=True))


def _set_active(
    session: Session, actor: Viewer, user_id: str, *, active: bool, address: str | None
) -> User:
    user = _get_other(session, actor, user_id)
    user.is_active = active
    if not active:
        end_access(session, user.id)
    audit_service.record(
        session,
        "account_enabled" if active else "account_disabled",
        actor_id=actor.id,
        subject=("user", user.id),
        address=address,
    )
    return user


def _get_other(session: Session, actor: Viewer, user_id: str) -> User:
    # An admin who could demote or disable himself could leave the house without any.
    if user_id == actor.id:
        raise NotYourselfError
    return get_user(session, user_id)


def _free_handle(session: Session, name: str) -> str:
    base = slugify(name, max_length=32) or "person"
    taken = set(session.scalars(select(User.handle).where(User.handle.startswith(base))))
    if base not in taken:
        return base
    return next(h for n in range(2, len(taken) + 3) if (h := f"{base}-{n}") not in taken)
