"""Files that people save: what they are called, in a way that every system takes."""

import re
from urllib.parse import quote

from mediashare.text import clean_visible

# What means something else in a path, on one system or another.
NO_NAME = re.compile(r'[\\/:*?"<>|\s]+')
LONGEST = 80


def file_name(title: str, ending: str) -> str:
    """A name for a file about something with a title: one line, no path, nothing unseen."""
    words = NO_NAME.sub(" ", clean_visible(title))[:LONGEST].strip(" .")
    return f"{words or 'file'}.{ending}"


def attachment(filename: str) -> str:
    """The header Content-Disposition of something to be saved under this name."""
    # RFC 6266: plain letters for all, and every letter, in a coding that can hold nothing else.
    plain = "".join(c if (c.isascii() and c.isalnum()) or c in "._-" else "_" for c in filename)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='')}"
