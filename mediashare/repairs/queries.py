"""Find fixes, for those who may see their episode, and who decides about them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from mediashare.accounts.policy import Viewer
from mediashare.db.paging import Page, PageRequest, page_by_time
from mediashare.library import queries as library_queries
from mediashare.library.models import Episode
from mediashare.repairs import policy
from mediashare.repairs.errors import FixNotFoundError
from mediashare.repairs.models import Fix, FixedLine, FixState
from mediashare.transcripts import queries as transcripts_queries
from mediashare.transcripts.models import Segment

PUBLIC = (FixState.APPLIED, FixState.UNDONE)


@dataclass(frozen=True)
class ShownLine:
    """A line of a fix; without `segment` it is not played whole at present, and what it said is
    not shown."""

    line: FixedLine
    segment: Segment | None


@dataclass(frozen=True)
class ShownFix:
    """A fix and its lines as far as they are played. `is_open`: the viewer may read what they
    said; everybody else is told who has put something right, and when."""

    fix: Fix
    lines: Sequence[ShownLine]
    is_open: bool

    @property
    def has_words(self) -> bool:
        """Whether anything of what was changed may be shown."""
        return self.is_open and any(line.segment for line in self.lines)


def is_fixer(session: Session, viewer: Viewer, episode: Episode) -> bool:
    """Whether fixes of this viewer are saved at once, and whether they decide about others'."""
    if policy.may_fix(viewer, episode, is_steward=False):
        return True
    is_steward = library_queries.tends(session, viewer, episode)
    return policy.may_fix(viewer, episode, is_steward=is_steward)


def get_fix(session: Session, viewer: Viewer, ident: str) -> Fix:
    """The fix with this id and its episode; raises FixNotFoundError unless the viewer may read
    it."""
    fix = session.scalar(_fixes(viewer).where(Fix.id == ident))
    if fix is None:
        raise FixNotFoundError
    if not policy.may_read(viewer, fix, is_fixer=is_fixer(session, viewer, fix.episode)):
        raise FixNotFoundError
    return fix


def list_fixes(
    session: Session,
    viewer: Viewer,
    episode: Episode,
    page: PageRequest = PageRequest(),
    *,
    waiting: bool | None = None,
) -> Page[ShownFix]:
    """The fixes that the viewer may read of an episode, newest first: all of them, those that wait
    for a decision, or those about which one was made."""
    query = _fixes(viewer).where(Fix.episode_id == episode.id)
    decides = is_fixer(session, viewer, episode)
    if not decides:
        query = query.where(or_(Fix.state.in_(PUBLIC), Fix.author_id == viewer.id))
    if waiting is not None:
        is_waiting = Fix.state == FixState.SUGGESTED
        query = query.where(is_waiting if waiting else ~is_waiting)
    found = page_by_time(session, query, page, time=Fix.created_at, ident=Fix.id)
    shown = list_shown(session, viewer, found.items, is_fixer=decides)
    return Page(shown, found.next_cursor)


def get_shown(session: Session, viewer: Viewer, ident: str) -> ShownFix:
    """The same with what its lines may show."""
    fix = get_fix(session, viewer, ident)
    decides = is_fixer(session, viewer, fix.episode)
    return list_shown(session, viewer, [fix], is_fixer=decides)[0]


def list_shown(
    session: Session, viewer: Viewer, fixes: Sequence[Fix], *, is_fixer: bool
) -> Sequence[ShownFix]:
    """Fixes with what their lines may show. What is cut off, even in part, or gone is not shown:
    nobody reads in a history what an author has taken out of what is played. What a fix took away
    may be a secret that slipped out, so only those who decide, and who made it, read the words."""
    names = {line.line_id for fix in fixes for line in fix.lines}
    segments = transcripts_queries.list_lines(session, names)
    partly = transcripts_queries.list_partly_played(session, [one.id for one in segments.values()])

    def show(line: FixedLine) -> ShownLine:
        segment = segments.get(line.line_id)
        if segment is None:
            return ShownLine(line, None)
        # What was changed in the rest of a line holds nothing but what is played of it.
        is_whole = segment.id not in partly or segment.text in {line.before, line.after}
        return ShownLine(line, segment if is_whole else None)

    return [
        ShownFix(
            fix,
            [show(line) for line in fix.lines],
            is_open=is_fixer or policy.is_maker(viewer, fix),
        )
        for fix in fixes
    ]


def list_places(session: Session, episode_id: str, wanted: str) -> Sequence[Segment]:
    """The lines that may hold these words, in order; how often is for the policy to count."""
    first = max(wanted.split(), key=len)
    escaped = re.sub(r"([\\%_])", r"\\\1", first)
    near = Segment.text.ilike(f"%{escaped}%", escape="\\") if first.isascii() else None
    query = select(Segment).where(transcripts_queries.is_spoken(episode_id))
    if near is not None:
        query = query.where(near)
    return session.scalars(
        query.order_by(Segment.start_ms, Segment.id)
        .options(selectinload(Segment.words))
        .execution_options(populate_existing=True)
    ).all()


def find_own_suggestion(session: Session, viewer: Viewer, line_id: str) -> Fix | None:
    """What the viewer has suggested for a line already, and nobody has decided about."""
    return session.scalar(
        select(Fix)
        .join(FixedLine, FixedLine.fix_id == Fix.id)
        .where(
            FixedLine.line_id == line_id,
            Fix.author_id == viewer.id,
            Fix.state == FixState.SUGGESTED,
            Fix.wanted.is_(None),
        )
        .options(selectinload(Fix.lines))
        .limit(1)
    )


def has_waiting(session: Session, episode_id: str, author_id: str | None) -> bool:
    """Whether suggestions of this person for the episode wait to be looked at."""
    waiting = select(Fix.id).where(
        Fix.episode_id == episode_id,
        Fix.author_id == author_id,
        Fix.state == FixState.SUGGESTED,
    )
    return session.scalar(waiting.limit(1)) is not None


def count_waiting(session: Session, episode_id: str) -> int:
    """How many suggestions for an episode wait to be looked at."""
    waiting = select(func.count()).where(
        Fix.episode_id == episode_id, Fix.state == FixState.SUGGESTED
    )
    return session.scalar(waiting) or 0


def _fixes(viewer: Viewer) -> Select[Fix]:
    return (
        select(Fix)
        .join(Fix.episode)
        .where(library_queries.readable_by(viewer))
        .options(
            contains_eager(Fix.episode),
            joinedload(Fix.author),
            joinedload(Fix.decided_by),
            joinedload(Fix.undone_by),
            selectinload(Fix.lines),
        )
        # What a request has just changed is read again with the people who are in it now.
        .execution_options(populate_existing=True)
    )
