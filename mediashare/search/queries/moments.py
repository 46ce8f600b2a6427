"""The moments of the episodes that were found: where in the recording the answer is."""

import itertools
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from sqlalchemy import Integer, Row, Select, String, and_, case, select
from sqlalchemy.orm import Session

from mediashare import stems
from mediashare.db.given import given
from mediashare.search.queries.marking import Marker
from mediashare.search.queries.port import Range, Rows, SearchIndex
from mediashare.search.queries.question import Question, Term
from mediashare.search.queries.request import Moment
from mediashare.transcripts.models import Segment, Transcript, Word
from mediashare.transcripts.queries import SaidWord, spread_words

SHOWN = 3
# Segments looked at per episode; beyond them `more` counts no further.
MOST_SEGMENTS = 200
# Hits that follow each other this closely are one moment, up to a length that is still a moment.
MAX_GAP_MS, MAX_MOMENT_MS = 1_000, 30_000
# A sentence that was cut into several segments is shown whole, where its ends are this near.
MAX_AROUND = 4
# Segments that are read for each moment to find these; nobody says more in a minute.
MOST_NEAR = 64
SENTENCE_ENDS = (".", "!", "?", "…", "。")
CLOSERS = "\"'”\N{RIGHT SINGLE QUOTATION MARK}»)]"
# Playing starts a little before the word, so that it is heard whole.
LEAD_MS = 500

AnyRow: TypeAlias = Row[*tuple[Any, ...]]
AnyWord: TypeAlias = AnyRow | SaidWord


@dataclass(frozen=True)
class Moments:
    """The best moments of one episode, how many further ones are known, and where all begin on its
    timeline."""

    best: Sequence[Moment] = ()
    more: int = 0
    ticks: Sequence[float] = ()


@dataclass
class _Stretch:
    """Neighbouring segments; `hit` is the first of them with a hit, `terms` are all that are in
    them, `count` how often."""

    segments: list[AnyRow]
    hit: AnyRow
    terms: set[int] = field(default_factory=set)
    count: int = 0

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
        return meets and self.terms <= other.terms


class _Markers:
    """A marker for each language that is spoken here."""

    def __init__(self, question: Question, ranges: Sequence[Range]) -> None:
        self._question = question
        self._own = {place.episode_id: place.languages[0] for place in ranges}
        self._made: dict[str, Marker] = {}

    def of(self, segment: AnyRow) -> Marker:
        """The marker for the language of a segment."""
        language = self._language_of(segment)
        if language not in self._made:
            self._made[language] = Marker(self._question, language)
        return self._made[language]

    def list_terms(self, segment: AnyRow) -> list[int]:
        """The terms that stand in a segment, by number, as often as they stand there."""
        return self.of(segment).list_terms(segment.text)

    def stand_in(self, stretch: _Stretch) -> bool:
        """Whether any term stands in what is shown of a moment."""
        return any(map(self.list_terms, stretch.segments))

    def learn(self, session: Session, index: SearchIndex, missed: Sequence[AnyRow]) -> None:
        """Take words for the same as the index does, which has found what we have not in these
        segments: its stemmers may be of another version than ours."""
        by_language: dict[str, set[str]] = defaultdict(set)
        for segment in missed:
            words = {*self._question.words, *stems.WORD.findall(segment.text)}
            by_language[self._language_of(segment)].update(map(stems.fold, words))
        for language, otherwise in index.stemmed_otherwise(session, by_language).items():
            self._made[language] = Marker(self._question, language, otherwise)

    def _language_of(self, segment: AnyRow) -> str:
        beside = segment.language
        own = self._own[segment.episode_id]
        return own if beside is None else stems.algorithm_for(beside)


def list_moments(
    session: Session,
    index: SearchIndex,
    question: Question,
    episode_ids: Collection[str],
    *,
    shown: int = SHOWN,
) -> dict[str, Moments]:
    """The moments of these episodes in which nothing is said that is excluded, in a few queries
    however many they are."""
    ranges = index.list_ranges(session, episode_ids) if question.terms and episode_ids else []
    if not ranges:
        return {}
    markers = _Markers(question, ranges)
    found = _find_stretches(session, index, question, ranges, markers)
    best = {ident: stretches[:shown] for ident, stretches in found.items()}
    _complete_sentences(session, _all_of(best))
    best = {ident: _without_same(stretches) for ident, stretches in best.items()}
    words = _list_words(session, [stretch.hit for stretch in _all_of(best)])
    unwanted = _Markers(replace(question, terms=question.excluded), ranges)
    return {
        ident: _moments(
            [
                _moment(stretch, words, markers.of(stretch.hit))
                for stretch in best[ident]
                if not (question.excluded and unwanted.stand_in(stretch))
            ],
            stretches[shown:],
        )
        for ident, stretches in found.items()
    }


