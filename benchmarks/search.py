"""What our layers add to a full text query: access, ranking of episodes, moments, marks."""

import itertools
import random
import tempfile
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import text

from benchmarks.clocks import median_ms
from mediashare.accounts.models import User
from mediashare.db import migrate
from mediashare.db.paging import PageRequest
from mediashare.db.session import Database
from mediashare.search import forms as search_forms
from mediashare.search import queries as search_queries
from mediashare.transcripts.models import Segment, Transcript, TranscriptState
from tests.factories import make_episode, make_user, viewer_of

EPISODES, SEGMENTS, WORDS = 500, 100, 12
VOCABULARY = 20_000
BARE = """
    SELECT rowid, bm25(search_segments), snippet(search_segments, 0, '<mark>', '</mark>', '…', 20)
    FROM search_segments WHERE search_segments MATCH :words ORDER BY 2 LIMIT 20
"""
QUESTIONS = {"rare word": "w15000", "common word": "w12", "two words": "w30 w41"}


def measure() -> Iterator[str]:
    """Median times on SQLite, ours beside the bare FTS5 query, and their ratio."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'bench.db'}")
        migrate.upgrade(database)
        reader = _fill(database)
        for name, words in QUESTIONS.items():
            request = search_forms.read_request({"q": words}, viewer_of(reader), PageRequest())
            with database.reading() as session:
                viewer = viewer_of(reader)
                ours = median_ms(lambda: search_queries.search(session, viewer, request))  # noqa: B023 - used up at once
                bare = median_ms(lambda: session.execute(text(BARE), {"words": words}).all())  # noqa: B023 - used up at once
            yield (
                f"search: {name}: {ours:.1f} ms, {ours / bare:.1f} times the bare query "
                f"({EPISODES * SEGMENTS} segments)"
            )
        database.dispose()


def _fill(database: Database) -> User:
    """Episodes whose words follow Zipf's law, as those of a language do."""
    chance = random.Random(7)  # noqa: S311 - the same library in every run
    ranks = range(1, VOCABULARY + 1)
    weights = list(itertools.accumulate(1 / rank for rank in ranks))
    with database.sessions() as session:
        author = make_user(session)
        for number in range(EPISODES):
            episode = make_episode(session, author, f"Clip {number}")
            transcript = Transcript(episode_id=episode.id, state=TranscriptState.READY)
            session.add(transcript)
            session.flush()
            session.add_all(
                Segment(
                    transcript_id=transcript.id,
                    episode_id=episode.id,
                    start_ms=position * 5000,
                    end_ms=position * 5000 + 4500,
                    text=" ".join(
                        f"w{rank}" for rank in chance.choices(ranks, cum_weights=weights, k=WORDS)
                    ),
                )
                for position in range(SEGMENTS)
            )
            session.commit()
        return author
