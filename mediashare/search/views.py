"""Search results as JSON."""

from typing import Any

from mediashare.library import views as library_views
from mediashare.library.models import Episode
from mediashare.search.queries.request import Moment, Result, SearchPage


def page_json(page: SearchPage) -> dict[str, Any]:
    """A page of results as the API says it."""
    return {
        "results": [_result_json(result) for result in page.results],
        "next_cursor": page.next_cursor,
        "is_loose": page.is_loose,
        "facets": {},
    }


def moment_path(episode: Episode, moment: Moment) -> str:
    """Where the moment plays, on this site."""
    beside = f"&lang={moment.language}" if moment.language else ""
    return f"{episode.path}?t={moment.start:g}&end={moment.end:g}{beside}"


def _result_json(result: Result) -> dict[str, Any]:
    return {
        "episode": library_views.episode_card(result.episode),
        "moments": [_moment_json(result.episode, moment) for moment in result.moments],
        "more": result.more,
    }


def _moment_json(episode: Episode, moment: Moment) -> dict[str, Any]:
    address = library_views.episode_url(episode).removesuffix(episode.path)
    return {
        "start": moment.start,
        "end": moment.end,
        "text": moment.text,
        "html": moment.html,
        "language": moment.language,
        "url": address + moment_path(episode, moment),
    }
