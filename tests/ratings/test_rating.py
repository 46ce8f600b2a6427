"""Giving stars and saying what came of it, as rules."""

from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mediashare import clock
from mediashare.library.models import Episode, EpisodeState
from mediashare.ratings import queries as ratings_queries
from mediashare.ratings import service as ratings_service
from mediashare.ratings.errors import NotOpenError, OwnEpisodeError
from mediashare.ratings.models import Outcome, Rating, Verdict
from mediashare.ratings.queries import Mine
from tests.factories import make_episode, make_user, viewer_of


def test_stars_are_counted(session: Session) -> None:
    episode = make_episode(session, make_user(session))
    ada, ben = viewer_of(make_user(session)), viewer_of(make_user(session))

    ratings_service.rate(session, ada, episode, 5)
    ratings_service.rate(session, ben, episode, 2)
    session.commit()

    assert (episode.rating_sum, episode.rating_count) == (7, 2)
    assert episode.rating_average == 3.5
    assert ratings_queries.find_mine(session, ada, episode.id) == Mine(stars=5)


def test_rating_again_replaces_the_stars(session: Session) -> None:
    episode = make_episode(session, make_user(session))
    ada = viewer_of(make_user(session))

    ratings_service.rate(session, ada, episode, 5)
    ratings_service.rate(session, ada, episode, 1)
    session.commit()

    assert (episode.rating_sum, episode.rating_count) == (1, 1)
    assert session.scalars(select(Rating.stars)).all() == [1]


def test_stars_can_be_taken_back_once(session: Session) -> None:
    episode = make_episode(session, make_user(session))
    ada = viewer_of(make_user(session))
    ratings_service.rate(session, ada, episode, 4)

    ratings_service.unrate(session, ada, episode)
    session.flush()
    ratings_service.unrate(session, ada, episode)
    session.commit()

    assert (episode.rating_sum, episode.rating_count) == (0, 0)
    assert ratings_queries.find_mine(session, ada, episode.id) == Mine()


def test_stars_are_taken_back_even_from_what_is_hidden_by_now(session: Session) -> None:
    episode = make_episode(session, make_user(session))
    ada = viewer_of(make_user(session))
    ratings_service.rate(session, ada, episode, 4)
    episode.hidden_at = clock.now()

    ratings_service.unrate(session, ada, episode)
    session.commit()

    assert (episode.rating_sum, episode.rating_count) == (0, 0)


def test_a_new_outcome_replaces_the_old_one(session: Session) -> None:
    episode = make_episode(session, make_user(session))
    ada = viewer_of(make_user(session))

    ratings_service.set_outcome(session, ada, episode, Verdict.SOLVED)
    ratings_service.set_outcome(session, ada, episode, Verdict.OUTDATED, "Moved to v2.")
    session.commit()

    assert counts(episode) == (0, 0, 1)
    assert ratings_queries.find_mine(session, ada, episode.id) == Mine(
        verdict=Verdict.OUTDATED, note="Moved to v2."
    )


def test_an_outcome_can_be_taken_back_once(session: Session) -> None:
    episode = make_episode(session, make_user(session))
    ada = viewer_of(make_user(session))
    ratings_service.set_outcome(session, ada, episode, Verdict.DID_NOT_WORK)

    ratings_service.clear_outcome(session, ada, episode)
    session.flush()
    ratings_service.clear_outcome(session, ada, episode)
    session.commit()

    assert counts(episode) == (0, 0, 0)
    assert session.scalar(select(func.count()).select_from(Outcome)) == 0


def test_nobody_rates_their_own_episode(session: Session) -> None:
    author = make_user(session)
    episode = make_episode(session, author)

    with pytest.raises(OwnEpisodeError):
        ratings_service.rate(session, viewer_of(author), episode, 5)
    with pytest.raises(OwnEpisodeError):
        ratings_service.set_outcome(session, viewer_of(author), episode, Verdict.SOLVED)


@pytest.mark.parametrize(
    "values",
    [
        {"state": EpisodeState.PROCESSING},
        {"published_at": None},
        {"hidden_at": clock.now()},
    ],
)
def test_only_what_is_open_is_rated(session: Session, values: dict[str, Any]) -> None:
    episode = make_episode(session, make_user(session), **values)
    ada = viewer_of(make_user(session))

    with pytest.raises(NotOpenError):
        ratings_service.rate(session, ada, episode, 5)
    with pytest.raises(NotOpenError):
        ratings_service.set_outcome(session, ada, episode, Verdict.SOLVED)


def test_what_others_said_is_not_mine(session: Session) -> None:
    episode, other = (make_episode(session, make_user(session)) for _ in range(2))
    ada, ben = viewer_of(make_user(session)), viewer_of(make_user(session))
    ratings_service.rate(session, ben, episode, 5)
    ratings_service.set_outcome(session, ada, other, Verdict.SOLVED, "At last.")
    session.commit()

    mine = ratings_queries.list_mine(session, ada, [episode.id, other.id])

    assert mine == {episode.id: Mine(), other.id: Mine(None, Verdict.SOLVED, "At last.")}


def counts(episode: Episode) -> tuple[int, int, int]:
    return episode.solved_count, episode.did_not_work_count, episode.outdated_count
