"""Whose word an outline is: a machine proposes, a person keeps, changes, removes."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mediashare.chapters import service as chapters_service
from mediashare.chapters.errors import NothingProposedError
from mediashare.chapters.models import Part
from mediashare.chapters.queries import Line
from mediashare.errors import InvalidInputError
from mediashare.jobs.models import JobRow, JobState
from mediashare.library.models import Audience, Episode
from tests.chapters.conftest import CHAPTERS, SUMMARY, Talk
from tests.factories import Browser, make_user

Browse = Callable[[Any], Browser]
OTHER = (Line(0, "Another"), Line(30_000, "Half"))


def asked(talk: Talk) -> int:
    with talk.database.reading() as session:
        rows = session.scalars(select(JobRow).where(JobRow.subject == talk.episode.id))
        return len([row for row in rows if row.state is JobState.QUEUED])


def request(talk: Talk) -> None:
    with talk.database.transaction() as session:
        chapters_service.request_outline(session, talk.episode.id)


def test_what_is_proposed_is_marked_until_it_is_kept(talk: Talk) -> None:
    talk.propose()
    before = talk.shown()
    talk.keep(Part.SUMMARY)

    assert (before.chapters, before.summary) == (list(CHAPTERS), list(SUMMARY))
    assert before.is_proposed(Part.CHAPTERS)
    assert before.is_proposed(Part.SUMMARY)
    assert talk.shown().is_proposed(Part.CHAPTERS)
    assert not talk.shown().is_proposed(Part.SUMMARY)


def test_a_new_proposal_replaces_a_proposal_and_nothing_else(talk: Talk) -> None:
    talk.propose()
    talk.keep(Part.SUMMARY)

    with talk.database.transaction() as session:
        chapters_service.propose(session, talk.episode.id, OTHER, ())

    assert talk.titles() == [(0, "Another"), (30_000, "Half")]
    assert talk.shown().summary == list(SUMMARY)


def test_what_was_removed_is_not_proposed_again(talk: Talk) -> None:
    talk.propose()
    with talk.database.transaction() as session:
        episode = session.get_one(Episode, talk.episode.id)
        for part in Part:
            chapters_service.remove(session, episode, part)
    talk.propose()
    request(talk)

    assert (talk.titles(), talk.sentences()) == ([], [])
    assert asked(talk) == 0


def test_it_is_asked_for_once_and_only_while_something_is_left_to_propose(talk: Talk) -> None:
    request(talk)
    request(talk)
    once = asked(talk)
    talk.propose()
    for part in Part:
        talk.keep(part)
    request(talk)

    assert (once, asked(talk)) == (1, 1)


def test_what_is_not_there_is_not_kept(talk: Talk) -> None:
    with pytest.raises(NothingProposedError):
        talk.keep(Part.CHAPTERS)


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ((Line(60_000, "Late"),), "1:00 is after the end of the episode."),
        ((Line(5000, "One"), Line(5000, "Two")), "Two chapters begin at 0:05."),
    ],
)
def test_times_that_can_not_be_are_refused(
    talk: Talk, lines: tuple[Line, ...], sentence: str
) -> None:
    with pytest.raises(InvalidInputError) as caught:
        talk.save(Part.CHAPTERS, lines)

    assert caught.value.errors == {"chapters": sentence}


def test_others_read_it_and_do_not_change_it(talk: Talk, session: Session, browse: Browse) -> None:
    talk.propose()
    browser = browse(make_user(session))
    address = f"/api/v1/episodes/{talk.episode.id}/chapters"

    read = browser.get(address)
    answers = [
        browser.post(f"{talk.episode.path}/chapters{act}", {"part": "chapters"}).status_code
        for act in ("", "/keep", "/remove")
    ]
    answers.append(browser.send("PUT", address, json={"chapters": []}).status_code)

    assert read.json["chapters"][1] == {"start": 20.0, "title": "The cause"}
    assert answers == [403, 403, 403, 403]
    assert len(talk.titles()) == 3


def test_what_is_private_has_no_chapters_for_others(
    talk: Talk, session: Session, browse: Browse
) -> None:
    talk.propose()
    row = session.get_one(Episode, talk.episode.id)
    row.audience = Audience.PRIVATE
    session.commit()
    address = f"/api/v1/episodes/{talk.episode.id}/chapters"
    stranger, author = browse(make_user(session)), browse(talk.author)

    for path in (address, f"{address}.vtt", f"{talk.episode.path}/chapters"):
        answer = stranger.get(path)
        assert answer.status_code == 404
        assert "symptom" not in answer.text
        assert author.get(path).status_code == 200


def test_programs_write_what_they_send_and_leave_the_rest(talk: Talk, browse: Browse) -> None:
    talk.propose()
    browser = browse(talk.author)
    address = f"/api/v1/episodes/{talk.episode.id}/chapters"

    answer = browser.send(
        "PUT",
        address,
        json={"chapters": [{"start": "0:30", "title": " B "}, {"start": 0, "title": "A"}]},
    )
    wrong = browser.send("PUT", address, json={"chapters": [{"start": 1}], "summary": "no"})

    assert answer.json == browser.get(address).json
    assert answer.json["chapters"] == [
        {"start": 0.0, "title": "A"},
        {"start": 30.0, "title": "B"},
    ]
    assert (answer.json["chapters_proposed"], answer.json["summary_proposed"]) == (False, True)
    assert wrong.status_code == 422
    assert wrong.json["errors"] == {
        "chapters": "Row 1: Give it a title.",
        "summary": 'Must be a list of objects: [{"start": 12.5, "text": "…"}, …].',
    }


def test_players_get_a_track_that_lasts_until_the_end(talk: Talk, browse: Browse) -> None:
    talk.save(Part.CHAPTERS, (Line(0, "A <b>"), Line(30_250, "B & C")))

    answer = browse(talk.author).get(f"/api/v1/episodes/{talk.episode.id}/chapters.vtt")

    assert answer.text == (
        "WEBVTT\n\n"
        "00:00:00.000 --> 00:00:30.250\nA &lt;b&gt;\n\n"
        "00:00:30.250 --> 00:01:00.000\nB &amp; C\n"
    )
