"""Words and meaning as one list, page by page, and what is said of it."""

import re
from urllib.parse import quote

import pytest
from flask import Flask
from sqlalchemy import delete

from mediashare.accounts.models import Role
from mediashare.db.paging import PageRequest
from mediashare.db.session import begin_writing
from mediashare.library.models import Episode
from mediashare.search.forms import read_request
from mediashare.search.queries import found, meaning, weights
from mediashare.search.queries.around import look_around
from mediashare.vectors import choice, encoder
from tests.factories import Browser, make_episode, make_transcript, make_user, viewer_of
from tests.search.library import CAKE, POWER, QUESTION, Library, titles


def refuse() -> None:
    raise choice.NoModelError


def test_pages_show_each_result_once(library: Library) -> None:
    for number in range(3):
        library.add(POWER, title=f"By meaning {number}")
        library.add("He bought a dead computer.", title=f"By words {number}")
    library.embed()

    shown: list[str] = []
    cursor = None
    for _page in range(3):
        page = library.ask(library.eve, QUESTION, PageRequest(2, cursor))
        shown += titles(page)
        cursor = page.next_cursor

    assert sorted(shown) == sorted(
        [f"By {way} {n}" for way in ("meaning", "words") for n in range(3)]
    )
    assert cursor is None


@pytest.mark.parametrize("gone", [0, 1, None])
def test_pages_neither_repeat_nor_skip_when_clips_come_and_go_between_them(
    library: Library, gone: int | None
) -> None:
    def add(number: int) -> None:
        ident = f"{number:032x}"
        library.add("He bought a dead computer.", id=ident, solved_count=128 >> number)

    for number in range(1, 7):
        add(number)
    library.embed()
    first = library.ask(library.eve, "dead computer", PageRequest(2))

    if gone is None:
        add(0)
    else:
        begin_writing(library.session)
        ident = first.results[gone].episode.id
        library.session.execute(delete(Episode).where(Episode.id == ident))
        library.session.commit()
    library.embed()
    second = library.ask(library.eve, "dead computer", PageRequest(2, first.next_cursor))
    third = library.ask(library.eve, "dead computer", PageRequest(2, second.next_cursor))

    shown = [[int(one.episode.id, 16) for one in page.results] for page in (first, second, third)]
    assert shown == [[1, 2], [3, 4], [5, 6]]
    assert third.next_cursor is None


def test_what_meaning_has_lifted_is_not_shown_again_behind_both_lists(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(found, "MOST_FUSED", 3)
    for number in range(2):
        library.add(POWER, title=f"Computer {number}")
    for number in range(7):
        library.add(CAKE, title=f"Computer {2 + number}")
    library.embed()

    shown: list[str] = []
    sizes: list[int] = []
    cursor = None
    while cursor or not sizes:
        page = library.ask(library.eve, "computer", PageRequest(2, cursor))
        shown += titles(page)
        sizes.append(len(page.results))
        cursor = page.next_cursor

    assert sorted(shown) == [f"Computer {number}" for number in range(9)]
    assert {*shown[:5]} > {"Computer 0", "Computer 1"}
    assert 0 not in sizes


def test_a_page_is_there_though_meaning_finds_nothing_any_more(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        library.add(POWER, title=f"Dead computer {number}")
    library.embed()
    first = library.ask(library.eve, "dead computer", PageRequest(2))

    monkeypatch.setattr(encoder, "load", refuse)
    second = library.ask(library.eve, "dead computer", PageRequest(2, first.next_cursor))

    assert (len(first.results), len(second.results)) == (2, 1)


@pytest.mark.parametrize(("stretches", "is_least"), [(3, False), (2, True)])
def test_counts_say_at_least_when_more_may_mean_the_same(
    library: Library, monkeypatch: pytest.MonkeyPatch, stretches: int, is_least: object
) -> None:
    monkeypatch.setattr(meaning, "STRETCHES", stretches)
    for _ in range(2):
        library.add(POWER)
    library.embed()

    [video] = library.ask(library.eve, QUESTION).facets["kind"]

    assert (video.count, video.is_least) == (2, is_least)


def test_counts_say_at_least_when_narrowing_down_would_look_for_some_of_the_words(
    library: Library,
) -> None:
    library.add("He bought a dead computer.")
    library.add(POWER, solved_count=1)
    library.add(title="Computer", solved_count=1)
    library.embed()

    [solved] = library.ask(library.eve, "dead computer").facets["solved"]
    narrowed = library.ask(library.eve, "dead computer", filters={"solved": "true"})
    [of_one_word] = library.ask(library.eve, "computer").facets["solved"]

    assert (solved.count, solved.is_least) == (1, True)
    assert len(narrowed.results) == 2
    assert [one.is_least for one in narrowed.facets["solved"]] == [False]
    assert (of_one_word.count, of_one_word.is_least) == (1, False)


def test_counts_say_at_least_when_narrowing_down_would_find_what_is_only_somewhat_alike(
    library: Library,
) -> None:
    library.add("He bought a computer.")
    library.add("The laptop did not start.", solved_count=1)
    library.add(POWER, solved_count=1)
    library.embed()

    [solved] = library.ask(library.eve, "computer").facets["solved"]
    narrowed = library.ask(library.eve, "computer", filters={"solved": "true"})

    assert (solved.count, solved.is_least) == (1, True)
    assert len(narrowed.results) == 2


@pytest.mark.parametrize(("least", "found"), [(0.3, ["Words"]), (0.2, ["Words", "Meaning"])])
def test_what_is_only_somewhat_like_a_question_stands_beside_no_answer(
    library: Library, monkeypatch: pytest.MonkeyPatch, least: float, found: list[str]
) -> None:
    assert weights.LEAST_BESIDE_WORDS == 0.3
    monkeypatch.setattr(weights, "LEAST_BESIDE_WORDS", least)
    library.add("He bought a computer.", title="Meaning")
    library.embed()
    without = titles(library.ask(library.eve, "boot"))
    library.add(POWER, title="Words")
    library.embed()

    assert without == ["Meaning"]
    assert titles(library.ask(library.eve, "boot")) == found


def test_what_words_and_meaning_find_at_one_place_is_counted_once(library: Library) -> None:
    away = ["Whisk the eggs.", "Fold in the flour.", "Bake it for an hour."] * 3
    library.add(*(line for _ in range(4) for line in (POWER, *away)))
    library.embed()

    [result] = library.ask(library.eve, "server boot").results

    assert len(result.moments) == 3
    assert (result.more, len(result.ticks)) == (1, 4)


def test_the_moment_shown_large_has_the_words_or_says_that_it_is_alike(
    library: Library, own_app: Flask
) -> None:
    alike = library.add(POWER, CAKE, CAKE, "He bought a computer.", title="Both")
    library.embed()
    browser = Browser(own_app, library.database, library.eve)

    def card(text: str) -> str:
        page = browser.get(f"/search?q={quote(text)}").text
        found = re.search(r'<article class="best.*?</article>', page, re.DOTALL)
        return found[0] if found else ""

    by_words, by_meaning = card(QUESTION), card("electricity failed")

    assert "<mark>computer</mark>" in by_words
    assert "in other words" not in by_words
    assert "Found by what it means, in other words." in by_meaning
    assert f'href="{alike.path}?t=0&amp;find=electricity%20failed"' in by_meaning


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("blackout", "Nothing has this word. These say something like it."),
        (QUESTION, "Nothing has these words. These say something like it."),
        (
            "computer outage",
            "Nothing has all of these words. These have some of them, or say something like it.",
        ),
        ("server power", None),
    ],
)
def test_the_page_says_what_its_results_have_of_the_words(
    library: Library, own_app: Flask, text: str, sentence: str | None
) -> None:
    library.add(POWER)
    library.add("During the outage the machines had no power at all.")
    library.embed()

    page = Browser(own_app, library.database, library.eve).get(f"/search?q={quote(text)}").text

    said = re.findall(r"Nothing has [^<]*", page)
    assert said == ([] if sentence is None else [sentence])


