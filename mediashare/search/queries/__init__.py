"""Full text search over episodes and what is said in them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from sqlalchemy.orm import Session

from mediashare.accounts.policy import Viewer
from mediashare.db.paging import PageRequest
from mediashare.library import queries as library_queries
from mediashare.library.models import Episode
from mediashare.search.queries import meaning, put_right, ranking, spelling, synonyms
from mediashare.search.queries.facets import count_facets
from mediashare.search.queries.found import Found, list_found
from mediashare.search.queries.meaning import Meant
from mediashare.search.queries.moments import MOST_SEGMENTS, Moments, list_moments
from mediashare.search.queries.port import SearchIndex
from mediashare.search.queries.postgresql import PostgresqlIndex
from mediashare.search.queries.question import Question, read_question
from mediashare.search.queries.ranking import Candidates
from mediashare.search.queries.request import Choice, Points, Result, SearchPage, SearchRequest
from mediashare.search.queries.sqlite import Fts5Index
from mediashare.search.queries.written import reader_of
from mediashare.vectors.port import Finder


def search(
    session: Session, viewer: Viewer, request: SearchRequest, finder: Finder | None = None
) -> SearchPage:
    """One page of the episodes that `viewer` may see and that answer the request, best first,
    each with its best moments; with a `finder` also those that answer it in other words. Where
    nothing has any of the words, what these find once they are put right."""
    if not request.question.terms and not request.question.is_browsing:
        return SearchPage(is_wordless=True)
    index = choose_index(session)
    request = replace(request, question=synonyms.widen(session, viewer, request.question))
    if put_right.behind(request.page.cursor) is not None:
        instead = _find_instead(session, viewer, index, request)
        mean = partial(Meant, session, viewer, index, finder=finder)
        right = _search_right(session, viewer, index, request, instead, mean)
        return right or SearchPage(instead=instead)
    meant = Meant(session, viewer, index, request, finder)
    found = list_found(session, viewer, index, request, meant)
    if not request.question.terms or found.is_answered or request.page.cursor:
        return _show(session, viewer, index, request, found, meant)
    if not found.is_faint:
        page = _show(session, viewer, index, request, found, meant)
        instead = _find_instead(session, viewer, index, request, page.results)
        return replace(page, is_missed=True, instead=instead)
    instead = _find_instead(session, viewer, index, request)
    right = _search_right(session, viewer, index, request, instead, meant.again)
    if right:
        return replace(right, is_missed=True)
    page = _show(session, viewer, index, request, found, meant)
    return replace(page, is_missed=True, instead=instead)


def _search_right(
    session: Session,
    viewer: Viewer,
    index: SearchIndex,
    request: SearchRequest,
    instead: str | None,
    mean: Callable[[SearchRequest], Meant],
) -> SearchPage | None:
    """What these words find instead of those typed, as far as anything has them; `mean` begins to
    look for what they mean."""
    if instead is None or request.is_as_typed:
        return None
    asked = put_right.ask(request, instead)
    asked = replace(asked, question=synonyms.widen(session, viewer, asked.question))
    meant = mean(asked)
    found = list_found(session, viewer, index, asked, meant)
    if not (found.by_words or (asked.page.cursor and found.episode_ids)):
        return None
    return put_right.show(_show(session, viewer, index, asked, found, meant), instead)


def _show(
    session: Session,
    viewer: Viewer,
    index: SearchIndex,
    request: SearchRequest,
    found: Found,
    meant: Meant,
) -> SearchPage:
    """The page of what was found."""
    return SearchPage(
        results=_list_results(session, index, request, found),
        next_cursor=found.next_cursor,
        is_loose=found.is_loose,
        is_alike=any(ident not in found.by_words for ident in found.episode_ids),
        also=synonyms.list_also(request.question),
        left_out=request.question.left_out,
        facets=_count(session, viewer, index, request, found, meant),
    )


def list_candidates(
    session: Session, viewer: Viewer, request: SearchRequest, *, limit: int
) -> Candidates:
    """The best `limit` episodes by their words that `viewer` may see, in order: what other ways of
    searching are joined with."""
    if not request.question.terms and not request.question.is_browsing:
        return Candidates()
    question = synonyms.widen(session, viewer, request.question)
    request = replace(request, question=question)
    return ranking.list_candidates(session, viewer, choose_index(session), request, limit=limit)


def list_answers(session: Session, viewer: Viewer, request: SearchRequest) -> Sequence[Result]:
    """The best results by their words, and nothing of what a search says around them."""
    if not request.question.terms and not request.question.is_browsing:
        return []
    index = choose_index(session)
    question = synonyms.widen(session, viewer, request.question)
    request = replace(request, question=question)
    found = list_found(session, viewer, index, request, Meant(session, viewer, index, request))
    return _list_results(session, index, request, found)


def list_alike(session: Session, viewer: Viewer, text: str, finder: Finder | None) -> Sequence[str]:
    """The ids of episodes in which something like this is said, the nearest first, as far as the
    viewer may find them; none where meaning is not searched for."""
    words = meaning.SIGNS.sub(" ", text)
    request = SearchRequest(text=words, question=read_question(words))
    meant = Meant(session, viewer, choose_index(session), request, finder)
    return list(dict.fromkeys(one.episode_id for one in meant.near))


def list_suggestions(session: Session, viewer: Viewer, request: SearchRequest) -> Sequence[Episode]:
    """The episodes that fit best what has been typed so far."""
    if not request.question.terms:
        return []
    index, limit = choose_index(session), request.page.limit
    found = ranking.list_candidates(session, viewer, index, request, limit=limit).found
    episodes = library_queries.list_by_ids(session, [one.episode_id for one in found])
    return [episodes[one.episode_id] for one in found if one.episode_id in episodes]


def list_all_moments(session: Session, viewer: Viewer, episode_id: str, asked: Question) -> Moments:
    """Every moment of one episode that answers, best first. The caller has made sure that the
    viewer may see it."""
    question = synonyms.widen(session, viewer, asked)
    found = list_moments(
        session, choose_index(session), question, [episode_id], shown=MOST_SEGMENTS
    )
    return found.get(episode_id, Moments())


def choose_index(session: Session) -> SearchIndex:
    """The full text index of the database that this session speaks to."""
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    return PostgresqlIndex(session) if is_postgresql else Fts5Index(session)


def _find_instead(
    session: Session,
    viewer: Viewer,
    index: SearchIndex,
    request: SearchRequest,
    results: Sequence[Result] = (),
) -> str | None:
    """What else may have been meant; what the results have in their moments is meant as it is."""
    said = {term for one in results for moment in one.moments for term in moment.terms}
    others = [term for number, term in enumerate(request.question.terms) if number not in said]
    return spelling.find_instead(session, viewer, index, others, request)


def _count(
    session: Session,
    viewer: Viewer,
    index: SearchIndex,
    request: SearchRequest,
    found: Found,
    meant: Meant,
) -> Mapping[str, Sequence[Choice]]:
    """Counts of all that is found: exact where neither words nor meaning have more.

    Narrowed down to what meaning alone has found, a question is answered by some of its words too,
    and by what is only somewhat like it. A further page knows of nothing before it, so that all is
    looked for again.
    """
    if request.page.cursor:
        if not request.is_counted:
            return {}
        request = replace(request, page=PageRequest(request.page.limit))
        found = list_found(session, viewer, index, request, meant)
    idents = found.all_ids
    is_widened = found.is_answered and len(idents) > len(found.by_words)
    is_all = not (found.has_more or is_widened) and len(found.near) < meaning.STRETCHES
    return count_facets(session, viewer, idents, is_all=is_all) if idents else {}


def _list_results(
    session: Session,
    index: SearchIndex,
    request: SearchRequest,
    found: Found,
) -> Sequence[Result]:
    idents = found.episode_ids
    episodes = library_queries.list_by_ids(session, idents)
    moments = list_moments(session, index, request.question, idents)
    if found.near:
        question, near = request.question, found.near
        moments = meaning.add_moments(session, moments, near, idents, question, found.list_weights)
    read = reader_of(request.question)
    points = _explain(session, index, request, found) if request.explain else {}
    results = []
    # What has been deleted since it was found is left out: statements see what is there by then.
    for ident in [ident for ident in idents if ident in episodes]:
        own = moments.get(ident, Moments())
        results.append(
            Result(
                *(episodes[ident], own.best, own.more, own.ticks, points.get(ident)),
                written=read(episodes[ident]),
            )
        )
    return results


def _explain(
    session: Session,
    index: SearchIndex,
    request: SearchRequest,
    found: Found,
) -> Mapping[str, Points]:
    """Why each stands where it stands: its points, where its words are, how near its meaning."""
    idents, terms = found.episode_ids, request.question.terms
    fields = ranking.list_fields(session, index, terms, idents) if terms and idents else {}
    missing = ranking.list_missing(session, index, terms, idents) if terms and idents else {}
    # The best stretch of an episode comes first.
    nearness = {one.episode_id: one.similarity for one in reversed(found.near)}
    known = ranking.list_points(session, idents) if idents else {}
    return {
        ident: replace(
            known[ident],
            text=float(found.by_words[ident].text) if ident in found.by_words else 0.0,
            fields={term.text: fields.get((ident, term.text), ()) for term in terms},
            missing=missing.get(ident, ()),
            nearness=nearness.get(ident),
            ranks=found.ranks.get(ident),
        )
        for ident in idents
        if ident in known
    }
