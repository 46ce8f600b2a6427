"""The index is kept by the database: it says what the tables say, after every kind of change."""

from contextlib import closing

from sqlalchemy import delete, text
from sqlalchemy.orm import Session

from mediashare.accounts.models import User
from mediashare.db import migrate
from mediashare.db.session import Database, begin_writing
from mediashare.library.models import Episode
from mediashare.transcripts.models import Segment, Transcript
from tests import factories
from tests.search.conftest import Ask


def titles(ask: Ask, user: User, words: str) -> list[str]:
    return [result.episode.title for result in ask(user, words).results]


def check_fts5(session: Session) -> None:
    """Ask FTS5 itself whether its index agrees with the content, which raises if not, and has the
    words that are kept beside it."""
    if session.get_bind().dialect.name == "sqlite":
        kept, known = (
            session.execute(text(f"SELECT {name} ORDER BY 1")).scalars().all()
            for name in ("word FROM search_words", "term FROM search_vocabulary")
        )
        assert kept == known
        session.rollback()
        for name in ("search_episodes", "search_segments"):
            begin_writing(session)
            session.execute(
                text(f"INSERT INTO {name} ({name}, rank) VALUES ('integrity-check', 1)")  # noqa: S608 - our own names
            )
            session.rollback()


def test_an_episode_is_found_by_what_it_says_now(session: Session, ask: Ask) -> None:
    ada = factories.make_user(session)
    episode = factories.make_episode(
        session, ada, "Alpha", description="bravo", tags_text="charlie"
    )

    begin_writing(session)
    episode.title, episode.description, episode.tags_text = "Delta", "echo", "foxtrot"
    session.commit()

    assert [titles(ask, ada, word) for word in ("alpha", "bravo", "charlie")] == [[], [], []]
    assert [titles(ask, ada, word) for word in ("delta", "echo", "foxtrot")] == [["Delta"]] * 3
    check_fts5(session)


def test_speech_is_found_after_columns_were_added_to_its_tables(
    database: Database, session: Session, ask: Ask
) -> None:
    migrate.downgrade(database, "0007")
    migrate.upgrade(database)
    ada = factories.make_user(session)
    episode = factories.make_episode(session, ada, "Clip")

    factories.make_transcript(session, episode, (0, 2, "golf hotel"))

    assert titles(ask, ada, "hotel") == ["Clip"]
    check_fts5(session)


def test_words_of_an_older_house_are_proposed(
    database: Database, session: Session, ask: Ask
) -> None:
    ada = factories.make_user(session)
    first = factories.make_episode(session, ada, "Brokers")
    factories.make_episode(session, ada, "Balancers")
    session.close()
    migrate.downgrade(database, "0029")
    migrate.upgrade(database)
    assert ask(ada, "brokres").instead == "Brokers"

    begin_writing(session)
    session.execute(delete(Episode).where(Episode.id == first.id))
    session.commit()

    assert (ask(ada, "brokres").instead, ask(ada, "balancres").instead) == (None, "Balancers")
    check_fts5(session)


def test_speech_is_found_as_it_is_written_now(session: Session, ask: Ask) -> None:
    ada = factories.make_user(session)
    episode = factories.make_episode(session, ada, "Clip")
    factories.make_transcript(session, episode, (0, 2, "golf hotel"), (2, 4, "india"))

    begin_writing(session)
    segment = session.query(Segment).filter_by(text="golf hotel").one()
    segment.text = "juliett"
    session.execute(delete(Segment).where(Segment.text == "india"))
    session.commit()

    assert [titles(ask, ada, word) for word in ("hotel", "india")] == [[], []]
    assert titles(ask, ada, "juliett") == ["Clip"]
    check_fts5(session)


def test_a_deleted_transcript_leaves_nothing(session: Session, ask: Ask) -> None:
    ada = factories.make_user(session)
    episode = factories.make_episode(session, ada, "Clip")
    factories.make_transcript(session, episode, (0, 2, "kilo lima"))

    begin_writing(session)
    session.execute(delete(Transcript))
    session.commit()

    assert titles(ask, ada, "kilo") == []
    assert count_indexed(session) == (1, 0)
    check_fts5(session)


def test_a_deleted_episode_or_author_leaves_nothing(session: Session, ask: Ask) -> None:
    ada, bob = factories.make_user(session), factories.make_user(session)
    first = factories.make_episode(session, ada, "Mike")
    factories.make_transcript(session, first, (0, 2, "november"))
    second = factories.make_episode(session, bob, "Oscar")
    factories.make_transcript(session, second, (0, 2, "papa"))
    assert count_indexed(session) == (2, 2)

    begin_writing(session)
    session.execute(delete(Episode).where(Episode.id == first.id))
    session.execute(delete(User).where(User.id == bob.id))
    session.commit()

    assert [titles(ask, ada, word) for word in ("mike", "november", "oscar", "papa")] == [[]] * 4
    assert count_indexed(session) == (0, 0)
    check_fts5(session)


def test_the_index_survives_a_compacted_database(
    database: Database, session: Session, ask: Ask
) -> None:
    ada = factories.make_user(session)
    gone = factories.make_episode(session, ada, "Quebec")
    factories.make_episode(session, ada, "Romeo")
    begin_writing(session)
    session.execute(delete(Episode).where(Episode.id == gone.id))
    session.commit()

    if database.dialect == "sqlite":  # the one whose rows may get new numbers by this
        with closing(database.engine.raw_connection()) as connection:
            connection.cursor().execute("VACUUM")

    assert titles(ask, ada, "romeo") == ["Romeo"]
    check_fts5(session)


def count_indexed(session: Session) -> tuple[int, int]:
    """Rows of the index itself: of episodes, each with its worth, and of segments."""
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    tables = ("search_episodes" if is_sqlite else "search_documents", "search_segments")
    episodes, segments = (
        session.execute(text(f"SELECT count(*) FROM {name}")).scalar_one()  # noqa: S608 - our own names
        for name in tables
    )
    assert session.execute(text("SELECT count(*) FROM search_worth")).scalar_one() == episodes
    session.rollback()
    return episodes, segments


def test_postgresql_compiles_no_question_before_it_answers(postgres_url: str) -> None:
    database = Database(postgres_url)

    with database.reading() as session:
        # Whatever else was dropped before on its connection.
        session.rollback()
        setting = session.scalar(text("SHOW jit"))
    database.dispose()

    assert setting == "off"