def list_saying(
    session: Session,
    index: SearchIndex,
    question: Question,
    episode_ids: Sequence[str],
    *,
    least: int,
) -> list[str]:
    """Those of these episodes, in their order, in which so many of the terms are said in one
    moment."""
    ranges = index.list_ranges(session, episode_ids) if episode_ids else []
    if not ranges:
        return []
    markers = _Markers(question, ranges)
    found = _find_stretches(session, index, question, ranges, markers)
    most = {ident: max(len(one.terms) for one in stretches) for ident, stretches in found.items()}
    return [ident for ident in episode_ids if most.get(ident, 0) >= least]


def _all_of(found: Mapping[str, Sequence[_Stretch]]) -> Sequence[_Stretch]:
    return list(itertools.chain.from_iterable(found.values()))


def _without_same(stretches: Sequence[_Stretch]) -> list[_Stretch]:
    """Each sentence once, best first: what a better one says as well counts there."""
    kept: list[tuple[set[int], _Stretch]] = []
    for one in stretches:
        said = {segment.id for segment in one.segments}
        whole = next((other for lines, other in kept if said <= lines), None)
        if whole is None:
            kept.append((said, one))
        else:
            whole.terms |= one.terms
            whole.count += one.count
    return sorted((one for _, one in kept), key=_by_worth)


def _moments(best: Sequence[Moment], further: Sequence[_Stretch]) -> Moments:
    """What is shown is on the timeline where it plays from; of the others, their line is known."""
    ticks = [*(one.start for one in best), *(one.hit.start_ms / 1000 for one in further)]
    return Moments(best, len(further), sorted(ticks))


def _find_stretches(
    session: Session,
    index: SearchIndex,
    question: Question,
    ranges: Sequence[Range],
    markers: _Markers,
) -> dict[str, list[_Stretch]]:
    """By episode, best first: more of the terms, then more often, then earlier."""
    found: dict[str, list[_Stretch]] = defaultdict(list)
    segments = _list_segments(session, index, question.terms, ranges)
    standing = {segment.id: markers.list_terms(segment) for segment in segments}
    missed = [segment for segment in segments if not standing[segment.id]]
    if missed:
        markers.learn(session, index, missed)
        standing.update((segment.id, markers.list_terms(segment)) for segment in missed)
    for segment in segments:
        terms = standing[segment.id]
        if terms:
            _add(found[segment.episode_id], segment, terms)
    return {
        ident: sorted(_without_echoes(stretches), key=_by_worth)
        for ident, stretches in found.items()
    }


def _without_echoes(stretches: Sequence[_Stretch]) -> list[_Stretch]:
    """Without translations of what was found in the words that are spoken themselves."""
    spoken = [one for one in stretches if one.language is None]
    return [
        one
        for one in stretches
        if one.language is None or not any(one.says_no_more_than(other) for other in spoken)
    ]


def _list_segments(
    session: Session, index: SearchIndex, terms: Sequence[Term], ranges: Sequence[Range]
) -> Sequence[AnyRow]:
    """The lines with any of the terms. Where an episode has more than are looked at, they are
    looked for again: those with most of the terms."""
    segments = _list_said(session, index.said(ranges, terms, MOST_SEGMENTS))
    lines = Counter(segment.episode_id for segment in segments)
    full = {ident for ident, count in lines.items() if count >= MOST_SEGMENTS}
    if not full or len(terms) == 1:
        return segments
    places = [place for place in ranges if place.episode_id in full]
    best = _list_said(session, index.said_most(places, terms, MOST_SEGMENTS))
    return [*(segment for segment in segments if segment.episode_id not in full), *best]


def _list_said(session: Session, found: Rows) -> Sequence[AnyRow]:
    said = found.subquery()
    return session.execute(
        _segments()
        .join(said, said.c.segment_id == Segment.id)
        .order_by(Segment.episode_id, Segment.transcript_id, Segment.start_ms, Segment.id)
    ).all()


def _add(stretches: list[_Stretch], segment: AnyRow, terms: Sequence[int]) -> None:
    if not stretches or not _belongs(segment, stretches[-1].segments):
        stretches.append(_Stretch([], segment))
    last = stretches[-1]
    last.segments.append(segment)
    last.terms.update(terms)
    last.count += len(terms)


def _belongs(segment: AnyRow, segments: Sequence[AnyRow]) -> bool:
    if segment.transcript_id != segments[-1].transcript_id:
        return False
    gap = segment.start_ms - segments[-1].end_ms
    length = segment.end_ms - segments[0].start_ms
    return bool(gap <= MAX_GAP_MS and length <= MAX_MOMENT_MS)


