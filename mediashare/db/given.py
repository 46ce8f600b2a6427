"""Many values in one parameter: the statement stays the same however many there are, so that it is
built, compiled and read by the database once."""

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Select, String, Subquery, column, func, literal, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine


def given_ids(session: Session, idents: Collection[str]) -> Select[str]:
    """What a column of ids may be compared with by `in_`."""
    rows = given(session, [{"ident": ident} for ident in idents], ident=String())
    return select(rows.c.ident)


def given(
    session: Session, rows: Sequence[Mapping[str, object]], **types: TypeEngine[Any]
) -> Subquery:
    """These rows as a table with the columns `types`; values are whatever JSON knows."""
    columns = [column(name, kind) for name, kind in types.items()]
    if session.get_bind().dialect.name == "postgresql":
        table = func.jsonb_to_recordset(literal(rows, JSONB)).table_valued(*columns)
        return select(table.render_derived(with_types=True)).subquery()
    each = func.json_each(json.dumps(list(rows))).table_valued("value")
    values = (
        func.json_extract(each.c.value, f"$.{name}", type_=kind).label(name)
        for name, kind in types.items()
    )
    return select(*values).subquery()
