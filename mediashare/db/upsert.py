"""Rows that several transactions may want to add at the same time."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from mediashare.db.base import Base


def add_missing(session: Session, model: type[Base], column: str, values: Sequence[str]) -> None:
    """See to it that a row of `model` with each of these values is there, in their order.

    `column` is unique. A value that another transaction is adding is waited for.
    """
    if values:
        rows = [{column: value} for value in values]
        adding = _insert(session, model).on_conflict_do_nothing(index_elements=[column])
        session.execute(adding.values(rows))


def add_new(
    session: Session, model: type[Base], key: Sequence[str], rows: Sequence[Mapping[str, Any]]
) -> set[str]:
    """Add those of these rows of `model` whose primary key `key` is not there yet; the last part of
    the keys that were added."""
    if not rows:
        return set()
    adding = _insert(session, model).on_conflict_do_nothing(index_elements=list(key))
    return set(session.scalars(adding.values(list(rows)).returning(getattr(model, key[-1]))))


def put(
    session: Session, model: type[Base], key: Mapping[str, Any], values: Mapping[str, Any]
) -> None:
    """The row of `model` with this primary key has these values now, whether it was there or not;
    of two transactions at once, the later one counts."""
    adding = _insert(session, model).values({**key, **values})
    session.execute(adding.on_conflict_do_update(index_elements=list(key), set_=dict(values)))


def count_up(
    session: Session, model: type[Base], key: Mapping[str, Any], amounts: Mapping[str, int]
) -> None:
    """Add to the counters of the row of `model` with this primary key, which is made if missing."""
    adding = _insert(session, model).values({**key, **amounts})
    counted = {name: getattr(model, name) + adding.excluded[name] for name in amounts}
    session.execute(adding.on_conflict_do_update(index_elements=list(key), set_=counted))


def _insert(session: Session, model: type[Base]) -> postgresql.Insert | sqlite.Insert:
    # Both databases know the same clause, but SQLAlchemy has it per dialect.
    if session.get_bind().dialect.name == "postgresql":
        return postgresql.insert(model)
    return sqlite.insert(model)
