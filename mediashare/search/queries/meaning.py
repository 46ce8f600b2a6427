"""Search by meaning beside search by words: what it finds, and both as one list.

An exact wish is never softened: quotes, another order than "best", and questions of numbers and
names alone are answered by words only.
"""

import itertools
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from sqlalchemy import Integer, String, and_, select
from sqlalchemy.orm import Session

from mediashare import stems
from mediashare.accounts.policy import Viewer
from mediashare.db.given import given
from mediashare.db.paging import (
    MAX_LIMIT,
    BadCursorError,
    PageRequest,
    decode_cursor,
    encode_cursor,
)
from mediashare.meaning.policy import LANGUAGE
from mediashare.search.queries import ranking
from mediashare.search.queries.fusion import fuse
from mediashare.search.queries.marking import Marker
from mediashare.search.queries.moments import SHOWN, Moments
from mediashare.search.queries.port import SearchIndex
from mediashare.search.queries.question import MINUS, Question
from mediashare.search.queries.request import Moment, SearchRequest, Sort
from mediashare.transcripts.models import Segment, Transcript
from mediashare.vectors.port import Asked, Finder, Near

# Stretches that are asked for, which are in fewer episodes.
STRETCHES = 200
# Cursors of both lists as one, and of what comes behind them.
CURSOR, BEHIND = "both", "behind"
QUOTE = re.compile('["“”„«»]')
EXCLUDED = re.compile(rf"{MINUS}\S+")
# What asks for something else than what its words mean.
SIGNS = re.compile(f"{QUOTE.pattern}|{MINUS}")


class Meant:
    """What answers a question by its meaning. It is looked for aside until somebody wants it."""

    def __init__(
        self,
        session: Session,
        viewer: Viewer,
        index: SearchIndex,
        request: SearchRequest,
        finder: Finder | None = None,
    ) -> None:
        self._session, self._viewer, self._index = session, viewer, index
        self._request = request
        self._asked: Asked | None = None
        if finder and _is_for_meaning(request):
            self._asked = finder.ask(session, _bare(request))

    def again(self, request: SearchRequest) -> "Meant":
        """What answers the same request in other words."""
        other = Meant(self._session, self._viewer, self._index, request)
        if self._asked and _is_for_meaning(request):
            other._asked = self._asked.again(_bare(request))
        return other

    @property
    def is_asked(self) -> bool:
        """Whether anything may be found by meaning."""
        return self._asked is not None

    @cached_property
    def near(self) -> Sequence[Near]:
        """The stretches of speech that are nearest to the question in meaning, best first, of those
        episodes that the viewer may find."""
        if self._asked is None:
            return ()
        conditions = ranking.list_conditions(self._viewer, self._index, self._request)
        return self._asked.find(self._session, conditions, STRETCHES)


def _bare(request: SearchRequest) -> str:
    return EXCLUDED.sub(" ", request.text)


def of_both(request: SearchRequest) -> SearchRequest:
    """What words alone are asked for, so that both lists can be put together."""
    return replace(request, page=PageRequest(MAX_LIMIT))


def add_moments(
    session: Session,
    moments: Mapping[str, Moments],
    near: Sequence[Near],
    episode_ids: Collection[str],
    question: Question,
    weights_of: Callable[[str], Sequence[float]],
) -> dict[str, Moments]:
    """The moments of words and of meaning by episode, each stretch of speech once; `weights_of`
    says what both count in an episode where they don't count alike."""
    shown = group_near(one for one in near if one.episode_id in episode_ids)
    chosen = [one for found in shown.values() for one in found]
    marker = Marker(question, stems.algorithm_for(LANGUAGE))
    spoken = _list_moments(session, chosen, marker)
    return {
        ident: _joined(
            moments.get(ident, Moments()),
            [spoken[one] for one in shown.get(ident, ()) if one in spoken],
            weights_of(ident),
        )
        for ident in episode_ids
    }


def group_near(near: Iterable[Near]) -> Mapping[str, Sequence[Near]]:
    """By episode, in the order of the best of each, a few stretches that do not overlap."""
    found: dict[str, list[Near]] = defaultdict(list)
    for one in near:
        others = found[one.episode_id]
        if len(others) < SHOWN and _is_apart(one, others):
            others.append(one)
    return found


