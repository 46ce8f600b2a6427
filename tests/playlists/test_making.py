"""Playlists: started, described, filled, put in order, deleted."""

from typing import Any

import pytest
from sqlalchemy import delete, func, select

from mediashare.db.session import begin_writing
from mediashare.groups.models import Group
from mediashare.library.models import Episode
from mediashare.playlists import policy
from mediashare.playlists.models import Playlist, PlaylistItem
from tests.counting import count_statements
from tests.factories import make_episode
from tests.pages.test_home import MOST_STATEMENTS
from tests.playlists.conftest import House


def test_a_playlist_is_there_as_it_was_started_and_is_for_nobody_else_unless_said(
    house: House,
) -> None:
    ident = house.start(title="  First\nweek ", description="On *k8s*.")

    found = house.show(ident)

    assert found | {"created_at": "", "updated_at": "", "url": ""} == {
        "id": ident,
        "url": "",
        "title": "First week",
        "description": "On *k8s*.",
        "audience": "private",
        "group": None,
        "owner": {"handle": "ada", "name": "Ada Lovelace"},
        "count": 0,
        "duration": 0,
        "items": [],
        "created_at": "",
        "updated_at": "",
    }
    assert found["url"].endswith(f"/pl/{ident}")


def test_episodes_and_spans_of_them_stand_in_the_order_in_which_they_were_added(
    house: House,
) -> None:
    ident, clip = house.start(), house.clip("Trust stores")
    whole = house.add(ident, clip)
    span = house.add(ident, clip, start=7.5, end="0:12", note="  The point. ")

    found = house.show(ident)

    shown = [
        {name: item[name] for name in ("id", "start", "end", "note")} for item in found["items"]
    ]
    assert shown == [
        {"id": whole, "start": 0, "end": None, "note": ""},
        {"id": span, "start": 7.5, "end": 12, "note": "The point."},
    ]
    assert (found["count"], found["duration"]) == (2, 64.5)
    address = f"{clip.path}?t=7.5&end=12&list={ident}&item={span}"
    assert found["items"][1]["url"].endswith(address)
    assert found["items"][0]["url"].endswith(f"{clip.path}?list={ident}&item={whole}")


def test_the_same_span_is_there_once_and_another_one_beside_it(house: House) -> None:
    ident, clip = house.start(), house.clip()
    house.add(ident, clip)
    house.add(ident, clip, start=3, end=9)

    twice = [
        house.send("ada", "POST", f"/{ident}/items", {"episode_id": clip.id, **span})
        # What ends with the episode is all of it.
        for span in ({}, {"start": 0, "end": 60}, {"start": 3, "end": 9})
    ]
    house.add(ident, clip, start=3, end=10)

    assert [answer.status_code for answer in twice] == [409, 409, 409]
    assert twice[0].json["detail"] == "This is in the playlist already."
    assert house.show(ident)["count"] == 3


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({}, "title"),
        ({"title": " \n "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"title": 7}, "title"),
        ({"title": "x", "description": "x" * 4001}, "description"),
        ({"title": "x", "audience": "unlisted"}, "audience"),
        ({"title": "x", "audience": ["internal"]}, "audience"),
        ({"title": "x", "audience": "group"}, "group"),
        ({"title": "x", "audience": "group", "group": "a b"}, "group"),
        ({"title": "x", "audience": "group", "group": "0" * 32}, "group"),
    ],
)
def test_what_can_not_be_started_is_refused_by_its_field(
    house: House, body: dict[str, Any], named: str
) -> None:
    answer = house.send("ada", "POST", "", body)

    assert (answer.status_code, set(answer.json["errors"])) == (422, {named})


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"episode_id": None}, "episode_id"),
        ({"episode_id": "0" * 32}, "episode_id"),
        ({"start": "soon"}, "start"),
        ({"start": 60}, "start"),
        ({"start": 9, "end": 9}, "end"),
        ({"note": "x" * 501}, "note"),
    ],
)
def test_what_can_not_be_added_is_refused_by_its_field(
    house: House, body: dict[str, Any], named: str
) -> None:
    ident, clip = house.start(), house.clip()

    answer = house.send("ada", "POST", f"/{ident}/items", {"episode_id": clip.id, **body})

    assert (answer.status_code, set(answer.json["errors"])) == (422, {named})
    assert house.show(ident)["count"] == 0


def test_what_is_not_said_of_a_playlist_stays(house: House) -> None:
    ident = house.start(description="Why.", audience="internal")

    changed = house.send("ada", "PATCH", f"/{ident}", {"title": "Second week"}).json

    assert (changed["title"], changed["description"]) == ("Second week", "Why.")
    assert changed["audience"] == "internal"


