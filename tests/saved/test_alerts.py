"""What is new in a saved search: found once, told as its owner wants, seen as its owner sees."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from mediashare import clock
from mediashare.accounts.models import User
from mediashare.db.base import new_id
from mediashare.db.session import begin_writing
from mediashare.groups.models import Membership
from mediashare.library.models import Audience, EpisodeState
from mediashare.saved import queries as saved_queries
from mediashare.saved.models import SavedHit, SavedSearch
from tests.factories import make_episode, make_group, make_transcript
from tests.saved.conftest import Desk


def test_a_new_clip_is_told_of_once(desk: Desk) -> None:
    desk.clip("Old")
    desk.save(alert="inbox", name="On Kafka")
    desk.clip("New")
    make_episode(desk.session, desk.author, "Other")

    for _again in range(3):
        desk.look()

    assert desk.notes() == [("1 new clip for your search “On Kafka”.", "/searches")]
    assert desk.new() == {"On Kafka": 1}


def test_looking_at_a_search_makes_nothing_new_in_it(desk: Desk) -> None:
    saved = desk.save()
    desk.clip("New")
    desk.look()
    before = desk.new()

    shown = desk.browser.post(f"/searches/{saved['id']}/run")

    assert (shown.status_code, shown.location) == (303, "/search?q=kafka")
    assert (before, desk.new()) == ({"kafka": 1}, {"kafka": 0})
    assert desk.notes() == []


def test_a_transcript_that_comes_late_makes_a_clip_new(desk: Desk) -> None:
    clip = make_episode(desk.session, desk.author, "Late")
    desk.save(alert="inbox")
    desk.look()
    before = desk.notes()

    make_transcript(desk.session, clip, (0, 2, "kafka at last"))
    desk.look()

    assert before == []
    assert desk.notes() == [("1 new clip for your search “kafka”.", "/searches")]


def test_clips_of_long_ago_are_no_news(desk: Desk) -> None:
    desk.save(alert="inbox")

    desk.clip("Ancient", published_at=clock.now() - timedelta(days=61))
    desk.look()

    assert (desk.notes(), desk.new()) == ([], {"kafka": 0})


def test_some_of_the_words_are_no_news_and_ones_own_clips_are_none(desk: Desk) -> None:
    desk.save("q=kafka+zeppelin", alert="inbox")
    desk.save("q=kafka", alert="inbox")

    desk.clip("My own", by=desk.reader)
    desk.look()

    assert desk.notes() == []
    assert desk.new() == {"kafka": 0, "kafka zeppelin": 0}


def test_many_at_once_are_told_in_one_note(desk: Desk) -> None:
    desk.save(alert="inbox")
    for number in range(4):
        desk.clip(f"Clip {number}")

    desk.look()

    assert desk.notes() == [("4 new clips for your search “kafka”.", "/searches")]


def test_no_note_keeps_the_title_of_a_clip_that_is_made_private_later(desk: Desk) -> None:
    desk.save(alert="inbox")
    clip = desk.clip("Xylophonist", slug="xylophonist")
    desk.look()
    desk.change(clip, audience="private")

    notes = desk.browser.get("/api/v1/notifications").text

    assert "1 new clip" in notes
    assert "xylophonist" not in notes.lower()


def test_what_was_found_before_is_no_news_when_newer_clips_go(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saved_queries, "MOST_FOUND", 2)
    clips = [desk.clip(f"Clip {number}") for number in range(5)]
    desk.save(alert="inbox")

    for clip in reversed(clips[2:]):
        desk.change(clip, audience="private")
        desk.look()

    assert (desk.notes(), desk.new()) == ([], {"kafka": 0})


def test_of_more_than_are_looked_at_each_is_told_of_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saved_queries, "MOST_FOUND", 2)
    desk.save(alert="inbox")
    late = make_episode(desk.session, desk.author, "Late")
    for number in range(3):
        desk.clip(f"Clip {number}")
    for _again in range(3):
        desk.look()
    first = desk.notes()

    make_transcript(desk.session, late, (0, 2, "kafka at last"))
    desk.look()

    one, two = (f"{clips} for your search “kafka”." for clips in ("1 new clip", "2 new clips"))
    assert [text for text, _path in first] == [two, one]
    assert [text for text, _path in desk.notes()] == [two, one, one]
    assert desk.new() == {"kafka": 4}


def test_filters_are_searches_too(desk: Desk) -> None:
    desk.save("author=ada", name="By Ada", alert="inbox")
    desk.clip("New")
    desk.clip("Another", by=desk.reader)

    desk.look()

    assert desk.notes() == [("1 new clip for your search “By Ada”.", "/searches")]


UNFINDABLE: dict[str, dict[str, Any]] = {
    "private": {"audience": Audience.PRIVATE},
    "unlisted": {"audience": Audience.UNLISTED},
    "hidden": {"hidden_at": clock.now()},
    "unpublished": {"published_at": None},
    "processing": {"state": EpisodeState.PROCESSING},
}


@pytest.mark.parametrize("kind", UNFINDABLE)
def test_nobody_is_told_of_what_they_may_not_find(desk: Desk, kind: str) -> None:
    desk.save(alert="inbox")
    desk.save("q=kafka+it", alert="digest")
    desk.clip("Xylophonist", **UNFINDABLE[kind])
    desk.pass_time(days=2)

    desk.look()

    assert desk.notes() == []
    assert desk.new() == {"kafka": 0, "kafka it": 0}


def test_a_group_is_heard_of_while_one_belongs_to_it(desk: Desk) -> None:
    group = make_group(desk.session, desk.reader, desk.author)
    desk.save(alert="inbox")
    desk.clip("First", groups=[group], published_at=clock.now())
    desk.look()
    counted = desk.new()
    begin_writing(desk.session)
    desk.session.execute(delete(Membership).where(Membership.user_id == desk.reader.id))
    desk.session.commit()

    desk.clip("Second", groups=[group])
    desk.look()

    assert desk.notes() == [("1 new clip for your search “kafka”.", "/searches")]
    # What one may not see any more is counted no more either.
    assert (counted, desk.new()) == ({"kafka": 1}, {"kafka": 0})


def test_a_daily_note_collects_all_searches_once_a_day(desk: Desk) -> None:
    desk.save("q=kafka", name="Kafka", alert="digest")
    desk.save("q=it", name="It", alert="digest")
    for title in ("First", "Second"):
        desk.clip(title)
    desk.look()
    too_early = desk.notes()
    desk.pass_time(hours=25)

    for _again in range(2):
        desk.look()

    assert too_early == []
    assert desk.notes() == [("2 new clips in your searches: It (2), Kafka (2).", "/searches")]

    desk.clip("Third")
    desk.look()
    assert len(desk.notes()) == 1
    desk.pass_time(hours=25)
    desk.look()
    assert desk.notes()[1:] == [("1 new clip in your searches: It (1), Kafka (1).", "/searches")]


def test_a_daily_note_counts_what_may_still_be_found(desk: Desk) -> None:
    desk.save(alert="digest")
    gone, there = desk.clip("Gone"), desk.clip("There")
    desk.look()
    desk.change(gone, audience="private")
    desk.pass_time(hours=25)

    desk.look()

    assert there.title == "There"
    assert desk.notes() == [("1 new clip in your searches: kafka (1).", "/searches")]


@pytest.mark.parametrize(
    ("alert", "told"),
    [("inbox", [("1 new clip for your search “Kafka”.", "/searches")]), ("none", [])],
)
def test_what_waits_for_a_daily_note_that_will_not_come_is_told_at_once_or_never(
    desk: Desk, alert: str, told: list[tuple[str, str]]
) -> None:
    path = f"/api/v1/searches/{desk.save(alert='digest')['id']}"
    gone = desk.clip("Gone")
    desk.clip("There")
    desk.look()
    desk.change(gone, audience="private")

    desk.browser.send("PATCH", path, json={"name": "Kafka", "alert": alert})
    at_once = desk.notes()
    desk.browser.send("PATCH", path, json={"alert": "digest"})
    desk.pass_time(hours=25)
    desk.look()

    assert at_once == told
    assert desk.notes() == told


def test_one_search_that_fails_keeps_nobody_from_their_notes(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved = [desk.save(f"q={word}", name=word, alert="inbox") for word in ("kafka", "it", "is")]
    broken = min(saved, key=lambda one: one["id"])
    desk.save("author=ada", name="By Ada", alert="digest")
    desk.clip("Found earlier")
    desk.look()
    desk.pass_time(hours=25)
    before = len(desk.notes())
    list_new = saved_queries.list_new

    def stumble(session: Session, one: SavedSearch, now: datetime) -> Sequence[str]:
        if one.id == broken["id"]:
            message = "the index is broken"
            raise LookupError(message)
        return list_new(session, one, now)

    monkeypatch.setattr(saved_queries, "list_new", stumble)
    desk.clip("Found now")
    desk.look()

    told = " ".join(text for text, _path in desk.notes()[before:])
    names = {"kafka", "it", "is"} - {broken["name"]}
    assert {name for name in ("kafka", "it", "is") if f"“{name}”" in told} == names
    assert "By Ada (2)" in told


def test_a_clip_that_goes_while_it_is_found_is_not_told_of(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.save(alert="inbox", name="Kafka")
    desk.clip("There")
    list_new = saved_queries.list_new

    def find_gone(session: Session, one: SavedSearch, now: datetime) -> Sequence[str]:
        return [new_id(), *list_new(session, one, now)]

    monkeypatch.setattr(saved_queries, "list_new", find_gone)
    desk.look()

    assert len(desk.notes()) == 1
    assert desk.new() == {"Kafka": 1}


def test_nobody_who_is_gone_is_told(desk: Desk) -> None:
    desk.save(alert="inbox")
    desk.clip("New")
    begin_writing(desk.session)
    desk.session.get_one(User, desk.reader.id).is_active = False
    desk.session.commit()

    desk.look()

    assert desk.notes() == []


def test_what_was_found_is_forgotten_when_it_can_not_be_new_again(desk: Desk) -> None:
    desk.save(alert="inbox")
    clip = desk.clip("New")
    desk.look()
    desk.pass_time(days=121)
    desk.change(clip, published_at=clock.now() - timedelta(days=121))

    left = []
    for _again in range(2):
        desk.look()
        with desk.database.reading() as session:
            left.append(session.scalar(select(func.count()).select_from(SavedHit)))

    assert left == [0, 0]
    assert len(desk.notes()) == 1
