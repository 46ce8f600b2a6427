"""How well questions find their answers: by words, by meaning, and by both as one list."""

import statistics
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks import nearness
from benchmarks.answers import (
    ELSEWHERE,
    Question,
    Talk,
    list_documents,
    list_questions,
    list_talks,
)
from benchmarks.houses import opened
from mediashare.db.paging import PageRequest
from mediashare.library import queries as library_queries
from mediashare.meaning import service as meaning_service
from mediashare.search import forms as search_forms
from mediashare.search import queries as search_queries
from mediashare.search.queries import meaning as search_meaning
from mediashare.vectors import choice
from mediashare.vectors.port import Finder, Near
from tests.factories import make_episode, make_transcript
from tests.workers.pipeline import Pipeline

DEPTH = 10
GOAL = 1.1
KINDS = ("all", "near", "far")
# Those that no weight was chosen by.
UNSEEN = "unseen"


@dataclass(frozen=True)
class Shelf:
    """A house with the clips of the benchmark, and what finds by meaning there."""

    house: Pipeline
    finder: Finder
    titles: dict[str, str]


def measure() -> Iterator[str]:
    """The demo library alone, then hidden among this repository's documents; then the index."""
    talks = list_talks()
    questions = list_questions(talks)
    for name, library in (
        ("the demo library", talks),
        ("the same among our documents", [*talks, *list_documents()]),
    ):
        with tempfile.TemporaryDirectory() as folder, opened(Path(folder)) as house:
            shelf = _fill(house, library)
            yield f"retrieval: {name}: {sum(len(talk.said) for talk in library)} sentences"
            yield from _compare(shelf, [one for one in questions if one.kind != UNSEEN])
            yield from _compare_unseen(shelf, [one for one in questions if one.kind == UNSEEN])
    yield from nearness.measure([question.ask for question in questions], library)


def _fill(house: Pipeline, library: Sequence[Talk]) -> Shelf:
    from mediashare.meaning.queries.mapped import MappedFinder

    titles = {}
    with house.database.sessions() as session:
        for talk in library:
            texts = {"description": talk.description, "tags_text": talk.tags}
            episode = make_episode(session, house.author, talk.title, **texts)
            make_transcript(session, episode, *talk.said)
            titles[episode.id] = talk.title
    with house.database.transaction() as session:
        meaning_service.request_vectors(session, choice.MODEL)
    house.work()
    finder = MappedFinder(house.settings.data / "meaning", house.database)
    with house.database.reading() as session:
        finder.follow(session)
    return Shelf(house, finder, titles)


def _list_ranks(shelf: Shelf, questions: Sequence[Question]) -> dict[str, list[float]]:
    """By each way the reciprocal rank of each answer."""
    return {
        "words": [_rank(shelf, question, None) for question in questions],
        "meaning": [_rank_by_meaning(shelf, question) for question in questions],
        "both": [_rank(shelf, question, shelf.finder) for question in questions],
    }


def _compare_unseen(shelf: Shelf, questions: Sequence[Question]) -> Iterator[str]:
    found = _list_ranks(shelf, questions)
    said = "; ".join(f"by {way} {_quality('all', questions, found[way])}" for way in found)
    yield f"retrieval:   of questions that no weight was chosen by: {said}"


def _compare(shelf: Shelf, questions: Sequence[Question]) -> Iterator[str]:
    ranks = _list_ranks(shelf, questions)
    for way, found in ranks.items():
        said = "; ".join(f"{kind} {_quality(kind, questions, found)}" for kind in KINDS)
        # The weights were chosen on all of them: halves say how much of this is chance.
        halves = ", ".join(f"{statistics.fmean(found[half::2]):.3f}" for half in range(2))
        yield (
            f"retrieval:   by {way}, MRR@{DEPTH} and recall@{DEPTH}: {said}; "
            f"MRR of the odd and of the even questions {halves}"
        )
    gain = statistics.fmean(ranks["both"]) / statistics.fmean(ranks["words"])
    verdict = "kept" if gain >= GOAL else "MISSED"
    idle = sum(bool(_near(shelf, text)) for text in ELSEWHERE)
    yield (
        f"retrieval:   both have {gain:.2f} times the MRR of words (at least {GOAL}: {verdict}); "
        f"of {len(ELSEWHERE)} questions about something else {idle} find anything by meaning"
    )


def _quality(kind: str, questions: Sequence[Question], ranks: Sequence[float]) -> str:
    chosen = [
        rank
        for rank, question in zip(ranks, questions, strict=True)
        if kind in {"all", question.kind}
    ]
    recall = statistics.fmean(rank > 0 for rank in chosen)
    return f"{statistics.fmean(chosen):.3f} {recall:.3f} ({len(chosen)})"


def _rank(shelf: Shelf, question: Question, finder: Finder | None) -> float:
    """The reciprocal rank of the first moment that answers, in the order of the page."""
    viewer = shelf.house.viewer
    request = search_forms.read_request({"q": question.ask}, viewer, PageRequest())
    with shelf.house.database.reading() as session:
        page = search_queries.search(session, viewer, request, finder)
    return _reciprocal(
        question,
        [
            (result.episode.title, moment.start, moment.end)
            for result in page.results
            for moment in result.moments
        ],
    )


def _rank_by_meaning(shelf: Shelf, question: Question) -> float:
    found = search_meaning.group_near(_near(shelf, question.ask))
    return _reciprocal(
        question,
        [
            (shelf.titles[ident], one.start_ms / 1000, one.end_ms / 1000)
            for ident, several in found.items()
            for one in several
        ],
    )


def _near(shelf: Shelf, text: str) -> Sequence[Near]:
    listed = [library_queries.listed_for(shelf.house.viewer)]
    with shelf.house.database.reading() as session:
        return shelf.finder.ask(session, text).find(session, listed, search_meaning.STRETCHES)


def _reciprocal(question: Question, shown: Sequence[tuple[str, float, float]]) -> float:
    for rank, (title, start, end) in enumerate(shown[:DEPTH], 1):
        if question.is_answered_by(title, start, end):
            return 1 / rank
    return 0.0
