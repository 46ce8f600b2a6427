"""Every address of media that a browser learns about an episode (S-02)."""

import json
import re
from collections.abc import Callable
from html import unescape
from typing import Any

from mediashare.library.models import Episode

ADDRESS = re.compile(r"/media/[0-9a-f]{32}/[\w.-]+|/api/v1/episodes/[0-9a-f]{32}/transcript\.\w+")
NAMED = re.compile(r'^(?:[^#\s].*|#EXT-X-MAP:URI="([^"]+)".*)$', flags=re.MULTILINE)

Get = Callable[[str], Any]


def harvest(get: Get, episode: Episode) -> list[str]:
    """What its author's pages, API, captions, playlists and storyboard of an episode name, with
    the original recording."""
    pages = [unescape(get(path).text) for path in (episode.path, f"{episode.path}/posters")]
    api = f"/api/v1/episodes/{episode.id}"
    told = [json.dumps(json.loads(get(path).text)) for path in (api, f"{api}/posters")]
    urls = {url for text in (*pages, *told) for url in ADDRESS.findall(text)}
    boards = [url for url in urls if url.startswith("/media/") and url.endswith(".vtt")]
    urls |= {url for board in boards for url in ADDRESS.findall(get(board).text)}
    waiting = [url for url in urls if url.endswith(".m3u8")]
    while waiting:
        url = waiting.pop()
        text = get(url).text
        found = {match[1] or match[0] for match in NAMED.finditer(text)}
        more = {f"{url.rsplit('/', 1)[0]}/{name}" for name in found} - urls
        waiting += [one for one in more if one.endswith(".m3u8")]
        urls |= more
    return sorted({*urls, f"/media/{episode.id}/original"})
