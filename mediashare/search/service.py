"""The upkeep of the index, and the nameless log of what is searched for.

The database keeps the index by itself; its upkeep is for when the rules have changed by which words
are read, or when somebody wants to be sure.
"""

import logging
from collections.abc import Sequence
from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from mediashare import clock, stems
from mediashare.db import upsert
from mediashare.db.session import Database
from mediashare.library.models import Episode
from mediashare.search import policy
from mediashare.search import queries as search_queries
from mediashare.search.models import AskedWords
from mediashare.search.queries.request import Filters, SearchPage, SearchRequest

log = logging.getLogger(__name__)

# One search more or less in the log is worth no more waiting.
PATIENCE_MS = 50


def list_indexable(session: Session) -> Sequence[str]:
    """The ids of all episodes, oldest first."""
    return session.scalars(select(Episode.id).order_by(Episode.created_at, Episode.id)).all()


def reindex(session: Session, episode_ids: Sequence[str]) -> None:
    """Read these episodes anew; those that are gone meanwhile are left out."""
    # In one order, so that two who change several do not wait for each other.
    search_queries.choose_index(session).make(session, sorted(episode_ids))


def sweep(session: Session) -> None:
    """Remove from the index what belongs to nothing any more."""
    search_queries.choose_index(session).sweep(session)


def compact(session: Session, *, begin: bool) -> bool:
    """Have nothing left on the disk of words that were deleted: some of it in each transaction, so
    that nobody waits long. Whether there is more to do."""
    return search_queries.choose_index(session).compact(session, begin=begin)


def note_asked(database: Database, request: SearchRequest, found: SearchPage) -> None:
    """Count the words of a search, in any order and without case and accents.

    It is a number, in a transaction of its own: nobody's search fails for it, and where others are
    writing for longer than a moment it is not counted. Only the first page counts; what filters
    keep out is not missing.
    """
    terms = request.question.terms
    words = sorted({stems.fold(word) for term in terms for word in term.words})
    is_unfinished = any(term.is_prefix for term in terms)
    if request.page.cursor or is_unfinished or not policy.may_be_noted(request.text, words):
        return
    is_missing = request.filters == Filters() and found.is_missed
    key = {"words": " ".join(words), "day": clock.now().date()}
    try:
        with database.transaction(patience_ms=PATIENCE_MS) as session:
            upsert.count_up(session, AskedWords, key, {"searches": 1, "misses": int(is_missing)})
    except SQLAlchemyError as error:
        # Its kind alone: who keeps the server's log would read who searched for what and when.
        kind = type(getattr(error, "orig", None) or error).__name__
        log.warning("a search could not be counted: %s", kind)


def forget_asked(session: Session, *, before: date) -> None:
    """What was searched for before this day is nobody's business any more."""
    session.execute(delete(AskedWords).where(AskedWords.day <= before))
