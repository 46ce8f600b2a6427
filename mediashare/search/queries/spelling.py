"""What may have been meant where a word is found nowhere: other words of the library.

Nobody is told a word that they could not read: a word is proposed as it is written in an episode
that the viewer may find, and the order of proposals knows nothing else.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, TypeVar

from rapidfuzz import process
from rapidfuzz.distance import OSA
from sqlalchemy import Select, String, func, literal, select, union_all
from sqlalchemy.orm import Session

from mediashare import stems
from mediashare.accounts.models import User
from mediashare.accounts.policy import Viewer
from mediashare.chapters.models import Chapter
from mediashare.db.given import given
from mediashare.glossary.policy.everyday import is_everyday
from mediashare.library import queries as library_queries
from mediashare.library.models import Episode
from mediashare.search.queries.port import DOCUMENTS, Range, Rows, SearchIndex
from mediashare.search.queries.question import PIECE, QUOTES, STOP_WORDS, Term
from mediashare.search.queries.request import SearchRequest
from mediashare.transcripts.models import Segment

K = TypeVar("K")

# Shorter words have too many neighbours; longer ones may have two mistakes.
LEAST_LETTERS, LETTERS_FOR_TWO = 4, 6
# Of so many words that are equally near is asked whether the viewer may read them: only where there
# are more, one that they may not read takes the place of another. In so many clips each is counted;
# how so many of the most frequent are written is read in so many clips, and in so many lines there.
MOST_ASKED, MOST_COUNTED = 200, 30
MOST_WRITTEN, MOST_READ, MOST_TEXTS = 3, 3, 600
# A question with more unknown words is none that was mistyped.
MOST_PUT_RIGHT = 3
# Where a mistake may be in the ending, so that it was not taken off: farther than what is near.
BY_BEGINNING = 3


def find_instead(
    session: Session,
    viewer: Viewer,
    index: SearchIndex,
    terms: Sequence[Term],
    request: SearchRequest,
) -> str | None:
    """What was typed with each word of these terms of it that the viewer can find nowhere in place
    of one nearby that they can; one that is near no other stays. None where there is nothing to put
    right."""
    text = unicodedata.normalize("NFC", request.text)
    words = _list_typos(session, viewer, index, terms, _find_places(text))
    # What people write every day is meant as it is written.
    mistyped = [word for word in words if not is_everyday(word)]
    if not mistyped or len(words) > MOST_PUT_RIGHT:
        return None
    # A question of one word that nearly every text has asks for nothing.
    senseless = STOP_WORDS if len(request.question.terms) == 1 else frozenset()
    near = {
        word: {one: far for one, far in neighbours.items() if one not in senseless}
        for word, neighbours in _list_neighbours(session, index, mistyped).items()
    }
    instead = text
    for word, written in _find_near(session, viewer, index, near).items():
        for start in reversed(_find_places(instead)[word]):
            instead = instead[:start] + written + instead[start + len(word) :]
    return None if instead == text else instead


def _find_places(text: str) -> dict[str, list[int]]:
    """Where each word stands that may be put right: by itself, or within quotes. Options (--force)
    are names, and what is excluded is not looked for."""
    places: dict[str, list[int]] = defaultdict(list)
    for piece in PIECE.finditer(text.translate(QUOTES)):
        words = list(stems.WORD.finditer(piece["phrase"] or piece["word"] or ""))
        if len(words) == 1 and not piece["minus"] and not piece[0].startswith("--"):
            start = piece.start("phrase" if piece["phrase"] else "word") + words[0].start()
            places[words[0].group()].append(start)
    return places


def _list_typos(
    session: Session,
    viewer: Viewer,
    index: SearchIndex,
    terms: Sequence[Term],
    places: Collection[str],
) -> Sequence[str]:
    """Those of the words that the viewer can find nowhere, in other words neither."""
    typed = {term.text: term for term in terms if term.text in places and _may_be_typo(term)}
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
    session: Session, viewer: Viewer, index: SearchIndex, near: Mapping[str, Mapping[str, int]]
) -> dict[str, str]:
    """For each word that was typed the nearest of those near it that the viewer may read, as it is
    written there; of several, that of most clips, or where the ending is mistyped that which has
    most in common. Farther ones are asked for only where there is no nearer one."""
    found: dict[str, str] = {}
    for distance in sorted({far for words in near.values() for far in words.values()}):
        tried = {
            typed: sorted(word for word in words if words[word] == distance)[:MOST_ASKED]
            for typed, words in near.items()
            if typed not in found and distance in words.values()
        }
        if tried:
            in_ending = distance == BY_BEGINNING
            found |= _choose(session, viewer, index, tried, in_ending=in_ending)
    # As they were typed, whichever was found first.
    return {typed: found[typed] for typed in near if typed in found}


def _choose(
    session: Session,
    viewer: Viewer,
    index: SearchIndex,
    tried: Mapping[str, Sequence[str]],
    *,
    in_ending: bool,
) -> dict[str, str]:
    """Of the words that are equally near to each that was typed, the one to propose, as it is
    written."""
    counts = _count_readable(session, viewer, index, sorted(set(chain(*tried.values()))))
    best = {
        typed: sorted(
            (word for word in words if word in counts),
            key=lambda word: (-len(word) if in_ending else 0, -counts[word], word),
        )[:MOST_WRITTEN]
        for typed, words in tried.items()
    }
    written = _list_written(session, viewer, index, sorted(set(chain(*best.values()))))
    found = {}
    for typed, words in best.items():
        nearest = [_nearest(typed, written[word]) for word in words if written[word]]
        # Only endings were taken off: `failed` is not what `failover` means.
        fitting = [form for form in nearest if _distance(form, typed) <= _most_mistakes(typed)]
        if fitting:
            found[typed] = fitting[0]
    return found


def _list_neighbours(
    session: Session, index: SearchIndex, words: Sequence[str]
) -> dict[str, dict[str, int]]:
    """How far the words of the index are from each of these, as far as they are near. The first
    letter is taken to be right, so that all words of a letter are read once."""
    near: dict[str, dict[str, int]] = {word: {} for word in words}
    for start, forms in _list_stems(index, words).items():
        lengths = [len(form) for _, form in forms]
        known = index.list_words(session, start, range(2, max(lengths) + 3))
        for word, form in forms:
            _add_near(near[word], form, known)
            _add_begun(near[word], form, known)
    return near


def _list_stems(index: SearchIndex, words: Sequence[str]) -> dict[str, list[tuple[str, str]]]:
    """Each word with every form that it has in the index, by their first letter."""
    forms: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for word in words:
        for form in sorted({stems.fold(word), *(stems.stem(word, o) for o in index.languages)}):
            forms[form[0]].append((word, form))
    return forms


def _add_near(near: dict[str, int], form: str, words: Sequence[str]) -> None:
    """Add how many letters were left out, put in, exchanged or turned around."""
    most = _most_mistakes(form)
    found = process.extract(form, words, scorer=OSA.distance, score_cutoff=most, limit=None)
    for word, distance, _place in found:
        if distance:
            near[word] = min(distance, near.get(word, most))


def _add_begun(near: dict[str, int], form: str, words: Sequence[str]) -> None:
    """Add what may be left of a word that begins so, with one mistake at most, and none in its
    first two letters: those that begin alike are few."""
    alike = [word for word in words if word.startswith(form[:2]) and len(word) >= LEAST_LETTERS]
    for length in range(LEAST_LETTERS, len(form)):
        begun = form[:length]
        found = process.extract(begun, alike, scorer=OSA.distance, score_cutoff=1, limit=None)
        for word, _far, _place in found:
            near.setdefault(word, BY_BEGINNING)


def _most_mistakes(word: str) -> int:
    return 2 if len(word) >= LETTERS_FOR_TWO else 1


def _distance(one: str, other: str) -> int:
    return OSA.distance(stems.fold(one), stems.fold(other))


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


def _nearest(typed: str, forms: Sequence[str]) -> str:
    """Of equally near ones the first."""
    return min(forms, key=lambda form: _distance(form, typed))


def _list_written(
    session: Session, viewer: Viewer, index: SearchIndex, words: Sequence[str]
) -> dict[str, list[str]]:
    """How each of these words is written or said where the viewer may read it: first what is
    written about a clip, then what is said in it, by the rules by which it is read."""
    found = [
        (word, language, [(one, stems.fold(one)) for one in stems.WORD.findall(text)])
        for word, language, text in _list_texts(session, viewer, index, words)
    ]
    by_language: dict[str, set[str]] = defaultdict(set)
    for word, language, written in found:
        by_language[language].update(plain for _, plain in written if plain[0] == word[0])
    otherwise = index.stemmed_otherwise(session, by_language)
    forms: dict[str, list[str]] = {word: [] for word in words}
    for word, language, written in found:
        forms[word] += [
            one
            for one, plain in written
            # Endings alone are taken off.
            if plain[0] == word[0]
            and (otherwise[language].get(plain) or stems.stem(one, language)) == word
        ]
    return forms


def _list_texts(
    session: Session, viewer: Viewer, index: SearchIndex, words: Sequence[str]
) -> Iterator[tuple[str, str, str]]:
    """Each word with the texts of a few clips that have it and that the viewer may read, the names
    of their people among them, and with their languages."""
    documents = session.execute(_documents(viewer, index, words)).all() if words else []
    if not documents:
        return
    own = {document.episode_id: document.language for document in documents}
    named = _group(session.execute(_list_named(own)))
    ranges = index.list_ranges(session, own)
    spoken = {place.episode_id: place.languages for place in ranges}
    having = _group((document.word, document.episode_id) for document in documents)
    said = _lines(index, ranges, having) if ranges else None
    rows = session.execute(said) if said is not None else ()
    lines = _group(((row.word, row.episode_id), row.text) for row in rows)
    for document in documents:
        word, ident = document.word, document.episode_id
        described = (document.title, document.tags_text, document.description, *named[ident])
        author = (document.name, document.handle)
        yield from ((word, own[ident], text) for text in (*described, *author))
        for language in spoken.get(ident, ()):
            yield from ((word, language, text) for text in lines[word, ident])


def _documents(viewer: Viewer, index: SearchIndex, words: Sequence[str]) -> Select[Any]:
    having = (
        select(literal(word).label("word"), some.c.id)
        for word in words
        for some in [_readable(viewer, index.known(word)).limit(MOST_READ).subquery()]
    )
    every = union_all(*having).subquery()
    return (
        select(
            *(every.c.word, Episode.title, Episode.tags_text, Episode.description),
            *(User.name, User.handle, DOCUMENTS.c.episode_id, DOCUMENTS.c.language),
        )
        .join(Episode, Episode.id == every.c.id)
        .join(User, User.id == Episode.author_id)
        .join(DOCUMENTS, DOCUMENTS.c.episode_id == every.c.id)
        # Asked again, it is written alike.
        .order_by(DOCUMENTS.c.no)
    )


def _list_named(episode_ids: Collection[str]) -> Select[str, str]:
    """What the chapters of these episodes are called, and who speaks in them."""
    chapters = select(Chapter.episode_id, Chapter.title.label("name")).where(
        Chapter.episode_id.in_(episode_ids), Chapter.start_ms.is_not(None)
    )
    speakers = select(Segment.episode_id, Segment.speaker).where(
        Segment.episode_id.in_(episode_ids), Segment.speaker.is_not(None)
    )
    every = union_all(chapters, speakers.distinct()).subquery()
    return select(every.c.episode_id, every.c.name).order_by(every.c.name)


def _lines(
    index: SearchIndex, ranges: Sequence[Range], having: Mapping[str, Sequence[str]]
) -> Select[Any]:
    """The lines with each of these words in the episodes that have it."""
    lines = (
        select(literal(word).label("word"), said.c.segment_id)
        for word, idents in having.items()
        for own in [[place for place in ranges if place.episode_id in idents]]
        if own
        for said in [index.said_word(own, word).limit(MOST_TEXTS).subquery()]
    )
    every = union_all(*lines).subquery()
    return (
        select(every.c.word, Segment.episode_id, Segment.text)
        .join(Segment, Segment.id == every.c.segment_id)
        .order_by(every.c.word, Segment.id)
    )


def _group(pairs: Iterable[tuple[K, str]]) -> dict[K, list[str]]:
    groups: dict[K, list[str]] = defaultdict(list)
    for key, value in pairs:
        groups[key].append(value)
    return groups
