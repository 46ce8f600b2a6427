"""Many devices and people at once: one place for each person, and every play counted."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from mediashare.db.session import Database
from mediashare.listening import service as listening_service
from mediashare.listening.models import Position
from tests.factories import make_episode, make_user, viewer_of
from tests.ratings.test_races import at_once

DEVICES = 12


def test_twelve_devices_of_one_person_keep_one_place(database: Database, session: Session) -> None:
    episode = make_episode(session, make_user(session), duration_ms=600_000)
    viewer = viewer_of(make_user(session))

    at_once(
        database,
        episode,
        [viewer] * DEVICES,
        lambda s, who, found, n: listening_service.save_position(s, who, found, 10.0 + n),
    )

    [place] = session.scalars(select(Position)).all()
    assert place.position in {10.0 + number for number in range(DEVICES)}


def test_twelve_people_playing_at_once_are_twelve_plays(
    database: Database, session: Session
) -> None:
    episode = make_episode(session, make_user(session))
    viewers = [viewer_of(make_user(session)) for _ in range(DEVICES)]

    at_once(
        database,
        episode,
        viewers,
        lambda s, who, found, _n: listening_service.count_play(s, who, found),
    )

    session.refresh(episode)
    assert episode.play_count == DEVICES
