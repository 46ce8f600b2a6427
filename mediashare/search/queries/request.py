"""What is asked of search, and what it answers."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from markupsafe import Markup
from sqlalchemy import Select

from mediashare.db.paging import PageRequest
from mediashare.library.models import Audience, Episode, EpisodeKind
from mediashare.search.queries.question import Question

NOTHING = Markup()


class Sort(StrEnum):
    """What comes first: what fits best, what has helped most, what is newest."""

    BEST = "best"
    HELPFUL = "helpful"
    NEWEST = "newest"


class Length(StrEnum):
    """How long a clip is: under 5 minutes, up to 20, or longer."""

    SHORT = "short"
    MEDIUM = "medium"
    LONG = "long"


@dataclass(frozen=True)
class Filters:
    """What narrows a search down. `group` is a slug or id, `author` a handle or a name, `language`
    the first part of a language code; what is for one of the audiences `not_for` is left out, and
    what has one of the ids `other_than`. What is `checked` was published or found to be still true
    within a year, what is `followed` was made by somebody whom the viewer follows."""

    kind: EpisodeKind | None = None
    length: Length | None = None
    group: str | None = None
    tag: str | None = None
    author: str | None = None
    language: str | None = None
    after: datetime | None = None
    before: datetime | None = None
    solved: bool = False
    checked: bool = False
    followed: bool = False
    not_for: frozenset[Audience] = frozenset()
    other_than: Select[str] | None = None


@dataclass(frozen=True)
class SearchRequest:
    """One search, as it was read by search/forms.py; `text` is what was typed. With `explain` each
    result says why it stands where it stands. With `is_strict` what has only some of the words is
    not looked for where nothing has all; where it `is_counted`, further pages say as well what the
    results can be narrowed down to. What is asked for `is_as_typed` is not put right where it finds
    nothing."""

    text: str = ""
    question: Question = field(default_factory=Question)
    filters: Filters = Filters()
    sort: Sort = Sort.BEST
    page: PageRequest = field(default_factory=PageRequest)
    explain: bool = False
    is_strict: bool = False
    is_counted: bool = False
    is_as_typed: bool = False


@dataclass(frozen=True)
class Moment:
    """A stretch of speech that answers, in seconds; `html` is `text` with the hits in <mark>.
    `terms` are the terms of the question that are said in it, by number. `language` is that of a
    translation in which it was found, or of captions in another language than the spoken one."""

    start: float
    end: float
    text: str
    html: Markup
    terms: Collection[int]
    language: str | None = None

    @property
    def is_alike(self) -> bool:
        """Whether it has none of the words, and means something like them."""
        return not self.terms

    def spans(self, second: float) -> bool:
        """Whether it is being said at this second."""
        return self.start <= second < self.end


@dataclass(frozen=True)
class Ranks:
    """Why a result stands where it stands in both lists as one: its places by words and by meaning,
    from 1 on, and what these add up to (search/queries/fusion.py), which the order goes by."""

    words: int | None
    meaning: int | None
    sum: float


@dataclass(frozen=True)
class Points:
    """Why a result stands where it stands, in the parts of search/queries/weights.py.

    `fields` says for each word of the question where it was found, `missing` are those that are
    nowhere. `nearness` is the cosine of what is asked and what is said nearest to it, where meaning
    found the result (search/queries/meaning.py), `ranks` its places where both lists are one.
    """

    text: float
    helpfulness: float
    freshness: float
    fields: Mapping[str, Sequence[str]] = field(default_factory=dict)
    missing: Sequence[str] = ()
    nearness: float | None = None
    ranks: Ranks | None = None

    @property
    def total(self) -> float:
        """What the order of words goes by, when what fits best comes first."""
        return self.text + self.helpfulness + self.freshness


@dataclass(frozen=True)
class MarkedTag:
    """A tag with the words that were asked for; `html` has them in <mark>."""

    name: str
    html: Markup


@dataclass(frozen=True)
class Written:
    """What is written about an episode, with the words that were asked for in <mark>: its title,
    those of its tags that have any, and what of its description is around the first of them."""

    title: Markup = NOTHING
    tags: Sequence[MarkedTag] = ()
    description: Markup = NOTHING


@dataclass(frozen=True)
class Result:
    """One episode with its best moments; `more` is how many further ones are known, `ticks` where
    on its timeline all of them are, in seconds."""

    episode: Episode
    moments: Sequence[Moment] = ()
    more: int = 0
    ticks: Sequence[float] = ()
    points: Points | None = None
    written: Written = Written()

    @property
    def best(self) -> Moment | None:
        """The moment that is shown large: the first with the words, where there is one."""
        return next(
            (one for one in self.moments if not one.is_alike), next(iter(self.moments), None)
        )

    @property
    def others(self) -> Sequence[Moment]:
        """The moments that are shown below that one."""
        return [one for one in self.moments if one is not self.best]


@dataclass(frozen=True)
class Choice:
    """One value that a search can be narrowed down to, and how many results have it: exactly, or
    at least so many. It `narrows` the search where others have not."""

    value: str
    label: str
    count: int
    is_least: bool = False
    narrows: bool = False


@dataclass(frozen=True)
class SearchPage:
    """Some results, best first. `is_missed`: no episode has all words; `is_loose`: so these have
    some; `is_alike`: some of these have none, but say something like it. `is_wordless`: what was
    typed has no word in it.

    `also` are words that were looked for besides those typed, `left_out` words that were typed and
    not looked for, since there were too many; `instead` is what may have been
    meant, `facets` what the results can be narrowed down to, by parameter. What was typed is
    `put_right` where nothing has any of it: then all of this is of those words, but for
    `is_missed`.
    """

    results: Sequence[Result] = ()
    next_cursor: str | None = None
    is_loose: bool = False
    is_missed: bool = False
    is_alike: bool = False
    is_wordless: bool = False
    also: Sequence[str] = ()
    left_out: Sequence[str] = ()
    instead: str | None = None
    put_right: str | None = None
    facets: Mapping[str, Sequence[Choice]] = field(default_factory=dict)

    @property
    def moments(self) -> int:
        """How many moments these results have, as far as they are known."""
        return sum(len(result.ticks) for result in self.results)

    @property
    def spoken(self) -> int:
        """How many of these results have any moment."""
        return sum(bool(result.ticks) for result in self.results)
