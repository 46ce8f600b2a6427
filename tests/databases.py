"""Databases of tests, whose engines outlive the test."""

import copy
import sqlite3
from pathlib import Path

from sqlalchemy import event
from sqlalchemy.orm import sessionmaker

from mediashare.db.session import Database


class KeptDatabases:
    """Keeps engines: what an engine has compiled once it need not compile for the next test.

    The tests share nothing else: each has its own sessions and data.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._kept: dict[str, Database] = {}

    def open_sqlite(self, path: Path) -> Database:
        """The database in that file, reached by a link: an engine never changes its address."""
        link = self._folder / "now"
        link.unlink(missing_ok=True)
        link.symlink_to(path.parent)
        return self._open(f"sqlite:///{link / path.name}")

    def open_postgres(self, url: str) -> Database:
        return self._open(url)

    def dispose(self) -> None:
        """Close the connections that are still open."""
        for database in self._kept.values():
            database.dispose()

    def _open(self, url: str) -> Database:
        if url not in self._kept:
            self._kept[url] = Database(url)
            event.listen(self._kept[url].engine, "connect", _hurry)
        found = copy.copy(self._kept[url])
        found.sessions = sessionmaker(found.engine, expire_on_commit=False)
        return found


def _hurry(connection: object, _record: object) -> None:
    # What a test writes is read by that test: it need not outlast a power cut, as ours must.
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA synchronous=OFF")
