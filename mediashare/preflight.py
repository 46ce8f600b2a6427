"""What must be at hand before anything is started, and how to get it, in plain words."""

import re
import shutil
import socket
import subprocess
from collections.abc import Collection

from sqlalchemy.exc import OperationalError

from mediashare.config import Settings
from mediashare.db import migrate
from mediashare.db.session import Database
from mediashare.jobs.job import QueueName
from mediashare.web.rendering import DIST

PROGRAMS = {
    "ffmpeg": "apt-get install ffmpeg",
    "ffprobe": "apt-get install ffmpeg",
    "prlimit": "apt-get install util-linux",
    "setpriv": "apt-get install util-linux",
}
# Older ones lack options with which we hold it back, and years of mended decoders.
OLDEST_FFMPEG = (5, 1)
VERSION = re.compile(r"ffmpeg version n?(\d+)\.(\d+)")
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - compared, not bound


def list_web_problems(settings: Settings) -> list[str]:
    """Why the web server could not work here."""
    problems = []
    if not (DIST / "manifest.json").exists():
        problems.append("The front end is not built: run `make assets`.")
    if not _is_free(settings):
        problems.append(
            f"Port {settings.port} of {settings.host} is taken by another program: stop that one, "
            "or choose another port with MEDIASHARE_PORT."
        )
    return problems


def list_worker_problems(queues: Collection[str]) -> list[str]:
    """Why a worker of these queues could not work here."""
    if not {QueueName.MEDIA, QueueName.SPEECH} & set(queues):
        return []
    missing = [
        f"The program {name} is missing: {hint}"
        for name, hint in PROGRAMS.items()
        if shutil.which(name) is None
    ]
    return missing or _version_problems()


def list_database_problems(settings: Settings) -> list[str]:
    """Why the database can't be used as it is."""
    settings.data.mkdir(parents=True, exist_ok=True)
    database = Database(settings.sqlalchemy_url)
    try:
        if migrate.is_current(database):
            return []
    except OperationalError as error:
        return [f"The database does not answer: {error.orig}"]
    finally:
        database.dispose()
    return ["The database has another version than this program: run `mediashare migrate`."]


def address_of(settings: Settings) -> tuple[str, int]:
    """Where this machine itself reaches the web server."""
    return EVERYWHERE.get(settings.host, settings.host), settings.port


def _version_problems() -> list[str]:
    done = subprocess.run(["ffmpeg", "-version"], check=False, capture_output=True, text=True)  # noqa: S607 - the one on the path is the one that is used
    found = VERSION.match(done.stdout)
    # What was built from a repository has no number, and is taken for new.
    if found is None or (int(found[1]), int(found[2])) >= OLDEST_FFMPEG:
        return []
    oldest = ".".join(map(str, OLDEST_FFMPEG))
    return [f"ffmpeg {found[1]}.{found[2]} is too old: {oldest} or newer is needed."]


def _is_free(settings: Settings) -> bool:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError:
            return False
    return True
