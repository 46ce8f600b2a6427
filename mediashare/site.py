"""The whole URL map on one page."""

from flask import Blueprint, Flask

from mediashare.accounts import routes as accounts_routes
from mediashare.admin import api as admin_api
from mediashare.media import routes as media_routes
from mediashare.ratings import api as ratings_api
from mediashare.ratings import routes as ratings_routes
from mediashare.transcripts import api as transcripts_api
from mediashare.transcripts import routes as transcripts_routes

PAGES: tuple[tuple[Blueprint, str], ...] = (
    (accounts_routes.blueprint, ""),
    (admin_api.health, ""),
    (media_routes.blueprint, ""),
    (ratings_routes.blueprint, ""),
    (transcripts_routes.blueprint, ""),
)

API: tuple[tuple[Blueprint, str], ...] = (
    (ratings_api.blueprint, ""),
    (transcripts_api.blueprint, ""),
)


def install(app: Flask) -> None:
    """Register every blueprint under its prefix."""
    for blueprint, prefix in PAGES:
        app.register_blueprint(blueprint, url_prefix=prefix)
    for blueprint, prefix in API:
        app.register_blueprint(blueprint, url_prefix="/api/v1" + prefix)
