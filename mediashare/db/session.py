"""The database of a process: its engine, and short transactions for whoever is not a request."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import Session, sessionmaker

from mediashare import stems

BUSY_TIMEOUT_S = 15
POOL_TIMEOUT_S = 10
PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "temp_store=MEMORY",
    # What is deleted is gone from the file, as Debian's library has it anyway.
    "secure_delete=ON",
)
# Triggers on SQLite see one row at a time. What they would do again and again they put off, by a
# row in this table; deleting it does the work, once, right before the transaction ends.
PUT_OFF = "search_stale"


class Database:
    """One engine and the sessions made from it. `url` is an SQLAlchemy database URL."""

    def __init__(self, url: str) -> None:
        self.engine = _create_engine(url)
        self.sessions = sessionmaker(self.engine, expire_on_commit=False)

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self.engine.dialect.name

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session for reads alone; whatever it changed is dropped at the end."""
        with self.sessions() as session:
            yield session

    @contextmanager
    def transaction(self, *, patience_ms: int | None = None) -> Iterator[Session]:
        """A write transaction: committed at the end of the block, rolled back if it raises. It
        waits no longer for others than `patience_ms`, where given, and raises OperationalError."""
        with self.sessions() as session:
            begin_writing(session, patience_ms=patience_ms)
            try:
                yield session
                session.commit()
            except BaseException:
                session.rollback()
                raise

    def dispose(self) -> None:
        """Close all pooled connections."""
        self.engine.dispose()


def begin_writing(session: Session, *, patience_ms: int | None = None) -> None:
    """Start the session's transaction as a writer.

    SQLite must know at BEGIN: a reader that turns into a writer does not wait for its turn but
    fails with "database is locked", whatever the busy timeout is.
    """
    options = {"writes": True, "patience_ms": patience_ms}
    connection = session.connection(execution_options=options)
    if patience_ms is not None and connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {patience_ms:d}")


def _create_engine(url: str) -> Engine:
    # Errors end in logs. They name their statement and not its values, which are what people type.
    if make_url(url).get_backend_name() != "sqlite":
        engine = create_engine(
            url,
            hide_parameters=True,
            pool_pre_ping=True,
            pool_timeout=POOL_TIMEOUT_S,
            pool_size=10,
            max_overflow=20,
        )
        event.listen(engine, "connect", _prepare_postgresql)
        return engine
    engine = create_engine(
        url,
        connect_args={"timeout": BUSY_TIMEOUT_S},
        hide_parameters=True,
        pool_timeout=POOL_TIMEOUT_S,
        pool_size=20,
        max_overflow=40,
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    event.listen(engine, "commit", _catch_up_sqlite)
    return engine


def _prepare_postgresql(connection: DBAPIConnection, _record: object) -> None:
    # A question of several words in several languages is a long statement that is answered in
    # milliseconds; the server would compile it into machine code first, which takes seconds.
    cursor = connection.cursor()
    cursor.execute("SET jit = off")
    cursor.close()
    connection.commit()


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # The driver's own transaction handling begins too late (before the first write only) and
    # breaks savepoints; switched off here, `_begin_sqlite` says BEGIN itself.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
    for rule in (stems.algorithm_for, stems.stems, stems.distinct, stems.often, stems.listed):
        name, arguments = f"search_{rule.__name__}", rule.__code__.co_argcount
        connection.create_function(name, arguments, rule, deterministic=True)


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    begin = "BEGIN IMMEDIATE" if options.get("writes") else "BEGIN"
    patience_ms = options.get("patience_ms")
    if patience_ms is None:
        connection.exec_driver_sql(begin)
        return
    # Whoever writes has waited for everybody by then; the next user of the connection is patient.
    connection.exec_driver_sql(f"PRAGMA busy_timeout = {patience_ms:d}").close()
    try:
        connection.exec_driver_sql(begin)
    finally:
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_S * 1000}").close()


def _catch_up_sqlite(connection: Connection) -> None:
    known = "SELECT 1 FROM sqlite_master WHERE name = ?"
    if connection.exec_driver_sql(known, (PUT_OFF,)).first():
        connection.exec_driver_sql(f"DELETE FROM {PUT_OFF}")  # noqa: S608 - our own word
