"""Whatever scripts say to people can be said in every language of the pages."""

import re
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

from mediashare.web.languages import ENGLISH, LANGUAGES

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = sorted((ROOT / "static" / "js").glob("*.js"))
WORDS = ROOT / "static" / "js" / "words.js"
# As scripts/collect-messages names them.
KEYWORDS: dict[str, tuple[int, ...] | None] = {"_": None, "n_": (1, 2)}
OTHERS = [language for language in LANGUAGES if language != ENGLISH]
PLACEHOLDER = re.compile(r"%\(\w+\)s|%%")

# A call of `_` or `n_` up to the end of the texts that it begins with.
SAID = re.compile(r'(?<![\w$.])n?_\(\s*(?:"(?:[^"\\]|\\.)*"[\s+,]*)+')
COMMENT = re.compile(r"^\s*(?://|/?\*).*$", re.MULTILINE)
TEXT = re.compile(r'"(?:[^"\\\n]|\\.)*"|`[^`]*`')
# What looks like words for people: a sentence, or a single word as buttons have one.
FOR_PEOPLE = re.compile(r"[A-Z][a-z'\u2019]*(?:[ ,.:!?…].*|[a-z])", re.DOTALL)
# What looks so but is none: keys, names that browsers give, errors that scripts tell each other, a
# path that is drawn.
FOR_SCRIPTS = {
    *("Escape", "Enter", "Tab", "Home", "End", "Files"),
    *("Nobody waits for this any more.", "HEAD was answered ", "M hvh-z"),
}
# Where a text goes to people directly, whatever it looks like.
SHOWN = re.compile(
    r"""(?:\.(?:textContent|ariaLabel|ariaValueText|title|placeholder|alt)\s*=\s*
      |\b(?:announce|mention|complain|say|fail|failed)\(
      |new\ (?:Error|Option)\(
      |setAttribute\("(?:aria-label|aria-valuetext|title|alt|placeholder)",\s*
      )["`]([^"`]*)["`]""",
    re.VERBOSE,
)
VALUE = re.compile(r"\$\{[^}]*\}")


def _catalogue(language: str, domain: str = "scripts") -> dict[object, Message]:
    path = ROOT / "translations" / language / "LC_MESSAGES" / f"{domain}.po"
    with path.open("rb") as file:
        found = read_po(file, locale=language)
    return {message.id: message for message in found if message.id and not message.context}


def _sentences() -> Iterator[tuple[str, str | tuple[str, ...]]]:
    for script in SCRIPTS:
        for _line, sentence, _comments, _context in extract_from_file(
            "javascript", script, keywords=KEYWORDS
        ):
            yield script.name, sentence


def _texts(script: Path) -> Iterator[str]:
    """The texts of a script that no call of `_` or `n_` translates."""
    code = SAID.sub("", COMMENT.sub("", script.read_text()))
    for text in TEXT.findall(code):
        yield VALUE.sub("", text[1:-1])


def _both(text: str | Sequence[str] | None) -> tuple[str, ...]:
    return (text or "",) if isinstance(text, str | None) else tuple(text)


@pytest.mark.parametrize("language", OTHERS)
def test_every_sentence_of_a_script_is_there_in_every_language_with_the_same_values(
    language: str,
) -> None:
    catalogue = _catalogue(language)
    said = dict.fromkeys(sentence for _script, sentence in _sentences())
    assert len(said) > 100

    for sentence in said:
        message = catalogue.get(sentence)
        assert message, f"run `make messages` and translate: {sentence}"
        forms = _both(message.string)
        assert all(forms), sentence
        assert not message.fuzzy, sentence
        wanted = set(PLACEHOLDER.findall(_both(sentence)[-1]))
        for form in forms:
            assert set(PLACEHOLDER.findall(form)) == wanted, form
    assert set(catalogue) == set(said), "run `make messages`: some are said no more"


@pytest.mark.parametrize("language", OTHERS)
def test_scripts_say_a_sentence_as_pages_say_it(language: str) -> None:
    pages = _catalogue(language, "messages")
    scripts = _catalogue(language)

    both = [sentence for sentence in scripts if sentence in pages and pages[sentence].string]
    for sentence in both:
        assert scripts[sentence].string == pages[sentence].string, sentence


def test_no_sentence_escapes_whoever_collects_them() -> None:
    collected = [script for script, _sentence in _sentences()]

    for script in SCRIPTS:
        calls = re.findall(r"(?<![\w$.])n?_\(", script.read_text())
        if script != WORDS:
            assert collected.count(script.name) == len(calls), script.name


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_nothing_is_said_to_people_in_english_alone(script: Path) -> None:
    shown = {VALUE.sub("", text) for text in SHOWN.findall(script.read_text())}
    english = {text for text in shown if re.search("[A-Za-z]", text)}
    english |= {text for text in _texts(script) if FOR_PEOPLE.fullmatch(text)}

    assert english - FOR_SCRIPTS == set()


def _say(expression: str, told: str = "", language: str = "de") -> str:
    """What an expression of JavaScript comes to, where `told` was loaded before."""
    program = f"""
      globalThis.document = {{ documentElement: {{ lang: "{language}" }} }};
      {told}
      const {{ _, n_, written, listed }} = await import("{WORDS.as_uri()}");
      console.log({expression});
    """
    done = subprocess.run(  # noqa: S603 - our own arguments
        ["node", "--input-type=module", "--no-warnings", "-e", program],  # noqa: S607 - on the PATH
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    return done.stdout.strip()


GERMAN = """globalThis.said = { plural: (n) => Number(n != 1), sentences: {
  "%(percent)s %%, %(time)s left": "%(percent)s %%, noch %(time)s",
  "%(num)s file": ["%(num)s Datei", "%(num)s Dateien"],
} };"""


@pytest.mark.parametrize(
    ("expression", "sentence"),
    [
        ('_("%(percent)s %%, %(time)s left", { percent: 7, time: "2 min" })', "7 %, noch 2 min"),
        ('n_("%(num)s file", "%(num)s files", 1)', "1 Datei"),
        ('n_("%(num)s file", "%(num)s files", 1234)', "1.234 Dateien"),
        ('_("Nobody has translated %(this)s.", { this: "it" })', "Nobody has translated it."),
        ('n_("%(num)s cat", "%(num)s cats", 1)', "1 cat"),
        ('n_("%(num)s cat", "%(num)s cats", 0)', "0 cats"),
        ("written(1.25, 0, 2)", "1,25"),
        ("written(2, 1)", "2,0"),
        ('listed(["a", "b", "c"])', "a, b und c"),
    ],
)
def test_a_sentence_is_said_in_the_language_of_the_page_or_else_in_english(
    expression: str, sentence: str
) -> None:
    assert _say(expression, GERMAN) == sentence


def test_pages_in_english_load_nothing_for_it() -> None:
    assert _say('n_("%(num)s file", "%(num)s files", 1234)', language="en") == "1,234 files"
