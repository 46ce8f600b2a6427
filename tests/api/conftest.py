"""Two people and their programs."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from mediashare.accounts.models import User
from tests import factories
from tests.api.caller import Caller


@pytest.fixture
def ada(session: Session) -> User:
    return factories.make_user(session, handle="ada")


@pytest.fixture
def bob(session: Session) -> User:
    return factories.make_user(session, "Bob Bell", handle="bob")


@pytest.fixture
def as_ada(client: FlaskClient, session: Session, ada: User) -> Caller:
    return Caller(client, session, ada)


@pytest.fixture
def as_bob(client: FlaskClient, session: Session, bob: User) -> Caller:
    return Caller(client, session, bob)
