"""Many people at once: the counters always equal what is in the tables."""

from collections.abc import Callable
from functools import partial

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mediashare.accounts.policy import Viewer
from mediashare.db.session import Database
from mediashare.library import queries as library_queries
from mediashare.library.models import Episode
from mediashare.ratings import service as ratings_service
from mediashare.ratings.models import Outcome, Rating, Verdict
from tests.crowds import all_at_once
from tests.factories import make_episode, make_user, viewer_of

PEOPLE = 20


def at_once(
    database: Database,
    episode: Episode,
    viewers: list[Viewer],
    act: Callable[[Session, Viewer, Episode, int], None],
) -> None:
    """Each viewer acts in a transaction and thread of their own; all start together."""

    def run(number: int, viewer: Viewer) -> None:
        with database.transaction() as session:
            found = library_queries.get_episode(session, viewer, episode.id)
            act(session, viewer, found, number)

    all_at_once([partial(run, *pair) for pair in enumerate(viewers)])


def test_twenty_people_rate_at_once(database: Database, session: Session) -> None:
    episode = make_episode(session, make_user(session))
    viewers = [viewer_of(make_user(session)) for _ in range(PEOPLE)]

    at_once(
        database,
        episode,
        viewers,
        lambda s, viewer, found, n: ratings_service.rate(s, viewer, found, n % 5 + 1),
    )

    session.refresh(episode)
    rows = session.execute(select(func.sum(Rating.stars), func.count(Rating.stars))).one()
    assert (episode.rating_sum, episode.rating_count) == tuple(rows) == (60, PEOPLE)


def test_one_person_rating_twenty_times_at_once_counts_once(
    database: Database, session: Session
) -> None:
    episode = make_episode(session, make_user(session))
    viewers = [viewer_of(make_user(session))] * PEOPLE

    at_once(
        database,
        episode,
        viewers,
        lambda s, viewer, found, n: ratings_service.rate(s, viewer, found, n % 5 + 1),
    )

    session.refresh(episode)
    stars = session.scalars(select(Rating.stars)).one()
    assert (episode.rating_sum, episode.rating_count) == (stars, 1)


def test_outcomes_that_change_at_once_stay_counted(database: Database, session: Session) -> None:
    episode = make_episode(session, make_user(session))
    viewers = [viewer_of(make_user(session)) for _ in range(PEOPLE // 2)] * 2
    verdicts = list(Verdict)

    at_once(
        database,
        episode,
        viewers,
        lambda s, viewer, found, n: ratings_service.set_outcome(s, viewer, found, verdicts[n % 3]),
    )

    session.refresh(episode)
    counted = [episode.solved_count, episode.did_not_work_count, episode.outdated_count]
    said = session.scalars(select(Outcome.verdict)).all()
    assert counted == [said.count(verdict) for verdict in Verdict]
    assert len(said) == PEOPLE // 2
