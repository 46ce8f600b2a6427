"""Search in other words than those that were said."""

from collections.abc import Callable

import pytest
from sqlalchemy import delete, event, select, update

from mediashare import clock
from mediashare.db.paging import PageRequest
from mediashare.db.session import begin_writing
from mediashare.library.models import Audience, Episode
from mediashare.meaning.models import Meaning, MeaningVectors
from mediashare.meaning.queries.opening import open_finder
from mediashare.search import queries as search_queries
from mediashare.search.forms import read_request
from mediashare.search.queries import meaning
from mediashare.search.queries.request import SearchPage
from mediashare.transcripts.models import Segment
from tests.factories import make_group, viewer_of
from tests.finders import Hears
from tests.patience import wait_until
from tests.search.library import CAKE, POWER, QUESTION, Library, titles


def whole(page: SearchPage) -> object:
    """All that a person can tell from an answer."""
    results = [(found.episode.id, found.moments, found.more) for found in page.results]
    return results, page.next_cursor, page.is_loose


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


def test_after_a_restore_nobody_finds_what_was_said_since_the_backup(library: Library) -> None:
    episode = library.add(CAKE)
    library.embed()
    with library.database.reading() as reading:
        kept = reading.execute(select(*Meaning.__table__.columns)).one()

    def say(text: str) -> None:
        begin_writing(library.session)
        of_it = Segment.episode_id == episode.id
        library.session.execute(update(Segment).where(of_it).values(text=text))
        library.session.commit()

    say(POWER)
    library.embed()
    since = titles(library.ask(library.eve, QUESTION))
    # The database goes back, the index of this machine stays.
    say(CAKE)
    begin_writing(library.session)
    library.session.execute(update(Meaning).values(kept._asdict()))
    library.session.commit()
    say("Fold in the flour.")
    library.embed()

    assert since == ["A clip"]
    assert titles(library.ask(library.eve, QUESTION)) == []
    assert titles(library.ask(library.eve, "baking a cake")) == ["A clip"]


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


def ask_near(library: Library, text: str, *near: Episode, span: tuple[int, int]) -> SearchPage:
    """Search where these episodes are near in meaning, in what is said from and to there."""
    reader = viewer_of(library.eve)
    asked = read_request({"q": text}, reader, PageRequest())
    with library.database.reading() as session:
        return search_queries.search(session, reader, asked, Hears(*near, span=span))


def test_a_moment_with_more_of_the_words_stays_before_one_that_is_nearer(library: Library) -> None:
    lines = ["Java reads the trust store once.", "Nobody calls it.", "Wrap the trust manager."]
    episode = library.add(*lines)

    [result] = ask_near(library, "trust store", episode, span=(10_000, 14_000)).results

    assert [moment.text for moment in result.moments] == [lines[0], lines[2]]


def test_who_remembers_one_word_too_many_finds_what_has_the_others(library: Library) -> None:
    near = library.add("The age of the pods.", title="By meaning")
    library.add("They passed readiness, the dashboards were green.", title="Most of the words")

    found = ask_near(library, "readiness dashboards green mysql", near, span=(0, 4000))

    assert found.is_loose
    assert titles(found) == ["Most of the words", "By meaning"]


def test_who_remembers_a_title_and_one_word_more_finds_it(library: Library) -> None:
    near = library.add("The age of the pods.", title="By meaning")
    library.add("Guten Tag.", title="Kafka", tags_text="rebalance", language="de")

    found = ask_near(library, "kafka rebalance dienstag", near, span=(0, 4000))

    assert titles(found) == ["Kafka", "By meaning"]


def test_words_that_were_put_right_are_looked_for_by_their_meaning_too(library: Library) -> None:
    library.add("The computer is new.", title="By words")
    library.add("My laptop crashed.", title="By meaning")
    library.add("A laptop that nobody may find.", title="Hidden", audience=Audience.PRIVATE)
    library.embed()

    found = library.ask(library.eve, "compuetr")

    assert found.put_right == "computer"
    assert titles(found) == ["By words", "By meaning"]


