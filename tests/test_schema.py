"""The migrations make exactly the tables that the models describe."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import select, text
from sqlalchemy.orm import Session, selectinload

from mediashare.db import migrate
from mediashare.db.session import Database, begin_writing
from mediashare.library.models import EpisodeKind
from mediashare.media.models import Picture, PictureKind, Recording, Version, VersionState
from mediashare.schema import metadata
from tests.factories import make_episode, make_user
from tests.pictures import make_picture


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
    migrate.downgrade(database, "0003")
    with database.engine.begin() as connection:
        connection.execute(text("DROP TABLE worker_reports"))
        connection.execute(text("UPDATE alembic_version SET version_num = '0002'"))
    was_current = migrate.is_current(database)

    migrate.upgrade(database)

    assert (was_current, migrate.is_current(database)) == (False, True)
    with database.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM worker_reports")).scalar() == 0


def test_a_house_that_has_worker_reports_already_keeps_them(database: Database) -> None:
    report = "('w', 'media', '', '', '2026-01-01 00:00:00')"
    migrate.downgrade(database, "0003")
    with database.engine.begin() as connection:
        connection.execute(text(f"INSERT INTO worker_reports VALUES {report}"))  # noqa: S608 - our own words
        connection.execute(text("UPDATE alembic_version SET version_num = '0002'"))

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
    migrate.downgrade(database, "0004")
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
