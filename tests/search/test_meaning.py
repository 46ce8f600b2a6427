"""Search in other words than those that were said."""

import errno
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from urllib.parse import quote

import pytest
from flask import Flask
from sqlalchemy import delete, event, update
from sqlalchemy.orm import Session

from mediashare import clock
from mediashare.accounts.models import User
from mediashare.config import Settings
from mediashare.db.paging import PageRequest
from mediashare.db.session import Database, begin_writing
from mediashare.jobs.job import QueueName
from mediashare.library.models import Audience, Episode
from mediashare.meaning import service as meaning_service
from mediashare.meaning.models import MeaningVectors
from mediashare.meaning.queries.opening import open_finder
from mediashare.search import queries as search_queries
from mediashare.search.forms import read_request
from mediashare.search.queries import found, meaning
from mediashare.search.queries.request import SearchPage
from mediashare.storage.disk import DiskStorage
from mediashare.transcripts.models import Segment
from mediashare.vectors import choice, encoder, generation
from tests.factories import Browser, make_episode, make_group, make_transcript, make_user, viewer_of
from tests.patience import wait_until
from workers.parts import Parts
from workers.registry import REGISTRY
from workers.run import Runner

POWER = "After the power cut the server would not boot."
CAKE = "Whisk the eggs with sugar, then fold in the flour."
QUESTION = "electricity failed, computer dead"
FIRST = PageRequest()


class Library:
    """Clips that say one sentence each, embedded as the workers do it."""

    def __init__(
        self, database: Database, session: Session, settings: Settings, storage: DiskStorage
    ) -> None:
        self.database, self.session, self.settings = database, session, settings
        self._runner = Runner(Parts(settings, database, storage), REGISTRY)
        self.ada, self.eve = make_user(session), make_user(session)

    def add(self, *sentences: str, title: str = "A clip", **values: object) -> Episode:
        episode = make_episode(self.session, self.ada, title, **values)
        timed = [(n * 5.0, n * 5.0 + 4, text) for n, text in enumerate(sentences)]
        make_transcript(self.session, episode, *timed)
        return episode

    def embed(self) -> None:
        with self.database.transaction() as session:
            meaning_service.request_vectors(session, choice.MODEL)
        while self._runner.work(QueueName.DEFAULT):
            pass

    def ask(
        self,
        user: User,
        text: str,
        page: PageRequest = FIRST,
        filters: Mapping[str, str] = MappingProxyType({}),
    ) -> SearchPage:
        """Search with a finder that has just started."""
        finder = open_finder(self.settings, self.database)
        request = read_request({"q": text, **filters}, viewer_of(user), page)
        with self.database.reading() as session:
            return search_queries.search(session, viewer_of(user), request, finder)


@pytest.fixture
def library(
    database: Database, session: Session, settings: Settings, storage: DiskStorage, tmp_path: Path
) -> Library:
    return Library(
        database, session, settings.model_copy(update={"data": tmp_path / "data"}), storage
    )


def whole(page: SearchPage) -> object:
    """All that a person can tell from an answer."""
    results = [(found.episode.id, found.moments, found.more) for found in page.results]
    return results, page.next_cursor, page.is_loose


def titles(page: SearchPage) -> list[str]:
    return [result.episode.title for result in page.results]


def test_a_moment_is_found_that_has_no_word_of_the_question(library: Library) -> None:
    library.add(CAKE, title="Baking")
    library.add("Welcome.", "Hello all.", "Nice.", POWER, title="Rebooting")
    library.embed()

    found = library.ask(library.eve, QUESTION)

    assert titles(found) == ["Rebooting"]
    [moment] = found.results[0].moments
    assert (moment.start, moment.end, moment.text) == (10, 19, f"Nice. {POWER}")


def test_without_vectors_words_are_searched_as_before(library: Library) -> None:
    library.add(POWER, title="Rebooting")

    assert titles(library.ask(library.eve, QUESTION)) == []
    assert titles(library.ask(library.eve, "server boot")) == ["Rebooting"]


def test_it_can_be_switched_off(library: Library) -> None:
    library.add(POWER)
    library.embed()
    library.settings = library.settings.model_copy(update={"search_meaning": "off"})

    assert titles(library.ask(library.eve, QUESTION)) == []


def test_words_and_meaning_are_one_list_and_one_moment(library: Library) -> None:
    library.add("He bought a dead computer.", title="By words")
    library.add(POWER, title="By meaning")
    library.embed()

    found = library.ask(library.eve, "dead computer")

    assert titles(found) == ["By words", "By meaning"]
    [moment] = found.results[0].moments
    assert "<mark>dead</mark> <mark>computer</mark>" in moment.html


def refuse() -> None:
    raise choice.NoModelError


def hide(episode: Episode) -> None:
    episode.hidden_at = clock.now()


def unpublish(episode: Episode) -> None:
    episode.published_at = None


def make_private(episode: Episode) -> None:
    episode.audience = Audience.PRIVATE