def test_many_words_here_and_there_in_a_long_clip_are_no_answer(library: Library) -> None:
    silence = ["Whisk the eggs with sugar."] * 8
    library.add("A dead end.", *silence, "The computer.", *silence, "It failed.", title="Long")
    library.add(POWER, title="By meaning")
    library.embed()

    assert titles(library.ask(library.eve, QUESTION))[0] == "By meaning"


def test_where_nothing_has_all_words_the_nearest_in_meaning_goes_first(library: Library) -> None:
    library.add("A computer museum in the old town opens at ten.", title="By some of the words")
    library.add(POWER, title="By meaning")
    library.embed()

    found = library.ask(library.eve, QUESTION)

    assert found.is_loose
    assert titles(found) == ["By meaning", "By some of the words"]


def test_a_word_by_chance_is_no_moment_of_its_own_within_what_answers(library: Library) -> None:
    library.add(POWER, "It is a dead end.")
    library.embed()

    [result] = library.ask(library.eve, QUESTION).results

    [moment] = result.moments
    assert moment.html == f"{POWER} It is a <mark>dead</mark> end."
    assert (moment.start, moment.is_alike, result.more) == (0, False, 0)


def test_a_name_is_no_word_like_others_where_nothing_has_all_of_them(library: Library) -> None:
    library.add("The PX-4711 stands on the second floor.", title="By name")
    library.add(POWER, title="By meaning")
    library.embed()

    found = library.ask(library.eve, f"{QUESTION}, PX-4711")

    assert found.is_loose
    assert titles(found)[0] == "By name"


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


def test_what_was_taken_back_takes_no_place_before_the_index_knows(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(meaning, "STRETCHES", 1)
    nearer = library.add("An electrical outage, and the machine is dead.", title="Nearer")
    library.add(POWER, title="By meaning")
    library.embed()
    finder = open_finder(library.settings, library.database)
    reader = viewer_of(library.eve)
    asked = read_request({"q": "electrical outage, machine dead"}, reader, PageRequest())

    def ask() -> list[str]:
        with library.database.reading() as session:
            return titles(search_queries.search(session, reader, asked, finder))

    before = ask()
    begin_writing(library.session)
    of_it = Segment.episode_id == nearer.id
    library.session.execute(update(Segment).where(of_it).values(text=CAKE))
    library.session.commit()

    assert (before[0], ask()) == ("Nearer", ["By meaning"])


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
        ("power-cut-4711", {}),
    ],
)
def test_an_exact_wish_is_not_softened(library: Library, text: str, args: dict[str, str]) -> None:
    library.add(POWER)
    library.embed()

    assert titles(library.ask(library.eve, text, filters=args)) == []


@pytest.mark.parametrize("dash", ["-", "\u2212", "\u2013"])
def test_what_is_excluded_is_no_part_of_what_is_meant(
    library: Library, monkeypatch: pytest.MonkeyPatch, dash: str
) -> None:
    meant: list[str] = []

    def listen(finder: Hears, _session: object, text: str) -> Hears:
        meant.append(text)
        return finder

    monkeypatch.setattr(Hears, "ask", listen)

    ask_near(library, f"server {dash}kafka boot --force", span=(0, 1))

    assert [text.split() for text in meant] == [["server", "boot", "--force"]]


def test_a_title_excludes_nothing_from_what_is_like_it(library: Library) -> None:
    episode = library.add(POWER)
    library.embed()
    finder = open_finder(library.settings, library.database)
    viewer = viewer_of(library.eve)

    with library.database.reading() as session:
        found = search_queries.list_alike(session, viewer, f"{QUESTION} -server \u2013", finder)

    assert found == [episode.id]


def test_nothing_like_it_is_nothing_found(library: Library) -> None:
    library.add(POWER)
    library.embed()

    assert titles(library.ask(library.eve, "holiday calendar")) == []


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
