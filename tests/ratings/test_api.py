"""Own rating and outcome over the API."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from mediashare import clock
from mediashare.accounts.models import Role, Scope
from mediashare.library.models import Audience
from mediashare.ratings import policy
from tests.factories import make_episode, make_token, make_user


def send(
    client: FlaskClient, token: str, method: str, path: str, body: object = None
) -> TestResponse:
    headers = {"Authorization": f"Bearer {token}"}
    return client.open(f"/api/v1{path}", method=method, json=body, headers=headers)


def test_a_rating_is_given_and_taken_back(client: FlaskClient, session: Session) -> None:
    episode = make_episode(session, make_user(session))
    token = make_token(session, make_user(session))
    path = f"/episodes/{episode.id}/rating"

    given = send(client, token, "PUT", path, {"stars": 4})
    taken_back = send(client, token, "DELETE", path)

    assert given.json == {"average": 4.0, "count": 1, "mine": 4}
    assert taken_back.json == {"average": None, "count": 0, "mine": None}


def test_an_outcome_is_set_and_cleared(client: FlaskClient, session: Session) -> None:
    episode = make_episode(session, make_user(session))
    token = make_token(session, make_user(session))
    path = f"/episodes/{episode.id}/outcome"

    said = send(client, token, "PUT", path, {"verdict": "solved", "note": "On 2.1 too."})
    cleared = send(client, token, "DELETE", path)

    assert said.json == {"solved": 1, "did_not_work": 0, "outdated": 0, "mine": "solved"}
    assert cleared.json == {"solved": 0, "did_not_work": 0, "outdated": 0, "mine": None}


@pytest.mark.parametrize("stars", [None, 0, 6, 2.5, -1, True, "five", [5], {"stars": 5}, 10**30])
def test_other_stars_than_one_to_five_are_refused(
    client: FlaskClient, session: Session, stars: object
) -> None:
    episode = make_episode(session, make_user(session))
    token = make_token(session, make_user(session))

    answer = send(client, token, "PUT", f"/episodes/{episode.id}/rating", {"stars": stars})

    assert (answer.status_code, (answer.json or {})["errors"]) == (
        422,
        {"stars": "Choose 1 to 5 stars."},
    )


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({}, {"verdict": "Must be one of: solved, did_not_work, outdated."}),
        ({"verdict": "great"}, {"verdict": "Must be one of: solved, did_not_work, outdated."}),
        ({"verdict": "solved", "note": 7}, {"note": "Must be text."}),
        ({"verdict": "solved", "note": "x" * 301}, {"note": "At most 300 characters."}),
    ],
)
def test_an_outcome_that_makes_no_sense_is_refused(
    client: FlaskClient, session: Session, body: dict[str, object], errors: dict[str, str]
) -> None:
    episode = make_episode(session, make_user(session))
    token = make_token(session, make_user(session))

    answer = send(client, token, "PUT", f"/episodes/{episode.id}/outcome", body)

    assert (answer.status_code, (answer.json or {})["errors"]) == (422, errors)


@pytest.mark.parametrize(
    ("method", "what", "body"),
    [
        ("PUT", "rating", {"stars": 5}),
        ("DELETE", "rating", None),
        ("PUT", "outcome", {"verdict": "solved"}),
        ("DELETE", "outcome", None),
    ],
)
def test_what_one_may_not_see_looks_like_what_does_not_exist(
    client: FlaskClient, session: Session, method: str, what: str, body: object
) -> None:
    private = make_episode(session, make_user(session), audience=Audience.PRIVATE)
    token = make_token(session, make_user(session))

    unreadable = send(client, token, method, f"/episodes/{private.id}/{what}", body)
    missing = send(client, token, method, f"/episodes/{'0' * 32}/{what}", body)

    assert (unreadable.status_code, missing.status_code) == (404, 404)
    assert unreadable.data == missing.data


def test_the_author_is_told_why_not(client: FlaskClient, session: Session) -> None:
    author = make_user(session)
    episode = make_episode(session, author)
    token = make_token(session, author)

    answer = send(client, token, "PUT", f"/episodes/{episode.id}/rating", {"stars": 5})

    assert answer.status_code == 403
    assert (answer.json or {})[
        "detail"
    ] == "You can't rate your own episode. Others do that for you."


def test_a_hidden_episode_takes_no_rating_even_from_those_who_see_it(
    client: FlaskClient, session: Session
) -> None:
    episode = make_episode(session, make_user(session), hidden_at=clock.now())
    token = make_token(session, make_user(session, role=Role.MODERATOR))

    answer = send(client, token, "PUT", f"/episodes/{episode.id}/rating", {"stars": 5})

    assert answer.status_code == 409
    session.refresh(episode)
    assert episode.rating_count == 0


def test_a_token_that_may_only_read_rates_nothing(client: FlaskClient, session: Session) -> None:
    episode = make_episode(session, make_user(session))
    token = make_token(session, make_user(session), Scope.READ)

    answer = send(client, token, "PUT", f"/episodes/{episode.id}/rating", {"stars": 5})

    assert answer.status_code == 403
    session.refresh(episode)
    assert episode.rating_count == 0


def test_rating_all_day_long_is_too_often(client: FlaskClient, session: Session) -> None:
    episode = make_episode(session, make_user(session))
    token = make_token(session, make_user(session))
    allowed = int(policy.RATE_LIMIT.split()[0])
    path = f"/episodes/{episode.id}/rating"

    answers = [send(client, token, "PUT", path, {"stars": 5}) for _ in range(allowed + 1)]

    assert [answer.status_code for answer in answers] == [200] * allowed + [429]
    assert int(answers[-1].headers["Retry-After"]) > 0
