"""Search by SQLite's FTS5."""

from sqlalchemy import ColumnElement, column, literal_column, select, table

from mediashare.search.queries.port import Field, Rows
from mediashare.search.queries.question import Term
from mediashare.transcripts.models import Segment

_EPISODES = table("search_episodes", column("rowid"))
_SEGMENTS = table("search_segments", column("rowid"))
_DOCUMENTS = table("search_documents", column("id"), column("episode_id"))


class Fts5Index:
    """Tables with external content, kept by triggers (migration 0002)."""

    stemmer = "porter"

    def described(self, field: Field, term: Term) -> Rows:
        return (
            select(_DOCUMENTS.c.episode_id)
            .select_from(_EPISODES)
            .join(_DOCUMENTS, _DOCUMENTS.c.id == _EPISODES.c.rowid)
            .where(_matches("search_episodes", f'{{{field.value}}} : "{term.text}"'))
        )

    def spoken(self, term: Term) -> Rows:
        return (
            select(Segment.id.label("segment_id"), Segment.episode_id)
            .select_from(_SEGMENTS)
            .join(Segment, Segment.id == _SEGMENTS.c.rowid)
            .where(_matches("search_segments", f'"{term.text}"'))
        )


def _matches(name: str, expression: str) -> ColumnElement[bool]:
    # A term is letters and digits between quotes, so it can not be read as an operator.
    return literal_column(name).op("MATCH", is_comparison=True)(expression)
