"""What makes one result better than another; every number that puts results in order stands here.

The sum of these parts, in points; docs/search.md says where they come from:

    text        the field of each word that was found (FIELD_POINTS), and APART_POINTS for each
                word, so that who has more of the words goes first; TOGETHER_POINTS where all words
                follow each other as they were typed; OWN_POINTS for each word that stands there
                itself, where a glossary has others for it
    helpfulness what came of it for those who watched, from -600 to 600
    freshness   FRESH_POINTS for each year that it was published or checked later

The parts that know nothing of the question decide among results that fit about alike: none of
them outweighs the field in which a word stands.
"""

from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.sql.base import ColumnCollection

from mediashare.library.models import Episode
from mediashare.search.queries.port import WORTH, Field

# A title is worth more than any number of mentions. Said once counts nothing beyond being found.
# No two are worth the same: the index tells by it that a word stands in one field in two languages.
FIELD_POINTS = {
    Field.TITLE: 6000,
    Field.TAGS: 5500,
    Field.CHAPTERS: 4500,
    Field.PEOPLE: 4000,
    Field.OFTEN: 3000,
    Field.DESCRIPTION: 1000,
}
APART_POINTS = 100_000
TOGETHER_POINTS = 2500
# More than helpfulness and some years of freshness, and less than a title.
OWN_POINTS = 2000
FRESH_POINTS = 60
# Few voices count less than many: that many outcomes are worth half of what a crowd would be.
SOLVED_POINTS, FAILED_POINTS, HALF_OF_OUTCOMES = 400, 200, 3.0
# Stars are averaged with five imagined ratings of three stars (Bayesian average).
STAR_POINTS, IMAGINED, MIDDLE = 100, 5.0, 3.0
# Where words and meaning are one list, a place is worth 1 / (FUSION_K + place): how much the first
# few places count for more than those after them (search/queries/fusion.py).
FUSION_K = 60
# What the places by words count there when these have only some of the words, and when names such
# as PX-4711 are among those that were asked for; chosen by `make bench name=retrieval`.
LOOSE_WEIGHT, NAMED_WEIGHT = 0.01, 0.5
# How alike (cosine) what is said must be to stand beside clips that have all of the words; 0.25 to
# 0.3 costs none of the questions of that benchmark their answer.
LEAST_BESIDE_WORDS = 0.3


def freshness() -> ColumnElement[Any]:
    """What it is worth that somebody has published it, or said that all is still true, lately."""
    return FRESH_POINTS * WORTH.c.years


def helpfulness(
    of: type[Episode] | ColumnCollection[str, Any] = Episode,
) -> ColumnElement[Any]:
    """What came of it for those who watched. Solved problems outrank stars."""
    solved, failed = of.solved_count, of.did_not_work_count + of.outdated_count
    stars = (of.rating_sum + IMAGINED * MIDDLE) / (of.rating_count + IMAGINED) - MIDDLE
    return (
        SOLVED_POINTS * solved / (solved + HALF_OF_OUTCOMES)
        - FAILED_POINTS * failed / (failed + HALF_OF_OUTCOMES)
        + STAR_POINTS * stars
    )
