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
    with database.engine.execution_options(writes=True).begin() as connection:
        if database.dialect == "postgresql":
            connection.exec_driver_sql("SET LOCAL lock_timeout = '60s'")
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")
        yield connection


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    return config
