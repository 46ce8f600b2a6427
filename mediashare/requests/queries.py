"""Find requests and their answers; who may see which is decided here, in the same statement."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import ColumnElement, and_, exists, false, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session, contains_eager, joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from mediashare.accounts import policy as accounts_policy
from mediashare.accounts import queries as accounts_queries
from mediashare.accounts.models import User
from mediashare.accounts.policy import Viewer
from mediashare.db.paging import Page, PageRequest, page_by_time
from mediashare.groups import queries as groups_queries
from mediashare.groups.models import Membership
from mediashare.library import queries as library_queries
from mediashare.library.models import Audience, Episode
from mediashare.requests import policy
from mediashare.requests.errors import AnswerNotFoundError, RequestNotFoundError
from mediashare.requests.models import (
    Answer,
    PlannedAnswer,
    Request,
    RequestState,
    RequestWant,
    RequestWord,
)

# Nobody looks through more answers to one request, or more of their own clips to choose from.
MOST_ANSWERS, MOST_OWN = 50, 50


def visible_to(viewer: Viewer) -> ColumnElement[bool]:
    """The condition under which `viewer` may know of a request.

    People see what they have asked, and what was asked in the groups that they belong to now;
    members see what was asked of all members. Nobody else sees anything, whatever their role.
    """
    if not viewer.is_signed_in:
        return false()
    in_group = exists().where(
        Membership.group_id == Request.group_id, Membership.user_id == viewer.id
    )
    everybody = true() if accounts_policy.is_member(viewer) else false()
    return or_(Request.asker_id == viewer.id, in_group, and_(Request.group_id.is_(None), everybody))


def _for_rows(viewer: Viewer) -> tuple[ORMOption, ...]:
    # The names of groups that the viewer may not know of stay where they are: whoever has left a
    # secret group still sees what they have asked there.
    group = Request.group.and_(groups_queries.visible_to(viewer))
    return joinedload(Request.asker), joinedload(group)


def get_request(session: Session, viewer: Viewer, ident: str) -> Request:
    """The request with this id; raises RequestNotFoundError unless the viewer may know of it."""
    found = session.scalar(
        select(Request).where(Request.id == ident, visible_to(viewer)).options(*_for_rows(viewer))
    )
    if found is None:
        raise RequestNotFoundError
    return found


def find_open(session: Session, viewer: Viewer, ident: str) -> Request | None:
    """The open request with this id, if the viewer may know of it."""
    is_open = (Request.id == ident, Request.state == RequestState.OPEN)
    return session.scalar(select(Request).where(*is_open, visible_to(viewer)))


def is_planned(episode_id: ColumnElement[str] | InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """The condition under which an episode was made for a request, whoever may know of that one."""
    return exists().where(PlannedAnswer.episode_id == episode_id)


def find_planned(session: Session, viewer: Viewer, episode_id: str) -> Request | None:
    """The open request for which an episode was made, if the viewer may know of it still."""
    return session.scalar(
        select(Request)
        .join(PlannedAnswer, PlannedAnswer.request_id == Request.id)
        .where(
            PlannedAnswer.episode_id == episode_id,
            Request.state == RequestState.OPEN,
            visible_to(viewer),
        )
    )


def may_user_see(session: Session, user_id: str, request_id: str) -> bool:
    """Whether somebody who is not asking may see the request now; ask before telling them of it."""
    user = session.get(User, user_id)
    if user is None or not user.is_active:
        return False
    seen = visible_to(accounts_queries.viewer_of(user))
    found = session.scalar(select(Request.id).where(Request.id == request_id, seen))
    return found is not None


def list_requests(
    session: Session, viewer: Viewer, page: PageRequest, *, state: RequestState | None = None
) -> Page[Request]:
    """The requests that the viewer may know of, newest first, perhaps of one state."""
    query = select(Request).where(visible_to(viewer)).options(*_for_rows(viewer))
    if state is not None:
        query = query.where(Request.state == state)
    return page_by_time(session, query, page, time=Request.created_at, ident=Request.id)


def list_open_about(
    session: Session, viewer: Viewer, words: Collection[str], *, limit: int
) -> Sequence[Request]:
    """Open requests that have at least half of these words: those with most of them first, then
    those that most people want. `words` are as `policy.words_of` reads them."""
    if not words:
        return []
    common = (
        select(RequestWord.request_id, func.count().label("common"))
        .where(RequestWord.word.in_(words))
        .group_by(RequestWord.request_id)
        .having(func.count() >= policy.least_common(words))
        .subquery()
    )
    return session.scalars(
        select(Request)
        .join(common, common.c.request_id == Request.id)
        .where(Request.state == RequestState.OPEN, visible_to(viewer))
        .order_by(
            common.c.common.desc(),
            Request.want_count.desc(),
            Request.created_at.desc(),
            Request.id,
        )
        .limit(limit)
    ).all()


def list_wanted(session: Session, viewer: Viewer, idents: Collection[str]) -> Collection[str]:
    """Which of these requests the viewer has said to want too."""
    return set(
        session.scalars(
            select(RequestWant.request_id).where(
                RequestWant.user_id == viewer.id, RequestWant.request_id.in_(idents)
            )
        )
    )


def list_wanting(session: Session, request: Request, *, limit: int) -> Sequence[str]:
    """The ids of those who want a request, whoever asked among them."""
    others = session.scalars(
        select(RequestWant.user_id)
        .where(RequestWant.request_id == request.id)
        .order_by(RequestWant.created_at, RequestWant.user_id)
        .limit(limit)
    )
    return list(dict.fromkeys([request.asker_id, *others]))


def count_answers(session: Session, viewer: Viewer, idents: Collection[str]) -> Mapping[str, int]:
    """How many answers each of these requests has that the viewer may see."""
    rows = session.execute(
        select(Answer.request_id, func.count())
        .join(Answer.episode)
        .where(Answer.request_id.in_(idents), library_queries.listed_for(viewer))
        .group_by(Answer.request_id)
    )
    return dict(rows.all())


def list_answers(session: Session, viewer: Viewer, request_id: str) -> Sequence[Answer]:
    """What is offered for a request, as far as the viewer may see those clips: what was accepted
    first, then in the order in which it was offered."""
    return session.scalars(
        select(Answer)
        .join(Answer.episode)
        .where(Answer.request_id == request_id, library_queries.listed_for(viewer))
        .options(
            contains_eager(Answer.episode).options(
                joinedload(Episode.author), selectinload(Episode.tags)
            ),
            joinedload(Answer.offered_by),
        )
        .order_by(Answer.accepted_at.is_(None), Answer.created_at, Answer.id)
        .limit(MOST_ANSWERS)
    ).all()


def get_answer(session: Session, viewer: Viewer, request_id: str, ident: str) -> Answer:
    """One answer of a request; raises AnswerNotFoundError unless the viewer may see its clip."""
    found = session.scalar(
        select(Answer)
        .join(Answer.episode)
        .where(
            Answer.id == ident,
            Answer.request_id == request_id,
            library_queries.listed_for(viewer),
        )
        .options(contains_eager(Answer.episode))
    )
    if found is None:
        raise AnswerNotFoundError
    return found


def list_offerable(session: Session, viewer: Viewer) -> Sequence[Episode]:
    """The viewer's own clips that others see too, newest first: what they may choose from."""
    return session.scalars(
        select(Episode)
        .where(
            Episode.author_id == viewer.id,
            Episode.audience.not_in((Audience.PRIVATE, Audience.UNLISTED)),
            library_queries.listed_for(viewer),
        )
        .order_by(Episode.published_at.desc(), Episode.id)
        .limit(MOST_OWN)
    ).all()
