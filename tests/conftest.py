"""Fixtures that most tests use: a migrated database of both kinds, a store, an application."""

import os
import shutil
import socket
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, event, text
from sqlalchemy.orm import Session

from mediashare.app import create_app
from mediashare.config import Settings
from mediashare.db import migrate
from mediashare.db.session import Database
from mediashare.schema import metadata
from mediashare.storage.disk import DiskStorage
from tests import factories
from tests.apps import Apps
from tests.databases import KeptDatabases
from tests.fakes import RecordingWaker
from tests.servers.postgres import running_postgres
from tests.servers.swift import running_swift
from tests.sharing import made_once

LOOPBACK = ("127.", "::1", "localhost", "0.0.0.0")  # noqa: S104 - compared, not bound

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, so that no worker is left alone with it at the end. Browsers,
    servers and workers beside three other test processes on two cores are not deterministic: what
    fails among them is tried once more, and the summary names it."""
    # By file, xdist runs only one of several tests of one name, and says nothing of the others.
    if twice := [name for name, count in Counter(i.nodeid for i in items).items() if count > 1]:
        raise pytest.UsageError(f"these names are of several tests: {twice}")
    long = [item for item in items if {"slow", "e2e"} & set(item.keywords)]
    items.sort(key=lambda item: item not in long)
    for item in long:
        item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(autouse=True)
def _loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test talks to anything but this machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in {socket.AF_INET, socket.AF_INET6} and not str(address[0]).startswith(
            LOOPBACK
        ):
            pytest.fail(f"a test tried to reach {address}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(scope="session", autouse=True)
def _no_waiting_for_disks() -> Iterator[None]:
    """What a test writes is read back by that test, and the power is never cut in between."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _descriptor: None)
        yield


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite database to copy."""
    return made_once(tmp_path_factory, "sqlite", _make_sqlite) / "template.db"


@pytest.fixture(scope="session")
def postgres_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data of a PostgreSQL server with a migrated, empty database `mediashare`, to copy."""
    return made_once(tmp_path_factory, "postgres", _make_postgres) / "data"


@pytest.fixture(scope="session")
def postgres_url(postgres_template: Path) -> Iterator[str]:
    """A migrated, empty database on a real PostgreSQL server."""
    with running_postgres(postgres_template) as server:
        yield f"{server}/mediashare"


@pytest.fixture(scope="session")
def swift_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real S3 store, in which each test has a bucket of its own."""
    with running_swift(tmp_path_factory.mktemp("swift")) as url:
        yield url


@pytest.fixture(scope="session")
def kept_databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KeptDatabases]:
    """The databases of all tests of this process, one after the other."""
    kept = KeptDatabases(tmp_path_factory.mktemp("databases"))
    yield kept
    kept.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(
    request: pytest.FixtureRequest, tmp_path: Path, kept_databases: KeptDatabases
) -> Iterator[Database]:
    """An empty database; each test that uses it runs on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        path = tmp_path / "mediashare.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        found = kept_databases.open_sqlite(path)
    else:
        found = kept_databases.open_postgres(request.getfixturevalue("postgres_url"))
        _empty(found)
    yield found
    # What PostgreSQL has learnt about the tables lasts as long as a connection: those stay open.
    if found.dialect == "sqlite":
        found.dispose()


def _make_sqlite(folder: Path) -> None:
    database = Database(f"sqlite:///{folder / 'template.db'}")
    migrate.upgrade(database)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.dispose()


def _make_postgres(folder: Path) -> None:
    with running_postgres(keep=folder / "data") as server:
        admin = create_engine(f"{server}/postgres", isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(text("CREATE DATABASE mediashare"))
        admin.dispose()
        database = Database(f"{server}/mediashare")
        migrate.upgrade(database)
        database.dispose()


def _empty(database: Database) -> None:
    # Few rows are deleted sooner than thirty tables are truncated; one message is sent for all.
    tables = reversed(metadata.sorted_tables)
    with database.engine.begin() as connection:
        connection.exec_driver_sql(";".join(str(table.delete()) for table in tables))


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A write transaction that the test may commit."""
    with database.sessions() as found:
        yield found


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of a test: everything under a temporary folder."""
    return Settings(data=tmp_path / "var", min_free_bytes=0)


@pytest.fixture
def storage(settings: Settings) -> DiskStorage:
    """An empty store on disk."""
    return DiskStorage(settings.data / "objects")


@pytest.fixture
def waker() -> RecordingWaker:
    """Remembers which queues were woken."""
    return RecordingWaker()


@pytest.fixture(scope="session")
def apps() -> Apps:
    """The applications that tests share, one after the other."""
    return Apps()


@pytest.fixture
def app(
    apps: Apps, settings: Settings, database: Database, storage: DiskStorage, waker: RecordingWaker
) -> Flask:
    """The web application over the test's database and store."""
    return _prepare(apps.get(settings, database, storage, waker), database)


@pytest.fixture
def own_app(
    settings: Settings, database: Database, storage: DiskStorage, waker: RecordingWaker
) -> Flask:
    """An application that no other test has: rules may be added to it."""
    found = create_app(settings, database=database, storage=storage, waker=waker)
    return _prepare(found, database)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without a session."""
    return app.test_client()


@pytest.fixture
def browse(app: Flask, database: Database) -> Callable[[Any], "factories.Browser"]:
    """Makes a browser in which a given user is signed in."""

    def open_browser(user: Any) -> factories.Browser:
        return factories.Browser(app, database, user)

    return open_browser


@pytest.fixture
def shared_data() -> Path:
    """The folder of real media beside the checkout; tests that need it make do without."""
    return SHARED_DATA


def _prepare(app: Flask, database: Database) -> Flask:
    app.testing = True
    app.config["PROPAGATE_EXCEPTIONS"] = True
    _refuse_uncommitted_changes(database)
    return app


def _refuse_uncommitted_changes(database: Database) -> None:
    """A request that changes rows and does not commit them is a mistake; make it a loud one."""

    def changed(session: Session, *_rest: Any) -> None:
        session.info["changed"] = True

    def bulk(state: Any) -> None:
        if state.is_insert or state.is_update or state.is_delete:
            state.session.info["changed"] = True

    def settled(session: Session) -> None:
        session.info.pop("changed", None)

    def closing(session: Session, transaction: Any) -> None:
        # Flushes and savepoints end transactions too, inside the one that counts.
        if transaction.parent is None and session.info.pop("changed", False):
            pytest.fail("a session ended with changes that were not committed")

    event.listen(database.sessions, "after_flush", changed)
    event.listen(database.sessions, "do_orm_execute", bulk)
    event.listen(database.sessions, "after_commit", settled)
    event.listen(database.sessions, "after_rollback", settled)
    event.listen(database.sessions, "after_transaction_end", closing)
