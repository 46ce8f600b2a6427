"""What happens to an outline: proposed by a machine, kept, changed or removed by a person, and
moved or dropped when another version of its episode is played.

Whoever changes one locks its episode first. Times are those of what is played now.
"""

from collections.abc import Sequence
from typing import TypeVar

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from mediashare import clock
from mediashare.chapters import policy
from mediashare.chapters import queries as chapters_queries
from mediashare.chapters.errors import NothingProposedError
from mediashare.chapters.jobs import ProposeOutline
from mediashare.chapters.models import Chapter, Outline, Part, Standing, SummarySentence
from mediashare.chapters.queries import Line
from mediashare.errors import InvalidInputError
from mediashare.jobs import queue as job_queue
from mediashare.jobs.models import JobRow, JobState
from mediashare.library import forms as library_forms
from mediashare.library import service as library_service
from mediashare.library.models import Episode
from mediashare.media import queries as media_queries
from mediashare.media.models import Version
from mediashare.media.policy import NEVER_MS, Change, Edit
from mediashare.sentences import said

TOO_LATE = said("%(time)s is after the end of the episode.")
TWICE = said("Two chapters begin at %(time)s.")

Placed = Chapter | SummarySentence
P = TypeVar("P", Chapter, SummarySentence)
MODELS: dict[Part, type[Chapter] | type[SummarySentence]] = {
    Part.CHAPTERS: Chapter,
    Part.SUMMARY: SummarySentence,
}


def request_outline(session: Session, episode_id: str) -> None:
    """Have an outline proposed from a transcript that is new, unless a person has seen to both
    parts of it already, or that is on its way."""
    outline = chapters_queries.find_outline(session, episode_id)
    if outline is not None and not _list_proposed(outline):
        return
    waiting = select(JobRow.id).where(
        JobRow.subject == episode_id,
        JobRow.kind == ProposeOutline.kind,
        JobRow.state == JobState.QUEUED,
    )
    if session.scalar(waiting.limit(1)) is not None:
        return
    owner_id = media_queries.get_owner_id(session, episode_id)
    extent = media_queries.get_extent(session, media_queries.find_version(session, episode_id))
    job = ProposeOutline(subject=episode_id)
    job_queue.put(session, job, owner_id=owner_id, extent=extent)


def renew_proposals(session: Session, episode_id: str) -> None:
    """Have what is proposed proposed anew, because other words of the transcript are played."""
    if chapters_queries.find_outline(session, episode_id) is not None:
        request_outline(session, episode_id)


def propose(
    session: Session, episode_id: str, chapters: Sequence[Line], summary: Sequence[Line]
) -> None:
    """A machine proposes an outline; what a person has kept or removed stays as it is."""
    library_service.lock_episode(session, episode_id)
    outline = _open(session, episode_id)
    for part, lines in ((Part.CHAPTERS, chapters), (Part.SUMMARY, summary)):
        if outline.standing(part) is Standing.PROPOSED:
            _clear(session, episode_id, part)
            _add(session, episode_id, part, lines)
            outline.settle(part, Standing.PROPOSED, clock.now())


def keep(session: Session, episode: Episode, part: Part) -> None:
    """A person finds a proposal good: it is theirs from now on, and no machine changes it."""
    library_service.lock_episode(session, episode.id)
    outline = session.get(Outline, episode.id, populate_existing=True)
    model = MODELS[part]
    any_line = select(model.id).where(model.episode_id == episode.id).limit(1)
    if outline is None or session.scalar(any_line) is None:
        raise NothingProposedError
    outline.settle(part, Standing.KEPT, clock.now())


def remove(session: Session, episode: Episode, part: Part) -> None:
    """A person wants no such part; no machine proposes another one."""
    save(session, episode, part, ())


def save(session: Session, episode: Episode, part: Part, lines: Sequence[Line]) -> None:
    """A person says it in their own words; raises InvalidInputError where the times can't be."""
    episode = library_service.lock_episode(session, episode.id)
    _check(episode, part, lines)
    outline = _open(session, episode.id)
    # What a person has said of a part that is cut off at present comes back with that part.
    is_kept = outline.standing(part) is Standing.KEPT
    _clear(session, episode.id, part, unplayed=not (lines and is_kept))
    _add(session, episode.id, part, lines)
    outline.settle(part, Standing.KEPT if lines else Standing.REMOVED, clock.now())


def bring(session: Session, episode: Episode, lines: Sequence[Line], edit: Edit) -> None:
    """The author has marked chapters while recording, in times of the recording, of which only
    what the edit plays is played."""
    change = Change(before=Edit(), now=edit, recorded_ms=NEVER_MS)
    placed = policy.place_chapters(change, [line.start_ms for line in lines])
    kept = [
        Line(start_ms, line.text)
        for line, start_ms in zip(lines, placed, strict=True)
        if start_ms is not None
    ]
    if kept:
        save(session, episode, Part.CHAPTERS, kept)


