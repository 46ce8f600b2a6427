"""What moderators look at: open reports, and what is hidden. Private things are not theirs."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select, tuple_
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload

from mediashare.accounts import policy as accounts_policy
from mediashare.accounts.models import Role, User
from mediashare.accounts.policy import Viewer
from mediashare.db.paging import Page, PageRequest, page_by_time
from mediashare.discussion.models import Comment
from mediashare.library import queries as library_queries
from mediashare.library.models import Episode
from mediashare.moderation.errors import ReportNotFoundError
from mediashare.moderation.models import Action, Decision, Report, TargetType


@dataclass(frozen=True)
class Case:
    """All open reports of one episode or comment: the first, what it is about, and the others."""

    report: Report
    comment: Comment | None
    others: Sequence[Report]


@dataclass(frozen=True)
class Hidden:
    """Something that is hidden, and the decision that hid it."""

    decision: Decision
    comment: Comment | None


def get_report(session: Session, viewer: Viewer, ident: str) -> Report:
    """The report with this id; raises ReportNotFoundError unless the viewer may see its target."""
    report = session.scalar(_reports(viewer).where(Report.id == ident))
    if report is None:
        raise ReportNotFoundError
    return report


def find_open_report(
    session: Session, viewer: Viewer, target_type: TargetType, target_id: str
) -> Report | None:
    """The viewer's own report of this target, while nobody has decided it."""
    return session.scalar(
        select(Report).where(
            Report.reporter_id == viewer.id,
            Report.target_type == target_type,
            Report.target_id == target_id,
            Report.decided_at.is_(None),
        )
    )


def list_open_reports(session: Session, report: Report) -> Sequence[Report]:
    """All open reports of what this report is about, itself included if it is open."""
    return session.scalars(
        select(Report).where(
            Report.target_type == report.target_type,
            Report.target_id == report.target_id,
            Report.decided_at.is_(None),
        )
    ).all()


def may_judge_own(session: Session, viewer: Viewer) -> bool:
    """Whether the viewer decides on what they made themselves: only an admin whom nobody else in
    the house could relieve of it."""
    if not accounts_policy.is_admin(viewer):
        return False
    others = select(User.id).where(
        User.role.in_([Role.MODERATOR, Role.ADMIN]), User.is_active, User.id != viewer.id
    )
    return session.scalar(others.limit(1)) is None


def list_cases(session: Session, viewer: Viewer, page: PageRequest) -> Page[Case]:
    """The queue: what is reported, the longest waiting first."""
    query = _reports(viewer).where(Report.decided_at.is_(None), ~_has_older_report())
    heads = page_by_time(
        session, query, page, time=Report.created_at, ident=Report.id, oldest_first=True
    )
    comments = _comments(session, heads.items)
    others = _others(session, heads.items)
    cases = [
        Case(
            report=report,
            comment=comments.get(report.target_id),
            others=[other for other in others if other.target_id == report.target_id],
        )
        for report in heads.items
    ]
    return Page(cases, heads.next_cursor)


def list_hidden(session: Session, viewer: Viewer, page: PageRequest) -> Page[Hidden]:
    """What is hidden now, each with the decision that hid it, the latest first."""
    query = (
        select(Decision)
        .join(Decision.report)
        .join(Report.episode)
        .outerjoin(Comment, _is_target())
        .where(
            Decision.action == Action.HIDE,
            or_(_is_hidden_episode(), Comment.hidden_at.is_not(None)),
            library_queries.readable_by(viewer),
            ~_has_newer_hide(),
        )
        .options(
            contains_eager(Decision.report).contains_eager(Report.episode),
            joinedload(Decision.moderator),
        )
    )
    decisions = page_by_time(session, query, page, time=Decision.created_at, ident=Decision.id)
    comments = _comments(session, [decision.report for decision in decisions.items])
    hidden = [Hidden(d, comments.get(d.report.target_id)) for d in decisions.items]
    return Page(hidden, decisions.next_cursor)


def _reports(viewer: Viewer) -> Select[Report]:
    # A comment that its author has deleted leaves nothing to decide.
    there = or_(
        Report.target_type == TargetType.EPISODE,
        and_(Comment.id.is_not(None), Comment.deleted_at.is_(None)),
    )
    return (
        select(Report)
        .join(Report.episode)
        .join(Episode.author)
        .outerjoin(Comment, _is_target())
        .where(there, library_queries.readable_by(viewer))
        .options(
            contains_eager(Report.episode).contains_eager(Episode.author),
            joinedload(Report.reporter),
        )
    )


def _is_target() -> ColumnElement[bool]:
    return and_(Report.target_type == TargetType.COMMENT, Comment.id == Report.target_id)


def _is_hidden_episode() -> ColumnElement[bool]:
    return and_(Report.target_type == TargetType.EPISODE, Episode.hidden_at.is_not(None))


def _has_older_report() -> ColumnElement[bool]:
    older = aliased(Report)
    return exists().where(
        older.target_type == Report.target_type,
        older.target_id == Report.target_id,
        older.decided_at.is_(None),
        tuple_(older.created_at, older.id) < tuple_(Report.created_at, Report.id),
    )


def _has_newer_hide() -> ColumnElement[bool]:
    newer, report = aliased(Decision), aliased(Report)
    return exists().where(
        newer.report_id == report.id,
        newer.action == Action.HIDE,
        report.target_type == Report.target_type,
        report.target_id == Report.target_id,
        tuple_(newer.created_at, newer.id) > tuple_(Decision.created_at, Decision.id),
    )


def _comments(session: Session, reports: Collection[Report]) -> dict[str, Comment]:
    ids = [r.target_id for r in reports if r.target_type is TargetType.COMMENT]
    rows = session.scalars(
        select(Comment).where(Comment.id.in_(ids)).options(joinedload(Comment.author))
    )
    return {comment.id: comment for comment in rows}


def _others(session: Session, heads: Sequence[Report]) -> Sequence[Report]:
    return session.scalars(
        select(Report)
        .where(
            Report.target_id.in_([head.target_id for head in heads]),
            Report.id.not_in([head.id for head in heads]),
            Report.decided_at.is_(None),
        )
        .options(joinedload(Report.reporter))
        .order_by(Report.created_at, Report.id)
    ).all()
