"""Where the words of a question stand in what is written about an episode."""

from collections.abc import Callable
from functools import cache

from mediashare import stems
from mediashare.library.models import Episode
from mediashare.search.queries.marking import Marker
from mediashare.search.queries.question import Question
from mediashare.search.queries.request import MarkedTag, Written


def reader_of(question: Question) -> Callable[[Episode], Written]:
    """What marks the words of this question in what is written about one episode after another."""

    @cache
    def marker_for(language: str) -> Marker:
        return Marker(question, language)

    def read(episode: Episode) -> Written:
        marker = marker_for(stems.algorithm_for(episode.language))
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
