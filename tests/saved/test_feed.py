"""The feed of a saved search: one token, one search, its owner's eyes."""

import re
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, select, update

from mediashare.accounts import service as accounts_service
from mediashare.accounts.models import ApiToken
from mediashare.db.session import begin_writing
from mediashare.groups.models import Membership
from mediashare.saved import policy
from mediashare.saved import queries as saved_queries
from mediashare.saved.models import SavedSearch
from tests.counting import count_statements
from tests.factories import Browser, make_group, make_token, make_user, viewer_of
from tests.saved.conftest import Desk

ADDRESS = re.compile(r'value="http://localhost:8000(/feeds/search\.xml\?token=[^"]+)"')


def make_feed(desk: Desk, saved: Any) -> str:
    """The address that is shown once."""
    page = desk.browser.post(f"/searches/{saved['id']}/feed").text
    found = ADDRESS.search(page)
    assert found is not None
    return found[1]


def titles(client: FlaskClient, address: str) -> list[str | None]:
    answer = client.get(address)
    assert answer.status_code == 200
    return [item.findtext("title") for item in ET.fromstring(answer.text).iter("item")]  # noqa: S314 - ours


def test_a_feed_leads_to_the_moments_that_the_search_finds(desk: Desk, client: FlaskClient) -> None:
    clip = desk.clip("A <clip> & more\ufffe", slug="clip-of-feed")

    answer = client.get(make_feed(desk, desk.save(name="On <Kafka>")))

    assert answer.mimetype == "application/rss+xml"
    channel = ET.fromstring(answer.text).find("channel")  # noqa: S314 - ours
    assert channel is not None
    assert channel.findtext("title") == "mediashare: On <Kafka>"
    assert channel.findtext("link") == "http://localhost:8000/search?q=kafka"
    (item,) = channel.findall("item")
    assert {part.tag.rpartition("}")[2]: part.text for part in item} | {"pubDate": ""} == {
        "title": "A <clip> & more",
        "link": "http://localhost:8000/e/clip-of-feed?t=10&end=12",
        "guid": clip.id,
        "creator": "Ada Lovelace",
        "pubDate": "",
        "description": "0:10 kafka it is",
    }
    assert item.find("enclosure") is None


def test_nobody_in_between_keeps_it_or_hears_of_its_address(
    desk: Desk, client: FlaskClient
) -> None:
    answer = client.get(make_feed(desk, desk.save()))

    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_what_a_reader_has_is_not_sent_again(desk: Desk, client: FlaskClient) -> None:
    address = make_feed(desk, desk.save())
    tag = client.get(address).headers["ETag"]
    unchanged = client.get(address, headers={"If-None-Match": tag})
    desk.clip("New")

    changed = client.get(address, headers={"If-None-Match": tag})

    assert (unchanged.status_code, unchanged.data) == (304, b"")
    assert (changed.status_code, changed.headers["ETag"] == tag) == (200, False)


def test_a_feed_shows_what_its_owner_may_find_and_nothing_that_is_for_one_alone(
    desk: Desk, client: FlaskClient
) -> None:
    group = make_group(desk.session, desk.reader, desk.author)
    desk.clip("For all")
    desk.clip("For the group", groups=[group])
    desk.clip("Somebody's own", audience="private")
    desk.clip("By link", audience="unlisted")
    desk.clip("My own", by=desk.reader, audience="private")
    desk.clip("My link", by=desk.reader, audience="unlisted")
    address = make_feed(desk, desk.save())
    inside = titles(client, address)

    begin_writing(desk.session)
    desk.session.execute(delete(Membership).where(Membership.user_id == desk.reader.id))
    desk.session.commit()

    assert inside == ["For the group", "For all"]
    assert titles(client, address) == ["For all"]


def test_what_is_for_one_alone_takes_no_place_in_it(
    desk: Desk, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saved_queries, "MOST_IN_FEED", 2)
    desk.clip("First for all")
    desk.clip("Second for all")
    for title in ("My own", "My other"):
        desk.clip(title, by=desk.reader, audience="private")

    assert titles(client, make_feed(desk, desk.save())) == ["Second for all", "First for all"]


def test_some_of_the_words_are_not_in_it(desk: Desk, client: FlaskClient) -> None:
    desk.clip("New")

    assert titles(client, make_feed(desk, desk.save("q=kafka+zeppelin"))) == []


def test_a_feed_of_what_can_not_be_asked_any_more_is_empty(desk: Desk, client: FlaskClient) -> None:
    desk.clip("Kafka")
    saved = desk.save()
    address = make_feed(desk, saved)
    before = titles(client, address)

    begin_writing(desk.session)
    desk.session.execute(update(SavedSearch).values(query="q=kafka&kind=hologram"))
    desk.session.commit()

    assert (before, titles(client, address)) == (["Kafka"], [])


