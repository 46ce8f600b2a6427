"""What is said in other languages follows what is played as the spoken words do: what is muted or
cut off is to be read nowhere."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from mediashare.library.models import Episode
from mediashare.media.policy import Edit
from mediashare.notifications.models import Notification
from mediashare.transcripts import queries as transcripts_queries
from mediashare.transcripts import service as transcripts_service
from mediashare.transcripts.jobs import Translate
from mediashare.transcripts.models import CutSegment, Origin, Segment, Transcript, TranscriptState
from mediashare.transcripts.policy import EngineChoice, EngineName
from mediashare.transcripts.service import Caption
from tests import factories
from tests.edits.conftest import House
from tests.factories import Browser
from tests.security.rows import all_rows

FRENCH = [
    Caption(2000, 6000, "on redémarre"),
    Caption(10_000, 14_000, "mot de passe espadon"),
    Caption(20_000, 24_000, "ça remarche"),
]
# As a machine gives it: by the sentence, and not quite at the time of what was said.
ENGLISH = ((2, 6, "we restart it"), (10, 12.6, "it is swordfish"), (20, 24, "now it works"))
MUTED = Edit(muted=((13_000, 14_000),))


@pytest.fixture
def languages(house: House) -> House:
    """A German episode with captions in French and a translation into English."""
    house.transcribe(language="de")
    with house.database.transaction() as session:
        episode = session.get_one(Episode, house.ident)
        transcripts_service.import_beside(session, episode, FRENCH, "fr")
    with house.database.sessions() as session:
        episode = session.get_one(Episode, house.ident)
        session.rollback()
        values = {"origin": Origin.TRANSLATION, "is_primary": False, "language": "en"}
        made = factories.make_transcript(session, episode, *ENGLISH, **values)
        with house.database.transaction() as writing:
            for segment in writing.scalars(select(Segment).where(Segment.transcript_id == made.id)):
                words = writing.get_one(Segment, segment.id)
                writing.refresh(words, ["words"])
                words.words = []
    return house


def _lines(house: House, language: str) -> list[tuple[int, int, str]]:
    with house.database.reading() as session:
        found = transcripts_queries.find_transcript(session, house.ident, language)
        assert found is not None
        segments = transcripts_queries.list_segments(session, found.id)
    return [(one.start_ms, one.end_ms, one.text) for one in segments]


def _find(house: House, language: str) -> Transcript | None:
    with house.database.reading() as session:
        return transcripts_queries.find_transcript(session, house.ident, language)


def _offered(house: House, browser: Browser) -> list[str]:
    items = browser.get(f"/api/v1/episodes/{house.ident}/transcripts").json["items"]
    return [one["language"] for one in items if one["files"]]


def test_all_languages_are_cut_moved_and_brought_back(languages: House) -> None:
    languages.edit(Edit(8000, 18_000))
    trimmed = [_lines(languages, language) for language in ("fr", "en")]

    languages.make(languages.use(1))

    assert trimmed == [[(2000, 6000, "mot de passe espadon")], [(2000, 4600, "it is swordfish")]]
    assert [text for _start, _end, text in _lines(languages, "fr")] == [
        "on redémarre",
        "mot de passe espadon",
        "ça remarche",
    ]
    assert [start for start, _end, _text in _lines(languages, "en")] == [2000, 10_000, 20_000]
    assert languages.jobs() == []


@pytest.mark.parametrize("is_made", [False, True])
def test_what_is_muted_vanishes_from_every_language_at_once(
    languages: House, *, is_made: bool
) -> None:
    languages.edit(MUTED) if is_made else languages.save(MUTED)

    # The translated sentence ends before the span, and may well be about it.
    assert [text for _start, _end, text in _lines(languages, "fr")] == [
        "on redémarre",
        "ça remarche",
    ]
    assert [text for _start, _end, text in _lines(languages, "en")] == [
        "we restart it",
        "now it works",
    ]
    rows = str(all_rows(languages.database))
    assert [word for word in ("swordfish", "espadon") if word in rows] == []


def test_what_is_muted_while_it_is_cut_off_never_comes_back(languages: House) -> None:
    languages.edit(Edit(start_ms=18_000))
    languages.edit(Edit(start_ms=18_000, muted=MUTED.muted))

    languages.edit(MUTED)

    assert [text for _start, _end, text in _lines(languages, "fr")] == [
        "on redémarre",
        "ça remarche",
    ]
    assert "swordfish" not in str(all_rows(languages.database))


def test_a_language_of_which_nothing_is_played_is_not_offered_until_it_is_again(
    languages: House, browse: Callable[[Any], Browser]
) -> None:
    browser = browse(languages.author)

    languages.edit(Edit(15_000, 18_000))
    trimmed = _offered(languages, browser)
    languages.make(languages.use(1))
    whole = _offered(languages, browser)
    languages.save(Edit(muted=((1000, 30_000),)))

    assert (trimmed, whole) == (["de"], ["de", "en", "fr"])
    assert _offered(languages, browser) == ["de"]


def test_a_translation_is_made_anew_after_the_words_that_are_heard_again(languages: House) -> None:
    languages.edit(MUTED)

    languages.edit(Edit())
    before = languages.jobs()
    with languages.database.transaction() as session:
        choice = EngineChoice(EngineName.WHISPER, "because", "base")
        transcripts_service.begin(session, languages.ident, choice)
        transcripts_service.conclude(session, languages.ident)

    english = _find(languages, "en")
    assert english is not None
    assert (english.state, _lines(languages, "en")) == (TranscriptState.QUEUED, [])
    assert [kind for kind, _version in before if kind in {"transcript", "translation"}] == [
        "transcript"
    ]
    assert (Translate.kind, 0) in languages.jobs()
    # Captions of the author are never recognised; what was muted in them is gone for good.
    assert len(_lines(languages, "fr")) == 2


def test_another_recording_takes_captions_with_it_and_has_the_rest_translated_anew(
    languages: House, make_upload: Any
) -> None:
    number = languages.replace(make_upload())
    languages.probe(number)
    languages.make(number)

    english = _find(languages, "en")
    assert english is not None
    assert (english.state, _lines(languages, "en")) == (TranscriptState.QUEUED, [])
    assert _find(languages, "fr") is None
    with languages.database.reading() as session:
        notices = session.scalars(select(Notification.text)).all()
        assert session.scalars(select(CutSegment)).all() == []
    assert [text for text in notices if "in another language (fr)" in text] != []
