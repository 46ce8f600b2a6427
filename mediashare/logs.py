"""Log lines: JSON in production, for collectors; plain text in development, for people."""

import json
import logging
import logging.config
from collections.abc import Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

# What is being done, for all lines that are written on its behalf: a request's or a job's id.
current_id: ContextVar[str] = ContextVar("current_id", default="")

# Third parties that tell about each of their steps, or about things that we say ourselves.
QUIET = {
    "alembic": "WARNING",
    "amqp": "WARNING",
    "boto3": "WARNING",
    "botocore": "WARNING",
    "celery.worker.strategy": "WARNING",
    "celery.app.trace": "WARNING",
    "kombu": "WARNING",
    "urllib3": "WARNING",
}


class JsonLines(logging.Formatter):
    """One JSON object per record; a traceback stays inside its object."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "process": record.process,
        }
        if current_id.get():
            line["id"] = current_id.get()
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


class PlainLines(logging.Formatter):
    """Time, level and message, with the traceback below."""

    def format(self, record: logging.LogRecord) -> str:
        moment = datetime.fromtimestamp(record.created).astimezone()
        mark = f" [{current_id.get()}]" if current_id.get() else ""
        line = f"{moment:%H:%M:%S} {record.levelname:7} {record.name}{mark} {record.getMessage()}"
        if record.exc_info:
            line += "\n" + self.formatException(record.exc_info)
        return line


def plan(*, env: str, level: str) -> Mapping[str, Any]:
    """The logging configuration (`logging.config.dictConfig`) of all our processes."""
    lines = JsonLines if env == "production" else PlainLines
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"lines": {"()": lines}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"level": level, "handlers": ["stderr"]},
        "loggers": {
            **{name: {"level": least} for name, least in QUIET.items()},
            # It brings handlers of its own; an empty list takes them away.
            "gunicorn.error": {"level": level, "handlers": [], "propagate": True},
        },
    }


def configure(*, env: str, level: str) -> None:
    """Send all log lines of this process to stderr."""
    logging.config.dictConfig(dict(plan(env=env, level=level)))
