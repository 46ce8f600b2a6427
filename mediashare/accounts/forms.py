"""Reads what people type about accounts."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mediashare.accounts.models import Role, Scope
from mediashare.accounts.service import NewAccount, Profile
from mediashare.errors import InvalidInputError
from mediashare.sentences import said
from mediashare.text import clean_visible

MAX_LINE, MAX_ABOUT, MAX_EMAIL = 80, 2000, 254
EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
# One slash and then no second one: browsers read `//`, `/\` and a tab between them as another host.
LOCAL_PATH = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*")
TOKEN_DAYS = (30, 90, 365)


@dataclass(frozen=True)
class InvitationRequest:
    """Whom to invite as what; without an address whoever has the link may use it."""

    role: Role
    email: str | None


@dataclass(frozen=True)
class TokenRequest:
    """A token's name, what it may do, and after how many days it ends (None: never)."""

    name: str
    scopes: Sequence[Scope]
    days: int | None


def read_next(value: str | None) -> str:
    """Where to go after signing in: a path on this site, or the home page."""
    return value if value and LOCAL_PATH.fullmatch(value) else "/"


def read_profile(data: Mapping[str, str]) -> Profile:
    """A profile; raises InvalidInputError with a sentence for each field."""
    errors: dict[str, str] = {}
    about = clean_visible(data.get("about", ""))
    if len(about) > MAX_ABOUT:
        errors["about"] = said("At most %(max)s characters.", max=MAX_ABOUT)
    profile = Profile(
        name=_read_name(data, errors),
        team=_read_line(data, "team", errors),
        place=_read_line(data, "place", errors),
        about=about,
    )
    _raise_for(errors)
    return profile


def read_new_account(data: Mapping[str, str], *, email: str | None) -> NewAccount:
    """A new account; `email` is the invitation's own address, if it names one."""
    errors: dict[str, str] = {}
    account = NewAccount(
        name=_read_name(data, errors),
        email=email or _read_email(data, errors),
        password=data.get("password", ""),
    )
    _raise_for(errors)
    return account


def read_invitation(data: Mapping[str, str]) -> InvitationRequest:
    """An invitation; raises InvalidInputError."""
    errors: dict[str, str] = {}
    email = _read_email(data, errors) if data.get("email", "").strip() else None
    role = read_role(data)
    _raise_for(errors)
    return InvitationRequest(role, email)


def read_role(data: Mapping[str, str]) -> Role:
    """One of the roles; raises InvalidInputError."""
    try:
        return Role(data.get("role", ""))
    except ValueError as error:
        sentence = said("Must be one of: %(known)s.", known=", ".join(Role))
        raise InvalidInputError(errors={"role": sentence}) from error


def read_token(data: Mapping[str, str]) -> TokenRequest:
    """A token to make; reading is always in it."""
    errors: dict[str, str] = {}
    name = _read_name(data, errors)
    scopes = (Scope.READ, Scope.WRITE) if data.get("scope") == Scope.WRITE else (Scope.READ,)
    days = data.get("days", "")
    if days not in {"", *map(str, TOKEN_DAYS)}:
        errors["days"] = said("Choose one of the lengths offered.")
    _raise_for(errors)
    return TokenRequest(name, scopes, int(days) if days else None)


def _read_name(data: Mapping[str, str], errors: dict[str, str]) -> str:
    name = _read_line(data, "name", errors)
    if not name:
        errors["name"] = said("Give a name.")
    return name


def _read_line(data: Mapping[str, str], name: str, errors: dict[str, str]) -> str:
    line = " ".join(clean_visible(data.get(name, "")).split())
    if len(line) > MAX_LINE:
        errors[name] = said("At most %(max)s characters.", max=MAX_LINE)
    return line


def _read_email(data: Mapping[str, str], errors: dict[str, str]) -> str:
    email = clean_visible(data.get("email", ""))
    if len(email) > MAX_EMAIL or not EMAIL.fullmatch(email):
        errors["email"] = said("This does not look like an e-mail address.")
    return email


def _raise_for(errors: Mapping[str, str]) -> None:
    if errors:
        raise InvalidInputError(errors=errors)
