"""An episode in several languages: which one is read, and which one stands under the picture."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Player
from tests.e2e.library import Library

pytestmark = pytest.mark.e2e

GERMAN, ENGLISH = "Das Kennwort wird jede Nacht getauscht.", "The password changes every night."
# Whichever part of it is under the picture by now.
IN_GERMAN, IN_ENGLISH = re.compile("Das|Nacht|so"), re.compile("The|night|It|so")
LABEL = "English, translated by machine"


def _play_at_the_beginning(page: Page, player: Player) -> Any:
    """The captions, once the first of them is shown."""
    player.press_play()
    player.wait_until("m.currentTime > 0.6")
    captions = page.locator(".stage .cap")
    expect(captions).not_to_be_empty()
    return captions


def test_captions_are_chosen_by_language_and_stay_so(
    page: Page, library: Library, player: Player
) -> None:
    player.open(library.bilingual)
    choice = page.get_by_label("Language of the captions")
    captions = _play_at_the_beginning(page, player)
    expect(captions).to_have_text(IN_GERMAN)
    expect(captions).to_have_attribute("lang", "de")

    choice.select_option(LABEL)

    expect(captions).to_have_text(IN_ENGLISH)
    expect(captions).to_have_attribute("lang", "en")
    player.open(library.bilingual)
    expect(choice).to_have_value(LABEL)
    expect(_play_at_the_beginning(page, player)).to_have_text(IN_ENGLISH)


def test_a_link_leads_to_the_transcript_in_another_language(
    page: Page, library: Library, player: Player
) -> None:
    player.open(library.bilingual)
    panel = page.locator("[data-transcript]")
    expect(panel).to_contain_text(GERMAN)

    panel.get_by_role("link", name=LABEL).click()

    expect(panel).to_contain_text(ENGLISH)
    expect(panel).to_contain_text("Translated by machine")
    expect(panel.get_by_role("link", name=LABEL)).to_have_attribute("aria-current", "true")
    panel.get_by_role("link", name="0:00").click()
    expect(page).to_have_url(f"{page.url.split('?')[0]}?lang=en&t=0.5")
    expect(panel).to_contain_text(ENGLISH)
