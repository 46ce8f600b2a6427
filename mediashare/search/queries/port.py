"""What search needs of a database's full text index."""

from enum import StrEnum
from typing import Any, Protocol, TypeAlias

from sqlalchemy import Select

from mediashare.search.queries.question import Term

Rows: TypeAlias = Select[*tuple[Any, ...]]


class Field(StrEnum):
    """The columns of `episodes` that are indexed."""

    TITLE = "title"
    TAGS = "tags_text"
    DESCRIPTION = "description"


class SearchIndex(Protocol):
    """Finds where a term stands. Knows nothing of who may see it: that is the caller's part."""

    stemmer: str
    """The Snowball algorithm by which this index takes words for the same."""

    def described(self, field: Field, term: Term) -> Rows:
        """Rows (`episode_id`) of the episodes that have the term in this field."""
        ...

    def spoken(self, term: Term) -> Rows:
        """Rows (`segment_id`, `episode_id`) of the segments in which the term is said."""
        ...
