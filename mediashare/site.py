"""The whole URL map on one page."""

from flask import Blueprint, Flask

from mediashare.accounts import routes as accounts_routes
from mediashare.admin import api as admin_api
from mediashare.admin import routes as admin_routes
from mediashare.chapters import api as chapters_api
from mediashare.chapters import routes as chapters_routes
from mediashare.checks import api as checks_api
from mediashare.checks import routes as checks_routes
from mediashare.discussion import api as discussion_api
from mediashare.discussion import routes as discussion_routes
from mediashare.edits import api as edits_api
from mediashare.edits import routes as edits_routes
from mediashare.embeds import routes as embeds_routes
from mediashare.expertise import routes as expertise_routes
from mediashare.explore import routes as explore_routes
from mediashare.follows import api as follows_api
from mediashare.follows import routes as follows_routes
from mediashare.freshness import api as freshness_api
from mediashare.freshness import routes as freshness_routes
from mediashare.glossary import api as glossary_api
from mediashare.glossary import routes as glossary_routes
from mediashare.groups import api as groups_api
from mediashare.listening import api as listening_api
from mediashare.listening import routes as listening_routes
from mediashare.media import api as media_api
from mediashare.media import routes as media_routes
from mediashare.moderation import api as moderation_api
from mediashare.moderation import routes as moderation_routes
from mediashare.notifications import api as notifications_api
from mediashare.notifications import routes as notifications_routes
from mediashare.pages import api as episodes_api
from mediashare.pages import routes as pages_routes
from mediashare.playlists import api as playlists_api
from mediashare.playlists import routes as playlists_routes
from mediashare.ratings import api as ratings_api
from mediashare.ratings import routes as ratings_routes
from mediashare.repairs import api as repairs_api
from mediashare.repairs import routes as repairs_routes
from mediashare.requests import api as requests_api
from mediashare.requests import routes as requests_routes
from mediashare.saved import api as saved_api
from mediashare.saved import routes as saved_routes
from mediashare.search import api as search_api
from mediashare.search import routes as search_routes
from mediashare.shell import routes as shell_routes
from mediashare.transcripts import api as transcripts_api
from mediashare.transcripts import routes as transcripts_routes
from mediashare.uploads import api as uploads_api
from mediashare.uploads import routes as uploads_routes
from mediashare.work import routes as work_routes

PAGES: tuple[tuple[Blueprint, str], ...] = (
    (accounts_routes.blueprint, ""),
    (admin_api.health, ""),
    (admin_routes.blueprint, ""),
    (chapters_routes.blueprint, ""),
    (embeds_routes.blueprint, ""),
    (expertise_routes.blueprint, ""),
    (explore_routes.blueprint, ""),
    (follows_routes.blueprint, ""),
    (freshness_routes.blueprint, ""),
    (glossary_routes.blueprint, ""),
    (listening_routes.blueprint, ""),
    (media_routes.blueprint, ""),
    (notifications_routes.blueprint, ""),
    (pages_routes.blueprint, ""),
    (playlists_routes.blueprint, ""),
    (ratings_routes.blueprint, ""),
    (repairs_routes.blueprint, ""),
    (requests_routes.blueprint, ""),
    (search_routes.blueprint, ""),
    (shell_routes.blueprint, ""),
    (saved_routes.blueprint, ""),
    (transcripts_routes.blueprint, ""),
    (uploads_routes.blueprint, ""),
    (discussion_routes.blueprint, ""),
    (edits_routes.blueprint, ""),
    (checks_routes.blueprint, ""),
    (moderation_routes.blueprint, ""),
    (work_routes.blueprint, ""),
)

API: tuple[tuple[Blueprint, str], ...] = (
    (chapters_api.blueprint, ""),
    (episodes_api.blueprint, ""),
    (episodes_api.description, ""),
    (follows_api.blueprint, ""),
    (freshness_api.blueprint, ""),
    (glossary_api.blueprint, ""),
    (groups_api.blueprint, ""),
    (listening_api.blueprint, ""),
    (media_api.blueprint, ""),
    (notifications_api.blueprint, ""),
    (playlists_api.blueprint, ""),
    (ratings_api.blueprint, ""),
    (repairs_api.blueprint, ""),
    (requests_api.blueprint, ""),
    (search_api.blueprint, ""),
    (saved_api.blueprint, ""),
    (transcripts_api.blueprint, ""),
    (uploads_api.blueprint, ""),
    (discussion_api.blueprint, ""),
    (edits_api.blueprint, ""),
    (checks_api.blueprint, ""),
    (moderation_api.blueprint, ""),
)


def install(app: Flask) -> None:
    """Register every blueprint under its prefix."""
    for blueprint, prefix in PAGES:
        app.register_blueprint(blueprint, url_prefix=prefix)
    for blueprint, prefix in API:
        app.register_blueprint(blueprint, url_prefix="/api/v1" + prefix)
