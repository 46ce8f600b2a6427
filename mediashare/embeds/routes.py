"""The player that other sites show in a frame, and oEmbed."""

from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, make_response, render_template, request
from flask.typing import ResponseReturnValue

from mediashare.accounts import login
from mediashare.embeds import views
from mediashare.embeds.errors import NothingToEmbedError
from mediashare.embeds.forms import read_address, read_limit
from mediashare.library import queries as library_queries
from mediashare.library import views as library_views
from mediashare.library.errors import EpisodeNotFoundError
from mediashare.media import views as media_views
from mediashare.pages import queries as pages_queries
from mediashare.pages.forms import read_moment
from mediashare.sentences import said
from mediashare.transcripts.forms import find_language
from mediashare.web import db, headers
from mediashare.web.error_pages import problem
from mediashare.web.languages import translated
from mediashare.web.parts import parts

blueprint = Blueprint("embeds", __name__)
blueprint.add_app_template_global(views.embed_code, "embed_code")
blueprint.add_app_template_global(library_views.episode_url, "episode_url")
blueprint.add_app_template_global(views.oembed_address, "oembed_address")

ONLY_JSON = said("This is spoken in JSON only.")


@blueprint.get("/embed/<slug>")
def show(slug: str) -> ResponseReturnValue:
    """The player alone. Frames on other sites have no cookie of ours, so that nobody may be signed
    in there: they are told nothing of the clip, not even whether there is one."""
    viewer = login.current_viewer()
    if not viewer.is_signed_in:
        return _framed(render_template("embeds/sign_in.html", slug=slug))
    language = find_language(request.args.get("lang"))
    try:
        screen = pages_queries.get_episode_screen(db.session(), viewer, slug, language)
    except EpisodeNotFoundError as error:
        gone = render_template("embeds/gone.html", sentence=error.sentence)
        return _framed(gone, HTTPStatus.NOT_FOUND)
    play = media_views.play_json(screen.episode, screen.renditions, more_coming=screen.more_coming)
    page = render_template(
        "embeds/show.html",
        screen=screen,
        episode=screen.episode,
        play=play,
        start=read_moment(request.args),
    )
    return _framed(page)


@blueprint.get("/oembed")
def oembed() -> ResponseReturnValue:
    """What to embed for the address of a clip that the viewer may see (oEmbed 1.0)."""
    if request.args.get("format", "json") != "json":
        return problem(HTTPStatus.NOT_IMPLEMENTED, translated(ONLY_JSON))
    if not views.may_embed():
        raise NothingToEmbedError
    hosts = {urlsplit(parts().settings.base_url).netloc, request.host}
    wanted = read_address(request.args.get("url", ""), hosts)
    session, viewer = db.session(), login.current_viewer()
    episode = library_queries.get_episode_by_slug(session, viewer, wanted.slug)
    limits = (read_limit(request.args.get(name)) for name in ("maxwidth", "maxheight"))
    answer: dict[str, Any] = views.oembed_json(episode, wanted.place, *limits)
    return answer


def _framed(page: str, status: HTTPStatus = HTTPStatus.OK) -> Response:
    answer = make_response(page, status)
    headers.let_be_framed(answer, parts().settings)
    return answer
