"""Where speech is recognised elsewhere, people read so before it is sent and after."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from mediashare.config import Settings
from mediashare.transcripts.models import TranscriptState
from tests.factories import Browser, make_transcript, make_user
from tests.pages.test_episode import make_playable

Browse = Callable[[Any], Browser]
BEFORE = (
    "Speech is recognised by <b>speech.example.com</b>: the sound of what is said is sent there."
)
AFTER = "Recognised by speech.example.com: the sound of what is said was sent there."
HERE = "Without them the speech is recognised here, on our own machines."


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Those of a house that has its speech recognised elsewhere."""
    values = {
        "asr_engine": "remote",
        "asr_remote_url": "https://speech.example.com/v1",
    }
    return settings.model_copy(update=values)


def test_whoever_uploads_reads_it_first(session: Session, browse: Browse) -> None:
    page = browse(make_user(session)).get("/upload").text

    assert BEFORE in page
    assert "Without them the speech is recognised by speech.example.com." in page
    assert HERE not in page


def test_it_stands_beside_the_steps_while_they_go_on(session: Session, browse: Browse) -> None:
    author = make_user(session)
    episode = make_playable(session, author)
    make_transcript(session, episode, state=TranscriptState.RUNNING)
    browser = browse(author)

    assert BEFORE in browser.get(f"{episode.path}/steps").text
    assert BEFORE in browser.get(f"{episode.path}/progress?playable=1").text


@pytest.mark.parametrize(
    ("values", "is_said"), [({"sent_to": "speech.example.com"}, True), ({}, False)]
)
def test_a_transcript_says_where_its_sound_was_sent(
    values: dict[str, Any], session: Session, browse: Browse, *, is_said: bool
) -> None:
    author = make_user(session)
    episode = make_playable(session, author)
    make_transcript(session, episode, (0, 2, "Some words"), **values)
    browser = browse(author)

    page = browser.get(episode.path).text
    found = browser.get(f"/api/v1/episodes/{episode.id}").json

    assert (AFTER in page) is is_said
    assert found["transcript"]["sent_to"] == values.get("sent_to")
