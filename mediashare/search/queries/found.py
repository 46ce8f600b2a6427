"""One page of what was found: by words alone, or by words and meaning as one list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from mediashare.accounts.policy import Viewer
from mediashare.db.paging import MAX_LIMIT, PageRequest, encode_cursor
from mediashare.search.queries import meaning, ranking
from mediashare.search.queries.facets import MOST_RESULTS
from mediashare.search.queries.fusion import fuse
from mediashare.search.queries.port import SearchIndex
from mediashare.search.queries.ranking import Candidate, Candidates
from mediashare.search.queries.request import SearchRequest
from mediashare.vectors.port import Near

# What some of the words are worth; chosen by measurement (`make bench name=retrieval`).
LOOSE_WEIGHT = 0.5


@dataclass(frozen=True)
class Found:
    """The episodes of one page, best first, and of all that are known to be found.

    `by_words` has those that words found, by id; the others are there by their meaning alone.
    `is_loose`: no episode has all words, so these have some; `has_more`: there are others behind
    `all_ids`.
    """

    episode_ids: Sequence[str]
    next_cursor: str | None
    by_words: Mapping[str, Candidate]
    is_loose: bool
    all_ids: Sequence[str]
    has_more: bool

    @property
    def is_answered(self) -> bool:
        """Whether any episode has all of the words."""
        return bool(self.by_words) and not self.is_loose


def list_found(
    session: Session,
    viewer: Viewer,
    index: SearchIndex,
    request: SearchRequest,
    near: Sequence[Near],
) -> Found:
    """The page that is asked for, and on the first one what else is found."""
    limit = request.page.limit
    most = limit if request.page.cursor else max(limit, MOST_RESULTS)
    if near:
        both = meaning.of_both(request)
        words = ranking.list_candidates(session, viewer, index, both, limit=max(most, MAX_LIMIT))
        return _fused(request.page, words, near)
    words = ranking.list_candidates(session, viewer, index, request, limit=most)
    ids = _ids(words.found)
    has_more = words.has_more or len(ids) > limit
    cursor = words.found[:limit][-1].cursor if has_more else None
    return _found(words, ids[:limit], cursor, ids)


def _fused(page: PageRequest, words: Candidates, near: Sequence[Near]) -> Found:
    """A page of both lists as one. After its end it goes on with what words alone find.

    Both count alike, unless nothing has all of the words: that is a question which words do not
    answer, so they only say what of the answers by meaning is better.
    """
    best, further = words.found[:MAX_LIMIT], words.found[MAX_LIMIT:]
    by_meaning = list(dict.fromkeys(one.episode_id for one in near))
    weights = (LOOSE_WEIGHT, 1.0) if words.is_loose else ()
    fused = fuse(_ids(best), by_meaning, weights=weights)
    start = meaning.position(page.cursor) or 0
    end = start + page.limit
    cursor = None
    if end < len(fused):
        cursor = encode_cursor(meaning.CURSOR, end)
    elif best and (further or words.has_more):
        cursor = best[-1].cursor
    return _found(words, fused[start:end], cursor, list(dict.fromkeys([*fused, *_ids(further)])))


def _found(
    words: Candidates, page: Sequence[str], cursor: str | None, all_ids: Sequence[str]
) -> Found:
    by_words = {candidate.episode_id: candidate for candidate in words.found}
    return Found(page, cursor, by_words, words.is_loose, all_ids, words.has_more)


def _ids(candidates: Sequence[Candidate]) -> list[str]:
    return [candidate.episode_id for candidate in candidates]
