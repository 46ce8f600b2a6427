"""What people write is shown, whatever it is, and does nothing (corpus: one file per trick)."""

from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from mediashare.discussion import forms
from mediashare.errors import InvalidInputError
from mediashare.web import markdown

CORPUS = sorted((Path(__file__).parent / "corpus").glob("*.md"))
TAGS = {"p", "br", "em", "strong", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a"}
HARMLESS_LINKS = ("http://", "https://", "mailto:")


class Elements(HTMLParser):
    """Collects the elements of a page and their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def payloads(path: Path) -> Iterator[str]:
    """The file as a whole, and each of its lines alone."""
    text = path.read_text()
    yield text
    yield from text.splitlines()


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_no_trick_makes_an_element_an_attribute_or_a_link_that_is_not_ours(path: Path) -> None:
    for payload in payloads(path):
        for tag, attributes in Elements(markdown.render(payload)).found:
            assert tag in TAGS, payload
            assert attributes.keys() <= {"href", "rel", "title", "start"}, payload
            if "href" in attributes:
                assert str(attributes["href"]).startswith(HARMLESS_LINKS), payload
                assert attributes["rel"] == "nofollow noopener ugc"


def test_the_corpus_is_there() -> None:
    assert [path.stem for path in CORPUS] == [
        "attributes",
        "images",
        "raw-html",
        "references",
        "schemes",
        "unclosed",
    ]


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("**b** *i* ~~s~~ `c`", "<p><strong>b</strong> <em>i</em> <s>s</s> <code>c</code></p>\n"),
        ("one\ntwo", "<p>one<br>\ntwo</p>\n"),
        ("# no heading", "<p># no heading</p>\n"),
        ("```py\nx < 1\n```", "<pre><code>x &lt; 1\n</code></pre>\n"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"),
        ("3. c", '<ol start="3">\n<li>c</li>\n</ol>\n'),
        ("> said", "<blockquote>\n<p>said</p>\n</blockquote>\n"),
        (
            "[doc](http://a.example/?b=1&c=2)",
            '<p><a href="http://a.example/?b=1&amp;c=2" rel="nofollow noopener ugc">doc</a></p>\n',
        ),
        (
            "see http://a.example.",
            '<p>see <a href="http://a.example" rel="nofollow noopener ugc">http://a.example</a>.</p>\n',
        ),
        ("run setup.py", "<p>run setup.py</p>\n"),
    ],
)
def test_what_people_mean_is_shown(text: str, html: str) -> None:
    assert markdown.render(text) == html


@pytest.mark.parametrize(
    "unit", ["[[[[", "****", "> > > ", "![](", "[a](", "*a_ ", "- - ", "  - x\n", "`", "<a ", "~~"]
)
def test_endless_openings_are_refused_by_length_and_rendered_below_it(unit: str) -> None:
    endless = unit * (64 * 1024 // len(unit))

    with pytest.raises(InvalidInputError):
        forms.read_body({"body": endless})

    longest = forms.read_body({"body": "x" + endless[: forms.MAX_BODY - 2]})
    rendered = markdown.render(longest)
    assert {tag for tag, _ in Elements(rendered).found} <= TAGS
