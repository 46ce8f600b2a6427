"""What people do in a discussion: post, edit, delete; what moderators do: hide, restore; and what
becomes of it when another version of the episode is played."""

from dataclasses import asdict, dataclass

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from mediashare import clock
from mediashare.accounts.policy import Viewer
from mediashare.discussion import policy
from mediashare.discussion.errors import (
    CommentHiddenError,
    CommentNotFoundError,
    DiscussionClosedError,
    NotYourCommentError,
)
from mediashare.discussion.models import Comment, Unplayed
from mediashare.discussion.policy import Placed
from mediashare.errors import InvalidInputError
from mediashare.library import policy as library_policy
from mediashare.library import queries as library_queries
from mediashare.library import service as library_service
from mediashare.library.models import Episode
from mediashare.media import queries as media_queries
from mediashare.media.models import Version
from mediashare.media.policy import Change
from mediashare.notifications import service as notifications_service
from mediashare.sentences import said


@dataclass(frozen=True)
class NewComment:
    """What somebody wants to say, checked by discussion/forms.py as far as a form can."""

    body: str
    start_ms: int | None = None
    end_ms: int | None = None
    parent_id: str | None = None


def post_comment(session: Session, viewer: Viewer, episode: Episode, new: NewComment) -> Comment:
    """People discuss what they can play: the whole, a moment of it, or what others said.

    The author of the episode and whoever is answered are told.
    """
    library_service.lock_episode(session, episode.id)
    if not library_policy.may_discuss(viewer, episode):
        raise DiscussionClosedError
    _check_moment(episode, new)
    parent = _find_parent(session, viewer, episode, new)
    comment = Comment(
        episode_id=episode.id,
        author_id=viewer.id,
        parent_id=new.parent_id,
        body=new.body,
        start_ms=new.start_ms,
        end_ms=new.end_ms,
    )
    session.add(comment)
    library_service.record_comments(session, episode.id, 1)
    session.flush()
    _tell(session, viewer, episode, comment, parent)
    return comment


def edit_comment(session: Session, viewer: Viewer, comment: Comment, body: str) -> None:
    """Authors put their words better; everybody sees that they did."""
    _lock(session, comment)
    if not policy.may_change(viewer, comment):
        raise NotYourCommentError
    if comment.hidden_at is not None:
        raise CommentHiddenError
    if body != comment.body:
        comment.body, comment.edited_at = body, clock.now()


def delete_comment(session: Session, viewer: Viewer, comment: Comment) -> None:
    """Authors take their words back. Where others have answered, an empty place stays."""
    _lock(session, comment)
    if not policy.may_change(viewer, comment):
        raise NotYourCommentError
    if comment.counts:
        library_service.record_comments(session, comment.episode_id, -1)
    comment.body, comment.deleted_at = "", clock.now()
    session.flush()
    _sweep(session, comment)


def hide_comment(session: Session, comment: Comment) -> None:
    """Nobody but its author and moderators reads its words any more."""
    _lock(session, comment)
    if comment.counts:
        library_service.record_comments(session, comment.episode_id, -1)
        comment.hidden_at = clock.now()


def restore_comment(session: Session, comment: Comment) -> None:
    """Its words are read again by whoever may see the episode."""
    _lock(session, comment)
    if comment.hidden_at is not None and comment.deleted_at is None:
        library_service.record_comments(session, comment.episode_id, 1)
        comment.hidden_at = None


def follow_version(session: Session, version: Version, former: Version, change: Change) -> None:
    """Moments go on meaning what they were said about, now that another version is played.

    Those that are not played at present wait, marked, for a version that plays them again.
    """
    about = (Comment.episode_id == version.episode_id, Comment.start_ms.is_not(None))
    session.execute(
        update(Comment)
        .where(*about, Comment.recording_id.is_(None))
        .values(
            recording_id=former.recording_id,
            recorded_start_ms=Comment.start_ms + change.before.start_ms,
            recorded_end_ms=Comment.end_ms + change.before.start_ms,
        )
    )
    later = media_queries.list_later_recordings(session, version)
    rows = session.execute(
        select(
            Comment.id, Comment.recording_id, Comment.recorded_start_ms, Comment.recorded_end_ms
        ).where(Comment.episode_id == version.episode_id, Comment.recording_id.is_not(None))
    )
    placed = []
    for ident, recording_id, start_ms, end_ms in rows:
        if recording_id == version.recording_id:
            moment = policy.place_moment(change, start_ms or 0, end_ms)
        else:
            moment = Placed(Unplayed.LATER if recording_id in later else Unplayed.EARLIER)
        placed.append({"id": ident, **asdict(moment)})
    if placed:
        session.execute(update(Comment), placed)


def _lock(session: Session, comment: Comment) -> None:
    # All changes to one discussion wait for each other; what is true is read after the wait.
    library_service.lock_episode(session, comment.episode_id)
    if session.get(Comment, comment.id, populate_existing=True) is None:
        raise CommentNotFoundError


def _check_moment(episode: Episode, new: NewComment) -> None:
    if new.start_ms is None and new.end_ms is not None:
        raise InvalidInputError(errors={"start": said("A moment that ends must start.")})
    last = episode.duration_ms or 0
    errors = {
        name: said("This is after the end of the episode.")
        for name, value in (("start", new.start_ms), ("end", new.end_ms))
        if value is not None and value > last
    }
    if new.start_ms is not None and new.end_ms is not None and new.end_ms <= new.start_ms:
        errors.setdefault("end", said("The end must come after the start."))
    if errors:
        raise InvalidInputError(errors=errors)


def _find_parent(
    session: Session, viewer: Viewer, episode: Episode, new: NewComment
) -> Comment | None:
    if new.parent_id is None:
        return None
    parent = session.scalar(
        select(Comment).where(Comment.id == new.parent_id, Comment.episode_id == episode.id)
    )
    if parent is None or not policy.may_read_words(viewer, parent):
        raise InvalidInputError(errors={"parent_id": said("That comment is gone.")})
    return parent


def _tell(
    session: Session, viewer: Viewer, episode: Episode, comment: Comment, parent: Comment | None
) -> None:
    told = {"name": viewer.name, "title": episode.title}
    texts = {episode.author_id: said("%(name)s commented on “%(title)s”.", **told)}
    if parent is not None:
        texts[parent.author_id] = said("%(name)s answered your comment on “%(title)s”.", **told)
    for user_id, text in texts.items():
        if user_id == viewer.id:
            continue
        if library_queries.may_user_read(session, user_id, episode.id):
            path = f"{episode.path}#comment-{comment.id}"
            notifications_service.notify(session, user_id, "comment", text, path)


def _sweep(session: Session, comment: Comment | None) -> None:
    # An empty place is kept only for the sake of its answers; without them it goes, and so may
    # the empty place that it was an answer to.
    while comment is not None and comment.deleted_at is not None:
        if session.scalar(select(exists().where(Comment.parent_id == comment.id))):
            return
        parent_id = comment.parent_id
        session.delete(comment)
        session.flush()
        comment = session.get(Comment, parent_id) if parent_id else None