def test_reading_it_asks_for_its_clips_and_nothing_around_them(
    desk: Desk, client: FlaskClient
) -> None:
    address = make_feed(desk, desk.save())
    client.get(address)  # the first time also notes that the token is used

    def count() -> int:
        return count_statements(desk.database, lambda: client.get(address))

    desk.clip("First")
    with_one = count()
    for number in range(3):
        desk.clip(f"Clip {number}")

    assert count() == with_one
    assert with_one <= 12


def test_its_token_reads_this_feed_and_nothing_else(desk: Desk, client: FlaskClient) -> None:
    token = make_feed(desk, desk.save()).partition("token=")[2]
    bearer = {"Authorization": f"Bearer {token}"}
    paths = ("/api/v1/search?q=kafka", "/api/v1/searches", "/api/v1/episodes", "/api/v1/requests")

    statuses = {path: client.get(path, headers=bearer).status_code for path in paths}
    page = client.get(f"/search?q=kafka&token={token}")

    assert statuses == dict.fromkeys(paths, 403)
    assert page.status_code == 302


def test_no_other_token_reads_a_feed(desk: Desk, client: FlaskClient) -> None:
    desk.save()
    tokens = ("", "x", "ms_" + "x" * 40, make_token(desk.session, desk.reader))

    statuses = [client.get(f"/feeds/search.xml?token={token}").status_code for token in tokens]

    assert statuses == [404, 404, 404, 404]


def end_by_button(desk: Desk, saved: Any) -> None:
    desk.browser.post(f"/searches/{saved['id']}/feed", {"end": "1"})


def end_by_new_address(desk: Desk, saved: Any) -> None:
    make_feed(desk, saved)


def end_with_the_search(desk: Desk, saved: Any) -> None:
    desk.browser.post(f"/searches/{saved['id']}/delete")


def end_among_tokens(desk: Desk, _saved: Any) -> None:
    (row,) = desk.session.scalars(select(ApiToken)).all()
    desk.session.rollback()
    assert desk.browser.post(f"/settings/tokens/{row.id}/revoke").status_code == 302


def end_by_signing_out_everywhere(desk: Desk, _saved: Any) -> None:
    with desk.database.transaction() as session:
        accounts_service.end_all_sessions(
            session, viewer_of(desk.reader), desk.reader.id, address=""
        )


def end_with_the_account(desk: Desk, _saved: Any) -> None:
    begin_writing(desk.session)
    desk.session.merge(desk.reader).is_active = False
    desk.session.commit()


@pytest.mark.parametrize(
    "end",
    [
        end_by_button,
        end_by_new_address,
        end_with_the_search,
        end_among_tokens,
        end_by_signing_out_everywhere,
        end_with_the_account,
    ],
)
def test_a_feed_ends(desk: Desk, client: FlaskClient, end: Callable[[Desk, Any], None]) -> None:
    saved = desk.save()
    address = make_feed(desk, saved)
    before = client.get(address).status_code

    end(desk, saved)

    assert (before, client.get(address).status_code) == (200, 404)


def test_its_token_is_long_random_kept_as_a_hash_and_shown_once(desk: Desk) -> None:
    saved = desk.save(name="Kafka")
    token = make_feed(desk, saved).partition("token=")[2]
    row = desk.session.scalars(select(ApiToken)).one()

    assert len(token) >= 22
    assert token not in desk.browser.get("/searches").text
    assert token not in desk.browser.get("/settings/tokens").text
    assert "Feed: Kafka" in desk.browser.get("/settings/tokens").text
    assert (row.scopes, row.token_hash == token) == ("feed", False)
    assert desk.browser.get("/api/v1/searches").json["items"][0]["has_feed"] is True


def test_reading_too_often_is_refused_for_a_while(
    desk: Desk, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(policy, "FEED_LIMIT", "2 per hour")
    address = make_feed(desk, desk.save())

    assert [client.get(address).status_code for _try in range(3)] == [200, 200, 429]


def test_api_tokens_for_feeds_are_made_with_their_feed_alone(
    desk: Desk, browse: Callable[[Any], Browser]
) -> None:
    browser = browse(make_user(desk.session))

    answer = browser.post(
        "/settings/tokens",
        {"name": "x", "scope": "feed", "days": "90", "current": "correct horse battery"},
    )

    assert answer.status_code == 200
    desk.session.rollback()
    assert [row.scopes for row in desk.session.scalars(select(ApiToken))] == ["read"]
