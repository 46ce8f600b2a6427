"""One page of what was found: by words alone, or by words and meaning as one list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy.orm import Session

from mediashare.accounts.policy import Viewer
from mediashare.db.paging import MAX_LIMIT, PageRequest, encode_cursor
from mediashare.search.queries import meaning, ranking, weights
from mediashare.search.queries.facets import MOST_RESULTS
from mediashare.search.queries.fusion import add_up, in_order
from mediashare.search.queries.port import SearchIndex
from mediashare.search.queries.question import Question
from mediashare.search.queries.ranking import Candidate, Candidates
from mediashare.search.queries.request import Ranks, SearchRequest
from mediashare.vectors.port import Near

# So many of those that words find stand in one list with those that meaning finds.
MOST_FUSED = MAX_LIMIT


@dataclass(frozen=True)
class Found:
    """The episodes of one page, best first, and of all that are known to be found.

    `by_words` has those that words found, by id; the others are there by their meaning alone.
    `is_loose`: no episode has all words, so these have some; `has_more`: there are others behind
    `all_ids`. `ranks` are the places of each in both lists, where these are one, `weights` what the
    lists count there if not alike, and `near` the stretches of speech that are found by their
    meaning.
    """

    episode_ids: Sequence[str]
    next_cursor: str | None
    by_words: Mapping[str, Candidate]
    is_loose: bool
    all_ids: Sequence[str]
    has_more: bool
    ranks: Mapping[str, Ranks] = field(default_factory=dict)
    weights: Sequence[float] = ()
    near: Sequence[Near] = ()

    @property
    def is_answered(self) -> bool:
        """Whether any episode has all of the words."""
        return bool(self.by_words) and not self.is_loose


def list_found(
    session: Session,
    viewer: Viewer,
    index: SearchIndex,
    request: SearchRequest,
    meant: meaning.Meant,
) -> Found:
    """The page that is asked for, and on the first one what else is found."""
    limit, cursor = request.page.limit, request.page.cursor
    most = limit if cursor else max(limit, MOST_RESULTS)
    if (after := meaning.behind(cursor)) is not None:
        lifted = len({one.episode_id for one in meant.near})
        request = replace(request, page=PageRequest(limit, after))
        words = ranking.list_candidates(session, viewer, index, request, limit=limit + lifted)
        return _behind(limit, words, _list_telling(meant.near, words))
    is_on = meaning.position(cursor) is not None
    wanted = request
    if is_on or meant.is_asked:
        wanted, most = meaning.of_both(request), max(most, MOST_FUSED + meaning.STRETCHES)
    # Words are looked for before meaning is waited for.
    words = ranking.list_candidates(session, viewer, index, wanted, limit=most)
    if is_on or meant.near:
        return _fused(request, words, _list_telling(meant.near, words))
    ids = _ids(words.found)
    has_more = words.has_more or len(ids) > limit
    cursor = words.found[:limit][-1].cursor if has_more else None
    return _found(words, ids[:limit], cursor, ids)


def _list_telling(near: Sequence[Near], words: Candidates) -> Sequence[Near]:
    """Those of the stretches that tell something: beside clips that have all of the words, what is
    only somewhat like the question does not."""
    if words.is_loose or not words.found:
        return near
    return [one for one in near if one.similarity >= weights.LEAST_BESIDE_WORDS]


def _fused(request: SearchRequest, words: Candidates, near: Sequence[Near]) -> Found:
    """A page of both lists as one. After its end it goes on with what words alone find."""
    page, by_meaning = request.page, _list_meant(near)
    best, further = words.found[:MOST_FUSED], words.found[MOST_FUSED:]
    worth = (_worth_of_some(request.question), 1.0) if words.is_loose else ()
    scores = add_up(_ids(best), by_meaning, weights=worth)
    fused = in_order(scores)
    shown = meaning.position(page.cursor)
    start = shown.find_end(fused) if shown else 0
    end = start + page.limit
    all_ids = list(dict.fromkeys([*fused, *_ids(further)]))
    cursor = None
    if end < len(fused):
        cursor = meaning.Shown(end, fused[end - 1]).cursor
    elif best and (words.has_more or len(all_ids) > len(fused)):
        cursor = encode_cursor(meaning.BEHIND, best[-1].cursor)
    ranks = _list_ranks(scores, _ids(best), by_meaning)
    found = _found(words, fused[start:end], cursor, all_ids)
    return replace(found, ranks=ranks, weights=worth, near=near)


def _list_ranks(
    scores: Mapping[str, float], by_words: Sequence[str], by_meaning: Sequence[str]
) -> Mapping[str, Ranks]:
    words, meant = (
        {ident: rank for rank, ident in enumerate(ranking, 1)} for ranking in (by_words, by_meaning)
    )
    return {
        ident: Ranks(words.get(ident), meant.get(ident), score) for ident, score in scores.items()
    }


def _worth_of_some(question: Question) -> float:
    """What words count beside meaning where nothing has all of them: that is a question which words
    do not answer, so they only say which of equally near answers is better, unless there are names
    among them."""
    has_name = any(not term.text.isalpha() for term in question.terms)
    return weights.NAMED_WEIGHT if has_name else weights.LOOSE_WEIGHT


def _behind(limit: int, words: Candidates, near: Sequence[Near]) -> Found:
    """A page of what comes behind both lists: what words find, but for what meaning has lifted
    out of it, which has been shown."""
    by_meaning = _list_meant(near)
    left = [one for one in words.found if one.episode_id not in by_meaning]
    shown = left[:limit]
    cursor = None
    if shown and (words.has_more or len(left) > limit):
        cursor = encode_cursor(meaning.BEHIND, shown[-1].cursor)
    return _found(words, _ids(shown), cursor, _ids(left))


def _found(
    words: Candidates, page: Sequence[str], cursor: str | None, all_ids: Sequence[str]
) -> Found:
    by_words = {candidate.episode_id: candidate for candidate in words.found}
    return Found(page, cursor, by_words, words.is_loose, all_ids, words.has_more)


def _list_meant(near: Sequence[Near]) -> Sequence[str]:
    return list(dict.fromkeys(one.episode_id for one in near))


def _ids(candidates: Sequence[Candidate]) -> list[str]:
    return [candidate.episode_id for candidate in candidates]
