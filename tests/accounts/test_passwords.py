"""How passwords are kept and how good they must be."""

import pytest
from argon2 import PasswordHasher, extract_parameters
from sqlalchemy.orm import Session

from mediashare.accounts import service as accounts_service
from mediashare.accounts.errors import WeakPasswordError, WrongPasswordError
from mediashare.accounts.models import User

GOOD = ["plum42qk", "pässwörter für dich", "with several spaces in it", "kq7 blue barge " * 8]


def make_ada(session: Session, password: str) -> User:
    email = "ada@example.com"
    kept = accounts_service.hash_new_password(password, name="Ada", email=email)
    return accounts_service.create_user(session, email=email, name="Ada", password_hash=kept)


@pytest.mark.parametrize("password", GOOD)
def test_any_characters_will_do_and_all_of_them_count(session: Session, password: str) -> None:
    make_ada(session, password)

    user = accounts_service.authenticate(session, email="ada@example.com", password=password)

    assert user.name == "Ada"
    with pytest.raises(WrongPasswordError):
        accounts_service.authenticate(session, email="ada@example.com", password=password[:-1])


def test_what_differs_late_differs(session: Session) -> None:
    long = "correct horse battery staple " * 4
    make_ada(session, long + "a")

    with pytest.raises(WrongPasswordError):
        accounts_service.authenticate(session, email="ada@example.com", password=long + "b")


@pytest.mark.parametrize(
    "password", ["", "short", "password", "12345678", "mediashare1", "qwertyuiop", "a" * 30]
)
def test_what_is_guessed_first_is_refused(session: Session, password: str) -> None:
    with pytest.raises(WeakPasswordError):
        make_ada(session, password)


@pytest.mark.usefixtures("real_hashes")
def test_passwords_are_kept_as_argon2id_at_the_recommended_cost(session: Session) -> None:
    user = make_ada(session, "steam driven looms")

    kept = extract_parameters(user.password_hash)

    assert user.password_hash.startswith("$argon2id$")
    assert (kept.memory_cost, kept.time_cost) >= (65536, 3)


def test_a_cheaper_hash_is_made_anew_when_its_password_is_at_hand(session: Session) -> None:
    user = make_ada(session, "steam driven looms")
    user.password_hash = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1).hash(
        "steam driven looms"
    )

    accounts_service.rehash_password(session, user.id, "steam driven looms")

    assert extract_parameters(user.password_hash).memory_cost == 8
