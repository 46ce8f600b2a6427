"""Many at once: a span is in a list once, no item loses its place, and none is lost."""

from collections.abc import Callable
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from mediashare.db.session import Database
from mediashare.playlists import queries as playlists_queries
from mediashare.playlists import service as playlists_service
from mediashare.playlists.errors import AlreadyThereError, OrderChangedError
from mediashare.playlists.models import PlaylistItem
from mediashare.playlists.service import PlaylistDetails, Span
from tests.crowds import all_at_once
from tests.factories import make_episode, make_user, viewer_of

AT_ONCE = 8


def run_at_once(database: Database, acts: list[Callable[[Session], object]]) -> list[str]:
    """Do all of them at the same moment, each in a transaction of its own; what came of each."""

    def run(act: Callable[[Session], object]) -> str:
        try:
            with database.transaction() as writing:
                act(writing)
        except (AlreadyThereError, OrderChangedError) as error:
            return type(error).__name__
        return "done"

    return sorted(all_at_once([partial(run, act) for act in acts]))


def test_the_same_span_added_many_times_at_once_is_there_once(
    database: Database, session: Session
) -> None:
    owner = make_user(session)
    viewer, episode = viewer_of(owner), make_episode(session, owner).id
    session.rollback()
    with database.transaction() as writing:
        ident = playlists_service.start(writing, viewer, PlaylistDetails(title="Week")).id

    def add(writing: Session) -> object:
        return playlists_service.add(writing, viewer, ident, episode, Span(1000, 2000))

    outcomes = run_at_once(database, [add] * AT_ONCE)

    assert outcomes == ["AlreadyThereError"] * (AT_ONCE - 1) + ["done"]


def test_ordering_and_adding_at_once_leave_every_item_a_place_of_its_own(
    database: Database, session: Session
) -> None:
    owner = make_user(session)
    viewer, episode = viewer_of(owner), make_episode(session, owner).id
    session.rollback()
    with database.transaction() as writing:
        ident = playlists_service.start(writing, viewer, PlaylistDetails(title="Week")).id
        first = [
            playlists_service.add(writing, viewer, ident, episode, Span(second * 1000)).id
            for second in range(1, 4)
        ]

    def order(writing: Session) -> object:
        return playlists_service.put_in_order(writing, viewer, ident, first[::-1])

    def add(second: int) -> Callable[[Session], object]:
        span = Span(second * 1000)
        return lambda writing: playlists_service.add(writing, viewer, ident, episode, span)

    def move(writing: Session) -> None:
        playlists_service.move(writing, viewer, ident, first[0], 1)

    outcomes = run_at_once(database, [order, add(10), move, add(11), move, add(12)])

    # Whoever orders after something was added has not seen it.
    assert outcomes in (["done"] * 6, ["OrderChangedError", *["done"] * 5])
    with database.reading() as reading:
        positions = reading.scalars(select(PlaylistItem.position)).all()
        items = playlists_queries.list_items(reading, viewer, ident)
    assert len(set(positions)) == len(positions) == 6
    assert {item.id for item in items} > set(first)