def follow_version(session: Session, version: Version, former: Version, change: Change) -> None:
    """Chapters and sentences go on meaning what they were said about, now that another version is
    played, and what is only proposed is proposed anew. The caller has locked the episode."""
    outline = chapters_queries.find_outline(session, version.episode_id)
    if outline is None:
        return
    if not change.is_same_recording:
        forget_proposals(session, version.episode_id)
    _remember_recording(session, former, change)
    chapters = _list_about(session, Chapter, version)
    placed = policy.place_chapters(change, [_recorded_ms(chapter) for chapter in chapters])
    for chapter, start_ms in zip(chapters, placed, strict=True):
        chapter.start_ms = start_ms
    for sentence in _list_about(session, SummarySentence, version):
        sentence.start_ms = policy.place_sentence(change, _recorded_ms(sentence))
    if change.is_same_recording:
        renew_proposals(session, version.episode_id)


def delete_spoken(session: Session, version: Version, change: Change) -> None:
    """Delete what was taken from the spans that are to be muted of the `version` that is played.

    Proposals go, because any word of theirs may be one of those. Of what a person has kept, the
    sentences that are spoken then go, and the titles that a machine took from a stretch with such
    a span; the rest are the author's own words, like the description.
    """
    forget_proposals(session, version.episode_id)
    of_it = SummarySentence.episode_id == version.episode_id
    titles = select(Chapter).where(Chapter.episode_id == version.episode_id, Chapter.length_ms > 0)
    kept = [*session.scalars(select(SummarySentence).where(of_it)), *session.scalars(titles)]
    for line in kept:
        if line.recording_id not in {None, version.recording_id}:
            continue
        is_fixed = line.recording_id is not None
        played_ms = (line.start_ms or 0) + change.before.start_ms
        recorded_ms = _recorded_ms(line) if is_fixed else played_ms
        if policy.touches(recorded_ms, line.length_ms, change.now.muted):
            session.delete(line)


def forget_proposals(session: Session, episode_id: str) -> None:
    """Nothing is proposed any more, until a machine proposes again."""
    outline = chapters_queries.find_outline(session, episode_id)
    for part in _list_proposed(outline) if outline else ():
        _clear(session, episode_id, part)


def _list_proposed(outline: Outline) -> list[Part]:
    return [part for part in Part if outline.standing(part) is Standing.PROPOSED]


def _open(session: Session, episode_id: str) -> Outline:
    outline = session.get(Outline, episode_id, populate_existing=True)
    if outline is None:
        outline = Outline(
            episode_id=episode_id, chapters=Standing.PROPOSED, summary=Standing.PROPOSED
        )
        session.add(outline)
    return outline


def _check(episode: Episode, part: Part, lines: Sequence[Line]) -> None:
    seen: set[int] = set()
    for line in lines:
        time = library_forms.write_time(line.start_ms)
        if episode.duration_ms is not None and line.start_ms >= episode.duration_ms:
            raise InvalidInputError(errors={part.value: said(TOO_LATE, time=time)})
        if part is Part.CHAPTERS and line.start_ms in seen:
            raise InvalidInputError(errors={part.value: said(TWICE, time=time)})
        seen.add(line.start_ms)


def _clear(session: Session, episode_id: str, part: Part, *, unplayed: bool = True) -> None:
    """Delete one part, or only what of it is played now."""
    model = MODELS[part]
    which = [model.episode_id == episode_id]
    if not unplayed:
        which.append(model.start_ms.is_not(None))
    session.execute(delete(model).where(*which))


def _add(session: Session, episode_id: str, part: Part, lines: Sequence[Line]) -> None:
    session.add_all(_row(episode_id, part, line) for line in lines)
    session.flush()


def _row(episode_id: str, part: Part, line: Line) -> Placed:
    if part is Part.CHAPTERS:
        return Chapter(
            episode_id=episode_id,
            start_ms=line.start_ms,
            title=line.text,
            length_ms=line.length_ms,
        )
    return SummarySentence(
        episode_id=episode_id,
        start_ms=line.start_ms,
        text=line.text,
        length_ms=line.length_ms,
    )


def _remember_recording(session: Session, former: Version, change: Change) -> None:
    """Before their first edit, times are those of the recording that was played until now; none
    is played until it has been placed."""
    for model in MODELS.values():
        about = model.episode_id == former.episode_id
        session.execute(
            update(model)
            .where(about, model.recording_id.is_(None))
            .values(
                recording_id=former.recording_id,
                recorded_ms=model.start_ms + change.before.start_ms,
            )
        )
        session.execute(update(model).where(about).values(start_ms=None))


def _list_about(session: Session, model: type[P], version: Version) -> Sequence[P]:
    """What was said of the recording of a version, in order of time."""
    query = (
        select(model)
        .where(model.episode_id == version.episode_id, model.recording_id == version.recording_id)
        .order_by(model.recorded_ms)
        .execution_options(populate_existing=True)
    )
    return session.scalars(query).all()


def _recorded_ms(placed: Placed) -> int:
    return placed.recorded_ms or 0
