"""The index follows everything that it is made of, and is made anew by a command."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import delete, text, update
from sqlalchemy.orm import Session

from mediashare import clock
from mediashare.accounts.models import User
from mediashare.chapters.models import Chapter, SummarySentence
from mediashare.cli import main
from mediashare.config import Settings
from mediashare.db.base import Base
from mediashare.db.session import Database, begin_writing
from mediashare.discussion.models import Comment
from mediashare.jobs import queue as job_queue
from mediashare.library.models import Episode
from mediashare.search.jobs import CompactIndex
from mediashare.search.queries import sqlite
from mediashare.transcripts.models import Segment
from tests import factories
from tests.search.conftest import Ask
from workers.parts import Parts
from workers.registry import REGISTRY
from workers.run import Runner


@pytest.fixture
def ada(session: Session) -> User:
    return factories.make_user(session, "Ada Lovelace", handle="ada")


def finds(ask: Ask, user: User, words: str) -> bool:
    return bool(ask(user, words).results)


def add(session: Session, row: Base) -> None:
    begin_writing(session)
    session.add(row)
    session.commit()


def test_chapters_and_summaries_are_found_as_they_are_now(
    session: Session, ada: User, ask: Ask
) -> None:
    episode = factories.make_episode(session, ada)
    chapter = Chapter(episode_id=episode.id, start_ms=0, title="Alpha")
    sentence = SummarySentence(episode_id=episode.id, start_ms=0, text="Bravo")
    add(session, chapter)
    add(session, sentence)
    assert (finds(ask, ada, "alpha"), finds(ask, ada, "bravo")) == (True, True)

    begin_writing(session)
    chapter.title, sentence.start_ms = "Charlie", None
    session.commit()
    assert [finds(ask, ada, word) for word in ("alpha", "charlie", "bravo")] == [False, True, False]

    begin_writing(session)
    session.execute(delete(Chapter))
    session.commit()
    assert finds(ask, ada, "charlie") is False


@pytest.mark.parametrize("field", ["hidden_at", "deleted_at"])
def test_a_comment_is_found_while_it_is_shown(
    field: str, session: Session, ada: User, ask: Ask
) -> None:
    episode = factories.make_episode(session, ada)
    comment = Comment(episode_id=episode.id, author_id=ada.id, body="Try **delta**")
    add(session, comment)
    assert finds(ask, ada, "delta") is True

    now: datetime = clock.now()
    begin_writing(session)
    setattr(comment, field, now)
    session.commit()
    assert finds(ask, ada, "delta") is False

    begin_writing(session)
    setattr(comment, field, None)
    comment.body = "Try echo"
    session.commit()
    assert (finds(ask, ada, "delta"), finds(ask, ada, "echo")) == (False, True)


def test_people_are_found_by_the_names_they_have_now(session: Session, ada: User, ask: Ask) -> None:
    episode = factories.make_episode(session, ada)
    factories.make_transcript(session, episode, (0, 2, "hello"))
    assert [finds(ask, ada, name) for name in ("lovelace", "ada", "Grace")] == [True, True, False]

    begin_writing(session)
    ada.name = "Ada King"
    session.query(Segment).one().speaker = "Grace Hopper"
    session.commit()

    assert [finds(ask, ada, name) for name in ("lovelace", "king", "hopper")] == [False, True, True]


@pytest.mark.parametrize(
    "values",
    [
        {"solved_count": 3},
        {"rating_sum": 15, "rating_count": 3},
        {"published_at": datetime(2045, 1, 1, tzinfo=UTC)},
        {"checked_at": datetime(2045, 1, 1, tzinfo=UTC)},
    ],
    ids=lambda values: next(iter(values)),
)
def test_what_an_episode_is_worth_counts_as_it_is_now(
    values: dict[str, object], session: Session, ada: User, ask: Ask
) -> None:
    factories.make_episode(session, ada, "Kilo")
    factories.make_episode(session, ada, "Kilo")
    *_, last = [result.episode.id for result in ask(ada, "kilo").results]

    begin_writing(session)
    session.execute(update(Episode).where(Episode.id == last).values(values))
    session.commit()

    first, *_ = [result.episode.id for result in ask(ada, "kilo").results]
    assert first == last


def test_a_word_leaves_with_the_last_that_has_it(session: Session, ada: User) -> None:
    for _ in range(2):
        factories.make_episode(session, ada, "Foxtrot")
    assert "foxtrot" in list_words(session)

    begin_writing(session)
    first, second = session.execute(text("SELECT id FROM episodes ORDER BY id")).scalars()
    session.execute(text("DELETE FROM episodes WHERE id = :id"), {"id": first})
    session.commit()
    assert "foxtrot" in list_words(session)

    begin_writing(session)
    session.execute(text("UPDATE episodes SET title = 'golf' WHERE id = :id"), {"id": second})
    session.commit()
    assert "foxtrot" not in list_words(session)
    assert "golf" in list_words(session)


def list_words(session: Session) -> list[str]:
    words = session.execute(text("SELECT word FROM search_words")).scalars().all()
    session.rollback()
    return [str(word) for word in words]


def test_reindex_reads_everything_anew_and_removes_what_belongs_to_nothing(
    database: Database, session: Session, ada: User, ask: Ask, settings: Settings
) -> None:
    episode = factories.make_episode(session, ada, "Hotel")
    factories.make_transcript(session, episode, (0, 2, "india"))
    factories.make_episode(session, ada, "Kilo")
    lose_index(session)
    assert (finds(ask, ada, "hotel"), finds(ask, ada, '"india"')) == (False, False)

    url = database.engine.url.render_as_string(hide_password=False)
    done = CliRunner().invoke(
        main, ["reindex"], env={"DATABASE_URL": url, "MEDIASHARE_DATA": str(settings.data)}
    )

    assert (done.exit_code, done.output.splitlines()[-1]) == (
        0,
        "2 episodes can be found as they are now.",
    )
    assert (finds(ask, ada, "hotel"), finds(ask, ada, '"india"')) == (True, True)
    assert "juliett" not in list_words(session)
    assert "kilo" in list_words(session)


def lose_index(session: Session) -> None:
    """As after a mistake: nothing of what there is, and a word that nobody says."""
    begin_writing(session)
    for statement in (
        (
            "DELETE FROM search_episodes",
            "DELETE FROM search_segments",
            "DELETE FROM search_worth",
            "INSERT INTO search_episodes (rowid, title) VALUES (4711, 'juliett')",
        )
        if session.get_bind().dialect.name == "sqlite"
        else (
            "DELETE FROM search_segments",
            "DELETE FROM search_worth",
            """
            UPDATE search_documents SET words = '', title = ''
            WHERE episode_id = (SELECT id FROM episodes WHERE title = 'Hotel')
            """,
            "DELETE FROM search_words WHERE word = 'kilo'",
            """
            INSERT INTO search_documents (episode_id, language, words)
            VALUES ('nothing', 'english', 'juliett')
            """,
            "INSERT INTO search_words VALUES ('juliett')",
        )
    ):
        session.execute(text(statement))
    session.commit()


def test_words_of_a_deleted_clip_are_off_the_disk_after_the_upkeep(
    database: Database,
    session: Session,
    ada: User,
    settings: Settings,
    storage: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if database.dialect != "sqlite":
        return
    monkeypatch.setattr(sqlite, "MERGED_AT_ONCE", 1)
    gone = factories.make_episode(session, ada, "Zyzzyvas of our lake")
    factories.make_transcript(session, gone, (0, 2, "xylophagous beetles"))
    for number in range(30):
        other = factories.make_episode(session, ada, f"Clip {number}")
        factories.make_transcript(session, other, (0, 2, f"said {number}"))
    begin_writing(session)
    session.execute(delete(Episode).where(Episode.id == gone.id))
    session.commit()
    deleted = _list_left(database)

    with database.transaction() as writing:
        job_queue.put(writing, CompactIndex())
    Runner(Parts(settings, database, storage), REGISTRY).work("default")

    assert deleted == {b"yzzyva", b"ylophag"}
    assert _list_left(database) == set()


def _list_left(database: Database) -> set[bytes]:
    """What is left of the words in the file itself."""
    with database.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").close()
        connection.exec_driver_sql("BEGIN")
    held = Path(str(database.engine.url.database)).read_bytes()
    return {word for word in (b"yzzyva", b"ylophag") if word in held}
