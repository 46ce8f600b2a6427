"""The transcript on an episode's page: words with their times, where it is from, how to save it."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from mediashare.db.session import begin_writing
from mediashare.transcripts.models import Chunk, ChunkState, Origin, Segment, Word
from tests.factories import Browser, make_transcript, make_user
from tests.pages.test_episode import make_playable

Browse = Callable[[Any], Browser]


def test_the_transcript_gives_every_word_its_time_and_place(
    session: Session, browse: Browse
) -> None:
    episode = make_playable(session, make_user(session))
    make_transcript(session, episode, (0, 2, "One \N{ROCKET} two"), (2, 4, "three four"))

    page = browse(make_user(session)).get(episode.path).text

    assert 'data-words="0,0 0.666,4 1.333,7 2,11 3,17"' in page
    assert 'data-lines="0 11"' in page


def test_times_far_into_a_recording_are_exact(session: Session, browse: Browse) -> None:
    episode = make_playable(session, make_user(session), duration_ms=40_000_000)
    make_transcript(session, episode, (35_999.123, 36_000.457, "ten hours"))

    page = browse(make_user(session)).get(episode.path).text

    assert 'data-words="35999.123,0 35999.79,4"' in page


def test_captions_are_named_in_the_head_and_all_files_in_the_menu(
    session: Session, browse: Browse
) -> None:
    episode = make_playable(session, make_user(session))
    waiting = make_playable(session, make_user(session))
    make_transcript(session, episode, (0, 2, "Some words"), language="pt-BR")
    browser = browse(make_user(session))

    page = browser.get(episode.path).text

    base = f"/api/v1/episodes/{episode.id}/transcript"
    link = '<link rel="alternate" type="text/vtt" href="{}.vtt" hreflang="pt-BR" title="Captions">'
    assert link.format(base) in page.partition("</head>")[0]
    found = re.findall(rf'<a href="{base}\.(\w+)" download>', page)
    assert found == ["vtt", "srt", "txt", "json", "md"]
    assert 'rel="alternate"' not in browser.get(waiting.path).text


@pytest.mark.parametrize("who", ["author", "reader"])
def test_authors_see_what_was_heard_where_a_term_of_the_glossary_stands(
    session: Session, browse: Browse, who: str
) -> None:
    people = {"author": make_user(session), "reader": make_user(session)}
    episode = make_playable(session, people["author"])
    transcript = make_transcript(session, episode, (0, 3, "run the NordLys Gateway now"))
    begin_writing(session)
    own = Word.segment_id.in_(select(Segment.id).where(Segment.transcript_id == transcript.id))
    for text, heard in (("NordLys", 'nord "lease" gateway'), ("Gateway", "")):
        session.execute(update(Word).where(own, Word.text == text).values(heard=heard))
    session.commit()

    page = browse(people[who]).get(episode.path).text

    term = (
        '<span class="put" title="Put in by the glossary. '
        'Heard: “nord &#34;lease&#34; gateway”">NordLys Gateway</span>'
    )
    assert (f"run the {term} now" in page) == (who == "author")
    assert ("#replaced" in page) == (who == "author")
    assert ("lease" in page) == (who == "author")


# What the episode and its transcript say, the sentence on the page, and whether it may be redone.
POOR: dict[str, tuple[str, dict[str, Any], str, bool]] = {
    "language": ("de", {}, "recognised as English, but the episode is in German.", True),
    "region": ("en-GB", {}, "recognised as English", False),
    "gap": ("en", {"note": "1 of 4 parts is missing."}, "1 of 4 parts is missing.", True),
    "draft": ("en", {"is_draft": True, "note": "Rough draft."}, "Rough draft.", True),
    "captions": ("de", {"origin": Origin.AUTHOR, "note": "By her."}, "By her.", False),
}


@pytest.mark.parametrize("who", ["author", "reader"])
@pytest.mark.parametrize("poor", POOR)
def test_authors_may_have_a_poor_transcript_recognised_again(
    session: Session, browse: Browse, who: str, poor: str
) -> None:
    language, values, sentence, may_redo = POOR[poor]
    people = {"author": make_user(session), "reader": make_user(session)}
    episode = make_playable(session, people["author"], language=language)
    transcript = make_transcript(session, episode, (0, 2, "Some words"), **values)
    if poor == "gap":
        begin_writing(session)
        place = {"position": 1, "start_ms": 3000, "end_ms": 4000}
        session.add(Chunk(transcript_id=transcript.id, state=ChunkState.FAILED, **place))
        session.commit()
    browser = browse(people[who])

    page = browser.get(episode.path).text
    answer = browser.post(f"{episode.path}/transcript/retry")

    offered = may_redo and who == "author"
    assert ("Recognise again" in page) == offered
    # Which language it should be is between the author and the recogniser.
    assert (sentence in page) == (may_redo and (offered or poor != "language"))
    assert answer.status_code == (403 if who == "reader" else 302 if may_redo else 409)


def test_a_rough_draft_and_the_authors_own_captions_are_told_apart(
    session: Session, browse: Browse
) -> None:
    author = make_user(session)
    rough, own = make_playable(session, author), make_playable(session, author)
    make_transcript(session, rough, (0, 2, "Some words"), is_draft=True, note="Made by a machine.")
    make_transcript(session, own, (0, 2, "Some words"), origin=Origin.AUTHOR)
    browser = browse(author)

    assert "Rough draft" in browser.get(rough.path).text
    assert "Captions by the author" in browser.get(own.path).text
