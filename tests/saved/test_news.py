"""What is news to a saved search: what it has not found before, and not what comes with a group."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from mediashare import clock
from mediashare.db.session import begin_writing
from mediashare.groups.models import Membership
from mediashare.library.models import Audience, EpisodeGroup
from mediashare.saved import queries as saved_queries
from tests.factories import make_group
from tests.saved.conftest import Desk


@pytest.mark.parametrize("way", ["opened", "put into the group"])
def test_a_clip_that_one_may_see_only_today_is_news_however_long_it_was_somebody_elses(
    desk: Desk, way: str
) -> None:
    group = make_group(desk.session, desk.reader, desk.author)
    begin_writing(desk.session)
    desk.session.execute(update(Membership).values(created_at=clock.now() - timedelta(days=90)))
    desk.session.commit()
    ago = clock.now() - timedelta(days=50)
    clip = desk.clip("Long mine alone", audience="private", published_at=ago)
    desk.clip("Found when it was saved", published_at=ago)
    desk.save(alert="inbox")
    desk.look()
    before = desk.notes()

    if way == "opened":
        desk.change(clip, audience=Audience.INTERNAL)
    else:
        begin_writing(desk.session)
        desk.session.add(EpisodeGroup(episode_id=clip.id, group_id=group.id))
        desk.session.commit()
        desk.change(clip, audience=Audience.GROUP)
    for _again in range(2):
        desk.look()

    assert before == []
    assert desk.notes() == [("1 new clip for your search “kafka”.", "/searches")]
    assert desk.new() == {"kafka": 1}


@pytest.mark.parametrize("alert", ["inbox", "digest"])
def test_who_joins_a_group_is_told_of_what_comes_and_not_of_what_it_had(
    desk: Desk, alert: str
) -> None:
    group = make_group(desk.session, desk.author)
    desk.save(alert=alert)
    for number in range(3):
        desk.clip(f"Had {number}", groups=[group])
    begin_writing(desk.session)
    desk.session.add(Membership(group_id=group.id, user_id=desk.reader.id))
    desk.session.commit()
    for _again in range(2):
        desk.look()
    joined = desk.notes(), desk.new()

    desk.clip("Comes", groups=[group], published_at=clock.now())
    desk.look()
    desk.pass_time(days=2)
    desk.look()

    assert joined == ([], {"kafka": 0})
    told = {"inbox": "for your search “kafka”.", "digest": "in your searches: kafka (1)."}
    assert desk.notes() == [(f"1 new clip {told[alert]}", "/searches")]
    assert desk.new() == {"kafka": 1}


def test_what_a_group_had_stays_known_to_who_never_looks_at_their_search(desk: Desk) -> None:
    group = make_group(desk.session, desk.author)
    desk.save(alert="inbox")
    desk.pass_time(days=300)
    clip = desk.clip("Had", groups=[group])
    begin_writing(desk.session)
    membership = Membership(group_id=group.id, user_id=desk.reader.id)
    desk.session.add(membership)
    desk.session.commit()
    desk.look()
    begin_writing(desk.session)
    desk.session.merge(membership).created_at = clock.now() - timedelta(days=3)
    desk.session.commit()

    for _again in range(2):
        desk.look()

    assert clip.title == "Had"
    assert (desk.notes(), desk.new()) == ([], {"kafka": 0})


def test_all_that_is_there_is_known_to_a_search_from_the_start(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saved_queries, "MOST_FOUND", 2)
    for days in range(0, 60, 12):
        desk.clip(f"{days} days ago", published_at=clock.now() - timedelta(days=days))

    desk.save(alert="inbox")
    desk.look()

    assert (desk.notes(), desk.new()) == ([], {"kafka": 0})
