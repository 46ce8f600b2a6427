"""Searches that are kept: saved, renamed, looked at, removed."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest

from mediashare.saved import policy
from tests.counting import count_statements
from tests.factories import Browser, make_group, make_user
from tests.saved.conftest import Desk


def test_a_search_is_kept_in_one_normal_form(desk: Desk) -> None:
    saved = desk.save("?tag=streams&cursor=x&explain=1&kind=&q=+kafka+&author=me")

    assert saved["query"] == "q=kafka&tag=streams&author=me"
    assert saved["url"].endswith("/search?q=kafka&tag=streams&author=me")
    assert (saved["name"], saved["alert"], saved["has_feed"]) == ("kafka", "none", False)


@pytest.mark.parametrize("words", ["\u6f22" * 500, "\U00020000" * 500])
def test_what_the_search_page_takes_can_be_kept(desk: Desk, words: str) -> None:
    query = urlencode({"q": words})
    shown = desk.browser.get(f"/search?{query}")

    saved = desk.save(query)

    assert (shown.status_code, saved["query"]) == (200, query)
    assert desk.browser.get(f"/search?{saved['query']}").status_code == 200


def test_too_long_a_search_is_refused_in_words_for_people(desk: Desk) -> None:
    refused = desk.browser.post("/searches", {"query": "q=a&x=" + "y" * 8000})

    assert refused.status_code == 422
    assert "This search is too long to be kept." in refused.text


@pytest.mark.parametrize(
    ("query", "kept"),
    [("q=a&q=b", "q=a"), ("q=a&q=", "q=a"), ("tag=x&q=&q=b", "tag=x")],
)
def test_the_first_of_two_values_is_kept_as_it_is_shown(desk: Desk, query: str, kept: str) -> None:
    assert desk.save(query)["query"] == kept


def test_the_same_search_again_takes_the_new_name(desk: Desk) -> None:
    first = desk.save("q=kafka&kind=audio")
    again = desk.save("kind=audio&q=kafka", name="To hear", alert="digest")

    assert (again["id"], again["alert"]) == (first["id"], "digest")
    assert list(desk.new()) == ["To hear"]


def test_a_program_that_saves_a_search_again_changes_no_alert_that_it_does_not_say(
    desk: Desk,
) -> None:
    def save(**body: str) -> tuple[int, str]:
        answer = desk.browser.send("POST", "/api/v1/searches", json={"query": "q=kafka", **body})
        return answer.status_code, answer.json["alert"]

    answers = [save(alert="digest"), save(), save(alert=""), save(alert="inbox"), save()]

    statuses = [201, 200, 200, 200, 200]
    assert answers == list(
        zip(statuses, ["digest", "digest", "digest", "inbox", "inbox"], strict=True)
    )


def test_the_form_beside_results_says_that_a_search_is_kept_and_leaves_its_alert(
    desk: Desk,
) -> None:
    desk.save("q=kafka", name="Kafka", alert="digest")

    answer = desk.browser.post("/searches", {"query": "q=kafka", "name": "Kafka", "alert": "inbox"})
    page = desk.browser.get("/searches").text

    assert answer.status_code == 303
    assert "You keep this search already, as “Kafka”." in page
    (item,) = desk.browser.get("/api/v1/searches").json["items"]
    assert item["alert"] == "digest"


def test_the_form_beside_results_says_how_somebody_wants_to_be_told(desk: Desk) -> None:
    desk.browser.post("/searches", {"query": "q=kafka", "alert": "inbox"})

    (item,) = desk.browser.get("/api/v1/searches").json["items"]
    assert item["alert"] == "inbox"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("q=kafka&solved=1", "q=kafka&solved=true"),
        ("q=kafka&checked=TRUE", "q=kafka&checked=1&followed=0"),
        ("q=kafka&author=@Ada", "q=kafka&author=ada"),
        ("q=kafka&author=rita", "q=kafka&author=me"),
        ("q=kafka&sort=best", "q=kafka"),
        ("q=kafka++lag", "q=+kafka+lag"),
        ("q=kafka&tag=%23Streams", "q=kafka&tag=streams"),
        ("q=kafka&language=EN", "q=kafka&language=en"),
        ("q=kafka&after=2026-01-02", "q=kafka&after=2026-01-02T01:00%2B01:00"),
        ("q=Kafka", "q=kafka"),
        ("q=kafka&explain=1&typing=1&cursor=x", "q=kafka"),
    ],
)
def test_two_ways_to_ask_for_the_same_are_one_search(desk: Desk, one: str, other: str) -> None:
    assert desk.save(one)["id"] == desk.save(other)["id"]


def test_words_keep_the_case_in_which_they_are_typed_for_capitals_make_names_of_them(
    desk: Desk,
) -> None:
    names, words = desk.save("q=IT+Help"), desk.save("q=it+help")

    assert (names["query"], words["query"]) == ("q=IT+Help", "q=it+help")
    assert names["id"] != words["id"]


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({}, "query"),
        ({"query": "sort=newest"}, "query"),
        ({"query": "solved=0&checked=false&followed=0"}, "query"),
        ({"query": "q=---"}, "query"),
        ({"query": "q=%21%21%21&tag=streams"}, "query"),
        ({"query": "q=%00"}, "query"),
        ({"query": "q=kafka%00"}, "query"),
        ({"query": "q=a&sort=loudest"}, "query"),
        ({"query": "kind=film"}, "query"),
        ({"query": "q=" + "x" * 501}, "query"),
        ({"query": "q=" + "x" * 5000}, "query"),
        ({"query": 7}, "query"),
        ({"query": "q=a", "name": "x" * 121}, "name"),
        ({"query": "q=a", "alert": "mail"}, "alert"),
    ],
)
def test_what_can_not_be_kept_is_refused_by_its_field(
    desk: Desk, body: dict[str, object], named: str
) -> None:
    answer = desk.browser.send("POST", "/api/v1/searches", json=body)

    assert (answer.status_code, set(answer.json["errors"])) == (422, {named})


def test_nobody_keeps_more_than_they_can_look_at(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(policy, "MOST_SEARCHES", 2)
    desk.save("q=a")
    desk.save("q=b")

    refused = desk.browser.send("POST", "/api/v1/searches", json={"query": "q=c"})

    assert refused.status_code == 409


def test_a_search_is_its_owners_alone(
    desk: Desk, browse: Callable[[Any], Browser], session: Any
) -> None:
    saved = desk.save()
    other = browse(make_user(session))
    path = f"/api/v1/searches/{saved['id']}"

    statuses = [
        other.post(f"/searches/{saved['id']}/run").status_code,
        other.send("PATCH", path, json={"name": "Mine"}).status_code,
        other.send("DELETE", path).status_code,
        other.post(f"/searches/{saved['id']}/feed").status_code,
    ]

    assert statuses == [404, 404, 404, 404]
    assert other.get("/api/v1/searches").json == {"items": []}
    assert list(desk.new()) == ["kafka"]


def test_pages_save_change_and_remove_without_javascript(desk: Desk) -> None:
    browser = desk.browser
    saved = browser.post("/searches", {"query": "q=kafka", "name": "<b>Kafka</b>"})
    page = browser.get("/searches").text
    (item,) = browser.get("/api/v1/searches").json["items"]
    changed = browser.post(f"/searches/{item['id']}", {"name": "Streams", "alert": "digest"})
    refused = browser.post("/searches", {"query": ""})
    renamed = browser.get("/searches").text
    removed = browser.post(f"/searches/{item['id']}/delete")

    assert "&lt;b&gt;Kafka&lt;/b&gt;" in page
    assert [saved.status_code, changed.status_code, refused.status_code] == [303, 303, 422]
    assert "Search for something first." in refused.text
    assert "Streams" in renamed
    assert "once a day, in one note" in renamed
    assert removed.status_code == 303
    assert desk.new() == {}


def test_a_list_takes_no_more_statements_for_more_searches(desk: Desk) -> None:
    def count() -> int:
        return count_statements(desk.database, lambda: desk.browser.get("/searches"))

    desk.save("q=a")
    count()
    with_one = count()
    desk.save("q=b")
    desk.save("q=c")

    assert count() == with_one
    assert with_one <= 12


def test_a_list_says_what_each_search_looks_for(desk: Desk) -> None:
    group = make_group(desk.session, desk.reader, name="Mesh guild")
    desk.save("q=kafka", name="Streams")
    desk.save(f"q=gizmo&kind=audio&language=de&group={group.slug}", name="gizmo")

    page = desk.browser.get("/searches").text
    gizmo, streams = page.split('<li class="panel box stack kept">')[1:]

    assert "“kafka”" in streams
    assert "“gizmo”" not in gizmo
    chips = re.findall(r'<span class="chip"><bdi>([^<]*)</bdi>', gizmo)
    assert chips == ["audio only", "in Mesh guild", "in the language German"]
    assert "You get no notes." in gizmo


def test_a_name_of_ones_own_stays_when_the_search_is_saved_again(desk: Desk) -> None:
    desk.browser.post("/searches", {"query": "q=kafka&kind=audio", "name": "Mine"})
    usual = {"name": "kafka, audio only", "usual": "kafka, audio only"}

    desk.browser.post("/searches", {"query": "q=kafka&kind=audio", **usual})
    desk.save("q=kafka&kind=audio")

    assert list(desk.new()) == ["Mine"]


def test_a_page_of_results_proposes_a_name_and_says_that_it_is_saved_already(desk: Desk) -> None:
    desk.clip("Kafka", kind="audio")
    address = "/search?kind=audio&q=kafka"
    before, filters = (desk.browser.get(one).text for one in (address, "/search?kind=audio"))

    desk.save("q=kafka&kind=audio", name="Mine", alert="digest")
    after = desk.browser.get(address).text

    assert 'name="name" value="kafka, audio only"' in before
    assert 'name="name" value="audio only"' in filters
    assert "You have saved this search" not in before
    assert "You have saved this search as" in after
    assert 'name="name" value="Mine"' in after
    assert '<option value="digest" selected>' in after
