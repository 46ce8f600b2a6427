"""What is asked of search, and what it answers."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from markupsafe import Markup

from mediashare.db.paging import PageRequest
from mediashare.library.models import Episode, EpisodeKind
from mediashare.search.queries.question import Question


class Sort(StrEnum):
    """What comes first: what fits best, what has helped most, what is newest."""

    BEST = "best"
    HELPFUL = "helpful"
    NEWEST = "newest"


@dataclass(frozen=True)
class Filters:
    """What narrows a search down. `group` is a slug or id, `author` a handle."""

    kind: EpisodeKind | None = None
    group: str | None = None
    tag: str | None = None
    author: str | None = None
    after: datetime | None = None
    before: datetime | None = None
    solved: bool = False


@dataclass(frozen=True)
class SearchRequest:
    """One search, as it was read by search/forms.py; `text` is what was typed."""

    text: str = ""
    question: Question = field(default_factory=Question)
    filters: Filters = Filters()
    sort: Sort = Sort.BEST
    page: PageRequest = field(default_factory=PageRequest)


@dataclass(frozen=True)
class Moment:
    """A stretch of speech that answers, in seconds; `html` is `text` with the hits in <mark>.
    `language` is that of a translation in which it was found, or of captions in another language
    than the spoken one."""

    start: float
    end: float
    text: str
    html: Markup
    language: str | None = None


@dataclass(frozen=True)
class Result:
    """One episode with its best moments; `more` is how many further ones are known."""

    episode: Episode
    moments: Sequence[Moment] = ()
    more: int = 0


@dataclass(frozen=True)
class SearchPage:
    """Some results, best first. `is_loose`: no episode has all words, so these have some."""

    results: Sequence[Result] = ()
    next_cursor: str | None = None
    is_loose: bool = False
