"""Who sees which playlist, and what of it; and who may change it."""

import pytest
from sqlalchemy import delete, update

from mediashare import clock
from mediashare.accounts.models import Scope
from mediashare.db.session import begin_writing
from mediashare.groups.models import Membership
from mediashare.library.models import Audience, Episode
from tests.factories import make_token
from tests.playlists.conftest import API, EVERYBODY, House

CANARY = "Zanzibarquux"


def statuses(house: House, playlist: str) -> dict[str, tuple[int, int]]:
    """What everybody gets of a list, on its page and over the API."""
    return {
        who: (
            house.by[who].get(f"/pl/{playlist}").status_code,
            house.send(who, "GET", f"/{playlist}").status_code,
        )
        for who in EVERYBODY
    }


def change(house: House, episode: Episode, **values: object) -> None:
    begin_writing(house.session)
    house.session.execute(update(Episode).where(Episode.id == episode.id).values(**values))
    house.session.commit()


@pytest.mark.parametrize(
    ("who", "audience", "seers"),
    [
        ("ada", "private", {"ada"}),
        ("ada", "internal", {"ada", "bob", "keeper", "steward", "insider"}),
        ("insider", "group", {"insider", "steward", "guest"}),
    ],
)
def test_a_list_is_seen_by_its_audience_and_nobody_else_whatever_their_role(
    house: House, who: str, audience: str, seers: set[str]
) -> None:
    group = {"group": house.group.id} if audience == "group" else {}
    ident = house.start(who, audience=audience, **group)

    listed = {
        each: [one["id"] for one in house.send(each, "GET", "?whose=all").json["items"]]
        for each in EVERYBODY
    }

    assert statuses(house, ident) == {
        each: (200, 200) if each in seers else (404, 404) for each in EVERYBODY
    }
    assert listed == {each: [ident] if each in seers else [] for each in EVERYBODY}
    assert house.send("bob", "GET", "").json["items"] == []


def test_a_list_that_one_may_not_see_looks_like_one_that_never_was(house: House) -> None:
    ident, missing = house.start(title=CANARY), "0" * 32

    pages = [house.by["bob"].get(f"/pl/{each}") for each in (ident, missing)]
    answers = [house.send("bob", "GET", f"/{each}") for each in (ident, missing)]

    assert [page.status_code for page in pages] == [404, 404]
    assert CANARY not in pages[0].text
    assert pages[0].text.count("such playlist") == pages[1].text.count("such playlist") == 1
    assert answers[0].data == answers[1].data


def test_whoever_leaves_a_group_sees_its_lists_no_more(house: House) -> None:
    ident = house.start("steward", audience="group", group=house.group.id)
    begin_writing(house.session)
    house.session.execute(
        delete(Membership).where(Membership.user_id == house.people["insider"].id)
    )
    house.session.commit()

    assert statuses(house, ident)["insider"] == (404, 404)


def test_guests_show_lists_to_their_groups_alone(house: House) -> None:
    everybody = house.send("guest", "POST", "", {"title": "x", "audience": "internal"})
    group = house.send(
        "guest", "POST", "", {"title": "x", "audience": "group", "group": house.group.id}
    )
    page = house.by["guest"].get("/playlists").text

    assert (everybody.status_code, set(everybody.json["errors"])) == (422, {"audience"})
    assert group.status_code == 201
    assert "All members" not in page


@pytest.mark.parametrize("who", ["bob", "keeper"])
def test_nobody_but_its_owner_changes_a_list(house: House, who: str) -> None:
    ident = house.start(audience="internal")
    item = house.add(ident, house.clip("Kept"))
    clip = house.clip()
    calls = [
        ("PATCH", f"/{ident}", {"title": "Mine"}),
        ("DELETE", f"/{ident}", None),
        ("PUT", f"/{ident}/order", {"items": [item]}),
        ("POST", f"/{ident}/items", {"episode_id": clip.id}),
        ("PATCH", f"/{ident}/items/{item}", {"note": "x"}),
        ("DELETE", f"/{ident}/items/{item}", None),
    ]
    forms = [
        (f"/pl/{ident}", {"title": "Mine"}),
        (f"/pl/{ident}/delete", {}),
        (f"/pl/{ident}/items/{item}/move", {"direction": "up"}),
        (f"/pl/{ident}/items/{item}/note", {"note": "x"}),
        (f"/pl/{ident}/items/{item}/delete", {}),
    ]

    by_api = [house.send(who, *call).status_code for call in calls]
    by_page = [house.by[who].post(address, data).status_code for address, data in forms]
    in_passing = house.by[who].post(f"{clip.path}/playlists", {"shown": ident, "list": ident})

    assert {*by_api, *by_page, in_passing.status_code} == {403}
    assert (house.show(ident)["title"], house.titles(ident)) == ("First week", ["Kept"])


