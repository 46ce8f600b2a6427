"""The migrations make exactly the tables that the models describe."""

from datetime import timedelta

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import select, text
from sqlalchemy.orm import Session, selectinload

from mediashare.chapters import service as chapters_service
from mediashare.chapters.models import Chapter, Part
from mediashare.chapters.queries import Line
from mediashare.db import migrate
from mediashare.db.session import Database, begin_writing
from mediashare.discussion.models import Comment
from mediashare.glossary.models import GlossaryEntry, GlossarySound
from mediashare.jobs import queue as job_queue
from mediashare.library.models import EpisodeKind
from mediashare.media.jobs import MakeRendition
from mediashare.media.models import (
    Picture,
    PictureKind,
    Recording,
    Sound,
    Version,
    VersionState,
)
from mediashare.schema import metadata
from mediashare.transcripts.models import Word
from tests.factories import make_episode, make_transcript, make_user
from tests.pictures import make_picture

SEEN = "seen_at TIMESTAMP WITH TIME ZONE NOT NULL"
REPORT = "('w', 'media', '', '', '2026-01-01 00:00:00')"
OLD_JOB = """
    INSERT INTO jobs (id, kind, queue, subject, payload, priority, state, attempt, max_attempts,
                      run_after, cancel_requested, progress, created_at)
    VALUES (:kind, :kind, 'media', 'old', '{}', 0, 'queued', 0, 4, '2026-01-01 00:00:00+00', false,
            0, '2026-01-01 00:00:00+00')
"""


def test_migrations_and_models_agree(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "include_name": lambda name, kind, _: (
                    kind != "table" or not name.startswith("search_")
                )
            },
        )

        differences = compare_metadata(context, metadata)

    assert differences == []


def test_sqlite_enforces_foreign_keys(database: Database) -> None:
    if database.dialect != "sqlite":
        return
    with database.engine.connect() as connection:
        assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1


def test_a_house_without_worker_reports_is_told_to_migrate_and_then_has_them(
    database: Database,
) -> None:
    migrate.downgrade(database, "0002")
    was_current = migrate.is_current(database)

    migrate.upgrade(database)

    assert (was_current, migrate.is_current(database)) == (False, True)
    with database.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM worker_reports")).scalar() == 0


def test_a_house_that_has_worker_reports_already_keeps_them(database: Database) -> None:
    migrate.downgrade(database, "0002")
    columns = ("queues", "speech", "sandbox", "seen_at")
    made = ", ".join(f"{name} VARCHAR(80) NOT NULL" for name in columns[:3])
    with database.engine.begin() as connection:
        connection.execute(
            text(f"CREATE TABLE worker_reports (name VARCHAR(80) PRIMARY KEY, {made}, {SEEN})")
        )
        connection.execute(text(f"INSERT INTO worker_reports VALUES {REPORT}"))  # noqa: S608 - our own words

    migrate.upgrade(database)

    with database.engine.connect() as connection:
        assert connection.execute(text("SELECT name FROM worker_reports")).scalars().all() == ["w"]


def test_episodes_of_an_older_house_become_first_versions(
    database: Database, session: Session
) -> None:
    ident = make_episode(session, author=make_user(session)).id
    session.add(Recording(episode_id=ident, storage_key="recordings/1", filename="a.mp4", size=1))
    session.commit()
    session.close()
    migrate.downgrade(database, "0003")

    migrate.upgrade(database)

    [version] = session.scalars(select(Version))
    recording = session.scalars(select(Recording)).one()
    assert (version.episode_id, version.recording_id) == (ident, recording.id)
    assert (version.number, version.state, version.muted) == (1, VersionState.CURRENT, [])


def test_the_poster_of_an_older_house_stays_as_a_single_file(
    database: Database, session: Session
) -> None:
    episode = make_episode(session, make_user(session), kind=EpisodeKind.AUDIO)
    shown, proposed = (make_picture(episode.id, PictureKind.OWN) for _ in range(2))
    begin_writing(session)
    session.add_all([shown, proposed])
    session.merge(episode).poster = shown.filename
    session.commit()
    session.close()
    jpeg = next(file for file in shown.files if file.mime_type == "image/jpeg")
    migrate.downgrade(database, "0006")
    with database.engine.connect() as connection:
        [older] = connection.execute(text("SELECT id, storage_key, size FROM pictures"))
        poster = connection.execute(text("SELECT poster FROM episodes")).scalar()

    migrate.upgrade(database)

    [picture] = session.scalars(select(Picture).options(selectinload(Picture.files)))
    [file] = picture.files
    assert tuple(older) == (shown.id, jpeg.storage_key, jpeg.size)
    assert poster == f"{shown.id}.jpg"
    assert (picture.id, picture.kind, picture.times) == (shown.id, PictureKind.COVER, [])
    assert (file.name, file.storage_key) == (poster, jpeg.storage_key)
    assert (file.width, file.height) == (640, 360)


