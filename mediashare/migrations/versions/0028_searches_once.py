"""Nobody keeps the same search twice, and what a search has looked through is kept with it.

Those that are there twice become one: the one that was kept first, with all that was found, the
loudest alert and a feed, if any of them had one.
"""

from collections.abc import Sequence
from datetime import timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl, urlencode

import sqlalchemy as sa
from alembic import op

import mediashare.db.base

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

TIME = mediashare.db.base.UtcDateTime(timezone=True)
UNIQUE = "uq_saved_searches_user_id_query_key"
SEARCHES = sa.table(
    "saved_searches",
    *(sa.column(name) for name in ("id", "user_id", "query", "query_key", "alert")),
    sa.column("feed_token_id"),
    *(sa.column(name, TIME) for name in ("created_at", "knows_since")),
)
HITS = sa.table("saved_hits", sa.column("search_id"), sa.column("episode_id"))
TOKENS = sa.table("api_tokens", sa.column("id"))
# A search has looked through what was published this long before it was saved.
LATE = timedelta(days=7)
LOUDEST = ("inbox", "digest", "none")
YES = ("solved", "checked", "followed")


def upgrade() -> None:
    op.add_column("saved_searches", sa.Column("query_key", sa.String(length=64), nullable=True))
    op.add_column("saved_searches", sa.Column("knows_since", TIME, nullable=True))
    same: dict[tuple[str, str], list[Any]] = {}
    for row in op.get_bind().execute(
        sa.select(SEARCHES).order_by(SEARCHES.c.created_at, SEARCHES.c.id)
    ):
        query = _normal(row.query)
        key = _key(query)
        values = {"query": query, "query_key": key, "knows_since": row.created_at - LATE}
        op.execute(SEARCHES.update().where(SEARCHES.c.id == row.id).values(**values))
        same.setdefault((row.user_id, key), []).append(row)
    for rows in same.values():
        if len(rows) > 1:
            _make_one(rows)
    with op.batch_alter_table("saved_searches") as batch_op:
        batch_op.alter_column("query_key", existing_type=sa.String(length=64), nullable=False)
        batch_op.alter_column("knows_since", existing_type=TIME, nullable=False)
        batch_op.create_unique_constraint(UNIQUE, ["user_id", "query_key"])


def downgrade() -> None:
    with op.batch_alter_table("saved_searches") as batch_op:
        batch_op.drop_constraint(UNIQUE, type_="unique")
        batch_op.drop_column("knows_since")
        batch_op.drop_column("query_key")


def _make_one(rows: Sequence[Any]) -> None:
    kept = rows[0].id
    feeds = [row.feed_token_id for row in rows if row.feed_token_id]
    for other in rows[1:]:
        known = sa.select(HITS.c.episode_id).where(HITS.c.search_id == kept)
        of_other = HITS.c.search_id == other.id
        op.execute(
            HITS.update()
            .where(of_other, HITS.c.episode_id.not_in(known.scalar_subquery()))
            .values(search_id=kept)
        )
        op.execute(HITS.delete().where(of_other))
        op.execute(SEARCHES.delete().where(SEARCHES.c.id == other.id))
    if feeds:
        op.execute(TOKENS.delete().where(TOKENS.c.id.in_(feeds[1:])))
    alert = min((row.alert for row in rows), key=LOUDEST.index)
    values = {"alert": alert, "feed_token_id": feeds[0] if feeds else None}
    op.execute(SEARCHES.update().where(SEARCHES.c.id == kept).values(**values))


def _normal(query: str) -> str:
    """As searches are written from now on, in what has been kept in several ways."""
    parts = dict(parse_qsl(query))
    for name, value in list(parts.items()):
        if name == "q":
            parts[name] = " ".join(value.split())
        elif name == "author":
            parts[name] = value.removeprefix("@").lower()
        elif name in YES and value.lower() in {"0", "false"}:
            del parts[name]
        elif name in YES:
            parts[name] = "1"
        elif (name, value) == ("sort", "best"):
            del parts[name]
    return urlencode(parts) or query


def _key(query: str) -> str:
    parts = dict(parse_qsl(query))
    words = parts.get("q", "").split()
    parts["q"] = " ".join(word if word.isupper() else word.lower() for word in words)
    return sha256(urlencode(parts).encode()).hexdigest()