def test_a_token_that_only_reads_changes_nothing(house: House) -> None:
    ident = house.start()
    token = make_token(house.session, house.people["ada"], Scope.READ)
    bearer = {"Authorization": f"Bearer {token}"}
    client = house.by["ada"].client.application.test_client()

    read = client.get(f"{API}/{ident}", headers=bearer)
    written = client.patch(f"{API}/{ident}", headers=bearer, json={"title": "x"})

    assert (read.status_code, written.status_code) == (200, 403)


@pytest.mark.parametrize(
    "hide",
    [
        {"audience": Audience.PRIVATE},
        {"audience": Audience.GROUP},
        {"audience": Audience.UNLISTED},
        {"hidden_at": clock.now()},
        {"published_at": None},
    ],
    ids=["private", "of a group", "unlisted", "hidden", "taken back"],
)
def test_what_a_stranger_may_not_see_is_nowhere_in_their_view_of_a_list(
    house: House, hide: dict[str, object]
) -> None:
    ident = house.start(audience="internal")
    seen = [house.clip("One"), house.clip("Three")]
    secret = house.clip(
        CANARY, description=CANARY, poster=f"{'c' * 32}-640x360.jpg", slug=CANARY.lower()
    )
    for episode in (seen[0], secret, seen[1]):
        house.add(ident, episode, note=CANARY if episode is secret else "")
    change(house, secret, **hide)

    views = [
        house.by["steward"].get(address).text
        for address in (
            f"/pl/{ident}",
            f"{seen[0].path}?list={ident}",
            "/explore",
            f"{API}/{ident}",
            f"{API}?whose=all",
        )
    ]

    assert [CANARY.lower() in view.lower() or "c" * 32 in view for view in views] == [False] * 5
    assert "2 clips" in views[0]
    assert "1 of 2" in views[1]
    found = house.show(ident, "steward")
    assert (found["count"], found["duration"], len(found["items"])) == (2, 120, 2)
    row = house.send("steward", "GET", "?whose=all").json["items"][0]
    assert (row["count"], row["duration"]) == (2, 120)


def test_what_is_hidden_from_its_owner_keeps_its_place_when_the_rest_is_ordered(
    house: House,
) -> None:
    ident = house.start()
    secret = house.clip("Two")
    one = house.add(ident, house.clip("One"))
    house.add(ident, secret)
    three = house.add(ident, house.clip("Three"))
    change(house, secret, audience=Audience.PRIVATE)

    house.send("ada", "PUT", f"/{ident}/order", {"items": [three, one]})
    while_hidden = house.titles(ident)
    change(house, secret, audience=Audience.INTERNAL)

    assert while_hidden == ["Three", "One"]
    assert house.titles(ident) == ["Three", "Two", "One"]


def test_nobody_adds_what_they_may_not_see(house: House) -> None:
    ident, secret = house.start(), house.clip(CANARY, audience=Audience.PRIVATE)

    by_api = house.send("ada", "POST", f"/{ident}/items", {"episode_id": secret.id})
    by_page = house.by["ada"].post(f"{secret.path}/playlists", {"shown": ident, "list": ident})

    assert (by_api.status_code, set(by_api.json["errors"])) == (422, {"episode_id"})
    assert by_page.status_code == 404
    assert CANARY not in by_api.text + by_page.text


def test_an_unlisted_clip_shows_in_lists_of_its_author_and_to_whoever_has_listed_it(
    house: House,
) -> None:
    clip = house.clip("With the link", audience=Audience.UNLISTED)
    theirs, authors = house.start(audience="internal"), house.start("bob", audience="internal")
    house.add(theirs, clip)
    house.add(authors, clip, who="bob")

    seen = {
        who: (house.titles(theirs, who), house.titles(authors, who)) for who in ("ada", "keeper")
    }

    assert seen == {
        "ada": (["With the link"], ["With the link"]),
        "keeper": ([], ["With the link"]),
    }
