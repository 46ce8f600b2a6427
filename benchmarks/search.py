"""How long searches take in libraries of growing size, beside the bare query of the same database.

The bare query is what FTS5 and PostgreSQL do by themselves with a table of segments: match, rank,
cut an excerpt of the best twenty. Ours decides besides who may see what, ranks episodes, finds
their moments and loads what a page shows of them; for an unfinished word, what the search field
proposes. Of two words the bare query asks what ours does, for clips that have both of them
anywhere; what lines with both take is told beside it.
"""

import gc
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import text

from benchmarks import asking
from benchmarks.clocks import Taken, time_all
from benchmarks.libraries import Library
from benchmarks.scale import Scale, judged
from mediashare.accounts.policy import Viewer
from mediashare.db import migrate
from mediashare.db.paging import PageRequest
from mediashare.db.session import Database
from mediashare.search import forms as search_forms
from mediashare.search import queries as search_queries
from mediashare.search.policy import SUGGESTIONS
from tests.servers.postgres import running_postgres

MB = 1000**2
# Of each kind so many questions are asked.
QUESTIONS = 12
# Ours is held against the bare query in the largest library, where that takes so long.
WORTH_COMPARING_MS = 10
MOST_MS, MOST_OF_BARE, MOST_GROWTH = 150, 1.5, 4
BARE = {
    "sqlite": """
        SELECT rowid, snippet(bare, 0, '<mark>', '</mark>', '…', 20)
        FROM bare WHERE bare MATCH :words ORDER BY bm25(bare) LIMIT 20
    """,
    "postgresql": """
        SELECT id, ts_headline('english', text, wanted) FROM (
            SELECT segment_id, wanted
            FROM bare, CAST(:words AS tsquery) wanted WHERE words @@ wanted
            ORDER BY ts_rank(words, wanted) DESC LIMIT 20
        ) best JOIN segments ON id = segment_id
    """,
}
# Any twenty clips, in no order and without excerpts.
BARE_PAIR = {
    "sqlite": """
        SELECT episode_id FROM bare JOIN segments ON id = bare.rowid WHERE bare MATCH :one
        INTERSECT
        SELECT episode_id FROM bare JOIN segments ON id = bare.rowid WHERE bare MATCH :other
        LIMIT 20
    """,
    "postgresql": """
        SELECT episode_id FROM bare JOIN segments ON id = segment_id
        WHERE words @@ CAST(:one AS tsquery)
        INTERSECT
        SELECT episode_id FROM bare JOIN segments ON id = segment_id
        WHERE words @@ CAST(:other AS tsquery)
        LIMIT 20
    """,
}
FILL_BARE = {
    "sqlite": (
        "DROP TABLE IF EXISTS bare",
        """
        CREATE VIRTUAL TABLE bare USING fts5(
            text, content='segments', content_rowid='id', tokenize='porter unicode61'
        )
        """,
        "INSERT INTO bare (bare) VALUES ('rebuild')",
    ),
    "postgresql": (
        "DROP TABLE IF EXISTS bare",
        """
        CREATE TABLE bare AS
        SELECT id AS segment_id, to_tsvector('english', text) AS words FROM segments
        """,
        "CREATE INDEX ON bare USING gin (words)",
    ),
}
SIZE = {
    "sqlite": """
        SELECT sum(pgsize) FROM dbstat WHERE name LIKE :prefix || '%'
    """,
    "postgresql": """
        SELECT sum(pg_total_relation_size(oid)) FROM pg_class
        WHERE relname LIKE :prefix || '%' AND relkind = 'r'
    """,
}


def measure(scale: Scale) -> Iterator[str]:
    """All kinds of questions in libraries of each size, on SQLite and on PostgreSQL."""
    for opened in (_sqlite, _postgresql):
        with opened() as database:
            library = Library(database)
            former: Mapping[str, Taken] = {}
            for segments in scale.segments:
                yield from _fill(library, segments)
                taken, questions = {}, _questions(library)
                is_largest = segments == max(scale.segments)
                for kind, line, ours in _ask_all(library, questions, is_judged=is_largest):
                    taken[kind] = ours
                    yield line
                yield from _compare(former, taken, database.dialect)
                yield from asking.measure(library, questions, MOST_MS)
                former = taken


@contextmanager
def _sqlite() -> Iterator[Database]:
    with tempfile.TemporaryDirectory() as folder:
        yield from _opened(f"sqlite:///{Path(folder) / 'bench.db'}")


@contextmanager
def _postgresql() -> Iterator[Database]:
    with running_postgres() as server:
        yield from _opened(f"{server}/postgres")


def _opened(url: str) -> Iterator[Database]:
    database = Database(url)
    migrate.upgrade(database)
    yield database
    database.dispose()


