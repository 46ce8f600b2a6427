"""What may have been meant by a word that is found nowhere."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mediashare.accounts.models import User
from mediashare.db.session import Database, begin_writing
from mediashare.library.models import Episode
from mediashare.search.queries import spelling
from mediashare.transcripts.models import Segment
from tests import factories
from tests.counting import count_statements, list_statements
from tests.search.conftest import Ask
from tests.search.library import titles


@pytest.fixture
def ada(session: Session) -> User:
    return factories.make_user(session, handle="ada")


def speak(session: Session, episode: Episode, *names: str) -> None:
    """Have these people speak in it, one line each."""
    lines = [(number, number + 1, "hello") for number in range(len(names))]
    transcript = factories.make_transcript(session, episode, *lines)
    begin_writing(session)
    segments = session.scalars(select(Segment).where(Segment.transcript_id == transcript.id))
    for segment, name in zip(segments.all(), names, strict=True):
        segment.speaker = name
    session.commit()


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


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("authoritty", "authority"),
        ("connectiosn", "connections"),
        ("coordinaor", "coordinator"),
        ("roation", "rotation"),
        ("rotarion", "rotation"),
        ("organizatoin", "organization"),
    ],
)
def test_a_word_that_is_mistyped_in_or_before_its_ending_is_put_right(
    session: Session, ada: User, ask: Ask, typed: str, meant: str
) -> None:
    lines = (
        "an author asks the authority",
        "connect by connections",
        "to coordinate is for the coordinator",
        "rotate it: the rotation rotates",
        "the organ of an organization",
    )
    episode = factories.make_episode(session, ada, "All of them")
    factories.make_transcript(session, episode, *((n, n + 1, line) for n, line in enumerate(lines)))

    assert ask(ada, typed).instead == meant


def test_what_only_begins_like_a_word_of_the_library_is_left_as_it_is(
    session: Session, ada: User, ask: Ask
) -> None:
    factories.make_episode(session, ada, "The author connects and rotates")

    for typed in ("authenticate", "authorship9", "connoisseur", "rotterdam", "authoritarian"):
        assert ask(ada, typed).instead is None


def test_the_same_mistake_is_put_right_wherever_it_was_made(
    session: Session, ada: User, ask: Ask
) -> None:
    factories.make_episode(session, ada, "Kubernetes")

    assert ask(ada, "kubrnetes cluster kubrnetes").instead == "Kubernetes cluster Kubernetes"


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


def test_names_of_authors_and_speakers_are_put_right_as_they_are_written(
    session: Session, ada: User, ask: Ask
) -> None:
    priya = factories.make_user(session, "Priya Ramanujan", handle="pramanu7")
    dutch = factories.make_user(session, "Anneke VanDijk", handle="vandijk")
    episode = factories.make_episode(session, priya, "Certificates", language="de")
    speak(session, episode, "Siobhán McKenzie", "Zoltán Kovács")
    factories.make_episode(session, dutch, "Brokers")

    assert ask(ada, "prya ramanujn").instead == "Priya Ramanujan"
    assert ask(ada, "sioban").instead == "Siobhán"
    assert ask(ada, "certificates mckanzie").instead == "certificates McKenzie"
    assert ask(ada, "kovacz").instead == "Kovács"
    assert ask(ada, "vandjik").instead == "VanDijk"
    assert titles(ask(ada, "vandjik")) == ["Brokers"]


def test_nobodys_name_is_proposed_for_clips_that_the_asker_may_not_find(
    session: Session, ada: User, ask: Ask
) -> None:
    priya = factories.make_user(session, "Priya Ramanujan", handle="pramanu7")
    private = factories.make_episode(session, priya, "Plans", audience="private")
    speak(session, private, "Zoltan Kovacs")

    assert [ask(ada, typed).instead for typed in ("ramanujn", "kovacz")] == [None, None]
    assert [ask(priya, typed).instead for typed in ("ramanujn", "kovacz")] == [
        "Ramanujan", "Kovacs",
    ]  # fmt: skip


def test_names_are_put_right_in_no_more_statements(
    database: Database, session: Session, ada: User, ask: Ask
) -> None:
    episode = factories.make_episode(session, ada, "Certificates")
    speak(session, episode, "Srinivasa Ramanujan", "Janaki Ramanujan")
    found = [ask(ada, typed).instead for typed in ("certifcates", "ramanujn")]

    of_title, of_name = (
        count_statements(database, lambda typed=typed: ask(ada, typed))  # type: ignore[misc]  # bound now
        for typed in ("certifcates", "ramanujn")
    )

    assert found == ["Certificates", "Ramanujan"]
    assert of_name == of_title


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


def test_of_many_words_that_are_equally_near_so_many_are_asked_for(
    session: Session, ada: User, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    bob = factories.make_user(session)
    factories.make_episode(session, bob, "Xanahil and xanbhil", audience="private")
    factories.make_episode(session, ada, "Xanchil")

    found = []
    for most in (2, 3):
        monkeypatch.setattr(spelling, "MOST_ASKED", most)
        found.append(ask(ada, "xanthil").instead)

    assert found == [None, "Xanchil"]


def test_however_many_words_are_near_they_are_asked_for_in_as_many_statements(
    database: Database, session: Session, ada: User, ask: Ask
) -> None:
    bob = factories.make_user(session)
    private = factories.make_episode(session, bob, "Xanahil", audience="private")
    few = count_statements(database, lambda: ask(ada, "xanthil"))
    begin_writing(session)
    private.description = " ".join(f"xan{letter}hil" for letter in "bcdefghijklmnopqrsuvwyz")
    session.commit()

    many = count_statements(database, lambda: ask(ada, "xanthil"))

    assert (many, ask(bob, "xanthil").instead) == (few, "Xanahil")


def test_a_mistyped_word_is_put_right_however_the_database_stems_it(
    session: Session, ada: User, ask: Ask
) -> None:
    # Which some versions of PostgreSQL have as even.
    factories.make_episode(session, ada, "An evening")

    assert ask(ada, "evning").instead == "evening"


def test_a_word_that_shares_little_more_than_its_beginning_is_not_proposed(
    session: Session, ada: User, ask: Ask
) -> None:
    factories.make_episode(session, ada, "It failed")

    assert ask(ada, "failover").instead is None
    assert ask(ada, "faileed").instead == "failed"


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


def test_a_word_that_nothing_is_near_stays_while_others_are_put_right(
    session: Session, ada: User, ask: Ask
) -> None:
    factories.make_episode(session, ada, "Certificates for sidecars")

    assert ask(ada, "certifcates qqqzzz").instead == "Certificates qqqzzz"
    assert ask(ada, "qqqzzz sidecras").instead == "qqqzzz sidecars"
    assert ask(ada, "qqqzzz zzzqqq").instead is None
