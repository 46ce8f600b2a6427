"""Which words are taken for the same: by language, by the glossary, while typing, and mistyped."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from mediashare.accounts.models import Role, User
from mediashare.db.paging import PageRequest
from mediashare.db.session import Database, begin_writing
from mediashare.glossary.models import GlossaryEntry
from mediashare.search.forms import read_request
from mediashare.search.queries.around import find_suggested
from mediashare.transcripts.models import Origin, Transcript
from tests import factories
from tests.factories import viewer_of
from tests.search.conftest import Ask


@pytest.fixture
def ada(session: Session) -> User:
    return factories.make_user(session, handle="ada")


def titles(ask: Ask, user: User, words: str, **options: str) -> list[str]:
    return [result.episode.title for result in ask(user, words, **options).results]


def add_entry(session: Session, term: str, *sounds: str, group_id: str | None = None) -> None:
    begin_writing(session)
    entry = GlossaryEntry(
        term=term, key=term.casefold(), sounds_like=list(sounds), group_id=group_id
    )
    session.add(entry)
    session.commit()


def test_words_lose_the_endings_of_the_language_they_are_said_in(
    session: Session, ada: User, ask: Ask
) -> None:
    german = factories.make_episode(session, ada, "Deutsch", language="de-CH")
    factories.make_transcript(session, german, (0, 2, "Die Zertifikate der Häuser laufen ab"))
    english = factories.make_episode(session, ada, "English", language="en")
    factories.make_transcript(session, english, (0, 2, "the certificates are running"))

    assert titles(ask, ada, "Zertifikaten") == ["Deutsch"]
    assert titles(ask, ada, "haus") == ["Deutsch"]
    assert titles(ask, ada, '"zertifikat der haus"') == ["Deutsch"]
    assert titles(ask, ada, "certificate run") == ["English"]
    # By the rules of English alone this would be the same word.
    assert titles(ask, ada, "laufening") == []


def test_a_translation_is_read_by_the_rules_of_its_own_language(
    session: Session, ada: User, ask: Ask
) -> None:
    episode = factories.make_episode(session, ada, "Gleise", language="de")
    factories.make_transcript(session, episode, (0, 2, "Die Weichen"), language="de")
    beside = {"is_primary": False, "origin": Origin.TRANSLATION, "language": "en"}
    translation = factories.make_transcript(session, episode, (0, 2, "closing switches"), **beside)

    for words in ("weiche", "closed switch", '"closed switch"'):
        assert titles(ask, ada, words) == ["Gleise"]

    begin_writing(session)
    session.delete(session.get(Transcript, translation.id))
    session.commit()
    assert (titles(ask, ada, "switch"), titles(ask, ada, "weiche")) == ([], ["Gleise"])


def test_a_clip_in_two_languages_is_found_once_and_counts_once(
    session: Session, ada: User, ask: Ask
) -> None:
    for _ in range(3):
        both = factories.make_episode(session, ada, "Running it")
        factories.make_transcript(session, both, (0, 2, "we are running"))
        beside = {"is_primary": False, "language": "de"}
        factories.make_transcript(session, both, (0, 2, "running heisst das"), **beside)
    factories.make_episode(session, ada, "Running", description="a cluster")

    first = ask(ada, "running", limit=2)
    second = ask(ada, "running", limit=2, cursor=first.next_cursor or "")
    loose = ask(ada, "running cluster nowhere")

    found = {result.episode.id for page in (first, second) for result in page.results}
    assert (len(found), second.next_cursor) == (4, None)
    assert [choice.count for choice in first.facets["kind"]] == [4]
    # Three have one of the words, in two languages; one has two.
    assert loose.results[0].episode.title == "Running"


def test_a_word_in_two_languages_is_worth_one(session: Session, ada: User, ask: Ask) -> None:
    often = (0, 2, "running running running")
    for languages in (["en"], ["en", "de"]):
        episode = factories.make_episode(session, ada)
        for language in languages:
            is_own = language == "en"
            factories.make_transcript(session, episode, often, language=language, is_primary=is_own)
    admin = factories.make_user(session, role=Role.ADMIN)

    results = ask(admin, "running", explain="1").results

    assert [result.points and result.points.text for result in results] == [103_000, 103_000]


def test_where_no_endings_are_known_words_are_found_as_they_are(
    session: Session, ada: User, ask: Ask
) -> None:
    factories.make_episode(session, ada, "Ölçümler 測定 cables", language="ja")

    assert titles(ask, ada, "cables") == ["Ölçümler 測定 cables"]
    assert titles(ask, ada, "cable") == []


def test_saying_which_language_it_is_reads_everything_anew(
    session: Session, ada: User, ask: Ask
) -> None:
    episode = factories.make_episode(session, ada, "Netze", language="en")
    factories.make_transcript(session, episode, (0, 2, "Verbindungen"))
    before = titles(ask, ada, "verbindung"), titles(ask, ada, '"verbindung"')

    begin_writing(session)
    episode.language = "de"
    session.commit()

    assert before == ([], [])
    assert titles(ask, ada, "verbindung") == ["Netze"]
    (result,) = ask(ada, "verbindung").results
    assert [moment.html for moment in result.moments] == ["<mark>Verbindungen</mark>"]


def test_other_words_for_it_come_from_the_glossary(session: Session, ada: User, ask: Ask) -> None:
    said = factories.make_episode(session, ada, "Clusters")
    factories.make_transcript(session, said, (0, 2, "Kubernetes restarts it"))
    misheard = factories.make_episode(session, ada, "Older")
    factories.make_transcript(session, misheard, (0, 2, "cube netties restarts it"))
    add_entry(session, "Kubernetes", "cube netties", "k8s")

    page = ask(ada, "k8s restarts")

    assert {result.episode.title for result in page.results} == {"Clusters", "Older"}
    assert list(page.also) == ["Kubernetes", "cube netties"]
    assert set(titles(ask, ada, "cube netties")) == {"Clusters", "Older"}
    assert set(titles(ask, ada, "kubernetes")) == {"Clusters", "Older"}
    marked = [moment.html for result in page.results for moment in result.moments]
    assert sorted(marked) == [
        "<mark>Kubernetes</mark> <mark>restarts</mark> it",
        "<mark>cube netties</mark> <mark>restarts</mark> it",
    ]


def test_other_words_for_several_take_nothing_away(session: Session, ada: User, ask: Ask) -> None:
    factories.make_episode(session, ada, "Letters that are dead")
    factories.make_episode(session, ada, "Draining the DLQ")
    factories.make_episode(session, ada, "A dead end")
    add_entry(session, "dead letter", "DLQ")

    page = ask(ada, "dead letter")

    found = {result.episode.title for result in page.results}
    assert found == {"Letters that are dead", "Draining the DLQ"}
    assert list(page.also) == ["DLQ"]


def test_a_glossary_that_one_may_not_read_says_nothing(
    session: Session, ada: User, ask: Ask
) -> None:
    bob = factories.make_user(session)
    guest = factories.make_user(session, role=Role.GUEST)
    secret = factories.make_group(session, bob)
    factories.make_episode(session, ada, "Falcon launch")
    add_entry(session, "Falcon", "bird", group_id=secret.id)
    add_entry(session, "launch", "liftoff")

    assert (titles(ask, ada, "bird"), list(ask(ada, "bird").also)) == ([], [])
    assert titles(ask, bob, "bird") == ["Falcon launch"]
    assert list(ask(ada, "liftoff").also) == ["launch"]
    assert list(ask(guest, "liftoff").also) == []


def test_the_last_word_may_be_unfinished_while_somebody_types(
    session: Session, ada: User, ask: Ask
) -> None:
    episode = factories.make_episode(session, ada, "Rebalancing consumers")
    factories.make_transcript(session, episode, (0, 2, "they were rebalanced twice"))

    for typed in ("reb", "rebala", "rebalancin", "twice reb"):
        (result,) = ask(ada, typed, typing="1").results
        assert "<mark>rebalanced</mark>" in result.moments[0].html
    assert titles(ask, ada, "reb") == []
    assert titles(ask, ada, "re", typing="1") == []
    assert ask(ada, "reb twice", typing="1").is_loose is True
    # Whoever has typed a blank has finished the word.
    assert titles(ask, ada, "reb ", typing="1") == []


def test_of_a_name_of_several_pieces_the_last_may_have_one_letter_so_far(
    session: Session, ada: User, ask: Ask
) -> None:
    factories.make_episode(session, ada, "What CVE-2026-8123 means")
    factories.make_episode(session, ada, "What CVE-2026-9 means")

    for typed in ("CVE-2026-8", "CVE-2026-81", '"cve 2026 8', "CVE-2026-8123"):
        assert titles(ask, ada, typed, typing="1") == ["What CVE-2026-8123 means"]
    assert titles(ask, ada, "8", typing="1") == []


def test_a_mistyped_word_is_put_right_by_the_words_of_the_library(
    session: Session, ada: User, ask: Ask
) -> None:
    episode = factories.make_episode(session, ada, "About mTLS", description="Sidecars.")
    factories.make_transcript(session, episode, (0, 2, "the Handshakes failed"))

    assert ask(ada, "handshaeks").instead == "Handshakes"
    assert ask(ada, "failed handshkes now").instead == "failed Handshakes now"
    assert ask(ada, 'sidcars "handshakes failed"').instead == 'Sidecars "handshakes failed"'
    assert ask(ada, "mtsl").instead == "mTLS"
    assert ask(ada, "handshakes").instead is None
    assert ask(ada, "xyzzyqwert").instead is None
    assert ask(ada, "han").instead is None


def test_what_is_found_is_an_option_or_is_excluded_is_not_put_right(
    session: Session, ada: User, ask: Ask
) -> None:
    factories.make_episode(session, ada, "Pushing for brokers")
    add_entry(session, "Pushing", "shoving")

    assert ask(ada, "--force").instead is None
    assert ask(ada, "pushing --force").instead is None
    assert ask(ada, "forc").instead is None
    assert ask(ada, "shoving brokres").instead == "shoving brokers"
    assert ask(ada, "-brokrs pushing (brokres)!").instead == "-brokrs pushing (brokers)!"


def test_what_is_proposed_is_written_where_the_asker_may_read_it(
    session: Session, ada: User, ask: Ask
) -> None:
    bob = factories.make_user(session)
    factories.make_episode(session, bob, "Xylophonists", audience="private")
    nothing = ask(ada, "xylophonits").instead, ask(bob, "xylophonits").instead
    factories.make_episode(session, ada, "A xylophonist")

    assert nothing == (None, "Xylophonists")
    assert ask(ada, "xylophonits").instead == "xylophonist"


def test_of_several_near_words_the_nearest_and_then_the_most_frequent_is_proposed(
    session: Session, ada: User, ask: Ask
) -> None:
    for title in ("Brokers", "Broken", "Broken again"):
        factories.make_episode(session, ada, title)

    assert ask(ada, "brokem").instead == "Broken"


def test_words_that_the_asker_may_not_read_push_no_other_word_out(
    session: Session, ada: User, ask: Ask
) -> None:
    # Twenty words that are one letter away, of which the last is in most clips.
    near = " ".join(f"xan{letter}hil" for letter in "bcdefghijklmnopqrsuv")
    factories.make_episode(session, ada, "Near", description=near)
    factories.make_episode(session, ada, "Xanvhil")
    before = ask(ada, "xanthil").instead
    bob = factories.make_user(session)
    factories.make_episode(session, bob, "Xanahil", audience="private")

    assert before in {"xanvhil", "Xanvhil"}
    assert ask(ada, "xanthil").instead == before


def list_statements(database: Database, act: Callable[[], object]) -> list[str]:
    said: list[str] = []

    def note(*args: Any) -> None:
        said.append(args[2])

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        act()
    finally:
        event.remove(database.engine, "before_cursor_execute", note)
    return said


def test_all_words_of_a_letter_are_read_once_to_put_a_question_right(
    database: Database, session: Session, ada: User, ask: Ask
) -> None:
    factories.make_episode(session, ada, "Brokers, Balancers and Brownouts")

    said = list_statements(database, lambda: ask(ada, "brokres balancres brownuots"))

    assert ask(ada, "brokres balancres brownuots").instead == "Brokers Balancers Brownouts"
    assert len([statement for statement in said if "FROM search_words" in statement]) == 1


def test_a_question_with_many_unknown_words_is_not_taken_for_a_mistyped_one(
    database: Database, session: Session, ada: User, ask: Ask
) -> None:
    factories.make_episode(session, ada, "Brokers, Balancers, Certificates and Sidecars")
    typed = "brokres balancres certificaets sidecras"

    said = list_statements(database, lambda: ask(ada, typed))

    assert ask(ada, typed).instead is None
    assert [statement for statement in said if "FROM search_words" in statement] == []


def test_what_a_request_may_be_answered_with_is_searched_for_without_anything_around_it(
    database: Database, session: Session, ada: User
) -> None:
    bob = factories.make_user(session)
    factories.make_episode(session, bob, "Brokers")
    viewer = viewer_of(ada)

    def suggest(text: str) -> list[str]:
        asked = read_request({"q": text}, viewer, PageRequest(limit=10))
        with database.reading() as reading:
            suggested = find_suggested(reading, viewer, asked)
        return [result.episode.title for result in suggested.results]

    said = list_statements(database, lambda: (suggest("brokers"), suggest("brokres")))

    assert (suggest("brokers"), suggest("brokres")) == (["Brokers"], [])
    around = ("FROM search_words", "SELECT episodes.kind, episodes.duration_ms")
    assert said
    assert not [statement for statement in said if any(part in statement for part in around)]