def test_items_are_put_into_another_order_all_at_once(house: House) -> None:
    ident = house.start()
    one, two, three = (house.add(ident, house.clip(name)) for name in ("One", "Two", "Three"))

    ordered = house.send("ada", "PUT", f"/{ident}/order", {"items": [three, one, two]})

    assert ordered.status_code == 200
    assert house.titles(ident) == ["Three", "One", "Two"]


def test_whoever_orders_what_is_there_no_more_is_told_and_nothing_happens(house: House) -> None:
    ident = house.start()
    one, two, three = (house.add(ident, house.clip(name)) for name in ("One", "Two", "Three"))
    house.send("ada", "DELETE", f"/{ident}/items/{two}")

    stale = [
        house.send("ada", "PUT", f"/{ident}/order", {"items": items})
        for items in ([three, two, one], [three], [three, three], [])
    ]
    malformed = house.send("ada", "PUT", f"/{ident}/order", {"items": "all"})

    assert [answer.status_code for answer in stale] == [409, 409, 409, 409]
    assert (malformed.status_code, set(malformed.json["errors"])) == (422, {"items"})
    assert house.titles(ident) == ["One", "Three"]


def test_an_item_goes_up_and_down_by_one_place_without_javascript(house: House) -> None:
    ident = house.start()
    one, *_rest = (house.add(ident, house.clip(name)) for name in ("One", "Two", "Three"))
    address = f"/pl/{ident}/items/{one}/move"

    seen = []
    for direction in ("up", "down", "down", "down", "up"):
        answer = house.by["ada"].post(address, {"direction": direction})
        assert answer.location == f"/pl/{ident}#item-{one}"
        seen.append(house.titles(ident))

    assert seen == [
        ["One", "Two", "Three"],
        ["Two", "One", "Three"],
        ["Two", "Three", "One"],
        ["Two", "Three", "One"],
        ["Two", "One", "Three"],
    ]
    assert house.by["ada"].post(address, {"direction": "away"}).status_code == 422


def test_an_item_is_taken_out_and_has_a_note_that_can_be_changed(house: House) -> None:
    ident = house.start()
    kept, gone = (house.add(ident, house.clip(name)) for name in ("Kept", "Gone"))

    house.by["ada"].post(f"/pl/{ident}/items/{gone}/delete")
    house.by["ada"].post(f"/pl/{ident}/items/{kept}/note", {"note": "Begin here."})
    by_page = house.show(ident)["items"]
    by_api = house.send("ada", "PATCH", f"/{ident}/items/{kept}", {"note": "No: here."}).json

    assert [(item["id"], item["note"]) for item in by_page] == [(kept, "Begin here.")]
    assert by_api["note"] == "No: here."
    assert house.send("ada", "DELETE", f"/{ident}/items/{gone}").status_code == 404


def test_a_deleted_playlist_leaves_its_episodes_and_nothing_else(house: House) -> None:
    ident, clip = house.start(), house.clip()
    house.add(ident, clip)

    assert house.send("ada", "DELETE", f"/{ident}").status_code == 204

    assert house.send("ada", "GET", f"/{ident}").status_code == 404
    assert house.by["bob"].get(clip.path).status_code == 200
    with house.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(PlaylistItem)) == 0


def test_a_deleted_episode_is_in_no_playlist(house: House) -> None:
    ident, clip = house.start(), house.clip("Gone")
    house.add(ident, clip)
    house.add(ident, house.clip("Kept"))

    house.by["bob"].post(f"{clip.path}/delete")

    assert house.titles(ident) == ["Kept"]


def test_a_list_for_a_group_that_is_gone_is_its_owners_alone(house: House) -> None:
    ident = house.start("insider", audience="group", group=house.group.id)
    begin_writing(house.session)
    house.session.execute(delete(Group).where(Group.id == house.group.id))
    house.session.commit()

    found = house.show(ident, "insider")

    assert (found["audience"], found["group"]) == ("group", None)
    assert house.send("steward", "GET", f"/{ident}").status_code == 404


