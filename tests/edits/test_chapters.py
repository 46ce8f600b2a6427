"""Chapters and summary follow what is played: moved, cut, brought back, taken back, made anew."""

from collections.abc import Callable
from typing import Any

import pytest

from mediashare.chapters import queries as chapters_queries
from mediashare.chapters import service as chapters_service
from mediashare.chapters.models import Part
from mediashare.chapters.queries import Line, ShownOutline
from mediashare.library.models import EpisodeState
from mediashare.media.policy import Edit
from tests.edits.conftest import House
from tests.factories import Browser
from tests.security.rows import all_rows

CHAPTERS = (
    Line(0, "Restart", 9000),
    Line(9000, "Swordfish", 10_000),
    Line(19_000, "Again", 41_000),
)
SUMMARY = (
    Line(2000, "We restart.", 4000),
    Line(10_000, "The password is swordfish.", 4000),
    Line(20_000, "It works.", 4000),
)
ANEW = [("chapters", 0)]


@pytest.fixture
def kept(house: House) -> House:
    """An outline that its author has kept."""
    house.transcribe()
    propose(house)
    with house.database.transaction() as session:
        for part in Part:
            chapters_service.keep(session, session.merge(house.episode()), part)
    return house


@pytest.fixture
def proposed(house: House) -> House:
    """An outline that nobody has kept."""
    house.transcribe()
    propose(house)
    return house


def propose(house: House) -> None:
    with house.database.transaction() as session:
        chapters_service.propose(session, house.ident, CHAPTERS, SUMMARY)


def shown(house: House) -> ShownOutline:
    with house.database.reading() as session:
        return chapters_queries.get_shown(session, house.ident)


def places(house: House) -> tuple[list[int], list[int]]:
    found = shown(house)
    return [one.start_ms for one in found.chapters], [one.start_ms for one in found.summary]


def test_what_is_kept_is_played_earlier_with_what_it_is_about(kept: House) -> None:
    kept.edit(Edit(start_ms=1000))

    assert places(kept) == ([0, 8000, 18_000], [1000, 9000, 19_000])
    assert kept.jobs() == []


def test_what_is_cut_off_is_not_shown_and_comes_back_exactly(kept: House) -> None:
    before = shown(kept)

    kept.edit(Edit(8000, 18_000))
    trimmed = shown(kept)
    kept.make(kept.use(1))

    assert [(one.start_ms, one.text) for one in trimmed.chapters] == [
        (0, "Restart"),
        (1000, "Swordfish"),
    ]
    assert [one.start_ms for one in trimmed.summary] == [2000]
    assert shown(kept) == before


def test_edits_of_edits_keep_the_moments_of_the_recording(kept: House) -> None:
    kept.edit(Edit(start_ms=1000))
    kept.edit(Edit(start_ms=500))

    assert places(kept) == ([0, 8500, 18_500], [1500, 9500, 19_500])


def test_what_is_written_about_a_trimmed_version_moves_too(kept: House) -> None:
    kept.edit(Edit(8000, 18_000))
    with kept.database.transaction() as session:
        episode = session.merge(kept.episode())
        chapters_service.save(session, episode, Part.CHAPTERS, (Line(0, "A"), Line(5000, "B")))

    kept.make(kept.use(1))

    assert [(one.start_ms, one.text) for one in shown(kept).chapters] == [
        (8000, "A"),
        (13_000, "B"),
        (19_000, "Again"),
    ]


def test_what_is_proposed_moves_at_once_and_is_proposed_anew(proposed: House) -> None:
    proposed.edit(Edit(start_ms=1000))

    assert places(proposed) == ([0, 8000, 18_000], [1000, 9000, 19_000])
    assert proposed.jobs() == ANEW


def test_muting_takes_back_every_proposal_at_once(proposed: House) -> None:
    number = proposed.save(Edit(muted=((9500, 14_500),)))
    during = shown(proposed)
    proposed.make(number)

    assert (during.chapters, during.summary) == ([], [])
    assert proposed.jobs() == ANEW


def test_muting_takes_back_what_was_kept_and_is_drawn_from_what_is_said_then(kept: House) -> None:
    kept.save(Edit(muted=((9500, 14_500),)))

    assert places(kept) == ([0, 19_000], [2000, 20_000])
    assert "swordfish" not in str(all_rows(kept.database)).casefold()


def test_muting_once_more_takes_back_nothing_else(kept: House) -> None:
    kept.save(Edit(muted=((9500, 14_500),)))
    kept.save(Edit(muted=((9500, 14_500), (30_000, 31_000))))

    assert places(kept) == ([0], [2000, 20_000])


def test_muting_takes_back_titles_that_nobody_has_typed_anew(
    kept: House, browse: Callable[[Any], Browser]
) -> None:
    browser = browse(kept.author)
    path = f"{kept.episode().path}/chapters"
    form = {"part": "chapters", "time": ["0:00", "0:09", "0:11"]}
    browser.post(path, {**form, "words": ["Restart", "Swordfish", "As I call it"]})

    kept.save(Edit(muted=((9500, 14_500),)))

    assert [one.text for one in shown(kept).chapters] == ["Restart", "As I call it"]


def test_muting_takes_back_what_is_cut_off_at_present_too(kept: House) -> None:
    kept.edit(Edit(start_ms=18_000))
    kept.save(Edit(18_000, muted=((13_000, 14_500), (19_000, 21_000))))
    kept.edit(Edit(muted=((13_000, 14_500), (19_000, 21_000))))

    assert places(kept)[1] == [2000]


def test_giving_up_a_mute_proposes_anew(proposed: House) -> None:
    proposed.save(Edit(muted=((9500, 14_500),)))
    proposed.use(1)

    assert proposed.episode().state is EpisodeState.READY
    assert ("chapters", 0) in proposed.jobs()


def test_another_recording_has_no_chapters_of_this_one_until_it_is_played_again(
    kept: House, make_upload: Callable[[], str]
) -> None:
    before = shown(kept)
    number = kept.replace(make_upload())
    kept.probe(number)
    kept.make(number)
    other = shown(kept)
    kept.make(kept.use(1))

    assert (other.chapters, other.summary) == ([], [])
    assert shown(kept) == before


def test_proposals_about_another_recording_are_gone(
    proposed: House, make_upload: Callable[[], str]
) -> None:
    number = proposed.replace(make_upload())
    proposed.probe(number)
    proposed.make(number)
    proposed.make(proposed.use(1))

    assert (shown(proposed).chapters, shown(proposed).summary) == ([], [])
