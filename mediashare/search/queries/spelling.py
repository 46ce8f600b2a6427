"""What may have been meant where a word is found nowhere: other words of the library.

Nobody is told a word that they could not read: a word is proposed as it is written in an episode
that the viewer may find, and the order of proposals knows nothing else.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from rapidfuzz import process
from rapidfuzz.distance import OSA
from sqlalchemy import Row, String, func, literal, select, union_all
from sqlalchemy.orm import Session

from mediashare import stems
from mediashare.accounts.policy import Viewer
from mediashare.chapters.models import Chapter
from mediashare.db.given import given
from mediashare.library import queries as library_queries
from mediashare.library.models import Episode
from mediashare.search.queries.port import DOCUMENTS, Rows, SearchIndex
from mediashare.search.queries.question import PIECE, QUOTES, STOP_WORDS, Question, Term
from mediashare.transcripts.models import Segment

# Shorter words have too many neighbours; longer ones may have two mistakes.
LEAST_LETTERS, LETTERS_FOR_TWO = 4, 6
# Of so many words that are equally near is asked whether the viewer may read them: only where there
# are more, one that they may not read takes the place of another. In so many clips each is counted;
# so many of the most frequent are looked for in so many lines of each.
MOST_ASKED, MOST_COUNTED = 200, 30
MOST_WRITTEN, MOST_TEXTS = 3, 200
# A question with more unknown words is none that was mistyped.
MOST_PUT_RIGHT = 3


def find_instead(
    session: Session, viewer: Viewer, index: SearchIndex, question: Question, text: str
) -> str | None:
    """What was typed with each word that the viewer can find nowhere in place of one nearby that
    they can; one that is near no other stays. None where there is nothing to put right."""
    text = unicodedata.normalize("NFC", text)
    words = _list_typos(session, viewer, index, question, _find_places(text))
    if not 0 < len(words) <= MOST_PUT_RIGHT:
        return None
    instead = text
    # A question of one word that nearly every text has asks for nothing.
    senseless = STOP_WORDS if len(question.terms) == 1 else frozenset()
    for word, neighbours in _list_neighbours(session, index, words).items():
        telling = {one: far for one, far in neighbours.items() if one not in senseless}
        near = _find_near(session, viewer, index, telling)
        if near is not None:
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
    session: Session, viewer: Viewer, index: SearchIndex, near: Mapping[str, int]
) -> str | None:
    """The nearest of these words that the viewer may read, as it is written there; of several, that
    of most clips. Farther ones are asked for only where there is no nearer one."""
    for distance in sorted(set(near.values())):
        words = sorted(word for word in near if near[word] == distance)
        counts = _count_readable(session, viewer, index, words[:MOST_ASKED])
        for word in sorted(counts, key=lambda word: (-counts[word], word))[:MOST_WRITTEN]:
            written = _find_written(session, viewer, index, word)
            if written is not None:
                return written
    return None


def _list_neighbours(
    session: Session, index: SearchIndex, words: Sequence[str]
) -> dict[str, dict[str, int]]:
    """How far the words of the index are from each of these, as far as they are near. The first
    letter is taken to be right, so that all words of a letter are read once."""
    near: dict[str, dict[str, int]] = {word: {} for word in words}
    for start, forms in _list_forms(index, words).items():
        lengths = [len(form) for _, form in forms]
        known = index.list_words(session, start, range(max(2, min(lengths) - 2), max(lengths) + 3))
        for word, form in forms:
            _add_near(near[word], form, known)
    return near


def _list_forms(index: SearchIndex, words: Sequence[str]) -> dict[str, list[tuple[str, str]]]:
    """Each word with every form that it has in the index, by their first letter."""
    forms: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for word in words:
        for form in sorted({stems.fold(word), *(stems.stem(word, o) for o in index.languages)}):
            forms[form[0]].append((word, form))
    return forms


def _add_near(near: dict[str, int], form: str, words: Sequence[str]) -> None:
    """Add how many letters were left out, put in, exchanged or turned around."""
    most = 2 if len(form) >= LETTERS_FOR_TWO else 1
    found = process.extract(form, words, scorer=OSA.distance, score_cutoff=most, limit=None)
    for word, distance, _place in found:
        if distance:
            near[word] = min(distance, near.get(word, most))


def _count_readable(
    session: Session, viewer: Viewer, index: SearchIndex, words: Sequence[str]
) -> dict[str, int]:
    """In how many clips the viewer may read each of these words, as far as they may read it."""
    asked = given(session, [{"word": word} for word in words], word=String())
    known = index.known(asked.c.word).correlate(asked)
    some = _readable(viewer, known).limit(MOST_COUNTED).correlate(asked).subquery()
    count = select(func.count()).select_from(some).correlate(asked).scalar_subquery()
    counted = select(asked.c.word, count.label("count")).subquery()
    rows = session.execute(select(counted).where(counted.c.count > 0))
    return dict(rows.all())


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
        for language, texts in _list_texts(session, index, document, word):
            written = [one for text in texts for one in stems.WORD.findall(text)]
            found = _find_form(session, index, written, word, language)
            if found is not None:
                return found
    return None


def _find_form(
    session: Session, index: SearchIndex, written: Sequence[str], word: str, language: str
) -> str | None:
    """The first of these that the index has as this word."""
    # Endings alone are taken off.
    begun = {one: plain for one in written if (plain := stems.fold(one))[0] == word[0]}
    otherwise = index.stemmed_otherwise(session, set(begun.values()), language)
    for one, plain in begun.items():
        if (otherwise.get(plain) or stems.stem(one, language)) == word:
            return one
    return None


def _list_texts(
    session: Session, index: SearchIndex, document: Row[*tuple[Any, ...]], word: str
) -> Iterator[tuple[str, Sequence[str]]]:
    """What is written about an episode, and then what is said in it, by the rules by which it is
    read."""
    chapters = select(Chapter.title).where(
        Chapter.episode_id == document.episode_id, Chapter.start_ms.is_not(None)
    )
    described = (document.title, document.tags_text, document.description)
    yield document.language, [*described, *session.scalars(chapters)]
    ranges = index.list_ranges(session, [document.episode_id])
    if ranges:
        said = index.said_word(ranges, word).subquery()
        texts = select(Segment.text).join(said, said.c.segment_id == Segment.id)
        of_this = texts.where(Segment.episode_id == document.episode_id)
        lines = session.scalars(of_this.limit(MOST_TEXTS)).all()
        yield from ((language, lines) for language in ranges[0].languages)
