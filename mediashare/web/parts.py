"""What a request may reach: the parts that create_app has put together."""

from dataclasses import dataclass
from typing import cast

from flask import current_app

from mediashare.config import Settings
from mediashare.db.session import Database
from mediashare.storage.port import Storage
from mediashare.vectors.port import Finder
from mediashare.web.limits import Limits
from mediashare.web.streams import Streams

_KEY = "mediashare"


@dataclass(frozen=True)
class Parts:
    """Settings, database, storage, rate limits and byte streams of one application; `finder` is
    what finds by meaning, where that is possible."""

    settings: Settings
    database: Database
    storage: Storage
    limits: Limits
    streams: Streams
    finder: Finder | None = None

    def attach(self) -> None:
        """Make these the parts of the current application."""
        current_app.extensions[_KEY] = self


def parts() -> Parts:
    """The parts of the application that answers this request."""
    return cast(Parts, current_app.extensions[_KEY])
