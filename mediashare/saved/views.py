"""How saved searches look from outside: JSON, and RSS 2.0."""

import re
from collections.abc import Iterator, Sequence
from email.utils import format_datetime
from typing import Any

from markupsafe import Markup

from mediashare.saved.models import SavedSearch
from mediashare.search import views as search_views
from mediashare.search.queries.request import Result
from mediashare.sentences import said
from mediashare.web.json_api import iso
from mediashare.web.languages import translated
from mediashare.web.parts import parts
from mediashare.web.rendering import clock_time

# Characters that no XML document may hold.
UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
FEED = Markup(
    """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel>
<title>{title}</title>
<link>{link}</link>
<description>{about}</description>
{items}</channel>
</rss>
"""
)
ITEM = Markup(
    """<item>
<title>{title}</title>
<link>{link}</link>
<guid isPermaLink="false">{guid}</guid>
<dc:creator>{author}</dc:creator>
<pubDate>{date}</pubDate>
<description>{words}</description>
</item>
"""
)


def saved_json(saved: SavedSearch, *, new: int) -> dict[str, Any]:
    """A saved search as the API shows it; `new` is how much it has found since it was looked at."""
    return {
        "id": saved.id,
        "name": saved.name,
        "query": saved.query,
        "url": parts().settings.base_url + saved.path,
        "alert": saved.alert.value,
        "has_feed": saved.feed_token_id is not None,
        "new": new,
        "created_at": iso(saved.created_at),
    }


def feed_address(token: str) -> str:
    """What a feed reader is given."""
    return f"{parts().settings.base_url}/feeds/search.xml?token={token}"


def feed_xml(saved: SavedSearch, results: Sequence[Result]) -> str:
    """What a saved search finds, as RSS: words and links, no media."""
    base_url = parts().settings.base_url
    return FEED.format(
        title=_writable(f"mediashare: {saved.name}"),
        link=base_url + saved.path,
        about=_writable(
            translated(said("What your search “%(name)s” finds, newest first.", name=saved.name))
        ),
        items=Markup().join(_items(base_url, results)),
    )


def _items(base_url: str, results: Sequence[Result]) -> Iterator[Markup]:
    for result in results:
        episode, moment = result.episode, next(iter(result.moments), None)
        path = search_views.moment_path(episode, moment) if moment else episode.path
        words = f"{clock_time(moment.start)} {moment.text}" if moment else episode.description
        yield ITEM.format(
            title=_writable(episode.title),
            link=base_url + path,
            guid=episode.id,
            author=_writable(episode.author.name),
            date=format_datetime(episode.published_at or episode.created_at),
            words=_writable(words),
        )


def _writable(text: str) -> str:
    return UNWRITABLE.sub("", text)
