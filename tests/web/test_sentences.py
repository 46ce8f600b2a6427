"""Sentences that stand in Python reach people in the language that their browser asks for, and
programs in English unless they ask for another."""

import copy
import json
import pickle
import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from mediashare.accounts.models import User
from mediashare.edits.errors import OriginalRemovedError
from mediashare.errors import InvalidInputError
from mediashare.notifications import service as notifications_service
from mediashare.sentences import Sentence, said, said_many, stored, together
from mediashare.web.languages import translated
from tests.factories import Browser, make_episode, make_user
from workers.tools import refusals

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

Browse = Callable[[User], Browser]

GERMAN = {"Accept-Language": "de"}
PLURAL = ("%(num)s minute ago", "%(num)s minutes ago")
NOT_FOUND = "There is no such episode, or you do not have access to it."
NICHT_GEFUNDEN = "Diese Episode gibt es nicht, oder du hast keinen Zugang zu ihr."


@pytest.fixture
def ada(session: Session) -> User:
    return make_user(session)


@pytest.fixture
def browser(ada: User, browse: Browse) -> Browser:
    return browse(ada)


@pytest.fixture
def in_german(app: Flask) -> Callable[[str], str]:
    def translate(sentence: str) -> str:
        with app.test_request_context(headers=GERMAN):
            return translated(sentence)

    return translate


def sent_elsewhere(sentence: Sentence) -> Sentence:
    return pickle.loads(pickle.dumps(sentence))  # type: ignore[no-any-return]  # noqa: S301 - our own


def test_an_error_is_told_on_a_page_and_in_a_piece_of_one(browser: Browser) -> None:
    page = browser.get("/e/none", headers=GERMAN)
    piece = browser.get("/e/none", headers={**GERMAN, "HX-Request": "true"})

    assert (page.status_code, piece.status_code) == (404, 404)
    assert NICHT_GEFUNDEN in page.text
    assert NICHT_GEFUNDEN in piece.text
    assert NOT_FOUND in browser.get("/e/none").text


def test_a_program_gets_english_unless_it_asks_for_another_language(browser: Browser) -> None:
    plain = browser.get("/api/v1/episodes/none")
    german = browser.get("/api/v1/episodes/none", headers=GERMAN)

    assert plain.json["detail"] == NOT_FOUND
    assert german.json["detail"] == NICHT_GEFUNDEN
    assert german.content_type == "application/problem+json"


def test_every_field_that_is_wrong_is_named_in_the_language_that_is_asked_for(
    browser: Browser,
) -> None:
    sent = {"upload_id": "", "title": "", "tags": 1}
    plain = browser.send("POST", "/api/v1/episodes", json=sent).json
    german = browser.send("POST", "/api/v1/episodes", json=sent, headers=GERMAN).json

    assert plain["errors"]["title"] == "Give it a title."
    assert german["errors"]["title"] == "Gib ihm einen Titel."
    assert german["errors"].keys() == plain["errors"].keys()
    assert all(sentence in german["detail"] for sentence in german["errors"].values())


def test_a_form_says_what_is_wrong_with_values_in_the_sentence(browser: Browser) -> None:
    typed = {"name": "", "team": "x" * 81}
    page = browser.post("/settings", typed, headers=GERMAN).text

    assert "Gib einen Namen an." in page
    assert "Höchstens 80 Zeichen." in page
    assert "At most 80 characters." in browser.post("/settings", typed).text


def test_the_next_page_says_what_was_done(session: Session, ada: User, browser: Browser) -> None:
    episode = make_episode(session, ada, "100 % Kafka")

    page = browser.post(f"{episode.path}/delete", headers=GERMAN, follow_redirects=True).text

    assert "„100 % Kafka“ ist gelöscht." in page


