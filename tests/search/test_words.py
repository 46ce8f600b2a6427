"""Which words are taken for the same: by language, by the glossary, while typing, and mistyped."""

import pytest
from sqlalchemy.orm import Session

from mediashare.accounts.models import Role, User
from mediashare.db.paging import PageRequest
from mediashare.db.session import Database, begin_writing
from mediashare.glossary import service as glossary_service
from mediashare.glossary.models import GlossaryEntry
from mediashare.search.forms import read_request
from mediashare.search.queries.around import find_suggested
from mediashare.transcripts.models import Origin, Transcript
from tests import factories
from tests.counting import list_statements
from tests.factories import viewer_of
from tests.search.conftest import Ask


@pytest.fixture
def ada(session: Session) -> User:
    return factories.make_user(session, handle="ada")


def titles(ask: Ask, user: User, words: str, **options: str) -> list[str]:
    """What these words find as they are typed."""
    return [result.episode.title for result in ask(user, words, as_typed="1", **options).results]


def add_entry(session: Session, term: str, *sounds: str, group_id: str | None = None) -> None:
    begin_writing(session)
    entry = GlossaryEntry(
        term=term, key=term.casefold(), sounds_like=list(sounds), group_id=group_id
    )
    session.add(entry)
    glossary_service.keep_sounds(session, entry)
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


@pytest.mark.parametrize(
    ("term", "short", "typed"),
    [
        ("time to live", "TTL", "time to live"),
        ("CI/CD", "shipping all day", "ci/cd"),
        ("blue/green", "BG", "Blue/Green!"),
        ("the Falcon", "bird", "the falcon"),
        ("dead letter", "DLQ", "the dead letter"),
        ("Handover", "Übergabe", "übergabe"),
        ("highway", "Straße", "straße"),
        ("Ärger", "trouble", "ärger"),
    ],
)
def test_a_term_is_found_by_its_other_word_and_the_other_way_round(
    session: Session, ada: User, ask: Ask, term: str, short: str, typed: str
) -> None:
    for title, text in (("Long", f"we set {term} here"), ("Short", f"we set {short} here")):
        episode = factories.make_episode(session, ada, title)
        factories.make_transcript(session, episode, (0, 2, text))
    factories.make_episode(session, ada, "To live is to learn")
    add_entry(session, term, short)

    for asked in (typed, short):
        page = ask(ada, asked)
        assert {result.episode.title for result in page.results} == {"Long", "Short"}
        assert not page.is_loose
        assert all("<mark>" in moment.html for found in page.results for moment in found.moments)


def test_quotes_are_not_softened_by_a_glossary(session: Session, ada: User, ask: Ask) -> None:
    for title in ("Our SLO", "Slow tests", "Our SLO of slow tests"):
        factories.make_episode(session, ada, title)
    add_entry(session, "SLO", "slow", "slow tests")

    found = {typed: set(titles(ask, ada, typed)) for typed in ('"SLO"', '"slow"', '"slow" tests')}

    assert found['"SLO"'] == {"Our SLO", "Our SLO of slow tests"}
    assert found['"slow"'] == found['"slow" tests'] == {"Slow tests", "Our SLO of slow tests"}
    assert list(ask(ada, '"slow" tests').also) == []
    assert len(titles(ask, ada, "slow")) == len(titles(ask, ada, "slow -nothing")) == 3


def test_what_is_typed_goes_before_other_words_for_it(
    session: Session, ada: User, ask: Ask
) -> None:
    factories.make_episode(session, ada, "Why yours is stale")
    helpful = {"solved_count": 9, "rating_count": 9, "rating_sum": 45}
    factories.make_episode(session, ada, "Why mTLS handshakes fail", **helpful)
    said = factories.make_episode(session, ada, "Trust")
    factories.make_transcript(session, said, (0, 2, "it is stale"))
    add_entry(session, "mTLS", "stale")

    assert titles(ask, ada, "stale") == ["Why yours is stale", "Why mTLS handshakes fail", "Trust"]
    assert titles(ask, ada, "mtls") == ["Why mTLS handshakes fail", "Why yours is stale", "Trust"]


@pytest.mark.parametrize(
    ("term", "short", "other"),
    [("C++", "cpp", "Vitamin C"), ("C#", "csharp", "C again"), (".NET", "dotnet", "Net profit")],
)
def test_a_term_is_not_looked_for_without_the_signs_that_make_it_one(
    session: Session, ada: User, ask: Ask, term: str, short: str, other: str
) -> None:
    for title in (other, f"About {short}"):
        factories.make_episode(session, ada, title)
    add_entry(session, term, short, "sharp dot")

    page = ask(ada, short)

    assert [result.episode.title for result in page.results] == [f"About {short}"]
    assert "sharp dot" in page.also
    assert f"About {short}" in titles(ask, ada, term)


def test_the_words_of_a_question_share_what_is_looked_for_besides_them(
    session: Session, ada: User, ask: Ask
) -> None:
    words = [f"w{letter}rd" for letter in "abcdefghijkl"]
    for word in words:
        add_entry(session, word, *(f"{word}{number}" for number in range(6)))

    shared = [len(ask(ada, " ".join(words[:count])).also) for count in (1, 2, 4, 12)]

    assert shared == [5, 10, 20, 24]


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


def test_a_word_is_marked_where_the_database_takes_another_for_the_same(
    session: Session, ada: User, ask: Ask
) -> None:
    # Some versions of PostgreSQL take paste for a form of past, as they do international for one of
    # intern; our own rules do not.
    for title, text in (("Past", "it is past, my intern"), ("Other", "paste international ones")):
        factories.make_transcript(
            session, factories.make_episode(session, ada, title), (0, 2, text)
        )

    results = [*ask(ada, "past").results, *ask(ada, "my past intern").results]

    assert len(results) >= 2
    assert all("<mark>" in result.moments[0].html for result in results)


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


def test_postgresql_reads_the_words_of_a_question_once_in_all_languages(
    database: Database, session: Session, ada: User, ask: Ask
) -> None:
    for language in ("en", "de", "fr"):
        episode = factories.make_episode(session, ada, "Clip", language=language)
        factories.make_transcript(session, episode, (0, 2, "brokers and very very old balancers"))
    add_entry(session, "brokers", "middle men")

    said = list_statements(database, lambda: ask(ada, "brokers balancers"))

    assert len(ask(ada, '"very very old"').results) == 3
    assert ask(ada, '"old very"').results == []
    reading = [statement for statement in said if "search_phrase" in statement]
    assert len(reading) == (database.dialect == "postgresql")


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
