"""What people search for and do not find, as far as it tells of no single one of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mediashare.search.models import AskedWords

# What was typed may be personal. Nobody is shown words that were not asked on several days and
# several times: then it is hardly one person's private matter.
LEAST_DAYS, LEAST_SEARCHES = 2, 3
MOST_SHOWN = 100


@dataclass(frozen=True)
class Demand:
    """Words that were looked for, how often, how often nothing had all of them, and when last."""

    words: str
    searches: int
    misses: int
    days: int
    last: date


def list_demand(session: Session) -> Sequence[Demand]:
    """What was searched and not found, most often missed first."""
    searches, misses = func.sum(AskedWords.searches), func.sum(AskedWords.misses)
    rows = session.execute(
        select(AskedWords.words, searches, misses, func.count(), func.max(AskedWords.day))
        .group_by(AskedWords.words)
        .having(func.count() >= LEAST_DAYS, searches >= LEAST_SEARCHES, misses > 0)
        .order_by(misses.desc(), searches.desc(), AskedWords.words)
        .limit(MOST_SHOWN)
    )
    return [Demand(*row) for row in rows]
