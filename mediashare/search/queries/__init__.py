"""Full text search over episodes and what is said in them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from mediashare.accounts.policy import Viewer
from mediashare.library import queries as library_queries
from mediashare.library.models import Episode
from mediashare.search.queries import ranking, spelling, synonyms
from mediashare.search.queries.facets import MOST_RESULTS, count_facets
from mediashare.search.queries.moments import MOST_SEGMENTS, Moments, list_moments
from mediashare.search.queries.port import SearchIndex
from mediashare.search.queries.postgresql import PostgresqlIndex
from mediashare.search.queries.question import Question
from mediashare.search.queries.ranking import Candidate, Candidates
from mediashare.search.queries.request import Choice, Result, SearchPage, SearchRequest
from mediashare.search.queries.sqlite import Fts5Index


def search(session: Session, viewer: Viewer, request: SearchRequest) -> SearchPage:
    """One page of the episodes that `viewer` may see and that answer the request, best first,
    each with its best moments."""
    if not request.question.terms and not request.question.is_browsing:
        return SearchPage()
    index = choose_index(session)
    typed = request.question
    request = replace(request, question=synonyms.widen(session, viewer, typed))
    limit = request.page.limit
    most = limit if request.page.cursor else max(limit, MOST_RESULTS)
    candidates = ranking.list_candidates(session, viewer, index, request, limit=most)
    shown = candidates.found[:limit]
    has_more = candidates.has_more or len(candidates.found) > limit
    is_missed = typed.terms and (candidates.is_loose or not shown) and not request.page.cursor
    return SearchPage(
        results=_list_results(session, index, request, shown),
        next_cursor=shown[-1].cursor if has_more else None,
        is_loose=candidates.is_loose,
        also=synonyms.list_also(request.question),
        instead=spelling.find_instead(session, viewer, index, typed, request.text)
        if is_missed
        else None,
        facets={} if request.page.cursor else _count(session, viewer, candidates),
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


def list_suggestions(session: Session, viewer: Viewer, request: SearchRequest) -> Sequence[Episode]:
    """The episodes that fit best what has been typed so far."""
    if not request.question.terms:
        return []
    index, limit = choose_index(session), request.page.limit
    found = ranking.list_candidates(session, viewer, index, request, limit=limit).found
    episodes = library_queries.list_by_ids(session, [one.episode_id for one in found])
    return [episodes[one.episode_id] for one in found]


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


def _count(
    session: Session, viewer: Viewer, candidates: Candidates
) -> Mapping[str, Sequence[Choice]]:
    idents = [candidate.episode_id for candidate in candidates.found]
    return count_facets(session, viewer, idents, is_all=not candidates.has_more) if idents else {}


def _list_results(
    session: Session, index: SearchIndex, request: SearchRequest, found: Sequence[Candidate]
) -> Sequence[Result]:
    idents = [candidate.episode_id for candidate in found]
    episodes = library_queries.list_by_ids(session, idents)
    moments = list_moments(session, index, request.question, idents)
    if request.explain and request.question.terms and idents:
        found = _explained(session, index, request.question, found)
    results = []
    for candidate in found:
        own = moments.get(candidate.episode_id, Moments())
        episode = episodes[candidate.episode_id]
        points = candidate.points if request.explain else None
        results.append(Result(episode, own.best, own.more, own.ticks, points))
    return results


def _explained(
    session: Session, index: SearchIndex, question: Question, found: Sequence[Candidate]
) -> Sequence[Candidate]:
    idents = [candidate.episode_id for candidate in found]
    fields = ranking.list_fields(session, index, question.terms, idents)
    return [
        replace(
            candidate,
            points=replace(
                candidate.points,
                fields={
                    term.text: fields.get((candidate.episode_id, term.text), ())
                    for term in question.terms
                },
            ),
        )
        for candidate in found
    ]
