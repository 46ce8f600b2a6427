"""Named places at which a test may kill the process, as a power cut would."""

import os

KILLED = 137


def point(name: str) -> None:
    """Die here, without any clean-up, if a test in a development environment asked for it."""
    # Read at each call and not kept in the settings: no installation is ever meant to set it.
    if os.environ.get("MEDIASHARE_FAULT") != name:
        return
    if os.environ.get("MEDIASHARE_ENV", "development") == "development":
        os._exit(KILLED)