def _by_worth(stretch: _Stretch) -> tuple[int, int, int]:
    return (-len(stretch.terms), -stretch.count, stretch.segments[0].start_ms)


def _complete_sentences(session: Session, stretches: Sequence[_Stretch]) -> None:
    """Let each stretch begin and end with a sentence, where the sentence goes on beside it."""
    if not stretches:
        return
    by_transcript: dict[str, list[AnyRow]] = defaultdict(list)
    for row in _list_near(session, stretches):
        by_transcript[row.transcript_id].append(row)
    for stretch in stretches:
        near = by_transcript[stretch.hit.transcript_id]
        first = bisect_left(near, _place(stretch.segments[0]), key=_place)
        last = bisect_right(near, _place(stretch.segments[-1]), key=_place)
        earlier = near[max(0, first - MAX_AROUND) : first]
        before = list(_until_end(reversed(earlier), stretch, is_before=True))
        after = list(_until_end(near[last : last + MAX_AROUND], stretch, is_before=False))
        stretch.segments = [*reversed(before), *stretch.segments, *after]


def _list_near(session: Session, stretches: Sequence[_Stretch]) -> Sequence[AnyRow]:
    """Each segment once that may be in the same moment as one of these, in the order of time:
    numbers do not tell, because what was corrected or cut and put back has later ones."""
    spans = given(
        session,
        list(map(_span_around, stretches)),
        transcript=String(),
        low=Integer(),
        high=Integer(),
    )
    is_near = Segment.start_ms.between(spans.c.low, spans.c.high)
    return session.execute(
        _segments()
        .join(spans, and_(Segment.transcript_id == spans.c.transcript, is_near))
        .distinct()
        .order_by(Segment.transcript_id, Segment.start_ms, Segment.id)
        .limit(len(stretches) * MOST_NEAR)
    ).all()


def _span_around(stretch: _Stretch) -> Mapping[str, object]:
    first, last = stretch.segments[0], stretch.segments[-1]
    return {
        "transcript": first.transcript_id,
        "low": last.end_ms - MAX_MOMENT_MS,
        "high": first.start_ms + MAX_MOMENT_MS,
    }


def _place(segment: AnyRow) -> tuple[int, int]:
    return segment.start_ms, segment.id


def _until_end(
    rows: Iterator[AnyRow] | Sequence[AnyRow], stretch: _Stretch, *, is_before: bool
) -> Sequence[AnyRow]:
    """The rows that belong to the sentence at one end of a stretch; none where that has no end
    nearby, as where nobody has set full stops."""
    edge = stretch.segments[0] if is_before else stretch.segments[-1]
    if not is_before and _ends_sentence(edge):
        return []
    taken: list[AnyRow] = []
    for row in rows:
        one, other = (row, edge) if is_before else (edge, row)
        length = stretch.segments[-1].end_ms - row.start_ms if is_before else 0
        length = length or row.end_ms - stretch.segments[0].start_ms
        if other.start_ms - one.end_ms > MAX_GAP_MS or length > MAX_MOMENT_MS:
            return []
        if _ends_sentence(row):
            return taken if is_before else [*taken, row]
        taken.append(row)
        edge = row
    # The very first sentence has none before it.
    return []


def _ends_sentence(segment: AnyRow) -> bool:
    return str(segment.text).rstrip(CLOSERS).endswith(SENTENCE_ENDS)


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
    start_ms = _start_of_hit(stretch.hit, words[stretch.hit.id], marker)
    return Moment(
        start=start_ms / 1000,
        end=max(start_ms, stretch.segments[-1].end_ms) / 1000,
        text=stretch.text,
        html=marker.mark(stretch.text),
        terms=frozenset(stretch.terms),
        language=stretch.language,
    )


def _start_of_hit(segment: AnyRow, words: Sequence[AnyWord], marker: Marker) -> int:
    """Where to play from: just before the word that was found, as far as its time is known
    or likely."""
    hits = marker.find(" ".join(word.text for word in words))
    place, start_ms = 0, int(segment.start_ms)
    for word in words if hits else ():
        if place <= hits[0].start:
            start_ms = int(word.start_ms)
        place += len(word.text) + 1
    return max(int(segment.start_ms), start_ms - LEAD_MS)


def _segments() -> Select[Any]:
    return select(
        Segment.id,
        Segment.episode_id,
        Segment.transcript_id,
        # That of what is spoken goes without saying.
        case((Transcript.is_primary, None), else_=Transcript.language).label("language"),
        Segment.start_ms,
        Segment.end_ms,
        Segment.text,
    ).join(Transcript, Transcript.id == Segment.transcript_id)
