"""Everything that the database holds, to show that nothing has changed."""

from typing import Any

from sqlalchemy import select

from mediashare.db.session import Database
from mediashare.schema import metadata


def all_rows(database: Database) -> dict[str, list[Any]]:
    """The rows of every table, in an order that does not depend on how they are stored."""
    with database.reading() as session:
        return {
            table.name: sorted(map(repr, session.execute(select(table)).all()))
            for table in metadata.sorted_tables
        }
