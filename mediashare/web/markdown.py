"""Markdown that people write, as HTML that can't do harm."""

from functools import lru_cache

import nh3
from linkify_it import LinkifyIt
from markdown_it import MarkdownIt
from markupsafe import Markup

# No raw HTML, no pictures, no headings that would disturb the outline of the page around it.
_parser = MarkdownIt(
    "commonmark", {"html": False, "linkify": True, "breaks": True, "maxNesting": 20}
).disable(["html_block", "html_inline", "image", "heading", "lheading", "hr"])
_parser.enable(["linkify", "strikethrough"])
# Only what is written as an address becomes a link: `setup.py` is a file, not a site in Paraguay.
_parser.linkify = LinkifyIt(options={"fuzzy_link": False, "fuzzy_email": False})

# What the parser writes is cleaned once more, so that a mistake in it does no harm either.
_cleaner = nh3.Cleaner(
    tags={"p", "br", "em", "strong", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a"},
    attributes={"a": {"href"}, "ol": {"start"}},
    url_schemes={"http", "https", "mailto"},
    url_relative="deny",
    link_rel="nofollow noopener ugc",
)


@lru_cache(maxsize=512)
def render(text: str) -> Markup:
    """The text as HTML of a short list of tags; links lead to the web or to an e-mail address."""
    return Markup(_cleaner.clean(_parser.render(text)))  # noqa: S704 - cleaned by an allowlist
