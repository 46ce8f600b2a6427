"""Search results as JSON."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from mediashare.library import views as library_views
from mediashare.library.models import Episode
from mediashare.search.queries.moments import Moments
from mediashare.search.queries.question import Question
from mediashare.search.queries.request import (
    Choice,
    Moment,
    Points,
    Result,
    SearchPage,
    SearchRequest,
)
from mediashare.transcripts import views as transcripts_views
from mediashare.web import rendering


def page_json(page: SearchPage, asked: SearchRequest) -> dict[str, Any]:
    """A page of results as the API says it."""
    return {
        "asked": asked.text,
        "results_for": page.put_right or asked.text,
        "results": [_result_json(result) for result in page.results],
        "next_cursor": page.next_cursor,
        "is_loose": page.is_loose,
        "is_missed": page.is_missed,
        "is_alike": page.is_alike,
        "also": list(page.also),
        "left_out": list(page.left_out),
        "instead": page.instead,
        "facets": {
            name: [_choice_json(choice) for choice in choices]
            for name, choices in page.facets.items()
        },
    }


def moments_json(episode: Episode, moments: Moments, asked: Question) -> dict[str, Any]:
    """The moments of one episode as the API says them."""
    return {
        "moments": [_moment_json(episode, moment) for moment in moments.best],
        "left_out": list(asked.left_out),
    }


def moment_path(episode: Episode, moment: Moment) -> str:
    """Where the moment plays, on this site."""
    beside = f"&lang={moment.language}" if moment.language else ""
    return f"{episode.path}?t={moment.start:g}&end={moment.end:g}{beside}"


def filter_words(name: str, value: str) -> str:
    """A filter's value as people write it; what can't be used stays as it was typed."""
    try:
        if name == "language":
            return transcripts_views.name_language(value)
        if name in ("after", "before"):
            return rendering.date(datetime.fromisoformat(value))
    except ValueError:
        pass
    return value


def _result_json(result: Result) -> dict[str, Any]:
    found = {
        "episode": library_views.episode_card(result.episode),
        "moments": [_moment_json(result.episode, moment) for moment in result.moments],
        "more": result.more,
        "ticks": list(result.ticks),
    }
    if result.points:
        found["points"] = _points_json(result.points)
    return found


def _points_json(points: Points) -> dict[str, Any]:
    return {
        "total": round(points.total, 1),
        "text": round(points.text, 1),
        "helpfulness": round(points.helpfulness, 1),
        "freshness": round(points.freshness, 1),
        "nearness": None if points.nearness is None else round(points.nearness, 3),
        "ranks": points.ranks and asdict(points.ranks),
        "fields": {term: list(fields) for term, fields in points.fields.items()},
        "missing": list(points.missing),
    }


def _choice_json(choice: Choice) -> dict[str, Any]:
    return {
        "value": choice.value,
        "label": choice.label,
        "count": choice.count,
        "is_least": choice.is_least,
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
