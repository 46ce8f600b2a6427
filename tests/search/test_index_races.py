"""Many who write at once on PostgreSQL: nobody is refused, and the index says what the tables say.

SQLite has one writer at a time. Where somebody has to be held up at one place, a third transaction
has the row of a document there, so that each of these goes the same way every time.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from mediashare.accounts.models import User
from mediashare.chapters.models import Chapter
from mediashare.db.session import Database, begin_writing
from mediashare.library.models import Episode
from mediashare.search import service as search_service
from mediashare.transcripts.models import Segment, Transcript
from tests import factories
from tests.patience import PATIENCE_S, wait_until
from tests.search.conftest import Ask

pytestmark = pytest.mark.parametrize("database", ["postgresql"], indirect=True)

Begin = Callable[[], Session]


@pytest.fixture
def ada(session: Session) -> User:
    return factories.make_user(session, "Ada King", handle="ada")


@pytest.fixture
def begin(database: Database) -> Iterator[Begin]:
    """Begins transactions that go on beside each other."""
    begun: list[Session] = []

    def begin_one() -> Session:
        begun.append(database.sessions())
        begin_writing(begun[-1])
        return begun[-1]

    yield begin_one
    for one in begun:
        one.close()


@pytest.fixture
def commit(database: Database) -> Iterator[Callable[[Session], "Future[None]"]]:
    """Commits in a thread, and returns once that is done or waits for somebody."""
    with ThreadPoolExecutor() as pool:

        def start(writing: Session) -> Future[None]:
            number = writing.scalar(text("SELECT pg_backend_pid()"))
            done = pool.submit(writing.commit)
            wait_until(lambda: done.done() or waits(database, number))
            return done

        yield start


Commit = Callable[[Session], "Future[None]"]


def waits(database: Database, number: int | None) -> bool:
    with database.reading() as reading:
        blocking = text("SELECT cardinality(pg_blocking_pids(:number)) > 0")
        return bool(reading.scalar(blocking, {"number": number}))


@contextmanager
def held_up(begin: Begin, episode_id: str) -> Iterator[None]:
    """Nobody gets on with this episode's document."""
    holder = begin()
    holder.execute(
        text("SELECT no FROM search_documents WHERE episode_id = :id FOR UPDATE"),
        {"id": episode_id},
    ).all()
    yield
    holder.rollback()


def make_episodes(session: Session, author: User, count: int) -> list[str]:
    made = [factories.make_episode(session, author, f"clip {number}") for number in range(count)]
    return sorted(episode.id for episode in made)


def rename(session: Session, episode_id: str, title: str) -> None:
    session.get_one(Episode, episode_id).title = title
    session.flush()


def write_index(session: Session) -> None:
    """Write now what is otherwise written right before the commit."""
    session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))


def titles(ask: Ask, user: User, words: str) -> set[str]:
    return {result.episode.title for result in ask(user, words).results}


def count(ask: Ask, user: User, words: str) -> int:
    return len(ask(user, words).results)


def list_words(database: Database) -> set[str]:
    with database.reading() as reading:
        return set(reading.scalars(text("SELECT word FROM search_words")))


def has_stems_of(database: Database, line: str, algorithm: str) -> bool:
    """Whether the index has this line as it is read by these rules."""
    with database.reading() as reading:
        return bool(
            reading.scalar(
                text(
                    "SELECT i.text = search_vector(s.text, :algorithm) FROM search_segments i"
                    " JOIN segments s ON s.id = i.segment_id WHERE s.text = :line"
                ),
                {"algorithm": algorithm, "line": line},
            )
        )


