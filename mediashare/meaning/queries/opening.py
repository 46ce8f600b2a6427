"""Opens the finder that suits this machine, where there is one."""

from mediashare.config import Settings
from mediashare.db.session import Database
from mediashare.vectors import choice
from mediashare.vectors.port import Finder


def open_finder(settings: Settings, database: Database) -> Finder | None:
    """What finds by meaning here; None where that is switched off or not installed."""
    if not choice.is_wanted(settings):
        return None
    # Arrays are installed only where they are needed.
    from mediashare.meaning.queries.mapped import MappedFinder

    return MappedFinder(settings.data / "meaning", database)
