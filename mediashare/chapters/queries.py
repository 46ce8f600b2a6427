"""Find the outline of an episode: its chapters and its summary, as they are played now."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import literal, select, union_all
from sqlalchemy.orm import Session

from mediashare.chapters.models import Chapter, Outline, Part, Standing, SummarySentence


@dataclass(frozen=True, slots=True)
class Line:
    """A chapter with its title, or a sentence of the summary, and when it begins. `length_ms` is
    how long that is spoken which the words were taken from; 0 where a person wrote them."""

    start_ms: int
    text: str
    length_ms: int = 0

    @property
    def start(self) -> float:
        """When it begins, in seconds."""
        return self.start_ms / 1000


@dataclass(frozen=True)
class ShownOutline:
    """What is shown of an outline, in order of time."""

    chapters: Sequence[Line] = ()
    summary: Sequence[Line] = ()
    proposed: frozenset[Part] = frozenset()

    def lines(self, part: Part) -> Sequence[Line]:
        """The lines of one part."""
        return self.chapters if part == Part.CHAPTERS else self.summary

    def is_proposed(self, part: Part) -> bool:
        """Whether a part is the word of a machine that nobody has kept yet."""
        return part in self.proposed and bool(self.lines(part))


def find_outline(session: Session, episode_id: str) -> Outline | None:
    """How the outline of an episode stands that the caller has made sure may be seen."""
    return session.get(Outline, episode_id)


def get_shown(session: Session, episode_id: str) -> ShownOutline:
    """The outline of an episode that the caller has made sure may be seen, in two statements."""
    return show(session, find_outline(session, episode_id))


def show(session: Session, outline: Outline | None) -> ShownOutline:
    """What is shown of an outline that has been found already, in one statement; none needs none.

    Only what is played now has a time, and only that is shown.
    """
    if outline is None:
        return ShownOutline()
    chapters = select(
        literal(Part.CHAPTERS.value).label("part"),
        Chapter.start_ms,
        Chapter.title.label("text"),
        Chapter.length_ms,
    ).where(Chapter.episode_id == outline.episode_id, Chapter.start_ms.is_not(None))
    sentences = select(
        literal(Part.SUMMARY.value),
        SummarySentence.start_ms,
        SummarySentence.text,
        SummarySentence.length_ms,
    ).where(SummarySentence.episode_id == outline.episode_id, SummarySentence.start_ms.is_not(None))
    found: dict[str, list[Line]] = {part.value: [] for part in Part}
    for row in session.execute(union_all(chapters, sentences).order_by("start_ms", "text")):
        found[row.part].append(Line(row.start_ms, row.text, row.length_ms))
    return ShownOutline(
        found[Part.CHAPTERS.value],
        found[Part.SUMMARY.value],
        frozenset(part for part in Part if outline.standing(part) is Standing.PROPOSED),
    )
