"""What people do to put transcripts right: fix, suggest, accept, reject, undo.

Everybody who changes a transcript locks its episode first. A line is saved with what it said when
it was read: where somebody else has changed other words of it meanwhile, both changes stay; where
the same words, a ClashError has both texts and nothing is changed.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from mediashare import clock
from mediashare.accounts.policy import Viewer
from mediashare.glossary import service as glossary_service
from mediashare.glossary.service import Correction
from mediashare.library import policy as library_policy
from mediashare.library import queries as library_queries
from mediashare.library import service as library_service
from mediashare.library.models import Audience, Episode
from mediashare.notifications import service as notifications_service
from mediashare.repairs import policy
from mediashare.repairs import queries as repairs_queries
from mediashare.repairs.errors import (
    AlreadyDecidedError,
    ClashError,
    FixingClosedError,
    LineGoneError,
    NothingToFixError,
    NotYourTranscriptError,
    NowhereFoundError,
)
from mediashare.repairs.models import Fix, FixedLine, FixState
from mediashare.sentences import said
from mediashare.transcripts import queries as transcripts_queries
from mediashare.transcripts import service as transcripts_service
from mediashare.transcripts.models import Segment
from mediashare.transcripts.queries import SaidWord

# A line, what it would say, and in how many places of it.
Place = tuple[Segment, str, int]

SUGGESTED = said("%(name)s suggests a fix of the transcript of “%(title)s”.")
ACCEPTED = said("%(name)s accepted your fix of the transcript of “%(title)s”.")
REJECTED = said("%(name)s did not take over your fix of the transcript of “%(title)s”.")


@dataclass(frozen=True)
class NewFix:
    """A line as somebody has put it: what it said when they read it, what it says now, and the
    positions of words that they have listened to."""

    segment_id: int
    before: str
    text: str
    confirmed: Sequence[int] = ()


@dataclass(frozen=True)
class Everywhere:
    """Words that are wrong wherever they stand, and what stands there instead."""

    wanted: str
    replacement: str


@dataclass(frozen=True)
class Wording:
    """A line as who accepts a suggestion puts it, and what it said when they read it."""

    before: str
    text: str


def save_fix(session: Session, viewer: Viewer, episode: Episode, new: NewFix) -> Fix:
    """Put one line right, at once or as a suggestion. Who suggests again for the same line adds to
    what they have suggested, and says better what they change twice."""
    is_fixer = _begin(session, viewer, episode)
    segment = transcripts_queries.get_segment(session, episode.id, new.segment_id)
    line_id = transcripts_service.name_line(segment)
    earlier = None if is_fixer else repairs_queries.find_own_suggestion(session, viewer, line_id)
    if earlier is not None:
        new = _added_to(earlier.lines[0], new)
    text = _joined(new.before, segment.text, new.text)
    if text.split() == segment.text.split():
        text = segment.text
    if text == segment.text and not new.confirmed:
        raise NothingToFixError
    confirmed = list(policy.moved_positions(new.confirmed, new.text, text))
    if earlier is not None:
        (line,) = earlier.lines
        line.before, line.after, line.confirmed = segment.text, text, confirmed
        session.flush()
        return earlier
    line = FixedLine(
        position=0, line_id=line_id, before=segment.text, after=text, confirmed=confirmed
    )
    fix = Fix(episode_id=episode.id, author_id=viewer.id, lines=[line])
    return _add(session, viewer, episode, fix, {line_id: segment} if is_fixer else None)


def find_places(session: Session, episode_id: str, everywhere: Everywhere) -> Sequence[Place]:
    """The lines that would say something else, what that is, and in how many places of each."""
    found = [
        (segment, *policy.replaced(segment.text, everywhere.wanted, everywhere.replacement))
        for segment in repairs_queries.list_places(session, episode_id, everywhere.wanted)
    ]
    return [
        (segment, text, count)
        for segment, text, count in found
        if count and text.split() != segment.text.split()
    ]


def fix_everywhere(
    session: Session, viewer: Viewer, episode: Episode, everywhere: Everywhere
) -> Fix:
    """Put the same words right in all lines, as one fix that is undone as one."""
    is_fixer = _begin(session, viewer, episode)
    places = find_places(session, episode.id, everywhere)
    if not places:
        raise NowhereFoundError
    lines, segments = [], {}
    for position, (segment, text, _count) in enumerate(places):
        line_id = transcripts_service.name_line(segment)
        segments[line_id] = segment
        lines.append(
            FixedLine(
                position=position, line_id=line_id, before=segment.text, after=text, confirmed=[]
            )
        )
    fix = Fix(
        episode_id=episode.id,
        author_id=viewer.id,
        wanted=everywhere.wanted,
        replacement=everywhere.replacement,
        lines=lines,
    )
    return _add(session, viewer, episode, fix, segments if is_fixer else None)


def accept_fix(session: Session, viewer: Viewer, fix: Fix, wording: Wording | None = None) -> int:
    """A suggestion becomes part of the transcript, in its own or in other words; its author is
    credited and told. How many lines were left as they are, because others had changed them."""
    _decide(session, viewer, fix, FixState.SUGGESTED)
    segments = transcripts_queries.list_lines(session, {line.line_id for line in fix.lines})

    def accept(line: FixedLine, segment: Segment) -> None:
        if wording is not None and len(fix.lines) == 1:
            text = _joined(wording.before, segment.text, wording.text)
        else:
            text = _joined(line.before, segment.text, line.after)
        confirmed = policy.moved_positions(line.confirmed, line.after, text)
        line.after, line.confirmed = text, list(confirmed)
        _apply(session, line, segment)

    left = _for_each(fix, segments, accept)
    for line in left:
        fix.lines.remove(line)
    fix.state, fix.decided_by_id, fix.decided_at = FixState.APPLIED, viewer.id, clock.now()
    transcripts_service.announce_change(session, fix.episode_id)
    _teach(session, fix.episode, fix)
    _tell_author(session, viewer, fix, ACCEPTED)
    return len(left)


def reject_fix(session: Session, viewer: Viewer, fix: Fix) -> None:
    """A suggestion is not taken over; its author is told."""
    _decide(session, viewer, fix, FixState.SUGGESTED)
    fix.state, fix.decided_by_id, fix.decided_at = FixState.REJECTED, viewer.id, clock.now()
    _tell_author(session, viewer, fix, REJECTED)


def undo_fix(session: Session, viewer: Viewer, fix: Fix) -> int:
    """Give back what a fix has changed, and nothing that others have changed since; how many lines
    were left as they are, because others had changed the same words."""
    _decide(session, viewer, fix, FixState.APPLIED)
    segments = transcripts_queries.list_lines(session, {line.line_id for line in fix.lines})

    def undo(line: FixedLine, segment: Segment) -> None:
        if segment.text == line.after:
            words = _given_back(line, segment)
            transcripts_service.rewrite(session, segment, line.before, words=words)
        else:
            text = _joined(line.after, segment.text, line.before)
            transcripts_service.rewrite(session, segment, text)

    left = _for_each(fix, segments, undo)
    transcripts_service.announce_change(session, fix.episode_id)
    fix.state, fix.undone_by_id, fix.undone_at = FixState.UNDONE, viewer.id, clock.now()
    return len(left)


def forget_lost(session: Session, episode_id: str) -> None:
    """What was said in lines that are gone for good, because their author has taken something out
    of them or plays another recording, is not kept in any history. The caller has locked the
    episode."""
    session.flush()
    kept = transcripts_queries.list_line_ids(session, episode_id)
    own = select(Fix.id).where(Fix.episode_id == episode_id)
    named = session.scalars(select(FixedLine.line_id).where(FixedLine.fix_id.in_(own)))
    lost = set(named) - set(kept)
    if not lost:
        return
    gone = FixedLine.fix_id.in_(own) & FixedLine.line_id.in_(lost)
    _unlearn(session, gone)
    session.execute(delete(FixedLine).where(gone))
    emptied = ~select(FixedLine.fix_id).where(FixedLine.fix_id == Fix.id).exists()
    session.execute(delete(Fix).where(Fix.episode_id == episode_id, emptied))


def forget_all(session: Session, episode_id: str) -> None:
    """An episode is about to be deleted: what was put right in it is proposed nowhere."""
    own = select(Fix.id).where(Fix.episode_id == episode_id)
    _unlearn(session, FixedLine.fix_id.in_(own))


def _unlearn(session: Session, lines: ColumnElement[bool]) -> None:
    corrections = _corrections(session.scalars(select(FixedLine).where(lines)))
    glossary_service.forget(session, corrections)


def _begin(session: Session, viewer: Viewer, episode: Episode) -> bool:
    """Lock the episode; whether the viewer saves at once. Raises where they may not even
    suggest."""
    library_service.lock_episode(session, episode.id)
    if repairs_queries.is_fixer(session, viewer, episode):
        return True
    if not policy.may_suggest(viewer, episode):
        raise FixingClosedError
    return False


def _add(
    session: Session,
    viewer: Viewer,
    episode: Episode,
    fix: Fix,
    segments: dict[str, Segment] | None,
) -> Fix:
    """Save a fix: applied to these segments, or without them as a suggestion."""
    if segments is None:
        _tell_of_suggestion(session, viewer, episode)
        session.add(fix)
    else:
        fix.state = FixState.APPLIED
        session.add(fix)
        for line in fix.lines:
            _apply(session, line, segments[line.line_id])
        transcripts_service.announce_change(session, episode.id)
        _teach(session, episode, fix)
    session.flush()
    return fix


def _teach(session: Session, episode: Episode, fix: Fix) -> None:
    """What was put right may be a term that recognisers do not know. Whoever keeps the glossary
    reads it, so nothing is learnt from episodes that are not for all of those, or not yet."""
    is_for_many = episode.audience in {Audience.INTERNAL, Audience.GROUP}
    if not (is_for_many and library_policy.is_open(episode)):
        return
    is_for_groups = episode.audience is Audience.GROUP
    glossary_service.propose(
        session,
        _corrections(fix.lines),
        group_ids=library_queries.list_group_ids(session, episode.id) if is_for_groups else (),
        language=episode.language,
        made_by_id=fix.author_id,
    )


def _corrections(lines: Iterable[FixedLine]) -> Sequence[Correction]:
    return [
        Correction(before, after)
        for line in lines
        for before, after in policy.exchanged(line.before, line.after)
    ]


def _apply(session: Session, line: FixedLine, segment: Segment) -> None:
    """Have the segment say what the line says after, and note exactly what it said before."""
    start_ms = segment.start_ms
    line.before = segment.text
    line.heard = [
        (word.start_ms - start_ms, word.end_ms - start_ms, word.text, word.confidence)
        for word in segment.words
    ]
    transcripts_service.rewrite(session, segment, line.after, confirmed=line.confirmed)


def _given_back(line: FixedLine, segment: Segment) -> Sequence[SaidWord]:
    start_ms = segment.start_ms
    return [
        SaidWord(start_ms + start, start_ms + end, text, confidence)
        for start, end, text, confidence in line.heard
    ]


def _added_to(earlier: FixedLine, new: NewFix) -> NewFix:
    """What somebody wants of a line for which they have suggested something already: they have
    read their own suggestion, or the line itself."""
    if new.before.split() == earlier.after.split():
        return replace(new, before=earlier.before)
    both = policy.merged(earlier.before, earlier.after, new.text)
    if both is None or new.before.split() != earlier.before.split():
        return new
    confirmed = policy.moved_positions(new.confirmed, new.text, both)
    return replace(new, text=both, confirmed=confirmed)


def _joined(base: str, now: str, wanted: str) -> str:
    text = policy.merged(base, now, wanted)
    if text is None:
        raise ClashError(now=now, yours=wanted)
    return text


def _decide(session: Session, viewer: Viewer, fix: Fix, state: FixState) -> None:
    library_service.lock_episode(session, fix.episode_id)
    if not repairs_queries.is_fixer(session, viewer, fix.episode):
        raise NotYourTranscriptError
    session.refresh(fix, ["state", "lines"])
    if fix.state is not state:
        raise AlreadyDecidedError


def _for_each(
    fix: Fix,
    segments: Mapping[str, Segment],
    act: Callable[[FixedLine, Segment], None],
) -> Sequence[FixedLine]:
    """Do something to each line of a fix; those that clash or are gone are left, as long as there
    are others."""
    left: list[FixedLine] = []
    failure: ClashError | LineGoneError = LineGoneError()
    for line in fix.lines:
        segment = segments.get(line.line_id)
        if segment is None:
            left.append(line)
            continue
        try:
            act(line, segment)
        except ClashError as error:
            failure = error
            left.append(line)
    if len(left) == len(fix.lines):
        raise failure
    return left


def _tell_of_suggestion(session: Session, viewer: Viewer, episode: Episode) -> None:
    # Once: who has a pile of suggestions to look at need not be told of each.
    if repairs_queries.has_waiting(session, episode.id, viewer.id):
        return
    text = said(SUGGESTED, name=viewer.name, title=episode.title)
    path = f"{episode.path}/transcript/fixes"
    notifications_service.notify(session, episode.author_id, "suggestion", text, path)


def _tell_author(session: Session, viewer: Viewer, fix: Fix, sentence: str) -> None:
    if fix.author_id is None or fix.author_id == viewer.id:
        return
    if library_queries.may_user_read(session, fix.author_id, fix.episode_id):
        text = said(sentence, name=viewer.name, title=fix.episode.title)
        path = f"{fix.episode.path}/transcript/fixes"
        notifications_service.notify(session, fix.author_id, "fix", text, path)
