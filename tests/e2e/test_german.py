"""Whoever's browser asks for German hears German of scripts too: deck, uploads, studio."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Player
from tests.e2e.library import Library
from tests.e2e.uploading import file, open_upload

pytestmark = [pytest.mark.e2e, pytest.mark.browser_context_args(locale="de-DE")]

CATALOGUE = (
    Path(__file__).resolve().parents[2] / "translations" / "de" / "LC_MESSAGES" / "scripts.po"
)
PLACEHOLDER = re.compile(r"%\\\(\w+\\\)s")
SPEED, TIMES = "Geschwindigkeit,", "\N{MULTIPLICATION SIGN}"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)

# Keeps every text that a script puts into the page, from before the first of ours runs; what one
# only moves was said by the page.
LISTEN = """() => {
  window.saidByScripts = [];
  const names = ["aria-label", "aria-valuetext", "title", "alt"];
  const keep = (text) => text?.trim() && window.saidByScripts.push(text.trim());
  const read = (node) => {
    keep(node.textContent);
    for (const name of names) keep(node.getAttribute?.(name));
  };
  document.addEventListener("readystatechange", () => {
    if (document.readyState !== "interactive") return;
    const there = new WeakSet(document.querySelectorAll("*"));
    new MutationObserver((changes) => {
      for (const { type, target, attributeName, addedNodes } of changes) {
        if (type === "attributes") keep(target.getAttribute(attributeName));
        else if (type === "characterData") keep(target.data);
        else for (const node of addedNodes) if (!there.has(node)) read(node);
      }
    }).observe(document, {
      ...{ subtree: true, childList: true, characterData: true },
      ...{ attributes: true, attributeFilter: names },
    });
  });
}"""


def _english() -> Iterator[re.Pattern[str]]:
    """What scripts would say in English; words that are the same in both are no sign of it."""
    with CATALOGUE.open("rb") as catalogue:
        messages = [message for message in read_po(catalogue, locale="de") if message.id]
    for message in messages:
        if isinstance(message.id, str) and message.id != message.string:
            words = re.sub(r"%\(\w+\)s", " ", message.id)
            pattern = PLACEHOLDER.sub(".+", re.escape(message.id).replace("%%", "%"))
            # One word alone stands in many a German sentence.
            if len(re.findall(r"[A-Za-z]{2,}", words)) > 1:
                yield re.compile(pattern)
            elif words == message.id:
                yield re.compile(f"^{pattern}$")


@pytest.fixture
def english_words(page: Page) -> Iterator[None]:
    """Afterwards, no script has said anything in English."""
    page.add_init_script(f"({LISTEN})()")
    yield
    said = page.evaluate("window.saidByScripts")
    assert said
    english = list(_english())
    assert [text for text in said if any(words.search(text) for words in english)] == []


@pytest.mark.usefixtures("english_words")
def test_the_deck_says_in_german_what_its_buttons_do(
    page: Page, library: Library, player: Player
) -> None:
    player.open(library.video)
    deck = page.locator("[data-player]")

    for name in ("Abspielen", "Stumm", "Stille überspringen", f"{SPEED} 1{TIMES}"):
        expect(deck.get_by_role("button", name=name, exact=True)).to_be_attached()
    page.keyboard.press("Shift+>")
    expect(deck.get_by_role("button", name=f"{SPEED} 1,25{TIMES}")).to_be_attached()
    expect(deck.get_by_role("slider").first).to_have_attribute(
        "aria-valuetext", re.compile(r"^0 Sekunden von .*\d Sekunden?")
    )
    deck.get_by_role("button", name="Abspielen", exact=True).click()
    expect(deck.get_by_role("button", name="Pause", exact=True)).to_be_visible()


@pytest.mark.usefixtures("english_words")
def test_what_is_wrong_with_a_file_is_said_in_german(page: Page) -> None:
    field = open_upload(page)

    field.set_input_files([file("Urlaub.png", PNG), file("Gespräch.mp4"), file("leer.mp3", b"")])

    refused = page.locator(".upload[data-state=refused] .state")
    expect(refused).to_have_text(
        [
            "Das ist ein Bild. Bitte sende eine Aufnahme mit Ton oder bewegten Bildern.",
            "Diese Datei ist leer.",
        ]
    )
    arrived = page.locator(".upload[data-state=arrived]")
    expect(arrived.locator(".size")).to_have_text("3 kB")
    expect(page.locator(".upload-about [data-sight]")).to_have_text(
        "Alle hier finden es, sobald es fertig ist."
    )
    expect(page.locator("#status")).to_contain_text("Gespräch.mp4: 100 % hochgeladen.")


@pytest.mark.usefixtures("english_words")
def test_the_studio_says_in_german_whether_somebody_is_heard(page: Page) -> None:
    page.goto("/record")

    page.locator("[data-kind=microphone]").click()

    expect(page.locator("[data-heard]")).to_have_text("Wir hören dich.")
