"""The statements that a request sends to the database."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import event

from mediashare.db.session import Database

# What the drivers send by themselves around what was asked.
AROUND = ("BEGIN", "COMMIT", "ROLLBACK", "SET", "SELECT 1", "PRAGMA")


def list_statements(database: Database, act: Callable[[], object]) -> list[str]:
    """What is sent to the database while something is done."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        act()
    finally:
        event.remove(database.engine, "before_cursor_execute", note)
    return seen


def count_statements(database: Database, act: Callable[[], object]) -> int:
    """How many of them there are, without what the drivers send by themselves."""
    seen = list_statements(database, act)
    return len([statement for statement in seen if not statement.startswith(AROUND)])
