"""Full text search over episodes and what is said in them."""

from sqlalchemy.orm import Session

from mediashare.accounts.policy import Viewer
from mediashare.library import queries as library_queries
from mediashare.search.queries import meaning
from mediashare.search.queries.marking import Marker
from mediashare.search.queries.moments import Moments, list_moments
from mediashare.search.queries.port import SearchIndex
from mediashare.search.queries.postgresql import PostgresqlIndex
from mediashare.search.queries.ranking import list_conditions, list_ranked
from mediashare.search.queries.request import Result, SearchPage, SearchRequest
from mediashare.search.queries.sqlite import Fts5Index
from mediashare.vectors.port import Finder


def search(
    session: Session, viewer: Viewer, request: SearchRequest, finder: Finder | None = None
) -> SearchPage:
    """One page of the episodes that `viewer` may see and that answer the request, best first,
    each with its best moments; with a `finder` also those that answer it in other words."""
    if not request.question.terms and not request.question.is_browsing:
        return SearchPage()
    index = choose_index(session)
    near = meaning.list_near(session, request, list_conditions(viewer, index, request), finder)
    wanted = meaning.of_both(request) if near else request
    ranked = list_ranked(session, viewer, index, wanted)
    if near:
        ranked = meaning.fuse_pages(request, ranked, near)
    episodes = library_queries.list_by_ids(session, ranked.episode_ids)
    moments = list_moments(session, index, request.question, ranked.episode_ids)
    if near:
        marker = Marker(request.question, stemmer=index.stemmer)
        moments = meaning.add_moments(session, moments, near, ranked.episode_ids, marker)
    results = []
    for ident in ranked.episode_ids:
        found = moments.get(ident, Moments())
        results.append(Result(episodes[ident], found.best, found.more))
    return SearchPage(results, ranked.next_cursor, ranked.is_loose)


def choose_index(session: Session) -> SearchIndex:
    """The full text index of the database that this session speaks to."""
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    return PostgresqlIndex() if is_postgresql else Fts5Index()
