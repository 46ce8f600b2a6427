"""What is said in an episode, to be read in several languages: captions of the author, and one
translation by machine."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mediashare.accounts.models import User
from mediashare.db.session import Database
from mediashare.jobs.models import JobRow, JobState
from mediashare.library.models import Episode
from mediashare.pages import service as pages_service
from mediashare.transcripts import policy as transcripts_policy
from mediashare.transcripts import queries as transcripts_queries
from mediashare.transcripts import service as transcripts_service
from mediashare.transcripts.models import Chunk, Origin, Segment, Transcript, TranscriptState
from mediashare.transcripts.policy import EngineChoice, EngineName
from mediashare.transcripts.service import SpokenSegment
from tests.factories import Browser, make_episode, make_transcript, make_user
from tests.pages.test_episode import make_playable

Browse = Callable[[object], Browser]

FRENCH = "WEBVTT\n\n00:01.000 --> 00:03.000\nattention à la marche\n"
WHISPER = EngineChoice(EngineName.WHISPER, "because", "base")
LABEL = "English, translated by machine"
SPOKEN = {"language": "de", "engine": "whisper", "model": "base"}


@pytest.fixture
def ada(session: Session) -> User:
    return make_user(session)


@pytest.fixture
def episode(session: Session, ada: User) -> Episode:
    """An episode of hers that plays, in German, as Whisper heard it."""
    made = make_playable(session, ada)
    make_transcript(session, made, (1, 3, "Vorsicht an der Kante"), **SPOKEN)
    return made


@pytest.fixture
def author(ada: User, browse: Browse) -> Browser:
    return browse(ada)


def _bring(author: Browser, episode: Episode, language: str, body: str = FRENCH) -> Any:
    path = f"/api/v1/episodes/{episode.id}/transcripts/{language}"
    return author.send("PUT", path, data=body, content_type="text/vtt")


def _beside(session: Session, episode: Episode, text: str = "Mind the gap", **values: Any) -> None:
    given = {"origin": Origin.TRANSLATION, "language": "en", "is_primary": False, **values}
    make_transcript(session, episode, (1, 3, text), **given)


def _jobs(session: Session, episode: Episode) -> list[str]:
    session.rollback()
    found = select(JobRow.kind).where(JobRow.subject == episode.id, JobRow.kind != "check")
    return list(session.scalars(found.order_by(JobRow.created_at, JobRow.id)))


def test_captions_in_another_language_stand_beside_the_spoken_words(
    episode: Episode, author: Browser
) -> None:
    answer = _bring(author, episode, "fr-fr")

    path = f"/api/v1/episodes/{episode.id}/transcript"
    assert (answer.status_code, answer.json["language"]) == (200, "fr-FR")
    assert [
        (one["language"], one["is_primary"], one["origin"], one["label"])
        for one in author.get(f"{path}s").json["items"]
    ] == [
        ("de", True, "recogniser", "German"),
        ("fr-FR", False, "author", "French (France)"),
    ]
    assert author.get(path).json["segments"][0]["text"] == "Vorsicht an der Kante"
    found = author.get(f"{path}?lang=fr-FR").json
    assert (found["language"], found["is_primary"]) == ("fr-FR", False)
    assert [one["text"] for one in found["segments"]] == ["attention à la marche"]
    assert "attention à la marche" in author.get(f"{path}.vtt?lang=fr-FR").text
    assert "Vorsicht an der Kante" in author.get(f"{path}.vtt?lang=de").text
    assert author.get(f"{path}?lang=es").status_code == 404
    assert author.get(f"{path}?lang=no language").status_code == 422


def test_captions_in_the_same_language_take_each_others_place_and_go_again(
    session: Session, episode: Episode, author: Browser
) -> None:
    _bring(author, episode, "fr")
    _bring(author, episode, "fr", FRENCH.replace("marche", "place"))
    said = author.get(f"/api/v1/episodes/{episode.id}/transcript?lang=fr").json

    gone = author.send("DELETE", f"/api/v1/episodes/{episode.id}/transcripts/fr")
    again = author.send("DELETE", f"/api/v1/episodes/{episode.id}/transcripts/fr")

    assert [one["text"] for one in said["segments"]] == ["attention à la place"]
    assert (gone.status_code, again.status_code) == (204, 404)
    session.rollback()
    assert session.scalars(select(Segment.text)).all() == ["Vorsicht an der Kante"]


def test_the_spoken_language_is_not_one_of_the_others(episode: Episode, author: Browser) -> None:
    answer = _bring(author, episode, "de")

    assert answer.status_code == 409
    assert "This is the language that is spoken." in answer.json["detail"]


def test_the_authors_captions_of_what_is_spoken_stand_alone_in_their_language(
    session: Session, episode: Episode, author: Browser
) -> None:
    _bring(author, episode, "fr")
    _bring(author, episode, "es", FRENCH.replace("attention à la marche", "cuidado"))
    path = f"/api/v1/episodes/{episode.id}/transcript"
    body = FRENCH.replace("marche", "place")

    answer = author.send("PUT", f"{path}?language=fr", data=body, content_type="text/vtt")

    assert answer.status_code == 200
    assert [
        (one["language"], one["is_primary"]) for one in author.get(f"{path}s").json["items"]
    ] == [("fr", True), ("es", False)]
    session.rollback()
    assert set(session.scalars(select(Segment.text))) == {"attention à la place", "cuidado"}


def test_the_authors_captions_take_the_place_of_a_translation(
    session: Session, episode: Episode, author: Browser
) -> None:
    _beside(session, episode)

    answer = _bring(author, episode, "en", FRENCH.replace("attention à la marche", "Mind the step"))

    assert answer.json["origin"] == "author"
    session.rollback()
    assert "Mind the gap" not in session.scalars(select(Segment.text)).all()


def test_the_forms_do_the_same_without_script(episode: Episode, author: Browser) -> None:
    file = (BytesIO(FRENCH.encode()), "fr.vtt")
    added = author.post(f"{episode.path}/captions", {"language": "fr", "captions": file})
    page = author.get(f"{episode.path}/edit").text

    removed = author.post(f"{episode.path}/captions/remove", {"language": "fr"})

    assert added.location == removed.location == f"{episode.path}/edit#languages"
    assert 'aria-label="Remove French"' in page
    assert 'aria-label="Remove French"' not in author.get(f"{episode.path}/edit").text


def test_the_page_offers_each_language_and_shows_the_one_that_is_asked_for(
    session: Session, episode: Episode, author: Browser
) -> None:
    _beside(session, episode)

    spoken = author.get(episode.path).text
    english = author.get(f"{episode.path}?lang=en").text

    source = f"/api/v1/episodes/{episode.id}/transcript.vtt"
    german = f'<track kind="captions" src="{source}" srclang="de" label="German"'
    machine = f'<track kind="subtitles" src="{source}?lang=en" srclang="en" label="{LABEL}"'
    assert (f"{german} default>" in spoken, f"{machine}>" in spoken) == (True, True)
    assert (f"{german}>" in english, f"{machine} default>" in english) == (True, True)
    assert "Vorsicht an der Kante" in spoken
    assert "Mind the gap" not in spoken
    assert "Mind the gap" in english
    assert "Vorsicht an der Kante" not in english
    assert f'aria-current="true">{LABEL}</a>' in english
    assert "</svg>Translated by machine</span>" in english
    assert 'lang="en"' in english
    assert "data-fix" in spoken
    assert "data-fix" not in english
    assert "Vorsicht an der Kante" in author.get(f"{episode.path}?lang=es").text
    assert "Vorsicht an der Kante" in author.get(f"{episode.path}?lang=no+language").text


def test_a_page_in_one_language_offers_no_choice(episode: Episode, author: Browser) -> None:
    page = author.get(episode.path).text

    assert "Languages of the transcript" not in page
    assert "Language of the captions" not in page


def test_lists_and_fixes_mean_the_spoken_words(
    session: Session, episode: Episode, author: Browser
) -> None:
    _beside(session, episode, "Mind the Vorsicht")
    others = select(Segment.id).where(Segment.text == "Mind the Vorsicht")
    line = {"segment": str(session.scalars(others).one()), "before": "Mind the Vorsicht"}
    session.rollback()

    home = author.get("/").text
    fixed = author.send(
        "POST",
        f"/api/v1/episodes/{episode.id}/transcript/fixes",
        json={**line, "text": "Mind the gap"},
    )
    everywhere = author.send(
        "POST",
        f"/api/v1/episodes/{episode.id}/transcript/fixes/everywhere",
        json={"wanted": "Vorsicht", "replacement": "Achtung"},
    )

    assert "Vorsicht an der Kante" in home
    assert "Mind the Vorsicht" not in home
    assert fixed.status_code == 404
    assert [line["after"] for line in everywhere.json["lines"]] == ["Achtung an der Kante"]


@pytest.mark.parametrize(
    ("values", "is_offered"),
    [
        ({}, True),
        ({"language": None}, True),
        ({"language": "en-GB"}, False),
        ({"model": "/models/base.en.pt"}, False),
        ({"model": "large-v3-turbo"}, False),
        ({"engine": "pocketsphinx"}, False),
        ({"engine": "remote", "model": "whisper-1"}, True),
        ({"state": TranscriptState.RUNNING}, False),
        # Nothing was recognised; the recogniser at hand would have to translate it.
        ({"origin": Origin.AUTHOR, "engine": None, "model": None}, False),
    ],
)
def test_a_translation_is_offered_where_a_machine_can_make_one(
    values: dict[str, Any], session: Session, ada: User, browse: Browse, *, is_offered: bool
) -> None:
    episode = make_playable(session, ada)
    make_transcript(session, episode, (1, 3, "Hallo"), **{**SPOKEN, **values})
    author = browse(ada)

    page, edit = author.get(episode.path).text, author.get(f"{episode.path}/edit").text
    others = browse(make_user(session)).get(episode.path).text
    answer = author.send("POST", f"/api/v1/episodes/{episode.id}/translation")

    is_shown = is_offered and values.get("state") is None
    assert ("Translate into English" in page) is is_shown
    assert ("Translate into English" in edit) is is_offered
    assert "Translate into English" not in others
    assert answer.status_code == (202 if is_offered else 409)


def test_a_translation_is_made_once_by_a_job_that_its_author_follows(
    session: Session, episode: Episode, author: Browser
) -> None:
    asked = author.post(f"{episode.path}/translation")
    again = author.send("POST", f"/api/v1/episodes/{episode.id}/translation")
    page = author.get(f"{episode.path}/edit").text

    assert asked.location == f"{episode.path}/edit#languages"
    assert again.status_code == 409
    assert _jobs(session, episode) == ["translation"]
    assert "The translation into English is being made." in page
    assert "Translate into English" not in page
    assert ">Translation</b>" in author.get(f"{episode.path}/steps").text


def test_a_translation_that_is_stopped_says_so_and_can_be_tried_again(
    session: Session, episode: Episode, author: Browser
) -> None:
    author.post(f"{episode.path}/translation")
    author.post(f"{episode.path}/steps/translation/cancel")
    page = author.get(f"{episode.path}/edit").text

    author.post(f"{episode.path}/translation")

    assert f"There is no translation into English. {pages_service.STOPPED_BY_AUTHOR}" in page
    session.rollback()
    states = select(JobRow.state).where(JobRow.kind == "translation")
    assert session.scalars(states).all() == [JobState.QUEUED]


def test_captions_of_the_author_in_english_are_not_translated_over(
    episode: Episode, author: Browser
) -> None:
    _bring(author, episode, "en")

    answer = author.send("POST", f"/api/v1/episodes/{episode.id}/translation")

    assert answer.status_code == 409
    assert answer.json["detail"] == "The author's own captions are shown instead."


@pytest.mark.parametrize(("language", "jobs"), [("de", ["translation"]), ("en-US", [])])
def test_a_translation_waits_until_it_is_known_what_is_spoken(
    language: str, jobs: list[str], session: Session, database: Database
) -> None:
    episode = make_episode(session, make_user(session))
    spoken = make_transcript(session, episode, state=TranscriptState.RUNNING, **SPOKEN)
    _beside(session, episode, state=TranscriptState.QUEUED)
    session.add(Chunk(transcript_id=spoken.id, position=0, start_ms=0, end_ms=2000))
    session.commit()

    with database.transaction() as writing:
        transcripts_service.find_language(writing, episode.id, language)
        said = [SpokenSegment(0, 1000, "Hallo")]
        transcripts_service.keep_chunk(writing, episode.id, 0, said)
        transcripts_service.conclude(writing, episode.id)

    assert [kind for kind in _jobs(session, episode) if kind != "chapters"] == jobs
    found = session.scalars(select(Transcript).where(~Transcript.is_primary)).all()
    assert len(found) == len(jobs)


def test_a_translation_is_kept_part_by_part_beside_what_is_spoken(
    database: Database, episode: Episode
) -> None:
    with database.transaction() as writing:
        own = writing.get_one(Episode, episode.id)
        transcripts_service.request_translation(writing, own, WHISPER)
    with database.transaction() as writing:
        transcripts_service.begin(writing, episode.id, WHISPER, "en")
        transcripts_service.plan(writing, episode.id, [(0, 2000), (5000, 7000)], "en")
    with database.transaction() as writing:
        [first] = transcripts_service.take_chunk(writing, episode.id, "job", "en")
        said = [SpokenSegment(500, 1000, "Mind the gap")]
        transcripts_service.keep_chunk(
            writing, episode.id, first.position, said, taker="job", beside="en"
        )
        [second] = transcripts_service.take_chunk(writing, episode.id, "job", "en")
        transcripts_service.lose_chunk(
            *(writing, episode.id, second.position, "It crashed."), taker="job", beside="en"
        )
        transcripts_service.conclude(writing, episode.id, beside="en")

    with database.reading() as reading:
        found = {one.language: one for one in reading.scalars(select(Transcript))}
        lines = transcripts_queries.list_segments(reading, found["en"].id)
    assert [line.text for line in lines] == ["Mind the gap"]
    assert (found["en"].state, found["en"].note) == (
        TranscriptState.READY,
        "1 of 2 parts could not be recognised.",
    )
    assert (found["de"].state, found["de"].note) == (TranscriptState.READY, None)


def test_all_languages_go_with_their_episode(
    session: Session, episode: Episode, author: Browser
) -> None:
    _bring(author, episode, "fr")
    _beside(session, episode)

    author.send("DELETE", f"/api/v1/episodes/{episode.id}")

    session.rollback()
    assert session.scalars(select(Transcript)).all() == []
    assert session.scalars(select(Segment)).all() == []


def test_what_the_recogniser_at_hand_can_do_counts_where_nothing_was_recognised() -> None:
    captions = Transcript(
        origin=Origin.AUTHOR, state=TranscriptState.READY, language="de", engine=None
    )

    assert transcripts_policy.may_translate(captions, WHISPER)
    assert not transcripts_policy.may_translate(captions, EngineChoice(None, "because"))