def test_two_who_bring_the_same_new_words_in_another_order_both_succeed(
    database: Database, session: Session, ada: User, begin: Begin, commit: Commit, ask: Ask
) -> None:
    first, held, third, fourth = make_episodes(session, ada, 4)
    one, other = begin(), begin()
    rename(one, first, "alpha")
    rename(one, held, "bravo")
    rename(other, third, "bravo")
    rename(other, fourth, "alpha")

    with held_up(begin, held):
        commits = [commit(one), commit(other)]
    for done in commits:
        done.result(PATIENCE_S)

    assert [count(ask, ada, word) for word in ("alpha", "bravo")] == [2, 2]
    assert {"alpha", "bravo"} <= list_words(database)


def test_a_renamed_author_and_changes_of_their_clips_in_another_order_both_succeed(
    session: Session, ada: User, begin: Begin, commit: Commit, ask: Ask
) -> None:
    bob = factories.make_user(session, "Bob")
    first, last = make_episodes(session, ada, 2)
    [held] = make_episodes(session, bob, 1)
    one, other = begin(), begin()
    for episode_id in (last, held, first):
        one.add(Chapter(episode_id=episode_id, start_ms=0, title="Charlie"))
        one.flush()
    other.get_one(User, ada.id).name = "Grace Hopper"
    other.flush()

    with held_up(begin, held):
        commits = [commit(one), commit(other)]
    for done in commits:
        done.result(PATIENCE_S)

    assert count(ask, ada, "charlie") == 3
    assert count(ask, ada, "charlie hopper") == 2


def test_an_author_who_is_renamed_while_a_clip_of_theirs_is_deleted_waits_for_nobody_in_a_circle(
    session: Session, ada: User, begin: Begin, commit: Commit, database: Database
) -> None:
    first, last = make_episodes(session, ada, 2)
    assert "king" in list_words(database)
    one, other = begin(), begin()
    rename(one, first, "delta")
    one.delete(one.get_one(Episode, last))
    one.flush()
    other.get_one(User, ada.id).name = "Grace Hopper"
    other.flush()

    for done in [commit(other), commit(one)]:
        done.result(PATIENCE_S)

    with database.reading() as reading:
        known = reading.scalars(text("SELECT episode_id FROM search_documents")).all()
    assert known == [first]
    assert {"delta", "hopper"} <= list_words(database)
    assert "king" not in list_words(database)


@pytest.mark.parametrize("first", ["language", "lines"])
def test_lines_that_come_while_the_language_is_set_are_read_by_that_language(
    database: Database, session: Session, ada: User, begin: Begin, commit: Commit, first: str
) -> None:
    episode = factories.make_episode(session, ada, language="en")
    transcript = factories.make_transcript(session, episode, (0, 2, "running houses"))
    setting, adding = begin(), begin()
    setting.get_one(Episode, episode.id).language = "de"
    setting.flush()
    adding.add(line_of(transcript, "laufenden Häusern"))
    adding.flush()

    order = (setting, adding) if first == "language" else (adding, setting)
    for done in [commit(one) for one in order]:
        done.result(PATIENCE_S)

    for line in ("running houses", "laufenden Häusern"):
        assert has_stems_of(database, line, "german")


@pytest.mark.parametrize("first", ["language", "lines"])
def test_captions_that_come_while_their_language_is_set_are_read_by_that_language(
    database: Database, session: Session, ada: User, begin: Begin, commit: Commit, first: str
) -> None:
    episode = factories.make_episode(session, ada, language="en")
    transcript = factories.make_transcript(
        session, episode, (0, 2, "running houses"), is_primary=False
    )
    setting, adding = begin(), begin()
    setting.get_one(Transcript, transcript.id).language = "de"
    setting.flush()
    adding.add(line_of(transcript, "laufenden Häusern"))
    adding.flush()

    order = (setting, adding) if first == "language" else (adding, setting)
    for done in [commit(one) for one in order]:
        done.result(PATIENCE_S)

    for line in ("running houses", "laufenden Häusern"):
        assert has_stems_of(database, line, "german")


def line_of(transcript: Transcript, line: str) -> Segment:
    return Segment(
        transcript_id=transcript.id,
        episode_id=transcript.episode_id,
        start_ms=5000,
        end_ms=6000,
        text=line,
    )


