"""Brings the schema of a database up to date."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from mediashare.db.session import Database

FOLDER = Path(__file__).resolve().parents[1] / "migrations"
# One migration at a time, whichever process asks (PostgreSQL advisory lock; any fixed number).
LOCK = 7_301_845


class RowsLostError(Exception):
    """A migration would leave rows that refer to nothing; the database stays as it was."""

    def __init__(self, table: str) -> None:
        super().__init__(f"A row of {table} would refer to one that is not there.")


def upgrade(database: Database) -> None:
    """Run the missing migrations, all of them or none; safe when several processes start."""
    with _alone(database) as connection:
        command.upgrade(_config(connection), "head")


def downgrade(database: Database, revision: str) -> None:
    """Take back all migrations after `revision`, for a return to an older version."""
    with _alone(database) as connection:
        command.downgrade(_config(connection), revision)


def is_current(database: Database) -> bool:
    """Whether the schema is the one this version was written for."""
    with database.engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    return found == ScriptDirectory(str(FOLDER)).get_current_head()


def draft(database: Database, message: str) -> None:
    """Write a new migration file from how the models differ from the database."""
    with database.engine.begin() as connection:
        command.revision(_config(connection), message=message, autogenerate=True)


@contextmanager
def _alone(database: Database) -> Iterator[Connection]:
    with (
        database.engine.execution_options(writes=True).connect() as connection,
        _rebuilding(connection),
        connection.begin(),
    ):
        if database.dialect == "postgresql":
            connection.exec_driver_sql("SET LOCAL lock_timeout = '60s'")
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")
        yield connection
        _require_whole(connection)


@contextmanager
def _rebuilding(connection: Connection) -> Iterator[None]:
    """SQLite changes a table by copying it and dropping the old one; with foreign keys on, all
    that refers to its rows would go with them. It can be told so outside a transaction only."""
    if connection.dialect.name != "sqlite":
        yield
        return
    driver = connection.connection.cursor()
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys=ON")
        driver.close()


def _require_whole(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    lost = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if lost:
        raise RowsLostError(str(lost[0][0]))


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    return config
