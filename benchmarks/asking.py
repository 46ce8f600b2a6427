"""How long a member waits where meaning is on: the question is encoded, its nearest stretches are
found, the database says which of them may be seen, both lists become one, and what stands beside
the results is looked for.

The words of the library are made up, so that its vectors can't be made of them: they are those of
real sentences, varied.
"""

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks import nearness
from benchmarks.answers import list_questions, list_talks
from benchmarks.clocks import time_all
from benchmarks.libraries import LINES, Library
from benchmarks.scale import judged
from mediashare.accounts.policy import Viewer
from mediashare.db.paging import PageRequest
from mediashare.db.session import Database
from mediashare.meaning import queries as meaning_queries
from mediashare.meaning import service as meaning_service
from mediashare.meaning.policy import STEP
from mediashare.search import forms as search_forms
from mediashare.search import queries as search_queries
from mediashare.search.queries.around import look_around
from mediashare.vectors import choice, compact, encoder
from mediashare.vectors.port import Finder

# Kinds of questions that ask for meaning too.
KINDS = ("rare word", "common word", "two words", "mistyped", "nonsense")
# A stretch for every other line, as it would have.
STRETCHES, STRETCH_MS, PAUSE_MS = LINES // STEP, 5000 * STEP, 500
SPANS = compact.pack_spans(
    [(n * STRETCH_MS, (n + 1) * STRETCH_MS - PAUSE_MS) for n in range(STRETCHES)]
)
AT_ONCE = 200


def measure(
    library: Library, questions: Mapping[str, Sequence[str]], most_ms: float
) -> Iterator[str]:
    """Words of each kind, a question that the library answers in other words alone, and both."""
    if not choice.is_installed():
        return
    pairs = questions["two words"]
    asks = [one.ask for one in list_questions(list_talks())][: len(pairs)]
    both = [f"{pair} {ask}" for pair, ask in zip(pairs, asks, strict=True)]
    kinds = {kind: questions[kind] for kind in KINDS} | {"a question": asks, "both": both}
    database, viewer = library.database, library.readers.joined
    with tempfile.TemporaryDirectory() as folder, _nothing_remembered():
        finder = _open(library, Path(folder))
        for kind, asked in kinds.items():
            whole, words = (
                time_all([_ask(database, viewer, text, given) for text in asked])
                for given in (finder, None)
            )
            yield (
                f"search: {database.dialect}, {library.segments} segments, the whole page of "
                f"{kind}: with meaning {whole.p50:.1f} ms, p95 "
                f"{judged(whole.p95, most_ms, '.1f')}; by words {words.p50:.1f} ms, "
                f"p95 {words.p95:.1f}"
            )


@contextmanager
def _nothing_remembered() -> Iterator[None]:
    """Each question is understood as if nobody had asked it before."""
    kept, encoder.QUESTIONS_KEPT = encoder.QUESTIONS_KEPT, 0
    encoder.load.cache_clear()
    yield
    encoder.QUESTIONS_KEPT = kept
    encoder.load.cache_clear()


def _open(library: Library, folder: Path) -> Finder:
    from mediashare.meaning.queries.mapped import MappedFinder

    real = nearness.encode(list_talks())
    with library.database.reading() as session:
        due = meaning_queries.list_due(session, choice.MODEL, library.segments)
    for first in range(0, len(due), AT_ONCE):
        with library.database.transaction() as session:
            for one in due[first : first + AT_ONCE]:
                varied = nearness.vary(real, one.episode_id, STRETCHES)
                meaning_service.keep_vectors(session, one, choice.MODEL, SPANS, varied)
    library.settle()
    finder = MappedFinder(folder, library.database)
    with library.database.reading() as session:
        finder.follow(session)
    return finder


def _ask(
    database: Database, viewer: Viewer, text: str, finder: Finder | None
) -> Callable[[], object]:
    """What a browser waits for, but for the page that is made of it."""
    request = search_forms.read_request({"q": text}, viewer, PageRequest())

    def ask() -> object:
        with database.reading() as session:
            page = search_queries.search(session, viewer, request, finder)
            return look_around(session, viewer, request, page)

    return ask