def test_a_line_is_changed_while_the_language_is_set(
    database: Database, session: Session, ada: User, begin: Begin, commit: Commit
) -> None:
    episode = factories.make_episode(session, ada, language="en")
    factories.make_transcript(session, episode, (0, 2, "running houses"), (2, 4, "going home"))
    lines = session.scalars(select(Segment).order_by(Segment.id)).all()
    setting, changing = begin(), begin()
    changing.get_one(Segment, lines[0].id).text = "laufenden Häusern"
    changing.delete(changing.get_one(Segment, lines[1].id))
    changing.flush()
    setting.get_one(Episode, episode.id).language = "de"
    setting.flush()

    commits = [commit(setting), commit(changing)]
    for done in commits:
        done.result(PATIENCE_S)

    assert has_stems_of(database, "laufenden Häusern", "german")
    with database.reading() as reading:
        indexed = reading.scalars(text("SELECT segment_id FROM search_segments")).all()
    assert indexed == [lines[0].id]


@pytest.mark.parametrize("first", ["comes", "leaves"])
def test_a_word_that_leaves_one_clip_while_it_comes_into_another_stays_known(
    session: Session, ada: User, begin: Begin, commit: Commit, ask: Ask, first: str
) -> None:
    losing_id, gaining_id = make_episodes(session, ada, 2)
    begin_writing(session)
    rename(session, losing_id, "kubernetes")
    session.commit()
    gaining, losing = begin(), begin()
    rename(gaining, gaining_id, "kubernetes too")
    rename(losing, losing_id, "gone")

    one, other = (gaining, losing) if first == "comes" else (losing, gaining)
    write_index(one)
    waiting = commit(other)
    one.commit()
    waiting.result(PATIENCE_S)

    assert ask(ada, "kuberntes").instead == "kubernetes"
    assert titles(ask, ada, "kubernetes") == {"kubernetes too"}


def test_a_word_that_leaves_its_last_two_clips_at_once_is_known_no_more(
    database: Database, session: Session, ada: User, begin: Begin, commit: Commit
) -> None:
    both = make_episodes(session, ada, 2)
    begin_writing(session)
    for episode_id in both:
        rename(session, episode_id, "golf")
    session.commit()
    assert "golf" in list_words(database)
    one, other = begin(), begin()
    rename(one, both[0], "hotel")
    other.delete(other.get_one(Episode, both[1]))
    other.flush()

    write_index(one)
    waiting = commit(other)
    one.commit()
    waiting.result(PATIENCE_S)

    assert "hotel" in list_words(database)
    assert "golf" not in list_words(database)


def test_what_two_change_of_one_clip_at_once_is_found_both(
    session: Session, ada: User, begin: Begin, commit: Commit, ask: Ask
) -> None:
    [episode_id] = make_episodes(session, ada, 1)
    one, other = begin(), begin()
    rename(one, episode_id, "echo")
    other.add(Chapter(episode_id=episode_id, start_ms=0, title="Foxtrot"))
    other.flush()

    write_index(one)
    waiting = commit(other)
    one.commit()
    waiting.result(PATIENCE_S)

    assert titles(ask, ada, "echo foxtrot") == {"echo"}


def test_reindexing_waits_for_nobody_in_a_circle(
    session: Session, ada: User, begin: Begin, commit: Commit, ask: Ask
) -> None:
    first, held, last = make_episodes(session, ada, 3)
    changing, making = begin(), begin()
    for episode_id in (last, held, first):
        changing.add(Chapter(episode_id=episode_id, start_ms=0, title="India"))
        changing.flush()
    search_service.reindex(making, [last, first])

    with held_up(begin, held):
        commits = [commit(changing), commit(making)]
    for done in commits:
        done.result(PATIENCE_S)

    assert count(ask, ada, "india") == 3