def test_a_result_that_has_none_of_the_words_says_so_beside_those_that_have_them(
    library: Library, own_app: Flask
) -> None:
    library.add("He bought a dead computer.", title="By words")
    library.add(POWER, title="By meaning")
    library.embed()

    page = Browser(own_app, library.database, library.eve).get("/search?q=dead+computer").text

    head, results = page.split("<ol>")
    assert "What does not have these words was found by what it means." in head
    assert "Found by what it means, in other words." not in head
    assert "<mark>" not in results.split("</ol>")[0]
    assert "Found by what it means, in other words." in results


def test_those_who_have_said_the_words_are_asked_before_those_who_have_said_others(
    library: Library,
) -> None:
    viewer = viewer_of(library.eve)
    library.add("He bought a dead computer.", title="By words", solved_count=0)
    bob = make_user(library.session, handle="bob")
    for _ in range(2):
        clip = make_episode(library.session, bob, "By meaning", solved_count=5)
        make_transcript(library.session, clip, (0, 4, POWER))
    library.embed()
    request = read_request({"q": "dead computer"}, viewer, PageRequest())

    page = library.ask(library.eve, "dead computer")
    beside = look_around(library.session, viewer, request, page)

    assert len(page.results) == 3
    assert [one.person.id for one in beside.people] == [library.ada.id, bob.id]


def test_admins_are_told_where_points_alone_do_not_make_the_order(
    library: Library, own_app: Flask
) -> None:
    library.add("He bought a dead computer.")
    library.embed()
    admin = make_user(library.session, role=Role.ADMIN)
    browser = Browser(own_app, library.database, admin)

    both, words = (
        browser.get(f"/search?q={q}&explain=1").text for q in ("computer", "%22computer%22")
    )

    assert "The order comes from two lists, by words and by meaning" in both
    assert "The order comes from two lists" not in words


def test_who_asks_why_is_told_the_places_in_both_lists_and_what_they_add_up_to(
    library: Library, own_app: Flask
) -> None:
    admin = make_user(library.session, role=Role.ADMIN)
    for title, text in (("Both", "He bought a dead computer."), ("Meaning", POWER)):
        library.add(text, title=title)
    library.add(title="Words alone: dead computer")
    library.embed()
    browser = Browser(own_app, library.database, admin)

    found = browser.get("/api/v1/search?q=dead+computer&explain=1").json["results"]
    [alone] = browser.get('/api/v1/search?q="dead+computer"&explain=1&limit=1').json["results"]
    page = browser.get("/search?q=dead+computer&explain=1").text

    ranks = {one["episode"]["title"]: one["points"]["ranks"] for one in found}
    places = {title: (one["words"], one["meaning"]) for title, one in ranks.items()}
    assert places == {
        "Both": (2, 1),
        "Words alone: dead computer": (1, None),
        "Meaning": (None, 2),
    }
    assert ranks["Both"]["sum"] == pytest.approx(1 / 62 + 1 / 61)
    sums = [one["points"]["ranks"]["sum"] for one in found]
    assert sums == sorted(sums, reverse=True)
    assert alone["points"]["ranks"] is None
    assert re.findall(r"<dt>Place by meaning</dt><dd>([^<]*)", page) == ["1", "not there", "2"]
    assert "<dt>Both places together</dt><dd>0.0325</dd>" in page