def test_a_list_holds_so_many_items_and_a_person_so_many_lists(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(policy, "MOST_ITEMS", 2)
    monkeypatch.setattr(policy, "MOST_PLAYLISTS", 1)
    ident, clip = house.start(), house.clip()
    house.add(ident, clip)
    house.add(ident, clip, start=1)

    full = house.send("ada", "POST", f"/{ident}/items", {"episode_id": clip.id, "start": 2})
    many = house.send("ada", "POST", "", {"title": "One more"})
    in_page = house.by["ada"].post(
        f"{clip.path}/playlists", {"shown": ident, "list": ident, "t": "2"}
    )

    assert (full.status_code, many.status_code, in_page.status_code) == (409, 409, 409)
    assert full.json["detail"] == "“First week” has 2 items. Remove one first."
    assert many.json["detail"] == "You have 1 playlists. Delete one first."
    assert "“First week” has 2 items. Remove one first." in in_page.text


def test_lists_are_last_changed_first_page_by_page(house: House) -> None:
    first, second, third = (house.start(title=f"List {number}") for number in range(3))
    house.add(first, house.clip())

    page = house.send("ada", "GET", "?limit=2").json
    rest = house.send("ada", "GET", f"?limit=2&cursor={page['next_cursor']}").json

    assert [one["id"] for one in page["items"]] == [first, third]
    assert [one["id"] for one in rest["items"]] == [second]
    assert rest["next_cursor"] is None
    assert (page["items"][0]["count"], page["items"][0]["duration"]) == (1, 60)


def test_the_pages_make_and_change_a_list_without_javascript(house: House) -> None:
    ada = house.by["ada"]
    empty = ada.get("/playlists").text
    refused = ada.post("/playlists", {"title": " ", "description": "Kept."})
    made = ada.post("/playlists", {"title": "First week", "audience": "private"})
    changed = ada.post(made.location, {"title": "Second week", "audience": "internal"})
    bad = ada.post(made.location, {"title": "", "audience": "internal"})
    shown = ada.get(made.location).text
    gone = ada.post(f"{made.location}/delete")

    assert "You have no playlists yet" in empty
    assert (refused.status_code, bad.status_code) == (422, 422)
    assert "Give it a title." in refused.text
    assert "Kept.</textarea>" in refused.text
    assert (made.status_code, made.location[:4]) == (303, "/pl/")
    assert (changed.status_code, changed.location) == (303, made.location)
    assert "“First week” is started." in changed.text or "Second week" in shown
    assert "Nothing in it yet" in shown
    assert (gone.status_code, gone.location) == (303, "/playlists")
    assert ada.get(made.location).status_code == 404


def test_the_page_shows_who_made_it_and_how_long_it_takes(house: House) -> None:
    ident = house.start(audience="internal")
    item = house.add(ident, house.clip("Trust <stores>"), start=5, end=20)
    house.add(ident, house.clip("Two"))

    page = house.by["bob"].get(f"/pl/{ident}").text

    for words in ("Ada Lovelace", "2 clips", "1:15 in all", "0:05 to 0:20", "Trust &lt;stores&gt;"):
        assert words in page
    assert f"end=20&amp;list={ident}&amp;item={item}#play" in page
    assert "Move up" not in page
    assert "Move up" in house.by["ada"].get(f"/pl/{ident}").text


@pytest.mark.parametrize("address", ["/playlists", "/pl/{ident}", "{clip}/playlists"])
def test_pages_take_few_statements_and_no_more_for_more(house: House, address: str) -> None:
    ident, clip = house.start(), house.clip()
    counts: list[int] = []
    for _more in range(2):
        house.start(title="Another")
        house.add(ident, house.clip())
        path = address.format(ident=ident, clip=clip.path)
        house.by["ada"].get(path)
        counts.append(count_statements(house.database, lambda: house.by["ada"].get(path)))  # noqa: B023 - called now

    assert counts[0] == counts[1]
    assert counts[0] <= MOST_STATEMENTS


def test_the_api_takes_no_more_statements_for_more(house: House) -> None:
    ident = house.start()
    counts: list[int] = []
    for _more in range(2):
        house.add(house.start(title="Another"), house.clip())
        house.add(ident, house.clip())
        counts += [
            count_statements(house.database, lambda path=path: house.send("ada", "GET", path))  # type: ignore[misc]  # bound now
            for path in ("", f"/{ident}")
        ]

    assert counts[:2] == counts[2:]


def test_what_was_moved_at_once_is_all_there(house: House) -> None:
    """Positions may have gaps; each item keeps one of them, whatever is done in between."""
    ident = house.start()
    items = [house.add(ident, house.clip(str(number))) for number in range(4)]
    house.send("ada", "DELETE", f"/{ident}/items/{items[1]}")
    house.by["ada"].post(f"/pl/{ident}/items/{items[3]}/move", {"direction": "up"})
    house.add(ident, house.clip("4"))

    with house.database.reading() as session:
        positions = session.scalars(select(PlaylistItem.position)).all()
        assert session.scalar(select(func.count()).select_from(Playlist)) == 1
        assert session.scalar(select(func.count()).select_from(Episode)) == 5
    assert len(set(positions)) == len(positions)
    assert house.titles(ident) == ["0", "3", "2", "4"]


def test_something_whose_length_is_not_known_yet_can_be_added(house: House) -> None:
    ident = house.start()
    clip = make_episode(house.session, house.people["ada"], duration_ms=None)

    house.add(ident, clip, start=5, end=9)

    assert house.show(ident)["duration"] == 4
