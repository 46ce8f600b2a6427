"""How what people type is read."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from mediashare.accounts.models import User
from mediashare.search.queries.question import MAX_TERMS, read_question
from tests import factories
from tests.search.conftest import Ask
from tests.search.library import titles


def terms(text: str) -> list[str]:
    return [term.text for term in read_question(text).terms]


def excluded(text: str) -> list[str]:
    return [term.text for term in read_question(text).excluded]


def test_words_between_quotes_stay_together() -> None:
    assert terms('deploy "blue green" now') == ["deploy", "blue green", "now"]


def test_curly_quotes_are_quotes() -> None:
    assert terms("“blue green”") == ["blue green"]


def test_a_quote_that_is_never_closed_runs_to_the_end() -> None:
    assert terms('deploy "blue green') == ["deploy", "blue green"]


def test_one_dash_before_a_word_or_phrase_excludes_it() -> None:
    assert terms('kafka -streams -"dead letter"') == ["kafka"]
    assert excluded('kafka -streams -"dead letter"') == ["streams", "dead letter"]


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("CVE-2026-1234", "CVE 2026 1234"),
        ("x509", "x509"),
        ("mTLS", "mTLS"),
        ("foo.bar.com", "foo bar com"),
        ("--force", "force"),
        ("O'Reilly", "O Reilly"),
        ("NEAR(a", "NEAR a"),
        ("title:secret", "title secret"),
    ],
)
def test_punctuation_only_joins_words(text: str, term: str) -> None:
    assert terms(text) == [term]
    assert excluded(text) == []


def test_words_that_every_text_has_are_not_asked_for() -> None:
    assert terms("how to restart the broker") == ["restart", "broker"]


def test_words_that_every_text_has_are_asked_for_when_there_is_nothing_else() -> None:
    assert terms("to be or not to be") == ["not"]
    assert terms("to be") == ["to", "be"]
    assert terms('"to be or not to be"') == ["to be or not to be"]


@pytest.mark.parametrize("text", ["***", "-", '""', "!!", "(", "\0", ":*", "—"])
def test_punctuation_alone_asks_for_nothing_and_is_not_browsing(text: str) -> None:
    question = read_question(text)

    assert question.terms == ()
    assert question.is_browsing is False


def test_a_question_has_a_bounded_number_of_terms() -> None:
    assert len(terms(" ".join(f"w{n}" for n in range(500)))) == MAX_TERMS


def test_words_beyond_those_that_count_are_said_to_be_left_out() -> None:
    many = " ".join([*(f"w{n}" for n in range(MAX_TERMS)), "over", '"dead letter"'])
    unwanted = " ".join([*(f"-x{n}" for n in range(MAX_TERMS)), "-more", '-"blue green"'])

    question = read_question(f"{many} {unwanted}")

    assert (len(question.terms), len(question.excluded)) == (MAX_TERMS, MAX_TERMS)
    assert question.left_out == ("over", '"dead letter"', "-more", '-"blue green"')
    assert read_question("how to restart -x").left_out == ()


def test_of_too_many_words_those_count_that_tell_most_in_the_order_typed() -> None:
    everyday = "please tell people around here once more about great little things because"
    asked = f'{everyday} kubelet restarted CVE-2026-1234 after the "blue green" CAN etcd'

    question = read_question(asked)

    assert len(question.terms) == MAX_TERMS
    assert [term.text for term in question.terms[-6:]] == [
        "kubelet", "restarted", "CVE 2026 1234", "blue green", "CAN", "etcd",
    ]  # fmt: skip
    assert [term.text for term in question.terms[:6]] == everyday.split()[:6]
    assert question.left_out == (*everyday.split()[6:], "after")


def test_what_is_left_behind_an_apostrophe_makes_no_name_of_an_everyday_word() -> None:
    rare = [f"kubelet{letter}" for letter in "abcdefghijk"]

    question = read_question(f"don't we're {' '.join(rare)} O'Reilly")

    assert [term.text for term in question.terms] == [*rare, "O Reilly"]
    assert question.left_out == ('"don t"', '"we re"')


def test_of_words_that_tell_alike_those_count_that_were_typed_first() -> None:
    names = [f"kubelet{letter}" for letter in "abcdefghijklmn"]

    question = read_question(" ".join(names))

    assert [term.text for term in question.terms] == names[:MAX_TERMS]
    assert question.left_out == tuple(names[MAX_TERMS:])


def test_the_word_that_is_being_typed_is_unfinished_also_among_too_many() -> None:
    everyday = "please tell people around here once more about great little things because of"

    question = read_question(f"{everyday} kubel", is_typing=True)

    assert [term.text for term in question.terms if term.is_prefix] == ["kubel"]


def test_a_long_question_finds_what_only_its_last_words_tell(session: Session, ask: Ask) -> None:
    ada = factories.make_user(session)
    factories.make_episode(session, ada, "Kubelet and etcd")
    factories.make_episode(session, ada, "Please tell people around here once more")
    sentence = "please tell me once more about what people around here did last night because the"

    found = ask(ada, f"{sentence} kubelet lost its etcd lease again and again")

    assert "Kubelet and etcd" in titles(found)


def test_what_is_behind_sixteen_words_of_a_phrase_is_left_out() -> None:
    numbers = [str(number) for number in range(18)]
    question = read_question(f'"{" ".join(numbers)}" kafka -{"-".join(numbers[:17])}')

    assert [len(term.words) for term in (*question.terms, *question.excluded)] == [16, 1, 16]
    assert question.left_out == ('"16 17"', "16")


def test_words_in_capitals_are_names_and_asked_for() -> None:
    assert terms("CAN bus error") == ["CAN", "bus", "error"]
    assert terms("IT onboarding") == ["IT", "onboarding"]
    assert terms("How can I restart it") == ["restart"]
    assert terms("A broker") == ["broker"]
    assert terms("kafka AND streams OR tables") == ["kafka", "streams", "tables"]


def test_words_that_every_text_has_are_asked_for_between_quotes() -> None:
    assert terms('kafka "how"') == ["kafka", "how"]
    assert terms("kafka how") == ["kafka"]
    assert terms('how kafka "how"') == ["how", "kafka"]


HOSTILE = [
    "'",
    '"',
    "%",
    "_",
    "\\",
    "*",
    "NEAR(",
    "NEAR(a b)",
    ":*",
    "a:*",
    "!",
    "!a & b | c",
    'a" OR "b',
    "a OR b",
    "{title} : a",
    "title : a",
    "-",
    "- -",
    "^a",
    "a + b",
    "(((",
    "\0",
    "a\0b",
    "'; DROP TABLE users; --",
    "a" * 500,
    "\ud7ff",
    "ﷺ ㎏ ²",
    "e\u0301",
    "\u0301",
    "が か",
    "한국어",
]


@pytest.fixture
def reader(session: Session) -> User:
    author = factories.make_user(session)
    episode = factories.make_episode(session, author, "Rotating certificates")
    factories.make_transcript(session, episode, (0, 2, "we rotate them or not"))
    return author


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_input_is_only_text(text: str, reader: User, ask: Ask) -> None:
    # Between quotes OR is a word, which is said there.
    assert [result.episode.title for result in ask(reader, text).results] in (
        [],
        ["Rotating certificates"] if text in {"a OR b", 'a" OR "b'} else [],
    )


def test_operators_of_the_engines_are_words(reader: User, ask: Ask) -> None:
    # As an operator OR would find it; as the word it is said in the clip, but "zebra" is not.
    assert ask(reader, '"certificates OR zebra"', as_typed="1").results == []
    assert ask(reader, "cert*", as_typed="1").results == []
    assert ask(reader, "rota:*", as_typed="1").results == []


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80))
def test_any_text_makes_a_question(text: str) -> None:
    question = read_question(text)

    assert all(word for term in question.terms for word in term.words)


def test_any_text_can_be_searched_for(reader: User, ask: Ask) -> None:
    # One database serves all examples, which hypothesis takes for a mistake with a fixture.
    pieces = st.sampled_from(["certificates", *HOSTILE])

    @settings(max_examples=80, deadline=None)
    @given(st.one_of(st.text(max_size=60), st.lists(pieces, max_size=6).map(" ".join)))
    def search(text: str) -> None:
        found = ask(reader, text[:500])

        assert len(found.results) <= 1

    search()
