"""Serves the web application by gunicorn, as one master and its worker processes."""

from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from mediashare import logs
from mediashare.config import Settings

# The supervisor waits five seconds longer than this before it loses patience.
DRAIN_S = 20
# Longer than the 60 s for which common proxies keep a connection open to us.
KEEP_ALIVE_S = 75


class WebServer(BaseApplication):
    """The application of these settings; `run()` serves until SIGTERM, then drains."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        super().__init__()

    def load_config(self) -> None:
        for name, value in _options(self._settings).items():
            self.cfg.set(name, value)

    def load(self) -> Flask:  # type: ignore[override]  # a Flask is a WSGI application
        from mediashare.wsgi import app  # noqa: PLC0415 - each worker process makes its own

        return app


def _options(settings: Settings) -> dict[str, Any]:
    return {
        "bind": f"{settings.host}:{settings.port}",
        "workers": settings.web_processes,
        "worker_class": "gthread",
        "threads": settings.web_threads,
        # Players hold connections open while they do not ask for anything.
        "worker_connections": max(1000, 4 * settings.web_threads),
        "keepalive": KEEP_ALIVE_S,
        "graceful_timeout": DRAIN_S,
        "control_socket_disable": True,
        "proc_name": "mediashare",
        "logconfig_dict": dict(logs.plan(env=settings.env, level=settings.log_level)),
    }
