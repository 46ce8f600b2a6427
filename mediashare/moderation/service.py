"""Reporting, and deciding on what was reported."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from mediashare import clock
from mediashare.accounts.policy import Viewer
from mediashare.audit import service as audit_service
from mediashare.discussion import queries as discussion_queries
from mediashare.discussion import service as discussion_service
from mediashare.discussion.models import Comment
from mediashare.errors import InvalidInputError
from mediashare.library import queries as library_queries
from mediashare.library import service as library_service
from mediashare.library.models import Episode
from mediashare.moderation import queries as moderation_queries
from mediashare.moderation.errors import (
    AlreadyDecidedError,
    AlreadyReportedError,
    NotHiddenError,
    OwnContentError,
    ReportNotFoundError,
)
from mediashare.moderation.models import Action, Decision, Reason, Report, TargetType
from mediashare.notifications import service as notifications_service
from mediashare.sentences import said, together

# What an author is told, with and without the title of the episode.
EPISODE_DONE = {
    Action.HIDE: (
        said("A moderator has hidden your episode “%(title)s”."),
        said("A moderator has hidden your episode."),
    ),
    Action.RESTORE: (
        said("A moderator has restored your episode “%(title)s”."),
        said("A moderator has restored your episode."),
    ),
}
COMMENT_DONE = {
    Action.HIDE: (
        said("A moderator has hidden your comment on “%(title)s”."),
        said("A moderator has hidden your comment."),
    ),
    Action.RESTORE: (
        said("A moderator has restored your comment on “%(title)s”."),
        said("A moderator has restored your comment."),
    ),
}
THANKS = said("A moderator has looked at what you reported. Thank you for telling us.")


@dataclass(frozen=True)
class Target:
    """What a report is about: the type and id of it."""

    type: TargetType
    id: str


@dataclass(frozen=True)
class Complaint:
    """Why somebody reports it, checked by moderation/forms.py."""

    reason: Reason
    note: str = ""
    at_ms: int | None = None


@dataclass(frozen=True)
class Ruling:
    """What a moderator wants to happen, and why, checked by moderation/forms.py."""

    action: Action
    reason: str


def report(session: Session, viewer: Viewer, target: Target, complaint: Complaint) -> Report:
    """People report what they can see, each of them once until it is decided."""
    if target.type is TargetType.COMMENT:
        comment = discussion_queries.get_comment(session, viewer, target.id)
        episode = library_service.lock_episode(session, comment.episode_id)
    else:
        found = library_queries.get_episode(session, viewer, target.id)
        episode = library_service.lock_episode(session, found.id)
    if complaint.at_ms is not None and complaint.at_ms > (episode.duration_ms or 0):
        raise InvalidInputError(errors={"at": said("This is after the end of the episode.")})
    if moderation_queries.find_open_report(session, viewer, target.type, target.id):
        raise AlreadyReportedError
    made = Report(
        reporter_id=viewer.id,
        target_type=target.type,
        target_id=target.id,
        episode_id=episode.id,
        reason=complaint.reason,
        note=complaint.note,
        at_ms=complaint.at_ms,
    )
    session.add(made)
    session.flush()
    return made


def decide(
    session: Session, viewer: Viewer, report_id: str, ruling: Ruling, *, address: str | None = None
) -> Decision:
    """A moderator's word on a report closes all open reports of the same thing. Author and
    reporters are told, and it is on record, or it does not happen at all. Nobody decides on what
    they made themselves, unless there is nobody else to do it.

    What is hidden can be restored on the report that hid it; everything else is decided once.
    """
    found = moderation_queries.get_report(session, viewer, report_id)
    episode = library_service.lock_episode(session, found.episode_id)
    found = _read_again(session, found)
    comment = _find_comment(session, found)
    _check_impartial(session, viewer, episode, comment)
    _check_undecided(found, episode, comment, ruling.action)
    _act(session, episode, comment, ruling.action)
    decision = Decision(
        report_id=found.id, moderator_id=viewer.id, action=ruling.action, reason=ruling.reason
    )
    session.add(decision)
    audit_service.record(
        session,
        f"moderation.{ruling.action}",
        actor_id=viewer.id,
        subject=(found.target_type, found.target_id),
        address=address,
        reason=ruling.reason,
        report_id=found.id,
    )
    session.flush()
    _tell_author(session, viewer, episode, comment, ruling)
    _close(session, viewer, found, episode)
    return decision


def _read_again(session: Session, found: Report) -> Report:
    # Whoever decided while we waited for the lock has changed it.
    again = session.get(Report, found.id, populate_existing=True)
    if again is None:
        raise ReportNotFoundError
    return again


def _find_comment(session: Session, found: Report) -> Comment | None:
    if found.target_type is TargetType.EPISODE:
        return None
    comment = session.get(Comment, found.target_id, populate_existing=True)
    if comment is None or comment.deleted_at is not None:
        raise ReportNotFoundError
    return comment


def _check_impartial(
    session: Session, viewer: Viewer, episode: Episode, comment: Comment | None
) -> None:
    author_id = episode.author_id if comment is None else comment.author_id
    if author_id == viewer.id and not moderation_queries.may_judge_own(session, viewer):
        raise OwnContentError


def _check_undecided(
    found: Report, episode: Episode, comment: Comment | None, action: Action
) -> None:
    hidden_at = episode.hidden_at if comment is None else comment.hidden_at
    if action is Action.RESTORE and hidden_at is None:
        raise NotHiddenError
    if action is not Action.RESTORE and found.decided_at is not None:
        raise AlreadyDecidedError


def _act(session: Session, episode: Episode, comment: Comment | None, action: Action) -> None:
    if action is Action.HIDE and comment is not None:
        discussion_service.hide_comment(session, comment)
    elif action is Action.HIDE:
        library_service.hide(episode)
    elif action is Action.RESTORE and comment is not None:
        discussion_service.restore_comment(session, comment)
    elif action is Action.RESTORE:
        library_service.restore(episode)


def _close(session: Session, viewer: Viewer, found: Report, episode: Episode) -> None:
    for open_report in moderation_queries.list_open_reports(session, found):
        open_report.decided_at = clock.now()
        reporter_id = open_report.reporter_id
        if reporter_id is not None and reporter_id != viewer.id:
            path = _path(session, reporter_id, episode)
            notifications_service.notify(session, reporter_id, "moderation", THANKS, path)


def _tell_author(
    session: Session, viewer: Viewer, episode: Episode, comment: Comment | None, ruling: Ruling
) -> None:
    author_id = episode.author_id if comment is None else comment.author_id
    if ruling.action not in EPISODE_DONE or author_id == viewer.id:
        return
    path = _path(session, author_id, episode)
    # Somebody who may not see the episode any more is not told its title either.
    named, nameless = (EPISODE_DONE if comment is None else COMMENT_DONE)[ruling.action]
    done = said(named, title=episode.title) if path else nameless
    text = together([done, said("The reason: %(words)s", words=ruling.reason)])
    path += f"#comment-{comment.id}" if path and comment is not None else ""
    notifications_service.notify(session, author_id, "moderation", text, path)


def _path(session: Session, user_id: str, episode: Episode) -> str:
    readable = library_queries.may_user_read(session, user_id, episode.id)
    return episode.path if readable else ""