def test_terms_of_an_older_house_are_found_by_what_they_sound_like(
    database: Database, session: Session
) -> None:
    begin_writing(session)
    sounds = ["Übergabe", "übergabe", "Give\N{RIGHT SINGLE QUOTATION MARK}s  over"]
    session.add(GlossaryEntry(term="Handover", key="handover", sounds_like=sounds))
    session.add(GlossaryEntry(term="kubectl", key="kubectl"))
    session.commit()
    session.close()
    migrate.downgrade(database, "0026")

    migrate.upgrade(database)

    keys = session.scalars(select(GlossarySound.key)).all()
    assert sorted(keys) == ["give's over", "übergabe"]


def test_no_row_is_lost_where_a_table_is_rebuilt(database: Database, session: Session) -> None:
    author = make_user(session)
    episode = make_episode(session, author=author)
    make_transcript(session, episode, (0, 2, "the broker restarts"))
    recording = Recording(episode_id=episode.id, storage_key="r/1", filename="a.mp4", size=1)
    session.add(recording)
    session.flush()
    version = Version(episode_id=episode.id, recording_id=recording.id, number=1)
    version.state = VersionState.CURRENT
    comment = Comment(episode_id=episode.id, author_id=author.id, body="First.", start_ms=500)
    session.add_all([version, comment])
    session.flush()
    session.add(
        Sound(
            version_id=version.id,
            episode_id=episode.id,
            storage_key="s/1",
            size=1,
            integrated=-16,
            peak=-1,
            gain_db=0,
            silences=[],
        )
    )
    session.add(
        Comment(episode_id=episode.id, author_id=author.id, body="Second.", parent_id=comment.id)
    )
    session.commit()
    session.close()

    migrate.downgrade(database, "0004")
    migrate.upgrade(database)

    assert len(session.scalars(select(Comment)).all()) == 2
    assert len(session.scalars(select(Word)).all()) == 3
    assert len(session.scalars(select(Sound)).all()) == 1
    kept = session.scalars(select(Version)).one()
    assert (kept.made_by_id, kept.settled_at is not None) == (author.id, True)


def test_what_waited_before_turns_were_known_goes_first_and_by_its_kind(
    database: Database,
) -> None:
    migrate.downgrade(database, "0003")
    with database.engine.begin() as connection:
        for kind in ("pictures", "rendition"):
            connection.execute(text(OLD_JOB), {"kind": kind})

    migrate.upgrade(database)

    with database.transaction() as session:
        job_queue.put(session, MakeRendition(subject="new"))
        order = [
            row.kind + " " + row.subject
            for _job in range(3)
            if (row := job_queue.claim(session, ["media"], worker="me", lease=timedelta(hours=1)))
        ]
    assert order == ["rendition old", "rendition new", "pictures old"]


def test_chapters_that_were_proposed_before_last_until_the_next_one(
    database: Database, session: Session
) -> None:
    author = make_user(session)
    proposed, kept = (make_episode(session, author, duration_ms=60_000) for _ in range(2))
    lines = (Line(0, "The symptom"), Line(20_000, "The cause"))
    begin_writing(session)
    for episode in (proposed, kept):
        chapters_service.propose(session, episode.id, lines, ())
    chapters_service.keep(session, kept, Part.CHAPTERS)
    session.commit()
    session.close()
    migrate.downgrade(database, "0014")

    migrate.upgrade(database)

    of_it = select(Chapter.length_ms).order_by(Chapter.start_ms)
    lengths = [
        session.scalars(of_it.where(Chapter.episode_id == episode.id)).all()
        for episode in (proposed, kept)
    ]
    assert lengths == [[20_000, 40_000], [0, 0]]
