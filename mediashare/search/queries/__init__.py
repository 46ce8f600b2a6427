"""Full text search over episodes and what is said in them."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from mediashare import stems
from mediashare.accounts.policy import Viewer
from mediashare.library import queries as library_queries
from mediashare.search.queries import ranking
from mediashare.search.queries.moments import Moments, list_moments
from mediashare.search.queries.port import DOCUMENTS, SearchIndex
from mediashare.search.queries.postgresql import PostgresqlIndex
from mediashare.search.queries.ranking import Candidate, Candidates
from mediashare.search.queries.request import Result, SearchPage, SearchRequest
from mediashare.search.queries.sqlite import Fts5Index


def search(session: Session, viewer: Viewer, request: SearchRequest) -> SearchPage:
    """One page of the episodes that `viewer` may see and that answer the request, best first,
    each with its best moments."""
    if not request.question.terms and not request.question.is_browsing:
        return SearchPage()
    index = choose_index(session)
    limit = request.page.limit
    candidates = ranking.list_candidates(session, viewer, index, request, limit=limit)
    return SearchPage(
        results=_list_results(session, index, request, candidates.found),
        next_cursor=candidates.found[-1].cursor if candidates.has_more else None,
        is_loose=candidates.is_loose,
    )


def list_candidates(
    session: Session, viewer: Viewer, request: SearchRequest, *, limit: int
) -> Candidates:
    """The best `limit` episodes by their words that `viewer` may see, in order: what other ways of
    searching are joined with."""
    if not request.question.terms and not request.question.is_browsing:
        return Candidates()
    return ranking.list_candidates(session, viewer, choose_index(session), request, limit=limit)


def choose_index(session: Session) -> SearchIndex:
    """The full text index of the database that this session speaks to."""
    languages = session.scalars(select(DOCUMENTS.c.language).distinct()).all() or [stems.UNSAID]
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    return PostgresqlIndex(languages) if is_postgresql else Fts5Index(languages)


def _list_results(
    session: Session, index: SearchIndex, request: SearchRequest, found: Sequence[Candidate]
) -> Sequence[Result]:
    idents = [candidate.episode_id for candidate in found]
    episodes = library_queries.list_by_ids(session, idents)
    moments = list_moments(session, index, request.question, idents)
    results = []
    for candidate in found:
        own = moments.get(candidate.episode_id, Moments())
        episode = episodes[candidate.episode_id]
        results.append(Result(episode, own.best, own.more, own.ticks))
    return results
