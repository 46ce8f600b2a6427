"""One page of what was found: by words alone, or by words and meaning as one list."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy.orm import Session

from mediashare.accounts.policy import Viewer
from mediashare.db.paging import MAX_LIMIT, PageRequest, encode_cursor
from mediashare.search.queries import meaning, ranking, weights
from mediashare.search.queries.facets import MOST_RESULTS
from mediashare.search.queries.fusion import add_up, in_order
from mediashare.search.queries.moments import list_saying
from mediashare.search.queries.port import SearchIndex
from mediashare.search.queries.question import Question
from mediashare.search.queries.ranking import Candidate, Candidates
from mediashare.search.queries.request import Ranks, SearchRequest
from mediashare.search.queries.written import list_named
from mediashare.vectors.port import Near

# So many of those that words find stand in one list with those that meaning finds.
MOST_FUSED = MAX_LIMIT
# Of those that have most words somewhere so many are looked into.
MOST_LOOKED_INTO = 10


@dataclass(frozen=True)
class Found:
    """The episodes of one page, best first, and of all that are known to be found.

    `by_words` has those that words found, by id; the others are there by their meaning alone.
    `is_loose`: no episode has all words, so these have some; `has_more`: there are others behind
    `all_ids`. `ranks` are the places of each in both lists, where these are one, and `near` the
    stretches of speech that are found by their meaning. Where words count less than meaning it is
    `weight_of_some`, but for episodes that have most of them (`most_of`).
    """

    episode_ids: Sequence[str]
    next_cursor: str | None
    by_words: Mapping[str, Candidate]
    is_loose: bool
    all_ids: Sequence[str]
    has_more: bool
    ranks: Mapping[str, Ranks] = field(default_factory=dict)
    weight_of_some: float | None = None
    most_of: Collection[str] = ()
    near: Sequence[Near] = ()

    def list_weights(self, episode_id: str) -> Sequence[float]:
        """What words and meaning count in this episode; nothing where they count alike."""
        if self.weight_of_some is None or episode_id in self.most_of:
            return ()
        return self.weight_of_some, 1.0

    @property
    def is_answered(self) -> bool:
        """Whether any episode has all of the words."""
        return bool(self.by_words) and not self.is_loose

    @property
    def is_faint(self) -> bool:
        """Whether nothing has any of the words, and nothing says much like them."""
        is_like = any(one.similarity >= weights.LEAST_BESIDE_WORDS for one in self.near)
        return not (self.by_words or is_like)


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
        most_of = _list_most_of(session, index, request.question, words)
        return _fused(request, words, most_of, _list_telling(meant.near, words))
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


def _fused(
    request: SearchRequest, words: Candidates, most_of: Sequence[str], near: Sequence[Near]
) -> Found:
    """A page of both lists as one. After its end it goes on with what words alone find."""
    page, by_meaning = request.page, _list_meant(near)
    best, further = words.found[:MOST_FUSED], words.found[MOST_FUSED:]
    weight = _worth_of_some(request.question) if words.is_loose else 1.0
    some = [ident for ident in _ids(best) if ident not in most_of]
    scores = add_up(most_of, some, by_meaning, weights=(1.0, weight, 1.0))
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
    ranks = _list_ranks(scores, [most_of, some], by_meaning)
    found = _found(words, fused[start:end], cursor, all_ids)
    some_weight = weight if words.is_loose else None
    return replace(found, ranks=ranks, weight_of_some=some_weight, most_of=most_of, near=near)


def _list_most_of(
    session: Session, index: SearchIndex, question: Question, words: Candidates
) -> Sequence[str]:
    """Those that say more than half of the words, and two at least, in one moment, or have them in
    title and tags: who remembers one word too many still finds what has the others. That long clips
    have many words somewhere says nothing."""
    if not words.is_loose:
        return ()
    least = max(2, len(question.terms) // 2 + 1)
    # What fields are worth is less than one more word, unless many words stand in many of them.
    having = [one for one in words.found if one.text // weights.APART_POINTS >= least]
    idents = _ids(having[:MOST_LOOKED_INTO])
    if not idents:
        return ()
    most_of = {
        *list_saying(session, index, question, idents, least=least),
        *list_named(session, question, idents, least=least),
    }
    return [ident for ident in idents if ident in most_of]


def _list_ranks(
    scores: Mapping[str, float], by_words: Sequence[Sequence[str]], by_meaning: Sequence[str]
) -> Mapping[str, Ranks]:
    """The places that the scores were added up from: by words each list has its own."""
    words, meant = (
        {ident: rank for ranking in lists for rank, ident in enumerate(ranking, 1)}
        for lists in (by_words, [by_meaning])
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
