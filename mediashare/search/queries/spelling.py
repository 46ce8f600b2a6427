"""What may have been meant where a word is found nowhere: other words of the library.

Nobody is told a word that they could not read: a word is proposed as it is written in an episode
that the viewer may find, and the order of proposals knows nothing else.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, func, literal, select, union_all
from sqlalchemy.orm import Session

from mediashare import stems
from mediashare.accounts.policy import Viewer
from mediashare.chapters.models import Chapter
from mediashare.library import queries as library_queries
from mediashare.library.models import Episode
from mediashare.search.queries.port import DOCUMENTS, Rows, SearchIndex
from mediashare.search.queries.question import PIECE, QUOTES, STOP_WORDS, Question, Term
from mediashare.transcripts.models import Segment

# Shorter words have too many neighbours; longer ones may have two mistakes.
LEAST_LETTERS, LETTERS_FOR_TWO = 4, 6
# The nearest words, of those that the viewer may read, that are compared; how often each is counted
# at most.
MOST_CANDIDATES, MOST_COUNTED = 20, 30
MOST_TEXTS = 200
# A question with more unknown words is none that was mistyped.
MOST_PUT_RIGHT = 3


@dataclass(frozen=True)
class _Neighbour:
    word: str
    distance: int


def find_instead(
    session: Session, viewer: Viewer, index: SearchIndex, question: Question, text: str
) -> str | None:
    """What was typed with each word that the viewer can find nowhere in place of one nearby that
    they can; None where there is nothing to put right."""
    text = unicodedata.normalize("NFC", text)
    words = _list_typos(session, viewer, index, question, _find_places(text))
    if not 0 < len(words) <= MOST_PUT_RIGHT:
        return None
    instead = text
    for word, neighbours in _list_neighbours(session, index, words).items():
        # A question of one word that nearly every text has asks for nothing.
        telling = [n for n in neighbours if len(question.terms) > 1 or n.word not in STOP_WORDS]
        near = _find_near(session, viewer, index, telling)
        if near is None:
            return None
        start = _find_places(instead)[word]
        instead = instead[:start] + near + instead[start + len(word) :]
    return None if instead == text else instead


def _find_places(text: str) -> dict[str, int]:
    """Where each word first stands that may be put right: by itself, or within quotes. Options
    (--force) are names, and what is excluded is not looked for."""
    places: dict[str, int] = {}
    for piece in PIECE.finditer(text.translate(QUOTES)):
        words = list(stems.WORD.finditer(piece["phrase"] or piece["word"] or ""))
        if len(words) == 1 and not piece["minus"] and not piece[0].startswith("--"):
            start = piece.start("phrase" if piece["phrase"] else "word") + words[0].start()
            places.setdefault(words[0].group(), start)
    return places


def _list_typos(
    session: Session,
    viewer: Viewer,
    index: SearchIndex,
    question: Question,
    places: Collection[str],
) -> Sequence[str]:
    """The words of the question that the viewer can find nowhere, in other words neither."""
    typed = {
        term.text: term for term in question.terms if term.text in places and _may_be_typo(term)
    }
    if not typed:
        return []
    found = (
        select(literal(word).label("word")).select_from(
            _readable(viewer, index.anywhere([term])).limit(1).subquery()
        )
        for word, term in typed.items()
    )
    known = set(session.scalars(union_all(*found)))
    return [word for word in typed if word not in known]


def _may_be_typo(term: Term) -> bool:
    return len(term.words) == 1 and term.text.isalpha() and len(term.text) >= LEAST_LETTERS


def _readable(viewer: Viewer, rows: Rows) -> Rows:
    found = rows.subquery()
    return (
        select(Episode.id)
        .join(DOCUMENTS, DOCUMENTS.c.episode_id == Episode.id)
        .join(found, found.c.no == DOCUMENTS.c.no)
        .where(library_queries.listed_for(viewer))
    )


def _find_near(
    session: Session, viewer: Viewer, index: SearchIndex, neighbours: Sequence[_Neighbour]
) -> str | None:
    counts = _count_nearest(session, viewer, index, [near.word for near in neighbours])
    known = [near for near in neighbours if counts.get(near.word)]
    known.sort(key=lambda near: (near.distance, -counts[near.word], near.word))
    for near in known[:3]:
        written = _find_written(session, viewer, index, near.word)
        if written is not None:
            return written
    return None


def _list_neighbours(
    session: Session, index: SearchIndex, words: Sequence[str]
) -> dict[str, Sequence[_Neighbour]]:
    """The words of the index that are near each of these, the nearest first. The first letter is
    taken to be right, so that all words of a letter are read once.

    None of them is left out: the viewer may be unable to read any but the last.
    """
    near: dict[str, dict[str, int]] = {word: {} for word in words}
    for start, forms in _list_forms(index, words).items():
        lengths = [len(form) for _, form in forms]
        known = index.list_words(session, start, range(max(2, min(lengths) - 2), max(lengths) + 3))
        for word, form in forms:
            _add_near(near[word], form, known)
    return {
        word: sorted(
            (_Neighbour(known, distance) for known, distance in found.items()),
            key=lambda near: (near.distance, near.word),
        )
        for word, found in near.items()
    }


def _list_forms(index: SearchIndex, words: Sequence[str]) -> dict[str, list[tuple[str, str]]]:
    """Each word with every form that it has in the index, by their first letter."""
    forms: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for word in words:
        for form in sorted({stems.fold(word), *(stems.stem(word, o) for o in index.languages)}):
            forms[form[0]].append((word, form))
    return forms


def _add_near(near: dict[str, int], form: str, words: Sequence[str]) -> None:
    most = 2 if len(form) >= LETTERS_FOR_TWO else 1
    for word in words:
        if abs(len(word) - len(form)) <= most:
            distance = _distance(form, word, most)
            if 0 < distance <= most:
                near[word] = min(distance, near.get(word, most))


def _count_nearest(
    session: Session, viewer: Viewer, index: SearchIndex, words: Sequence[str]
) -> dict[str, int]:
    """In how many clips the viewer may read each of the first words that they may read at all. What
    they may not read takes no place among these."""
    counts: dict[str, int] = {}
    for start in range(0, len(words), MOST_CANDIDATES):
        batch = words[start : start + MOST_CANDIDATES]
        counted = _count_readable(session, viewer, index, batch)
        for word in batch:
            if counted[word] and len(counts) < MOST_CANDIDATES:
                counts[word] = counted[word]
        if len(counts) == MOST_CANDIDATES:
            break
    return counts


def _count_readable(
    session: Session, viewer: Viewer, index: SearchIndex, words: Sequence[str]
) -> dict[str, int]:
    counted = []
    for word in words:
        some = _readable(viewer, index.known(word)).limit(MOST_COUNTED).subquery()
        counted.append(
            select(literal(word).label("word"), func.count().label("count")).select_from(some)
        )
    return dict(session.execute(union_all(*counted)).all())


def _find_written(session: Session, viewer: Viewer, index: SearchIndex, word: str) -> str | None:
    """The word as somebody has written or said it where the viewer may read it."""
    readable = _readable(viewer, index.known(word)).limit(3).subquery()
    documents = session.execute(
        select(Episode.title, Episode.tags_text, Episode.description, *DOCUMENTS.c)
        .join(DOCUMENTS, DOCUMENTS.c.episode_id == Episode.id)
        .join(readable, readable.c.id == Episode.id)
        # Asked again, it is written alike.
        .order_by(DOCUMENTS.c.no)
    ).all()
    for document in documents:
        for text in _list_texts(session, index, document, word):
            for written in stems.WORD.findall(text):
                if any(stems.stem(written, one) == word for one in index.languages):
                    return str(written)
    return None


def _list_texts(
    session: Session, index: SearchIndex, document: Row[*tuple[Any, ...]], word: str
) -> Iterator[str]:
    yield from (document.title, document.tags_text, document.description)
    chapters = select(Chapter.title).where(
        Chapter.episode_id == document.episode_id, Chapter.start_ms.is_not(None)
    )
    yield from session.scalars(chapters)
    ranges = index.list_ranges(session, [document.episode_id])
    if ranges:
        said = index.said_word(ranges, word).subquery()
        texts = select(Segment.text).join(said, said.c.segment_id == Segment.id)
        yield from session.scalars(
            texts.where(Segment.episode_id == document.episode_id).limit(MOST_TEXTS)
        )


def _distance(one: str, other: str, most: int) -> int:
    """How many letters were left out, put in, exchanged or turned around (optimal string
    alignment), as far as it is no more than `most`."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        now = [row]
        for column, against in enumerate(other, 1):
            cost = min(last[column] + 1, now[-1] + 1, last[column - 1] + (letter != against))
            is_turned = row > 1 and column > 1 and one[row - 2] == against
            if is_turned and letter == other[column - 2]:
                cost = min(cost, before[column - 2] + 1)
            now.append(cost)
        if min(now) > most:
            return most + 1
        before, last = last, now
    return last[-1]
