"""Whatever a reader sees is a sentence that can be translated, and every language has it."""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po
from jinja2 import Environment, nodes

from mediashare.web.languages import ENGLISH, LANGUAGES

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "templates"
OTHERS = [code for code in LANGUAGES if code != ENGLISH]
FOLDERS = sorted({path.parent.relative_to(TEMPLATES) for path in TEMPLATES.rglob("*.html")})
# What `make messages` takes for a call that says a sentence.
KEYWORDS = {**DEFAULT_KEYWORDS, "said": None, "said_many": (1, 2)}
PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[a-z%]")

READ_ALOUD = {"aria-label", "aria-description", "alt", "label", "placeholder", "title"}
# Names and keys; what else is none is markup, or an address, that macros put together.
NO_SENTENCES = {
    "mediashare",
    "· mediashare",
    "episode-page",
    "?t=&lang=&find=",
    'aria-describedby="" aria-invalid="true"',
}
EXPRESSION = re.compile(r"\{\{.*?\}\}", re.DOTALL)
OTHER_MARK = re.compile(r"\{#.*?#\}|\{%.*?%\}", re.DOTALL)
TRANSLATORS = {"_", "gettext", "ngettext", "pgettext", "npgettext"}
# A capital letter at the start or two words: no class, attribute or key looks so.
WORDS = re.compile(r"[A-Z][a-z]|.*[a-z] [a-z]", re.DOTALL)


@pytest.mark.parametrize("language", OTHERS)
def test_every_sentence_has_its_like_in_every_language(language: str) -> None:
    written = catalogue(language)

    missing = [
        one
        for one, context in sentences()
        if not (found := written.get(one, context)) or not all(_strings(found)) or found.fuzzy
    ]

    assert missing == []


@pytest.mark.parametrize("language", OTHERS)
def test_translations_have_a_place_for_each_value_of_the_sentence(language: str) -> None:
    wrong = [
        message.id
        for message in catalogue(language)
        if message.id
        for text in _strings(message)
        if set(PLACEHOLDER.findall(text)) != set(PLACEHOLDER.findall(_ids(message)[-1]))
    ]

    assert wrong == []


@pytest.mark.parametrize("language", OTHERS)
def test_what_is_quoted_is_quoted_as_the_language_does(language: str) -> None:
    straight = [
        message.id
        for message in catalogue(language)
        if message.id and "\N{LEFT DOUBLE QUOTATION MARK}" in _ids(message)[0]
        if any('"' in text for text in _strings(message))
    ]

    assert straight == []


@pytest.mark.parametrize("language", OTHERS)
def test_catalogues_hold_nothing_that_is_said_nowhere(language: str) -> None:
    known = sentences()

    unknown = [
        message.id
        for message in catalogue(language)
        if message.id and (_ids(message)[0], message.context) not in known
    ]

    assert unknown == []


@pytest.mark.parametrize("folder", FOLDERS, ids=str)
def test_templates_say_nothing_past_the_catalogues(folder: Path) -> None:
    paths = sorted((TEMPLATES / folder).glob("*.html"))

    found = [
        f"{path.relative_to(ROOT)}: {text}"
        for path in paths
        for text in (*bare_texts(path.read_text()), *bare_strings(path.read_text()))
    ]

    assert found == []


@cache
def sentences() -> set[tuple[str, str | None]]:
    """All sentences of the code with their contexts, as `make messages` finds them."""
    with (ROOT / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]  # Babel's own
    found = extract_from_dir(
        ROOT,
        methods,
        options,
        KEYWORDS,
        directory_filter=lambda path: not Path(path).name.startswith("."),
    )
    return {(ids if isinstance(ids, str) else ids[0], context) for _, _, ids, _, context in found}


def bare_texts(source: str) -> Iterator[str]:
    """Texts and attributes for readers that are written into the markup itself."""
    # An expression in the place of a tag's name stands for one; everywhere else it is no words.
    markup = re.sub(r"(</?)\{\{.*?\}\}", r"\1div", OTHER_MARK.sub("", source))
    reader = _Reader()
    reader.feed(EXPRESSION.sub("", markup))
    reader.close()
    yield from reader.found


def bare_strings(source: str) -> Iterator[str]:
    """Strings of expressions that look like words and go through no function that translates."""
    tree = Environment(extensions=["jinja2.ext.i18n"]).parse(source)  # noqa: S701 - parsed alone
    yield from _untranslated(tree)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in READ_ALOUD:
                self.handle_data(value or "")

    def handle_data(self, data: str) -> None:
        text = " ".join(data.split())
        is_key = len(text) == 1
        if any(letter.isalpha() for letter in text) and not is_key and text not in NO_SENTENCES:
            self.found.append(text)


def _untranslated(node: nodes.Node) -> Iterator[str]:
    if isinstance(node, nodes.Const) and isinstance(node.value, str) and WORDS.match(node.value):
        yield node.value
    children: Iterable[nodes.Node] = node.iter_child_nodes()
    if isinstance(node, nodes.Call) and getattr(node.node, "name", "") in TRANSLATORS:
        children = node.kwargs
    for child in children:
        yield from _untranslated(child)


def catalogue(language: str) -> Catalog:
    """What translators have written for this language."""
    path = ROOT / "translations" / language / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        return read_po(file, locale=language)


def _strings(message: Message) -> tuple[str, ...]:
    string = message.string or ""
    return (string,) if isinstance(string, str) else tuple(string)


def _ids(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)
