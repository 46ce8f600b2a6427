"""What stands beside the results of a search: whom to ask, what is asked already, and, where
nothing was found, what a wider search would find.

Everything is derived from episodes that the viewer may find and requests that they may see.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from mediashare.accounts.models import User
from mediashare.accounts.policy import Viewer
from mediashare.db.paging import PageRequest
from mediashare.follows import queries as follows_queries
from mediashare.groups import queries as groups_queries
from mediashare.groups.models import Group
from mediashare.library import queries as library_queries
from mediashare.requests import policy as requests_policy
from mediashare.requests import queries as requests_queries
from mediashare.requests.models import Request
from mediashare.search import queries as search_queries
from mediashare.search.queries.filters import is_called
from mediashare.search.queries.question import Question, read_question
from mediashare.search.queries.ranking import Candidate
from mediashare.search.queries.request import Filters, Result, SearchPage, SearchRequest

MOST_PEOPLE, MOST_REQUESTS = 3, 3
# A wider search is counted up to here; beyond, it is "at least".
MOST_COUNTED = 50
# The clips of a wider search that tell whom to ask.
MOST_EVIDENCE = 20


@dataclass
class Evidence:
    """Why somebody may know: how many of the clips that were found are theirs, with how many
    moments, of which so many have none of the words (`alike`), and how many people these have
    helped."""

    person: User
    clips: int = 0
    moments: int = 0
    alike: int = 0
    solved: int = 0


@dataclass(frozen=True)
class Wider:
    """Another search that finds more: what is left out, its words, and how many clips it finds,
    exactly or at least."""

    leaves_out: str
    text: str
    count: int
    is_least: bool


@dataclass(frozen=True)
class Around:
    """What stands beside the results. `names` tells what a filter's value is called;
    nothing was found where only followed people were asked for and the viewer `follows_nobody`."""

    people: Sequence[Evidence] = ()
    requests: Sequence[Request] = ()
    wider: Sequence[Wider] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    follows_nobody: bool = False


def look_around(
    session: Session, viewer: Viewer, request: SearchRequest, page: SearchPage
) -> Around:
    """What stands beside this page of results; nothing where no words were asked for."""
    names = _list_names(session, viewer, request.filters)
    follows_nobody = (
        not page.results
        and request.filters.followed
        and follows_queries.follows_nobody(session, viewer)
    )
    question = read_question(page.put_right) if page.put_right else request.question
    terms = question.terms
    if not terms:
        return Around(names=names, follows_nobody=follows_nobody)
    words = requests_policy.words_of(" ".join(term.text for term in terms))
    wider: Sequence[Wider] = ()
    results = page.results
    if not results and not request.page.cursor:
        wider, results = _list_wider(session, viewer, request)
    return Around(
        people=_list_people(viewer, results),
        requests=requests_queries.list_open_about(session, viewer, words, limit=MOST_REQUESTS),
        wider=wider,
        names=names,
        follows_nobody=follows_nobody,
    )


@dataclass(frozen=True)
class Suggested:
    """What may answer a question already, and who may know."""

    results: Sequence[Result] = ()
    people: Sequence[Evidence] = ()


def find_suggested(session: Session, viewer: Viewer, request: SearchRequest) -> Suggested:
    """What a request may be answered with; nothing for a question without any word."""
    if not request.question.terms:
        return Suggested()
    results = search_queries.list_answers(session, viewer, request)
    return Suggested(results, _list_people(viewer, results))


def _list_people(viewer: Viewer, results: Sequence[Result]) -> Sequence[Evidence]:
    """Those who made most of what was found, as far as they are there to be asked."""
    found: dict[str, Evidence] = {}
    for result in results:
        author = result.episode.author
        if author.id != viewer.id and author.is_active:
            known = found.setdefault(author.id, Evidence(author))
            known.clips += 1
            known.moments += len(result.ticks)
            known.alike += sum(moment.is_alike for moment in result.moments)
            known.solved += result.episode.solved_count
    return sorted(found.values(), key=_by_evidence)[:MOST_PEOPLE]


def _by_evidence(one: Evidence) -> tuple[int, int, int, int, str]:
    """Who has used the words comes before who has said something like them."""
    in_words = one.moments - one.alike
    return -in_words, -one.moments, -one.solved, -one.clips, one.person.handle


def _list_wider(
    session: Session, viewer: Viewer, request: SearchRequest
) -> tuple[Sequence[Wider], Sequence[Result]]:
    """Searches that leave something out and find something, and the best clips of the widest: what
    was not found tells of nobody. Leaving out single words is what search does by itself."""
    wider: list[Wider] = []
    best: Sequence[Candidate] = ()
    for leaves_out, asked in _leave_out(request):
        some = search_queries.list_candidates(session, viewer, asked, limit=MOST_COUNTED)
        if some.found:
            wider.append(Wider(leaves_out, asked.text, len(some.found), some.has_more))
            best = some.found[:MOST_EVIDENCE]
    if not best:
        return wider, ()
    idents = [one.episode_id for one in best]
    episodes = library_queries.list_by_ids(session, idents)
    return wider, [Result(episodes[ident]) for ident in idents if ident in episodes]


def _leave_out(request: SearchRequest) -> Iterator[tuple[str, SearchRequest]]:
    request = replace(request, page=PageRequest(), explain=False)
    if request.filters != Filters():
        yield "filters", replace(request, filters=Filters())
    text = _apart(request.question)
    # Read as the link to it will be: the words that do not count outside quotes are not asked for.
    apart = read_question(text)
    if (apart.terms, apart.excluded) != (request.question.terms, request.question.excluded):
        yield "marks", replace(request, filters=Filters(), question=apart, text=text)


def _apart(question: Question) -> str:
    """The same words, each for itself, and nothing excluded."""
    words = (word for term in question.terms for word in term.words)
    return " ".join(dict.fromkeys(words))


def list_group_names(
    session: Session, viewer: Viewer, groups: Collection[str]
) -> Mapping[str, str]:
    """What these groups are called, by slug or id, as far as the viewer may know of them."""
    named = or_(Group.slug.in_(groups), Group.id.in_(groups))
    rows = session.execute(
        select(Group.slug, Group.id, Group.name).where(named, groups_queries.visible_to(viewer))
    ).all()
    return {key: row.name for row in rows for key in (row.slug, row.id)}


def _list_names(session: Session, viewer: Viewer, filters: Filters) -> Mapping[str, str]:
    """What the chosen group is called and which handle the chosen author has, if the viewer may
    know of them."""
    names: dict[str, str | None] = {}
    if filters.group:
        names["group"] = list_group_names(session, viewer, [filters.group]).get(filters.group)
    if filters.author:
        known = (is_called(viewer, filters.author), groups_queries.knows_of(viewer))
        names["author"] = session.scalar(select(User.handle).where(User.is_active, *known))
    return {kind: name for kind, name in names.items() if name is not None}
