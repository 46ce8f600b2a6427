"""The page of an episode that is played in a playlist, and the page that adds it to some."""

from mediashare.library.models import Audience
from tests.counting import count_statements
from tests.pages.test_home import MOST_STATEMENTS
from tests.playlists.conftest import House

BY_SCRIPT = {"HX-Request": "true"}


def test_the_page_says_where_in_the_playlist_it_is_and_what_is_next(house: House) -> None:
    ident = house.start(title="First <week>")
    clips = [house.clip(name) for name in ("One", "Two", "Three")]
    one, two, three = (house.add(ident, clip) for clip in clips)

    page = house.by["ada"].get(f"{clips[1].path}?list={ident}&item={two}").text

    assert "2 of 3" in page
    assert "First &lt;week&gt;" in page
    for clip, item, rel in ((clips[0], one, "prev"), (clips[2], three, "next")):
        address = f"{clip.path}?list={ident}&amp;item={item}#play"
        assert f'rel="{rel}" href="{address}"' in page


def test_an_episode_that_is_there_twice_is_at_the_item_that_is_named(house: House) -> None:
    ident, clip = house.start(), house.clip()
    house.add(ident, clip)
    span = house.add(ident, clip, start=3, end=9)

    by_item = [
        house.by["ada"].get(f"{clip.path}?list={ident}&item={item}").text
        for item in (span, "", "0" * 32, "a+b")
    ]

    assert ["2 of 2" in page for page in by_item] == [True, False, False, False]
    assert ["1 of 2" in page for page in by_item] == [False, True, True, True]


def test_a_playlist_that_one_may_not_see_or_that_has_it_not_is_ignored(house: House) -> None:
    hidden, other, clip = house.start(), house.start("bob"), house.clip()
    house.add(hidden, clip)

    pages = [
        house.by["bob"].get(f"{clip.path}?list={ident}")
        for ident in (hidden, other, "0" * 32, "no+such+list", "")
    ]

    assert [page.status_code for page in pages] == [200] * 5
    assert ["In playlist" in page.text for page in pages] == [False] * 5
    assert ["First week" in page.text for page in pages] == [False] * 5


def test_playing_a_list_takes_one_statement_more(house: House) -> None:
    ident, clip = house.start(), house.clip()
    house.add(ident, clip)
    for _more in range(3):
        house.add(ident, house.clip())
    address = f"{clip.path}?list={ident}"
    house.by["ada"].get(address)

    alone = count_statements(house.database, lambda: house.by["ada"].get(clip.path))
    listed = count_statements(house.database, lambda: house.by["ada"].get(address))

    assert listed == alone + 1
    assert listed <= MOST_STATEMENTS


def test_an_episode_is_put_into_lists_and_taken_out_on_one_page(house: House) -> None:
    ada, clip = house.by["ada"], house.clip("Trust stores")
    has, wants, leaves = (house.start(title=name) for name in ("Has", "Wants", "Leaves"))
    house.add(has, clip)
    address = f"{clip.path}/playlists"
    before = ada.get(address).text

    answer = ada.post(
        address, {"shown": [has, wants, leaves], "list": [wants], "title": "A new one"}
    )

    assert before.count(" checked") == 1
    assert f'value="{has}" checked' in before
    assert (answer.status_code, answer.location) == (303, clip.path)
    listed = house.send("ada", "GET").json["items"]
    assert {one["title"]: one["count"] for one in listed} == {
        "A new one": 1,
        "Wants": 1,
        "Has": 0,
        "Leaves": 0,
    }
    assert listed[0]["audience"] == "private"


def test_lists_that_were_not_shown_stay_as_they_are(house: House) -> None:
    ident, clip = house.start(), house.clip()
    house.add(ident, clip)

    house.by["ada"].post(f"{clip.path}/playlists", {"title": "Another"})

    assert house.titles(ident) == ["A clip"]


def test_a_clip_of_it_is_added_beside_the_whole(house: House) -> None:
    ada, ident, clip = house.by["ada"], house.start(), house.clip()
    house.add(ident, clip)
    page = ada.get(f"{clip.path}/playlists?t=3.5&end=9").text

    answer = ada.post(
        f"{clip.path}/playlists", {"t": "3.5", "end": "9", "shown": ident, "list": ident}
    )

    assert "Only the clip from 0:03 to 0:09." in page
    assert " checked" not in page
    assert answer.status_code == 303
    spans = [(item["start"], item["end"]) for item in house.show(ident)["items"]]
    assert spans == [(0, None), (3.5, 9)]


def test_scripts_get_the_form_alone_and_what_has_come_of_it(house: House) -> None:
    ada, ident, clip = house.by["ada"], house.start(), house.clip()
    address = f"{clip.path}/playlists"

    form = ada.get(address, headers=BY_SCRIPT).text
    saved = ada.post(address, {"shown": ident, "list": ident}, headers=BY_SCRIPT)
    refused = ada.post(address, {"t": "70", "title": "x"}, headers=BY_SCRIPT)

    assert form.lstrip().startswith("<form")
    assert (saved.status_code, refused.status_code) == (200, 422)
    assert "It is in 1 playlist." in saved.text
    assert f'value="{ident}" checked' in saved.text
    assert "This is after the end of the clip." in refused.text


def test_explore_lists_what_is_for_everybody_and_not_empty(house: House) -> None:
    shown = house.start(title="For everybody", audience="internal")
    house.add(shown, house.clip())
    house.start(title="Empty one", audience="internal")
    house.add(house.start(title="Mine alone"), house.clip())
    secret = house.start(title="Nothing for you", audience="internal")
    house.add(secret, house.clip(who="ada", audience=Audience.PRIVATE))

    page = house.by["bob"].get("/explore").text

    listed = {name: name in page for name in ("For everybody", "Empty one", "Mine alone")}
    assert listed == {"For everybody": True, "Empty one": False, "Mine alone": False}
    assert "Nothing for you" not in page


def test_pages_speak_german_to_those_who_ask_for_it(house: House) -> None:
    ident = house.start(audience="internal")
    house.add(ident, house.clip())

    pages = [
        house.by["ada"].get(address, headers={"Accept-Language": "de"}).text
        for address in ("/playlists", f"/pl/{ident}")
    ]

    assert "Eine Playlist anlegen" in pages[0]
    assert "1 Clip" in pages[1]
    assert "Von <a" in pages[1]
    assert "Alle Mitglieder" in pages[1]
