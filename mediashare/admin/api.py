"""Health answers for programs that watch us."""

from http import HTTPStatus

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from mediashare.admin import views as admin_views
from mediashare.web.parts import parts

health = Blueprint("health", __name__)


@health.get("/healthz")
def healthz() -> ResponseReturnValue:
    """The process answers; says nothing of what it depends on."""
    return jsonify(status="ok")


@health.get("/readyz")
def readyz() -> ResponseReturnValue:
    """Whether pages can be served now: 200 or 503, and which part has failed, nothing else."""
    ready = admin_views.readiness(parts().database, parts().storage)
    status = HTTPStatus.OK if all(ready.values()) else HTTPStatus.SERVICE_UNAVAILABLE
    return jsonify({part: "ok" if good else "failed" for part, good in ready.items()}), status
