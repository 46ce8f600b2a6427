"""Search by PostgreSQL's full text search."""

from sqlalchemy import ColumnElement, column, func, select, table

from mediashare.search.queries.port import Field, Rows
from mediashare.search.queries.question import Term

_EPISODES = table("search_episodes", column("episode_id"), *map(column, Field))
_SEGMENTS = table("search_segments", column("segment_id"), column("episode_id"), column("text"))


class PostgresqlIndex:
    """Tables of text vectors, kept by triggers (migration 0002)."""

    stemmer = "english"

    def described(self, field: Field, term: Term) -> Rows:
        return select(_EPISODES.c.episode_id).where(_matches(_EPISODES.c[field.value], term))

    def spoken(self, term: Term) -> Rows:
        return select(_SEGMENTS.c.segment_id, _SEGMENTS.c.episode_id).where(
            _matches(_SEGMENTS.c.text, term)
        )


def _matches(vector: ColumnElement[str], term: Term) -> ColumnElement[bool]:
    return vector.op("@@", is_comparison=True)(func.search_phrase(term.text))