@pytest.mark.parametrize("close", [hide, unpublish, make_private])
def test_what_may_not_be_seen_changes_no_answer(
    library: Library, close: Callable[[Episode], None]
) -> None:
    library.add("The computer is dead.", title="Open")
    library.embed()
    before = library.ask(library.eve, QUESTION)
    closed = [library.add(POWER, title=f"Closed {n}") for n in range(3)]
    begin_writing(library.session)
    for episode in closed:
        close(library.session.merge(episode))
    library.session.commit()
    library.embed()

    after = library.ask(library.eve, QUESTION)

    assert titles(before) == ["Open"]
    assert whole(after) == whole(before)


def test_a_group_finds_what_is_said_in_it_and_nobody_else(library: Library) -> None:
    group = make_group(library.session, library.ada)
    library.add(POWER, title="Ours", groups=[group])
    library.embed()

    assert titles(library.ask(library.ada, QUESTION)) == ["Ours"]
    assert titles(library.ask(library.eve, QUESTION)) == []


def test_what_was_taken_back_is_found_no_more_even_before_it_is_made_anew(
    library: Library,
) -> None:
    episode = library.add(POWER, title="Baking")
    library.embed()
    before = titles(library.ask(library.eve, QUESTION))
    of_it = Segment.episode_id == episode.id
    begin_writing(library.session)
    library.session.execute(update(Segment).where(of_it).values(text=CAKE))
    library.session.commit()

    assert (before, titles(library.ask(library.eve, QUESTION))) == (["Baking"], [])
    library.embed()
    assert titles(library.ask(library.eve, "recipe for a dessert")) == ["Baking"]


@pytest.mark.parametrize(
    ("text", "args"),
    [
        (f'"{QUESTION}"', {}),
        (f"{QUESTION} -server", {}),
        (QUESTION, {"sort": "newest"}),
        (QUESTION, {"kind": "audio"}),
        (QUESTION, {"tag": "baking"}),
        ("2026 4711", {}),
    ],
)
def test_an_exact_wish_is_not_softened(library: Library, text: str, args: dict[str, str]) -> None:
    library.add(POWER)
    library.embed()

    assert titles(library.ask(library.eve, text, filters=args)) == []


def test_nothing_like_it_is_nothing_found(library: Library) -> None:
    library.add(POWER)
    library.embed()

    assert titles(library.ask(library.eve, "holiday calendar")) == []


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


@pytest.mark.parametrize("text", ["\x00", "(" * 400, "a" * 500, "🙈", "-" * 100, "%_\\'"])
def test_whatever_is_typed_is_an_answer(library: Library, text: str) -> None:
    library.add(POWER)
    library.embed()

    assert isinstance(library.ask(library.eve, text), SearchPage)


def test_three_results_cost_as_many_statements_as_one(library: Library) -> None:
    counts = []
    for number in (1, 2):
        for n in range(number):
            library.add(POWER, title=f"{number} {n}")
        library.embed()
        library.ask(library.eve, QUESTION)
        statements: list[str] = []

        def note(*args: object, statements: list[str] = statements) -> None:
            statements.append(str(args[2]))

        event.listen(library.database.engine, "before_cursor_execute", note)
        found = library.ask(library.eve, QUESTION)
        event.remove(library.database.engine, "before_cursor_execute", note)
        counts.append((len(found.results), len(statements)))

    assert [results for results, _ in counts] == [1, 3]
    assert counts[0][1] == counts[1][1]


def test_words_still_find_when_the_model_can_not_be_used(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.add(POWER)
    library.embed()

    monkeypatch.setattr(encoder, "load", refuse)

    assert titles(library.ask(library.eve, QUESTION)) == []
    assert titles(library.ask(library.eve, "server")) == ["A clip"]


def test_a_full_disk_stops_no_search(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    library.add(POWER)
    library.embed()

    def refuse(*_args: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(generation, "write", refuse)

    assert titles(library.ask(library.eve, QUESTION)) == []
    assert titles(library.ask(library.eve, "server")) == ["A clip"]


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


def test_what_is_deleted_leaves_the_disk_though_nobody_searches(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    episode = library.add(POWER)
    library.add(CAKE)
    library.embed()
    monkeypatch.setattr("mediashare.meaning.queries.mapped.LOOK_EVERY_S", 0.05)
    folder = library.settings.data / "meaning"
    finder = open_finder(library.settings, library.database)
    assert finder
    vectors = library.session.get_one(MeaningVectors, episode.id).vectors
    library.session.commit()

    def is_there() -> bool:
        try:
            return any(vectors in path.read_bytes() for path in folder.rglob("vectors"))
        except FileNotFoundError:
            return True

    finder.start()
    try:
        wait_until(is_there)
        begin_writing(library.session)
        library.session.execute(delete(Episode).where(Episode.id == episode.id))
        library.session.commit()
        wait_until(lambda: not is_there())
    finally:
        finder.close()
