"""The search page; it works without JavaScript."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import partial

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from mediashare.accounts import login
from mediashare.db.paging import PageRequest
from mediashare.errors import InvalidInputError
from mediashare.library import queries as library_queries
from mediashare.media import queries as media_queries
from mediashare.search import queries as search_queries
from mediashare.search import service as search_service
from mediashare.search import views
from mediashare.search.forms import MAX_QUERY, read_request, read_words
from mediashare.search.policy import RATE_LIMIT, SUGGESTION_LIMIT, SUGGESTIONS
from mediashare.search.queries.address import FILTERS, PARTS, write_parts
from mediashare.search.queries.around import Around, Suggested, find_suggested, look_around
from mediashare.search.queries.filters import a_year_ago
from mediashare.search.queries.request import SearchPage, Sort
from mediashare.sentences import said
from mediashare.web import db
from mediashare.web.afterwards import when_sent
from mediashare.web.error_pages import is_for_fragment
from mediashare.web.languages import translated
from mediashare.web.paging import asked_page
from mediashare.web.parts import parts

blueprint = Blueprint("search", __name__)
blueprint.add_app_template_global(views.moment_path, "moment_path")
blueprint.add_app_template_global(views.filter_words, "filter_words")

SUGGESTED = 10
# What links of the page carry on besides what is asked for. Any other name of an address may mean
# something to `url_for`.
CARRIED = ("explain", "cursor", "typing", "as_typed")
DESCRIPTION = said("Search everything that people have said")
OPENSEARCH = Markup(
    """<?xml version="1.0" encoding="UTF-8"?>
<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">
  <ShortName>mediashare</ShortName>
  <Description>{description}</Description>
  <InputEncoding>UTF-8</InputEncoding>
  <Url type="text/html" method="get" template="{page}?q={{searchTerms}}"/>
</OpenSearchDescription>
"""
)


@blueprint.get("/search")
def index() -> ResponseReturnValue:
    """Results with their moments, each of which plays from its second."""
    viewer = login.current_viewer()
    parts().limits.hit(RATE_LIMIT, "search", str(viewer.id))
    session = db.session()
    try:
        asked = replace(read_request(request.args, viewer, asked_page()), is_counted=True)
        found = search_queries.search(session, viewer, asked, parts().finder)
    except InvalidInputError as error:
        given = _list_given(PARTS)
        # What is too long is shown as far as the field takes it, to be made shorter there.
        given["q"] = given.get("q", "").strip()[:MAX_QUERY]
        return _page(given, SearchPage(), Around(), error.errors), 422
    beside = look_around(session, viewer, asked, found)
    if parts().settings.search_log_days:
        when_sent(partial(search_service.note_asked, parts().database, asked, found))
    return _page(write_parts(asked, viewer), found, beside, {})


@blueprint.get("/search/suggestions")
def suggest() -> ResponseReturnValue:
    """Episodes for what has been typed so far, of which the last word may be unfinished."""
    viewer = login.current_viewer()
    parts().limits.hit(SUGGESTION_LIMIT, "suggest", str(viewer.id))
    words = {"q": request.args.get("q", ""), "typing": "1"}
    asked = read_request(words, viewer, PageRequest(limit=SUGGESTIONS))
    episodes = search_queries.list_suggestions(db.session(), viewer, asked)
    return render_template("search/_suggestions.html", episodes=episodes, q=asked.text)


@blueprint.get("/e/<slug>/moments")
def moments(slug: str) -> ResponseReturnValue:
    """Every moment of one episode that answers; for a script, their list alone."""
    session, viewer = db.session(), login.current_viewer()
    parts().limits.hit(RATE_LIMIT, "search", str(viewer.id))
    episode = library_queries.get_episode_by_slug(session, viewer, slug)
    asked = read_words(request.args)
    found = search_queries.list_all_moments(session, viewer, episode.id, asked)
    shown = {"episode": episode, "found": found, "q": request.args.get("q", "").strip()}
    if is_for_fragment():
        return render_template("search/_moments.html", **shown)
    return render_template("search/moments.html", **shown, left_out=asked.left_out)


@blueprint.get("/opensearch.xml")
def opensearch() -> ResponseReturnValue:
    """How browsers search this site from their address bar. It says nothing of what is here, so
    that everybody may read it."""
    page = parts().settings.base_url + url_for("search.index")
    text = OPENSEARCH.format(page=page, description=translated(DESCRIPTION))
    answer = Response(text, mimetype="application/opensearchdescription+xml")
    answer.vary.add("Accept-Language")
    return answer


def suggest_answers(title: str) -> Suggested:
    """What may answer a question already and who may know, as far as the viewer may see it; the
    page of a request asks."""
    viewer = login.current_viewer()
    asked = read_request({"q": title}, viewer, PageRequest(limit=SUGGESTED))
    return find_suggested(db.session(), viewer, asked)


blueprint.add_app_template_global(suggest_answers, "suggest_answers")


def _list_given(names: Collection[str]) -> dict[str, str]:
    return {name: request.args[name] for name in names if name in request.args}


def _page(
    asked: Mapping[str, str], found: SearchPage, beside: Around, errors: Mapping[str, str]
) -> str:
    audio = [result.episode.id for result in found.results if not result.episode.poster]
    return render_template(
        "search/index.html",
        found=found,
        beside=beside,
        errors=errors,
        asked={**asked, **_list_given(CARRIED)},
        narrowed=[(name, asked[name]) for name in FILTERS if asked.get(name)],
        sorts=Sort,
        year_ago=a_year_ago().date().isoformat(),
        peaks=media_queries.list_peaks(db.session(), audio) if audio else {},
    )
