"""Comments on a moment mean the same moment whatever is played, and say so where it is not."""

from collections.abc import Callable

import pytest

from mediashare.discussion import queries as discussion_queries
from mediashare.discussion.models import Unplayed
from mediashare.discussion.policy import Placed, place_moment
from mediashare.discussion.views import moment_note
from mediashare.media.policy import Change, Edit
from mediashare.ratings import service as ratings_service
from tests import factories
from tests.edits.conftest import RECORDED_MS, House


def note(house: House, comment_id: str) -> str | None:
    with house.database.reading() as session:
        return moment_note(discussion_queries.get_comment(session, house.viewer, comment_id))


@pytest.mark.parametrize(
    ("said", "placed"),
    [
        ((15_000, None), Placed(None, 5000)),
        ((10_000, None), Placed(None, 0)),
        ((40_000, None), Placed(None, 30_000)),
        ((9_999, None), Placed(Unplayed.CUT)),
        ((40_001, None), Placed(Unplayed.CUT)),
        ((15_000, 20_000), Placed(None, 5000, 10_000)),
        ((5000, 15_000), Placed(None, 0, 5000)),
        ((35_000, 45_000), Placed(None, 25_000, 30_000)),
        ((2000, 10_000), Placed(Unplayed.CUT)),
        ((40_000, 45_000), Placed(Unplayed.CUT)),
    ],
)
def test_a_moment_is_where_it_is_played_now_as_far_as_it_is(
    said: tuple[int, int | None], placed: Placed
) -> None:
    change = Change(Edit(), Edit(10_000, 40_000), RECORDED_MS)

    assert place_moment(change, *said) == placed


def test_moments_follow_what_is_played_and_come_back_exactly(house: House) -> None:
    said = ((5000, 15_000), (15_000, None), (45_000, 46_000), (None, None))
    comments = [house.comment(*moment) for moment in said]

    house.edit(Edit(10_000, 40_000))
    trimmed = [house.moment(comment) for comment in comments]
    house.make(house.use(1))

    assert trimmed == [
        (0, 5000, None),
        (5000, None, None),
        (None, None, "cut"),
        (None, None, None),
    ]
    assert [house.moment(comment) for comment in comments] == [(*one, None) for one in said]


def test_a_moment_that_was_said_of_the_edited_version_is_shifted_back(house: House) -> None:
    house.edit(Edit(10_000, 40_000))
    comment = house.comment(5000, 6000)

    house.make(house.use(1))

    assert house.moment(comment) == (15_000, 16_000, None)


def test_what_was_cut_off_says_so_and_where_it_was(house: House) -> None:
    comment = house.comment(5000)

    house.edit(Edit(10_000))

    assert note(house, comment) == "About a part that was cut, 0:05 in the recording"


def test_a_replaced_recording_takes_its_moments_along_and_brings_them_back(
    house: House, make_upload: Callable[[], str]
) -> None:
    house.edit(Edit(10_000))
    old = house.comment(5000)

    number = house.replace(make_upload())
    house.probe(number)
    house.make(number)
    new = house.comment(7000)

    assert house.moment(old) == (None, None, "earlier")
    assert note(house, old) == "About an earlier recording, 0:15 in it"
    assert house.moment(new) == (7000, None, None)
    house.make(house.use(2))
    assert house.moment(old) == (5000, None, None)
    assert house.moment(new) == (None, None, "later")
    assert note(house, new) == "About a later recording, 0:07 in it"


def test_ratings_and_the_count_of_comments_stay(
    house: House, make_upload: Callable[[], str]
) -> None:
    with house.database.sessions() as session:
        reader = factories.viewer_of(factories.make_user(session))
    with house.database.transaction() as session:
        episode = house.episode()
        ratings_service.rate(session, reader, session.merge(episode), 4)
    slug, published = house.episode().slug, house.episode().published_at

    house.edit(Edit(10_000))
    number = house.replace(make_upload())
    house.probe(number)
    house.make(number)

    episode = house.episode()
    assert (episode.rating_sum, episode.rating_count) == (4, 1)
    assert (episode.slug, episode.published_at) == (slug, published)


def test_muting_moves_nothing(house: House) -> None:
    comment = house.comment(15_000, 16_000)

    house.edit(Edit(muted=((1000, 2000),)))

    assert house.moment(comment) == (15_000, 16_000, None)
