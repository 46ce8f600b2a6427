"""People who use the same new words at the same time share them."""

from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from mediashare.db.session import Database
from mediashare.library import service as library_service
from mediashare.library.models import Episode, EpisodeTag, Tag
from mediashare.library.service import EpisodeDetails
from tests.crowds import all_at_once
from tests.factories import make_user, viewer_of

PEOPLE = 8
ROUNDS = 5


def test_people_who_use_the_same_new_tags_at_once_share_them(
    database: Database, session: Session
) -> None:
    viewers = [viewer_of(make_user(session)) for _ in range(PEOPLE)]

    def run(turn: int, number: int) -> None:
        tags = (f"tls {turn}", f"mesh {turn}")
        details = EpisodeDetails("Clip", tags=tags if number % 2 else tags[::-1])
        with database.transaction() as own:
            library_service.create_episode(own, viewers[number], details)

    for turn in range(ROUNDS):
        all_at_once([partial(run, turn, number) for number in range(PEOPLE)])

    assert len(session.scalars(select(Tag)).all()) == 2 * ROUNDS
    assert len(session.scalars(select(Episode)).all()) == PEOPLE * ROUNDS


def test_an_episode_keeps_known_tags_and_gets_new_ones(
    database: Database, session: Session
) -> None:
    viewer = viewer_of(make_user(session))
    with database.transaction() as own:
        episode = library_service.create_episode(own, viewer, EpisodeDetails("A", tags=("tls",)))

    with database.transaction() as own:
        found = own.get_one(Episode, episode.id)
        details = EpisodeDetails("A", tags=("zero trust", "tls", "mesh"))
        library_service.edit_episode(own, viewer, found, details)

    of_episode = select(Tag.name).join(EpisodeTag, EpisodeTag.tag_id == Tag.id)
    names = session.scalars(of_episode.where(EpisodeTag.episode_id == episode.id))
    assert sorted(names) == ["mesh", "tls", "zero trust"]