@pytest.mark.parametrize(
    ("text", "german"),
    [
        # As a worker and another person's request have stored them.
        ("Something newer has taken its place.", "Etwas Neueres ist an seine Stelle getreten."),
        ("Bob commented on “A & B”.", "Bob hat „A & B“ kommentiert."),
        ("1 new clip for your search “x”.", "1 neuer Clip für deine Suche „x“."),
        ("3 new clips for your search “x”.", "3 neue Clips für deine Suche „x“."),
        (
            "The new version of “A. B” could not be made: The file has more than 32 tracks.",
            (
                "Die neue Version von „A. B“ konnte nicht erstellt werden: "
                "Die Datei hat mehr als 32 Spuren."
            ),
        ),
        (
            (
                "“Talk” may say 2 things that others should not hear. "
                "It is published once you have decided about each."
            ),
            (
                "In „Talk“ werden vielleicht 2 Dinge gesagt, die andere nicht hören sollten. "
                "Sie wird veröffentlicht, sobald du über jede Stelle entschieden hast."
            ),
        ),
        ("Nobody has ever said this.", "Nobody has ever said this."),
    ],
)
def test_a_sentence_out_of_the_database_is_found_again_by_its_words(
    in_german: Callable[[str], str], text: str, german: str
) -> None:
    assert in_german(stored(text)) == german


@pytest.mark.parametrize("sentence", refusals.SENTENCES)
def test_why_a_worker_refused_a_recording_can_be_told_in_german(
    in_german: Callable[[str], str], sentence: str
) -> None:
    text = re.sub(r"%\(\w+\)s", "7", sentence)

    assert in_german(stored(text)) not in {text, sentence}


def test_the_inbox_is_read_in_the_language_of_its_reader(
    session: Session, ada: User, browser: Browser
) -> None:
    text = said("%(name)s commented on “%(title)s”.", name="Bob", title="Kafka")
    notifications_service.notify(session, ada.id, "comment", text, "/e/kafka")
    session.commit()

    assert "Bob hat „Kafka“ kommentiert." in browser.get("/inbox", headers=GERMAN).text
    assert "Bob commented on “Kafka”." in browser.get("/inbox").text
    [note] = browser.get("/api/v1/notifications").json["items"]
    assert note["text"] == text


def test_there_is_a_sentence_for_one_and_another_for_more(
    in_german: Callable[[str], str],
) -> None:
    one, many = said_many(*PLURAL, 1), said_many(*PLURAL, 2)

    assert (one, many) == ("1 minute ago", "2 minutes ago")
    assert (in_german(one), in_german(many)) == ("vor 1 Minute", "vor 2 Minuten")


def test_values_of_a_sentence_speak_the_same_language(in_german: Callable[[str], str]) -> None:
    reason = said("At most %(max)s characters.", max=80)
    row = said("Row %(number)s: %(reason)s", number=2, reason=reason)
    removed = OriginalRemovedError(datetime(2026, 12, 3, tzinfo=UTC))

    assert in_german(row) == "Zeile 2: Höchstens 80 Zeichen."
    assert "The original was removed on 3 Dec 2026;" in str(removed)
    assert "am 3. Dez. 2026 entfernt" in in_german(removed.sentence)


def test_sentences_that_are_put_together_keep_their_language(
    in_german: Callable[[str], str],
) -> None:
    wrong = {"name": said("Give a name."), "note": said("Must be text.")}
    error = InvalidInputError(errors=wrong)

    assert str(error) == "Give a name. Must be text."
    assert type(str(error)) is str
    assert in_german(error.sentence) == "Gib einen Namen an. Muss Text sein."
    assert in_german(together(["a", "50 %"], ", ")) == "a, 50 %"


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, sent_elsewhere])
def test_a_sentence_that_was_copied_or_sent_elsewhere_is_still_one(
    in_german: Callable[[str], str], again: Callable[[Sentence], Sentence]
) -> None:
    sentence = again(said_many(*PLURAL, 2))

    assert sentence == "2 minutes ago"
    assert in_german(sentence) == "vor 2 Minuten"
    assert json.loads(json.dumps({sentence: sentence})) == {"2 minutes ago": "2 minutes ago"}