def _is_for_meaning(request: SearchRequest) -> bool:
    # CVE-2026-1234 is one term of three words, and a name.
    pieces = ("".join(term.words) for term in request.question.terms)
    return (
        request.sort is Sort.BEST
        and any(map(str.isalpha, pieces))
        and not QUOTE.search(request.text)
        and _is_ours(request.page.cursor)
    )


def _is_ours(cursor: str | None) -> bool:
    return cursor is None or position(cursor) is not None or behind(cursor) is not None


@dataclass(frozen=True)
class Shown:
    """How many of both lists have been shown, and the last of them."""

    count: int
    last: str

    @property
    def cursor(self) -> str:
        """Where the page begins that follows."""
        return encode_cursor(CURSOR, self.count, self.last)

    def find_end(self, fused: Sequence[str]) -> int:
        """Where the list goes on, which is made anew for each page: behind the last that was shown,
        whatever has come or gone before it."""
        return fused.index(self.last) + 1 if self.last in fused else self.count - 1


def position(cursor: str | None) -> Shown | None:
    """How far a cursor of both lists has come; None for one that words alone have made."""
    if cursor is None:
        return None
    try:
        kind, count, last = decode_cursor(cursor, (str, int, str))
    except BadCursorError:
        return None
    return Shown(count, last) if kind == CURSOR and 0 < count <= MAX_LIMIT + STRETCHES else None


def behind(cursor: str | None, kind: str = BEHIND) -> str | None:
    """Which cursor one of this kind holds: of words, where a page begins behind both lists. None
    for those of other kinds."""
    if cursor is None:
        return None
    try:
        known, after = decode_cursor(cursor, (str, str))
    except BadCursorError:
        return None
    return str(after) if known == kind else None


def _is_apart(one: Near, others: Sequence[Near]) -> bool:
    return all(one.end_ms <= other.start_ms or other.end_ms <= one.start_ms for other in others)


def _list_moments(session: Session, shown: Sequence[Near], marker: Marker) -> dict[Near, Moment]:
    """What is said there, as the database has it now."""
    if not shown:
        return {}
    spans = given(
        session,
        [
            {"number": number, "episode": one.episode_id, "low": one.start_ms, "high": one.end_ms}
            for number, one in enumerate(shown)
        ],
        number=Integer(),
        episode=String(),
        low=Integer(),
        high=Integer(),
    )
    is_in = and_(
        Segment.episode_id == spans.c.episode,
        Segment.start_ms >= spans.c.low,
        Segment.end_ms <= spans.c.high,
    )
    rows = session.execute(
        select(spans.c.number, Segment.text)
        .join(Segment, is_in)
        .join(Transcript, Transcript.id == Segment.transcript_id)
        .where(Transcript.is_primary)
        .order_by(spans.c.number, Segment.start_ms, Segment.id)
    )
    found = {}
    for number, lines in itertools.groupby(rows, lambda row: row.number):
        one, text = shown[number], " ".join(line.text for line in lines)
        if text:
            found[one] = Moment(
                start=one.start_ms / 1000,
                end=one.end_ms / 1000,
                text=text,
                html=marker.mark(text),
                terms=frozenset(marker.list_terms(text)),
            )
    return found


def _joined(by_words: Moments, by_meaning: Sequence[Moment], weights: Sequence[float]) -> Moments:
    """Where both found the same stretch, what words found says more exactly where; but where no
    clip has all words, one of them says less than the whole stretch. Of what meaning found, only
    what is shown is counted: there is no list of all of it."""
    best = by_words.best
    if weights:
        best = [one for one in best if not any(other.spans(one.start) for other in by_meaning)]
    same = (next((one for one in best if _overlap(one, other)), other) for other in by_meaning)
    fused = fuse(best, list(dict.fromkeys(same)), weights=weights)[:SHOWN]
    # Among those with words, who has more of them stays before who is nearer in meaning.
    in_words = iter([one for one in best if one in fused])
    shown = [next(in_words) if one in best else one for one in fused]
    ticks = by_words.ticks
    others = [one for one in shown if not any(map(one.spans, ticks))]
    more = sum(not any(one.spans(tick) for one in shown) for tick in ticks)
    return Moments(shown, more, sorted([*ticks, *(one.start for one in others)]))


def _overlap(one: Moment, other: Moment) -> bool:
    return one.start < other.end and other.start < one.end
