"""Comments on a moment mean the same moment whatever is played, and say so where it is not."""

from collections.abc import Callable

import pytest

from mediashare.discussion import queries as discussion_queries
from mediashare.discussion.views import moment_note
from mediashare.media.policy import Edit
from mediashare.ratings import service as ratings_service
from tests import factories
from tests.edits.conftest import House

Moment = tuple[int | None, int | None, str | None]


def note(house: House, comment_id: str) -> str | None:
    with house.database.reading() as session:
        return moment_note(discussion_queries.get_comment(session, house.viewer, comment_id))


@pytest.mark.parametrize(
    ("said", "played"),
    [
        ((15_000, None), (5000, None, None)),
        ((10_000, None), (0, None, None)),
        ((40_000, None), (30_000, None, None)),
        ((9_999, None), (None, None, "cut")),
        ((40_001, None), (None, None, "cut")),
        ((15_000, 20_000), (5000, 10_000, None)),
        ((5000, 15_000), (0, 5000, None)),
        ((35_000, 45_000), (25_000, 30_000, None)),
        ((2000, 10_000), (None, None, "cut")),
        ((40_000, 45_000), (None, None, "cut")),
        ((None, None), (None, None, None)),
    ],
)
def test_a_moment_is_where_it_is_played_now_or_waits_and_comes_back_exactly(
    house: House, said: tuple[int | None, int | None], played: Moment
) -> None:
    comment = house.comment(*said)

    house.edit(Edit(10_000, 40_000))
    trimmed = house.moment(comment)
    house.make(house.use(1))

    assert trimmed == played
    assert house.moment(comment) == (*said, None)


def test_a_moment_that_was_said_of_the_edited_version_is_shifted_back(house: House) -> None:
    house.edit(Edit(10_000, 40_000))
    comment = house.comment(5000, 6000)

    house.make(house.use(1))

    assert house.moment(comment) == (15_000, 16_000, None)


def test_what_was_cut_off_says_so_and_where_it_was(house: House) -> None:
    comment = house.comment(65_000 - 60_000)

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
