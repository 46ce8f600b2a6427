"""Moments of clips that say the words in more lines than are looked at."""

import pytest
from sqlalchemy.orm import Session

from mediashare.accounts.models import User
from mediashare.library.models import Episode
from mediashare.search.queries import choose_index
from mediashare.search.queries import moments as search_moments
from mediashare.search.queries.question import read_question
from tests import factories
from tests.search.conftest import Ask

LOOKED_AT = 5
COMMON = ["The service is there.", "A service is a service, and a service."] * 4
MOST = "The readiness probe of the service lied about dashboards."
QUESTION = "service readiness dashboards elephants"


@pytest.fixture(autouse=True)
def _few_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search_moments, "MOST_SEGMENTS", LOOKED_AT)


@pytest.fixture
def ada(session: Session) -> User:
    return factories.make_user(session)


def add(session: Session, ada: User, *lines: str, title: str = "A clip") -> Episode:
    episode = factories.make_episode(session, ada, title)
    timed = ((n * 10, n * 10 + 1, line) for n, line in enumerate(lines))
    factories.make_transcript(session, episode, *timed)
    return episode


@pytest.mark.parametrize("others", [[], ["Elephants."]], ids=["loose", "all words"])
def test_the_moment_with_most_of_the_words_stands_first_however_late_it_is(
    session: Session, ada: User, ask: Ask, others: list[str]
) -> None:
    add(session, ada, *COMMON, *others, MOST)

    (result,) = ask(ada, QUESTION).results

    assert (result.moments[0].text, result.moments[0].terms) == (MOST, {0, 1, 2})
    # As many as else.
    assert (len(result.ticks), result.more) == (LOOKED_AT, LOOKED_AT - 3)


def test_clips_that_say_most_of_the_words_late_in_one_moment_are_known(
    session: Session, ada: User
) -> None:
    late, never = add(session, ada, *COMMON, MOST), add(session, ada, *COMMON, *MOST.split())
    idents, question = [late.id, never.id], read_question(QUESTION)

    saying = search_moments.list_saying(session, choose_index(session), question, idents, least=3)

    assert saying == [late.id]


def test_lines_with_more_of_the_words_go_before_lines_with_fewer(
    session: Session, ada: User, ask: Ask
) -> None:
    pair = "The service has dashboards."
    add(session, ada, *COMMON, pair, pair, MOST, pair)

    (result,) = ask(ada, QUESTION).results

    assert [(moment.start, len(moment.terms)) for moment in result.moments] == [
        (pytest.approx(100, abs=1), 3),
        (80, 2),
        (90, 2),
    ]
    # One with a single word, the first.
    assert [int(tick) for tick in result.ticks] == [0, 80, 90, 100, 110]


def test_a_word_counts_once_for_a_line_however_many_languages_have_it(
    session: Session, ada: User, ask: Ask
) -> None:
    episode = add(session, ada, *COMMON)
    lines = ("Services.", "Services.", "Services.", "Die Services und Dashboards.")
    timed = ((n * 10 + 5, n * 10 + 6, line) for n, line in enumerate(lines, 20))
    factories.make_transcript(session, episode, *timed, language="de", is_primary=False)

    (result,) = ask(ada, "services dashboards elephants").results

    assert [(moment.text, moment.language) for moment in result.moments] == [
        (lines[-1], "de"),
        (COMMON[1], None),
        (COMMON[3], None),
    ]
    assert len(result.ticks) == LOOKED_AT


def test_beside_longer_clips_those_with_few_lines_keep_all_their_moments(
    session: Session, ada: User, ask: Ask
) -> None:
    short = add(session, ada, *COMMON[: LOOKED_AT - 1], title="Short")
    (alone,) = ask(ada, QUESTION).results
    add(session, ada, *COMMON, MOST)

    beside = {result.episode.id: result for result in ask(ada, QUESTION).results}[short.id]

    assert (beside.moments, beside.more, beside.ticks) == (alone.moments, alone.more, alone.ticks)
    assert (beside.more, [int(tick) for tick in beside.ticks]) == (1, [0, 10, 20, 30])


@pytest.mark.parametrize(("lines", "text"), [(4, QUESTION), (8, "service")])
def test_lines_are_counted_only_where_there_are_too_many_and_several_words(
    session: Session,
    ada: User,
    ask: Ask,
    monkeypatch: pytest.MonkeyPatch,
    lines: int,
    text: str,
) -> None:
    index = type(choose_index(session))
    monkeypatch.setattr(index, "said_most", lambda *_args: pytest.fail("they were counted"))
    add(session, ada, *COMMON[:lines])

    (result,) = ask(ada, text).results

    assert result.moments
