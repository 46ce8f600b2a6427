"""create_app: puts the parts together, nothing else."""

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from mediashare import site
from mediashare.accounts import login
from mediashare.config import Settings
from mediashare.db.session import Database
from mediashare.jobs.wake import CeleryWaker, Waker, wake_after_commits
from mediashare.meaning.queries.opening import open_finder
from mediashare.storage.choice import open_storage
from mediashare.storage.port import Storage
from mediashare.web import (
    bodies,
    csrf,
    db,
    error_pages,
    headers,
    languages,
    plain_text,
    rendering,
    request_log,
)
from mediashare.web.compressed import CompressedStatics
from mediashare.web.limits import Limits
from mediashare.web.parts import Parts
from mediashare.web.streams import Streams

MAX_FORM_PARTS = 200


def create_app(
    settings: Settings,
    *,
    database: Database | None = None,
    storage: Storage | None = None,
    waker: Waker | None = None,
) -> Flask:
    """The web application; parts that are not given are made from the settings."""
    app = CompressedStatics(
        "mediashare",
        root_path=str(rendering.DIST.parents[1]),
        static_folder=str(rendering.DIST),
        static_url_path="/static",
    )
    app.config.update(
        SECRET_KEY=settings.signing_key,
        DEBUG=settings.debug,
        MAX_CONTENT_LENGTH=bodies.FORM_BYTES,
        MAX_FORM_PARTS=MAX_FORM_PARTS,
        SEND_FILE_MAX_AGE_DEFAULT=headers.YEAR_S,
        TRUSTED_HOSTS=None,
    )
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]  # Flask documents this assignment
            app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops
        )
    database = database or Database(settings.sqlalchemy_url)
    wake_after_commits(database, waker or CeleryWaker(settings))
    parts = Parts(
        settings,
        database,
        storage or open_storage(settings),
        Limits(settings),
        Streams(settings.web_threads),
        open_finder(settings, database),
    )
    with app.app_context():
        parts.attach()
    _install(app, settings)
    return app


def _install(app: Flask, settings: Settings) -> None:
    request_log.install(app)
    rendering.install(app)
    languages.install(app)
    error_pages.install(app)
    headers.install(app, settings)
    db.install(app)
    login.install(app, settings)
    plain_text.install(app)
    bodies.install(app, settings)
    csrf.install(app)
    login.install_gate(app)
    site.install(app)
