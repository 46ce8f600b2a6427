"""The moments of the episodes that were found: where in the recording the answer is."""

import itertools
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import Row, case, func, literal, select, union_all
from sqlalchemy.orm import Session

from mediashare.search.queries.marking import Marker
from mediashare.search.queries.port import SearchIndex
from mediashare.search.queries.question import Question
from mediashare.search.queries.request import Moment
from mediashare.transcripts.models import Segment, Transcript, Word
from mediashare.transcripts.queries import SaidWord, spread_words

SHOWN = 3
# Segments looked at per episode; beyond them `more` counts no further.
MAX_SEGMENTS = 30
# Hits that follow each other this closely are one moment, up to a length that is still a moment.
MAX_GAP_MS, MAX_MOMENT_MS = 1_000, 30_000
# Playing starts a little before the word, so that it is heard whole.
LEAD_MS = 500

AnyRow: TypeAlias = Row[*tuple[Any, ...]]
AnyWord: TypeAlias = AnyRow | SaidWord


@dataclass(frozen=True)
class Moments:
    """The best moments of one episode, and how many further ones are known."""

    best: Sequence[Moment] = ()
    more: int = 0


@dataclass
class _Stretch:
    """Neighbouring segments with hits; `terms` is the set of their terms, as bits."""

    segments: list[AnyRow]
    terms: int

    @property
    def text(self) -> str:
        return " ".join(segment.text for segment in self.segments)

    @property
    def language(self) -> str | None:
        """The language of a translation; None for the words that are spoken."""
        found: str | None = self.segments[0].language
        return found

    def says_no_more_than(self, other: "_Stretch") -> bool:
        """Whether the other one has all of its terms at about the same time."""
        mine, theirs = self.segments, other.segments
        meets = mine[0].start_ms < theirs[-1].end_ms and theirs[0].start_ms < mine[-1].end_ms
        return meets and self.terms | other.terms == other.terms


def list_moments(
    session: Session, index: SearchIndex, question: Question, episode_ids: Collection[str]
) -> dict[str, Moments]:
    """The moments of these episodes, in two queries however many they are."""
    if not question.terms or not episode_ids:
        return {}
    stretches = _stretches(_list_hits(session, index, question, episode_ids))
    ranked = {episode_id: sorted(found, key=_by_worth) for episode_id, found in stretches.items()}
    shown = [stretch for found in ranked.values() for stretch in found[:SHOWN]]
    words = _list_words(session, [stretch.segments[0] for stretch in shown])
    marker = Marker(question, stemmer=index.stemmer)
    return {
        episode_id: Moments(
            best=[_moment(stretch, words, marker) for stretch in found[:SHOWN]],
            more=len(found[SHOWN:]),
        )
        for episode_id, found in ranked.items()
    }


def _list_hits(
    session: Session, index: SearchIndex, question: Question, episode_ids: Collection[str]
) -> Sequence[AnyRow]:
    said = union_all(
        *(
            select(found.c.segment_id, literal(2**number).label("term"))
            .where(found.c.episode_id.in_(episode_ids))
            .select_from(found)
            for number, term in enumerate(question.terms)
            for found in [index.spoken(term).subquery()]
        )
    ).subquery()
    hits = select(
        said.c.segment_id, func.count().label("matched"), func.sum(said.c.term).label("terms")
    )
    each = hits.group_by(said.c.segment_id).subquery()
    best_first = (each.c.matched.desc(), Segment.start_ms, Segment.id)
    place = func.row_number().over(partition_by=Segment.episode_id, order_by=best_first)
    found = (
        select(
            Segment.id,
            Segment.episode_id,
            Segment.transcript_id,
            # That of what is spoken goes without saying.
            case((Transcript.is_primary, None), else_=Transcript.language).label("language"),
            Segment.start_ms,
            Segment.end_ms,
            Segment.text,
            each.c.terms,
            place.label("place"),
        )
        .join(each, each.c.segment_id == Segment.id)
        .join(Transcript, Transcript.id == Segment.transcript_id)
        .subquery()
    )
    return session.execute(
        select(found)
        .where(found.c.place <= MAX_SEGMENTS)
        .order_by(found.c.episode_id, found.c.transcript_id, found.c.start_ms, found.c.id)
    ).all()


def _stretches(hits: Sequence[AnyRow]) -> dict[str, list[_Stretch]]:
    found: dict[str, list[_Stretch]] = defaultdict(list)
    for hit in hits:
        before = found[hit.episode_id]
        if before and _belongs(hit, before[-1]):
            before[-1].segments.append(hit)
            before[-1].terms |= int(hit.terms)
        else:
            before.append(_Stretch([hit], int(hit.terms)))
    return {ident: _without_echoes(stretches) for ident, stretches in found.items()}


def _without_echoes(stretches: Sequence[_Stretch]) -> list[_Stretch]:
    """Without translations of what was found in the words that are spoken themselves."""
    spoken = [one for one in stretches if one.language is None]
    return [
        one
        for one in stretches
        if one.language is None or not any(one.says_no_more_than(other) for other in spoken)
    ]


def _belongs(hit: AnyRow, stretch: _Stretch) -> bool:
    if hit.transcript_id != stretch.segments[-1].transcript_id:
        return False
    gap = hit.start_ms - stretch.segments[-1].end_ms
    length = hit.end_ms - stretch.segments[0].start_ms
    return bool(gap <= MAX_GAP_MS and length <= MAX_MOMENT_MS)


def _by_worth(stretch: _Stretch) -> tuple[int, int]:
    return (-stretch.terms.bit_count(), stretch.segments[0].start_ms)


def _list_words(session: Session, segments: Collection[AnyRow]) -> dict[int, Sequence[AnyWord]]:
    rows = session.execute(
        select(Word.segment_id, Word.start_ms, Word.text)
        .where(Word.segment_id.in_([segment.id for segment in segments]))
        .order_by(Word.segment_id, Word.position)
    )
    likely = {s.id: tuple(spread_words(s.start_ms, s.end_ms, s.text)) for s in segments}
    measured = itertools.groupby(rows, lambda row: row.segment_id)
    return {**likely, **{ident: list(group) for ident, group in measured}}


def _moment(stretch: _Stretch, words: dict[int, Sequence[AnyWord]], marker: Marker) -> Moment:
    first, last = stretch.segments[0], stretch.segments[-1]
    start_ms = _start_of_hit(first, words[first.id], marker)
    return Moment(
        start=start_ms / 1000,
        end=max(start_ms, last.end_ms) / 1000,
        text=stretch.text,
        html=marker.mark(stretch.text),
        language=stretch.language,
    )


def _start_of_hit(segment: AnyRow, words: Sequence[AnyWord], marker: Marker) -> int:
    """Where to play from: just before the word that was found, as far as its time is known
    or likely."""
    hits = marker.list_hits(" ".join(word.text for word in words))
    place, start_ms = 0, int(segment.start_ms)
    for word in words if hits else ():
        if place <= hits[0][0]:
            start_ms = int(word.start_ms)
        place += len(word.text) + 1
    return max(int(segment.start_ms), start_ms - LEAD_MS)
