"""Where the words of a question stand in what is written about an episode."""

from collections.abc import Callable, Sequence
from functools import cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from mediashare import stems
from mediashare.library.models import Episode
from mediashare.search.queries.marking import Marker
from mediashare.search.queries.question import Question
from mediashare.search.queries.request import MarkedTag, Written


def reader_of(question: Question) -> Callable[[Episode], Written]:
    """What marks the words of this question in what is written about one episode after another."""
    marker_for = _markers(question)

    def read(episode: Episode) -> Written:
        marker = marker_for(episode.language)
        return Written(
            title=marker.mark(episode.title),
            tags=[
                MarkedTag(tag.name, marker.mark(tag.name))
                for tag in episode.tags
                if marker.list_terms(tag.name)
            ],
            description=marker.excerpt(episode.description),
        )

    return read


def list_named(
    session: Session, question: Question, episode_ids: Sequence[str], *, least: int
) -> list[str]:
    """Those of these episodes that have so many of the terms in their title and tags."""
    marker_for = _markers(question)
    rows = session.execute(
        select(Episode.id, Episode.title, Episode.tags_text, Episode.language).where(
            Episode.id.in_(episode_ids)
        )
    )
    return [
        ident
        for ident, title, tags, language in rows
        if len(set(marker_for(language).list_terms(f"{title}\n{tags}"))) >= least
    ]


def _markers(question: Question) -> Callable[[str | None], Marker]:
    """A marker for each language that something is in."""

    @cache
    def marker_by(algorithm: str) -> Marker:
        return Marker(question, algorithm)

    return lambda language: marker_by(stems.algorithm_for(language))
