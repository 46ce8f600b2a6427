"""The migrations make exactly the tables that the models describe."""

from datetime import timedelta

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import text

from mediashare.db import migrate
from mediashare.db.session import Database
from mediashare.jobs import queue as job_queue
from mediashare.media.jobs import MakeRendition
from mediashare.schema import metadata

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
    go_back(database, "0002")
    was_current = migrate.is_current(database)

    migrate.upgrade(database)

    assert (was_current, migrate.is_current(database)) == (False, True)
    with database.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM worker_reports")).scalar() == 0


def test_a_house_that_has_worker_reports_already_keeps_them(database: Database) -> None:
    go_back(database, "0002")
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


def test_what_waited_before_turns_were_known_goes_first_and_by_its_kind(
    database: Database,
) -> None:
    go_back(database, "0003")
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


def go_back(database: Database, revision: str) -> None:
    """Make the schema what it was then."""
    config = Config()
    config.set_main_option("script_location", str(migrate.FOLDER))
    with database.engine.execution_options(writes=True).begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, revision)
