"""Recordings in which several languages are spoken: pages and files say which one where."""

import html
from collections.abc import Callable

import pytest
import webvtt
from sqlalchemy import select
from sqlalchemy.orm import Session

from mediashare.accounts.models import User
from mediashare.db.session import Database, begin_writing
from mediashare.library.models import Episode
from mediashare.transcripts import service as transcripts_service
from mediashare.transcripts.models import Segment, Transcript, TranscriptState
from mediashare.transcripts.service import SpokenSegment
from tests.factories import Browser, make_episode, make_transcript, make_user
from tests.pages.test_episode import make_playable

Browse = Callable[[object], Browser]

LINES = ((1, 3, "Guten Morgen"), (3.2, 5, "bonjour <tous>"), (5.1, 7, "und los"))


@pytest.fixture
def ada(session: Session) -> User:
    return make_user(session)


@pytest.fixture
def episode(session: Session, ada: User) -> Episode:
    """German, with a French line in it."""
    made = make_playable(session, ada)
    values = {"language": "de", "is_language_heard": True, "engine": "whisper", "model": "base"}
    make_transcript(session, made, *LINES, **values)
    begin_writing(session)
    for segment in session.scalars(select(Segment)):
        segment.language = "fr" if "bonjour" in segment.text else "de"
    session.commit()
    return made


def test_the_page_names_the_language_of_what_is_in_another_one(
    episode: Episode, ada: User, browse: Browse
) -> None:
    page = browse(ada).get(episode.path).text

    assert page.count('<p dir="auto" lang="fr">') == 1
    assert page.count('<div class="seg"') == 3
    assert '<p dir="auto"><span class="ln"' in page


def test_files_and_programs_are_told_as_well(episode: Episode, ada: User, browse: Browse) -> None:
    path = f"/api/v1/episodes/{episode.id}/transcript"

    found = browse(ada).get(path).json
    captions = browse(ada).get(f"{path}.vtt").text

    assert [one["language"] for one in found["segments"]] == ["de", "fr", "de"]
    assert "\n<lang fr>bonjour &lt;tous&gt;</lang>\n" in captions
    assert captions.count("<lang") == 1
    read = webvtt.from_string(captions, strict=True).captions
    texts = [html.unescape(caption.text) for caption in read]
    assert texts == ["Guten Morgen", "bonjour <tous>", "und los"]
    assert "lang" not in browse(ada).get(f"{path}.srt").text


def _hear(database: Database, episode: Episode, *lines: tuple[int, str]) -> Transcript:
    """What a recogniser heard: for so many milliseconds, in that language."""
    with database.transaction() as session:
        transcripts_service.find_language(session, episode.id, "de", is_heard=True)
        spans = [(number * 10_000, number * 10_000 + 9000) for number in range(len(lines))]
        transcripts_service.plan(session, episode.id, spans)
    with database.transaction() as session:
        for position, (length_ms, language) in enumerate(lines):
            start_ms = position * 10_000
            said = SpokenSegment(start_ms, start_ms + length_ms, "x", language=language)
            transcripts_service.keep_chunk(session, episode.id, position, [said])
            transcripts_service.note_language(session, episode.id, position, language, 0.9)
        return transcripts_service.conclude(session, episode.id)


@pytest.mark.parametrize(
    ("said", "becomes"), [(None, "fr"), ("de", "fr"), ("en-GB", "en-GB"), ("mul", "mul")]
)
def test_the_language_of_all_is_the_one_that_is_spoken_longest_unless_the_author_knows_better(
    said: str | None, becomes: str, session: Session, database: Database, ada: User
) -> None:
    # German is what was thought to be heard at first, and noted for the episode.
    episode = make_episode(session, ada, language=said)
    make_transcript(session, episode, state=TranscriptState.RUNNING, language=None)

    transcript = _hear(database, episode, (2000, "de"), (2000, "de"), (5000, "fr"))

    session.expire_all()
    session.rollback()
    assert transcript.language == "fr"
    assert session.get_one(Episode, episode.id).language == becomes


def test_the_author_has_it_recognised_in_the_language_that_it_really_is_in(
    session: Session, episode: Episode, ada: User, browse: Browse
) -> None:
    author = browse(ada)
    before = author.get(f"{episode.path}/edit").text
    begin_writing(session)
    session.get_one(Episode, episode.id).language = "nl"
    session.commit()
    page = author.get(f"{episode.path}/edit").text

    answer = author.post(f"{episode.path}/transcript/retry")

    session.rollback()
    transcript = session.scalars(select(Transcript)).one()
    assert "Recognise it as" not in before
    assert "You say that Dutch is spoken, and the transcript was recognised as German." in page
    assert answer.location == episode.path
    assert (transcript.state, transcript.language, transcript.is_language_heard) == (
        TranscriptState.QUEUED,
        None,
        False,
    )
    assert session.scalars(select(Segment)).all() == []
