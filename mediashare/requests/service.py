"""What happens to requests: asked, wanted, answered, settled, opened again."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from mediashare import clock
from mediashare.accounts import policy as accounts_policy
from mediashare.accounts.policy import Viewer
from mediashare.errors import InvalidInputError, NotAllowedError
from mediashare.groups import queries as groups_queries
from mediashare.library import queries as library_queries
from mediashare.library.errors import EpisodeNotFoundError
from mediashare.library.models import Audience, Episode
from mediashare.notifications import service as notifications_service
from mediashare.requests import policy
from mediashare.requests import queries as requests_queries
from mediashare.requests.errors import (
    AnswerOfferedError,
    NotOfferedError,
    NotYourAnswerError,
    NotYourRequestError,
    RequestNotFoundError,
    RequestSettledError,
    TooManyAnswersError,
)
from mediashare.requests.models import (
    Answer,
    PlannedAnswer,
    Request,
    RequestState,
    RequestWant,
    RequestWord,
)
from mediashare.sentences import said

# So many of those who want a request are told what has become of it.
MOST_TOLD = 100
NO_SUCH_CLIP = said("There is no such clip here, or you do not have access to it.")
NOT_FOR_OTHERS = said("Others can't find this clip. Choose another audience for it first.")
AFTER_THE_END = said("This is after the end of the clip.")


@dataclass(frozen=True)
class NewRequest:
    """What somebody asks for, checked by requests/forms.py as far as a form can."""

    title: str
    details: str = ""
    group_id: str | None = None


@dataclass(frozen=True)
class Offer:
    """A clip by its id or by the slug of its address, and perhaps a moment of it."""

    episode_id: str = ""
    slug: str = ""
    start_ms: int = 0
    end_ms: int | None = None


def ask(session: Session, viewer: Viewer, new: NewRequest) -> Request:
    """Members ask all members; whoever belongs to a group asks it alone."""
    if viewer.id is None or not policy.may_ask(viewer, new.group_id):
        raise NotAllowedError
    if new.group_id is not None:
        member = groups_queries.find_membership(session, new.group_id, viewer.id)
        if member is None:
            raise InvalidInputError(
                errors={"group": said("You can only ask groups you belong to.")}
            )
    request = Request(
        asker_id=viewer.id, group_id=new.group_id, title=new.title, details=new.details
    )
    session.add(request)
    session.flush()
    words = policy.words_of(f"{new.title} {new.details}")
    session.add_all(RequestWord(word=word, request_id=request.id) for word in words)
    return request


def want(session: Session, viewer: Viewer, request_id: str) -> Request:
    """Somebody else needs the same; saying so twice does no harm. Whoever asked is told, unless
    that note still waits to be read."""
    request = _lock(session, viewer, request_id)
    mine = session.get(RequestWant, (request.id, viewer.id))
    if mine is not None or policy.is_asker(viewer, request):
        return request
    if not policy.may_want(viewer, request):
        raise RequestSettledError
    session.add(RequestWant(request_id=request.id, user_id=viewer.id))
    request.want_count += 1
    if requests_queries.may_user_see(session, request.asker_id, request.id):
        text = said("You are not the only one who wants “%(title)s”.", title=request.title)
        notifications_service.notify_unless_unread(
            session, request.asker_id, "request_wanted", text, request.path
        )
    return request


def stop_wanting(session: Session, viewer: Viewer, request_id: str) -> Request:
    """It is not needed any more, by this person; where it was not, nothing happens."""
    request = _lock(session, viewer, request_id)
    mine = session.get(RequestWant, (request.id, viewer.id))
    if mine is not None:
        session.delete(mine)
        request.want_count -= 1
    return request


def offer(session: Session, viewer: Viewer, request_id: str, offered: Offer) -> Answer:
    """A clip that others may see is offered for an open request. Those who want it are told, as
    far as they may see the clip."""
    request = _lock(session, viewer, request_id)
    if viewer.id is None or not accounts_policy.may_write(viewer):
        raise NotAllowedError
    if request.state is not RequestState.OPEN:
        raise RequestSettledError
    episode = _get_offered(session, viewer, offered)
    _refuse_repetition(session, request, episode, offered.start_ms)
    answer = Answer(
        request_id=request.id,
        episode_id=episode.id,
        start_ms=offered.start_ms,
        end_ms=offered.end_ms,
        offered_by_id=viewer.id,
    )
    session.add(answer)
    session.flush()
    told = requests_queries.list_wanting(session, request, limit=MOST_TOLD)
    text = said("A clip is offered for “%(title)s”.", title=request.title)
    _tell(session, viewer, request, episode, ("request_answer", told, text))
    return answer


def plan(session: Session, viewer: Viewer, request_id: str | None, episode: Episode) -> None:
    """The viewer's episode is made for a request that they may know of and that is open; what is
    gone meanwhile is left aside, because the clip is worth keeping all the same."""
    if not request_id or viewer.id is None or viewer.id != episode.author_id:
        return
    request = requests_queries.find_open(session, viewer, request_id)
    if request is not None and session.get(PlannedAnswer, episode.id) is None:
        session.add(PlannedAnswer(episode_id=episode.id, request_id=request.id))


def offer_planned(session: Session, viewer: Viewer, episode: Episode) -> Answer:
    """What was made for a request is offered for it, now that others can see it."""
    request = requests_queries.find_planned(session, viewer, episode.id)
    if request is None:
        raise RequestNotFoundError
    answer = offer(session, viewer, request.id, Offer(episode_id=episode.id))
    forget_plan(session, episode)
    return answer


def forget_plan(session: Session, episode: Episode) -> None:
    """It is not meant for a request any more; where it was not, nothing happens."""
    session.execute(delete(PlannedAnswer).where(PlannedAnswer.episode_id == episode.id))


def accept(session: Session, viewer: Viewer, request_id: str, answer_id: str) -> Request:
    """What was asked for is here: the request is answered. Accepting it again does no harm.

    Whoever offered it, whoever made it and all who want it are told.
    """
    request = _lock_settled(session, viewer, request_id)
    answer = requests_queries.get_answer(session, viewer, request.id, answer_id)
    if answer.accepted_at is not None:
        return request
    if request.state is not RequestState.OPEN:
        raise RequestSettledError
    answer.accepted_at = clock.now()
    request.state, request.settled_at = RequestState.ANSWERED, clock.now()
    wanting = requests_queries.list_wanting(session, request, limit=MOST_TOLD)
    told = dict.fromkeys([answer.offered_by_id, answer.episode.author_id, *wanting])
    text = said("“%(title)s” is answered by a clip.", title=request.title)
    _tell(session, viewer, request, answer.episode, ("request_answered", list(told), text))
    return request


def withdraw(session: Session, viewer: Viewer, request_id: str, answer_id: str) -> Request:
    """People take back what they offered; a request that it has answered is open again."""
    request = _lock(session, viewer, request_id)
    answer = requests_queries.get_answer(session, viewer, request.id, answer_id)
    if not policy.may_withdraw(viewer, answer):
        raise NotYourAnswerError
    session.delete(answer)
    if answer.accepted_at is not None:
        request.state, request.settled_at = RequestState.OPEN, None
    return request


def close(session: Session, viewer: Viewer, request_id: str) -> Request:
    """Nobody needs to answer it any more; what was offered stays."""
    request = _lock_settled(session, viewer, request_id)
    if request.state is RequestState.OPEN:
        request.state, request.settled_at = RequestState.CLOSED, clock.now()
    return request


def reopen(session: Session, viewer: Viewer, request_id: str) -> Request:
    """It is not answered after all; what was accepted is an offer like the others again."""
    request = _lock_settled(session, viewer, request_id)
    request.state, request.settled_at = RequestState.OPEN, None
    for answer in session.scalars(select(Answer).where(Answer.request_id == request.id)):
        answer.accepted_at = None
    return request


def _lock(session: Session, viewer: Viewer, request_id: str) -> Request:
    """The request as it is now; others who change it wait until this transaction ends."""
    request = requests_queries.get_request(session, viewer, request_id)
    locked = select(Request).where(Request.id == request.id).with_for_update()
    session.scalars(locked, execution_options={"populate_existing": True}).one_or_none()
    return request


def _lock_settled(session: Session, viewer: Viewer, request_id: str) -> Request:
    request = _lock(session, viewer, request_id)
    group_id = request.group_id
    membership = groups_queries.find_membership(session, group_id, viewer.id) if group_id else None
    if not policy.may_settle(viewer, request, membership):
        raise NotYourRequestError
    return request


def _get_offered(session: Session, viewer: Viewer, offered: Offer) -> Episode:
    try:
        if offered.slug:
            episode = library_queries.get_episode_by_slug(session, viewer, offered.slug)
        else:
            episode = library_queries.get_episode(session, viewer, offered.episode_id)
    except EpisodeNotFoundError as error:
        raise NotOfferedError(NO_SUCH_CLIP) from error
    is_found = select(Episode.id).where(
        Episode.id == episode.id, library_queries.listed_for(viewer)
    )
    own_alone = episode.audience in {Audience.PRIVATE, Audience.UNLISTED}
    if own_alone or session.scalar(is_found) is None:
        raise NotOfferedError(NOT_FOR_OTHERS)
    if offered.start_ms and offered.start_ms >= (episode.duration_ms or 0):
        raise NotOfferedError(AFTER_THE_END)
    return episode


def _refuse_repetition(session: Session, request: Request, episode: Episode, start_ms: int) -> None:
    here = (Answer.request_id == request.id,)
    same = (*here, Answer.episode_id == episode.id, Answer.start_ms == start_ms)
    if session.scalar(select(Answer.id).where(*same)) is not None:
        raise AnswerOfferedError
    count = session.scalar(select(func.count()).select_from(Answer).where(*here)) or 0
    if count >= requests_queries.MOST_ANSWERS:
        raise TooManyAnswersError


def _tell(
    session: Session,
    viewer: Viewer,
    request: Request,
    episode: Episode,
    note: tuple[str, Sequence[str], str],
) -> None:
    """Tell these people, as far as they may see both the request and the clip. Notes name no clip:
    they stay in the inbox when their reader may not see it any more."""
    kind, user_ids, text = note
    for user_id in user_ids:
        if (
            user_id != viewer.id
            and requests_queries.may_user_see(session, user_id, request.id)
            and library_queries.may_user_read(session, user_id, episode.id)
        ):
            notifications_service.notify(session, user_id, kind, text, request.path)
