"""The embedded broker: kombu's messages in files, written so that nobody reads half of one."""

import json
import time
import uuid
from pathlib import Path
from typing import Any

from kombu.transport import filesystem


class Channel(filesystem.Channel):
    """Writes a message aside and renames it.

    Kombu itself opens the final name first and fills it then; a worker that looks in between
    reads an empty message and dies of it. The names also follow the wall clock, so that they
    keep their order over a reboot.
    """

    def _put(  # type: ignore[override]  # kombu's own two classes disagree about its parameters
        self, queue: str, payload: dict[str, Any], **_options: object
    ) -> None:
        folder = Path(self.data_folder_out)
        name = f"{time.time_ns()}_{uuid.uuid4().hex}"
        draft = folder / f"{name}.draft"
        draft.write_text(json.dumps(payload))
        draft.rename(folder / f"{name}.{queue}.msg")


class Transport(filesystem.Transport):
    """Kombu's filesystem transport with the careful channel."""

    Channel = Channel
