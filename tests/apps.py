"""Applications for tests. Making one costs more than most tests, so they share what is alike."""

from typing import Any

from flask import Flask

from mediashare.app import create_app
from mediashare.config import Settings
from mediashare.db.session import Database
from mediashare.jobs.wake import wake_after_commits
from mediashare.storage.port import Storage
from mediashare.web.limits import Limits
from mediashare.web.parts import Parts
from mediashare.web.streams import Streams
from tests.fakes import RecordingWaker


class Apps:
    """Makes one application for all settings that differ in nothing but the data folder.

    Whoever gets it has it as new: with parts and a configuration of its own. A test that adds
    rules to an application makes one for itself.
    """

    def __init__(self) -> None:
        self._made: list[tuple[dict[str, Any], Flask, dict[str, Any]]] = []

    def get(
        self, settings: Settings, database: Database, storage: Storage, waker: RecordingWaker
    ) -> Flask:
        """The application of these settings over these parts, as create_app makes it."""
        alike = settings.model_dump(exclude={"data"})
        for known, app, config in self._made:
            if known == alike:
                _renew(app, {**config, "SECRET_KEY": settings.signing_key})
                _fit(app, settings, database, storage, waker)
                return app
        app = create_app(settings, database=database, storage=storage, waker=waker)
        self._made.append((alike, app, dict(app.config)))
        return app


def _renew(app: Flask, config: dict[str, Any]) -> None:
    app.config.clear()
    app.config.update(config)


def _fit(
    app: Flask, settings: Settings, database: Database, storage: Storage, waker: RecordingWaker
) -> None:
    wake_after_commits(database, waker)
    parts = Parts(settings, database, storage, Limits(settings), Streams(settings.web_threads))
    with app.app_context():
        parts.attach()