def _fill(library: Library, segments: int) -> Iterator[str]:
    database, dialect = library.database, library.database.dialect
    added, begin = segments - library.segments, time.perf_counter()
    library.grow(segments)
    ours_s, begin = time.perf_counter() - begin, time.perf_counter()
    with database.transaction() as session:
        for statement in FILL_BARE[dialect]:
            session.execute(text(statement))
    bare_s = time.perf_counter() - begin
    library.settle()
    with database.reading() as session:
        sizes = [
            float(session.execute(text(SIZE[dialect]), {"prefix": prefix}).scalar_one() or 0) / MB
            for prefix in ("search_", "bare", "segments")
        ]
    yield (
        f"search: {dialect}, {segments} segments: written and indexed at {added / ours_s:.0f} "
        f"segments/s; the index takes {sizes[0]:.0f} MB, a bare one {sizes[1]:.0f} MB "
        f"(made in {bare_s:.0f} s), the segments themselves {sizes[2]:.0f} MB"
    )


def _ask_all(
    library: Library, questions: Mapping[str, Sequence[str]], *, is_judged: bool
) -> Iterator[tuple[str, str, Taken]]:
    readers = library.readers
    # What the benchmark itself has in memory is not looked through while a search is timed.
    gc.collect()
    gc.freeze()
    for kind, asked in questions.items():
        bare, beside = time_all([_bare(library.database, kind, words) for words in asked]), ""
        if kind == "two words":
            beside = f" (for lines with both {bare.p50:.1f} ms, p95 {bare.p95:.1f})"
            bare = time_all([_bare_pair(library.database, words) for words in asked])
        for name, viewer in (("no group", readers.alone), ("200 groups", readers.joined)):
            ours = time_all([_ours(library.database, viewer, kind, words) for words in asked])
            ratio = (
                judged(ours.p95 / bare.p95, MOST_OF_BARE)
                if is_judged and bare.p95 > WORTH_COMPARING_MS
                else f"{ours.p95 / bare.p95:.2f}"
            )
            line = (
                f"search: {library.database.dialect}, {library.segments} segments, {kind}, {name}: "
                f"{ours.p50:.1f} ms, p95 {judged(ours.p95, MOST_MS, '.1f')}; "
                f"bare {bare.p50:.1f} ms, p95 {bare.p95:.1f}{beside}; ratio {ratio}"
            )
            yield f"{kind}, {name}", line, ours


def _compare(
    former: Mapping[str, Taken], taken: Mapping[str, Taken], dialect: str
) -> Iterator[str]:
    for kind, ours in taken.items():
        if kind in former:
            growth = judged(ours.p95 / former[kind].p95, MOST_GROWTH)
            yield f"search: {dialect}, {kind}: p95 has grown by {growth}"


def _questions(library: Library) -> Mapping[str, Sequence[str]]:
    """Words by how often they are said, in the order of the language's own list."""
    language, words = library.language, library.language.words
    common = words[10 : 10 + QUESTIONS]
    pairs = [f"{one} {words[40 + n]}" for n, one in enumerate(common)]
    return {
        "rare word": [language.choose(words[15_000:30_000]) for _ in range(QUESTIONS)],
        "common word": common,
        "two words": pairs,
        "phrase": [f'"{pair}"' for pair in pairs],
        "prefix": [language.choose(words[500:5000])[:4] for _ in range(QUESTIONS)],
        "mistyped": [language.mistype(language.choose(words[500:5000])) for _ in range(QUESTIONS)],
        "nonsense": [language.make_up() for _ in range(QUESTIONS)],
    }


def _ours(database: Database, viewer: Viewer, kind: str, words: str) -> Callable[[], object]:
    """What a browser asks: a page of results, or, while somebody types, what the field proposes."""
    is_typing = kind == "prefix"
    args = {"q": words, "typing": "1" if is_typing else ""}
    page = PageRequest(limit=SUGGESTIONS) if is_typing else PageRequest()
    request = search_forms.read_request(args, viewer, page)
    find = search_queries.list_suggestions if is_typing else search_queries.search

    def ask() -> object:
        with database.reading() as session:
            return find(session, viewer, request)

    return ask


def _bare(database: Database, kind: str, words: str) -> Callable[[], object]:
    if kind == "prefix":
        words = f"{words}*" if database.dialect == "sqlite" else f"'{words}':*"
    else:
        words = _read(database, words, "<->" if kind == "phrase" else "&")
    return _execute(database, BARE[database.dialect], words=words)


def _bare_pair(database: Database, words: str) -> Callable[[], object]:
    one, other = (_read(database, word, "&") for word in words.split())
    return _execute(database, BARE_PAIR[database.dialect], one=one, other=other)


def _read(database: Database, words: str, operator: str) -> str:
    """How the database reads these words; FTS5 does it while it answers."""
    if database.dialect == "sqlite":
        return words
    joined = f" {operator} ".join(words.strip('"').split())
    with database.reading() as session:
        stemmed = text("SELECT to_tsquery('english', :words)")
        return str(session.execute(stemmed, {"words": joined}).scalar_one())


def _execute(database: Database, statement: str, **parameters: str) -> Callable[[], object]:
    def ask() -> object:
        with database.reading() as session:
            return session.execute(text(statement), parameters).all()

    return ask
