"""The episode page without a browser: what it holds, for whom, in how many statements."""

import json
import re
from collections.abc import Callable
from functools import partial
from html import unescape
from io import BytesIO
from typing import Any

import pytest
import segno
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from mediashare import clock
from mediashare.accounts.models import User
from mediashare.chapters.models import Chapter, Outline, SummarySentence
from mediashare.checks.models import Check, Finding, FindingKind
from mediashare.db.base import new_id
from mediashare.db.session import Database, begin_writing
from mediashare.discussion.models import Comment
from mediashare.jobs import queue as job_queue
from mediashare.library.models import Audience, Episode, EpisodeKind, EpisodeState, EpisodeTag, Tag
from mediashare.listening.models import Position
from mediashare.media.jobs import MakeLadder
from mediashare.media.models import Rendition, RenditionKind, Waveform
from mediashare.transcripts.models import (
    Segment,
    TranscriptState,
    Word,
)
from tests.counting import count_statements
from tests.factories import Browser, make_episode, make_group, make_transcript, make_user
from tests.pages.test_home import MOST_STATEMENTS

Browse = Callable[[Any], Browser]
EVIL = '<img src=x onerror="alert(1)">'


def make_playable(session: Session, author: User, title: str = "A clip", **values: Any) -> Episode:
    episode = make_episode(session, author, title, **values)
    rendition = Rendition(
        id=new_id(),
        episode_id=episode.id,
        kind=RenditionKind.VIDEO,
        storage_key=f"episodes/{episode.id}/one.mp4",
        mime_type="video/mp4",
        codecs="avc1.42C01E",
        size=1,
        sha256="0" * 64,
        duration_ms=60_000,
        bitrate=1000,
        init_size=0,
        segments=[],
    )
    session.add_all([rendition, Waveform(episode_id=episode.id, peaks=[3, 90, 255])])
    session.commit()
    return episode


def test_it_plays_our_own_addresses_only(session: Session, browse: Browse) -> None:
    episode = make_playable(session, make_user(session))

    page = browse(make_user(session)).get(episode.path).text

    assert f'<source src="/media/{episode.id}/' in page
    assert "episodes/" + episode.id not in page


@pytest.mark.parametrize("name", [f"{'0' * 32}.jpg", f"{'0' * 32}-640x360.jpg"])
def test_the_picture_that_a_player_shows_is_fetched_first(
    session: Session, browse: Browse, name: str
) -> None:
    author = make_user(session)
    seen = make_playable(session, author, poster=name)
    heard = make_playable(session, author, poster=name, kind=EpisodeKind.AUDIO)
    browser = browse(make_user(session))

    page = browser.get(seen.path).text

    fetched = re.findall(r'<link rel="preload" as="image" fetchpriority="high" href="(.+)">', page)
    assert fetched == re.findall(r' poster="(.+?)"', page) != []
    assert 'as="image"' not in browser.get(heard.path).text


def test_pages_say_in_their_head_what_they_are_about(session: Session, browse: Browse) -> None:
    author = make_user(session)
    told = make_playable(session, author, description='Why "it" fails, <b>how</b> we know')
    untold = make_playable(session, author)
    browser = browse(make_user(session))

    said = r'<meta name="description" content="([^"]+)">'
    found = {path: re.findall(said, browser.get(path).text) for path in (told.path, untold.path)}

    assert [unescape(text) for text in found[told.path]] == [told.description]
    assert found[untold.path] == re.findall(said, browser.get("/").text) != []


def test_without_script_a_modest_picture_comes_first_and_the_sound_last(
    session: Session, browse: Browse
) -> None:
    episode = make_episode(session, make_user(session))
    begin_writing(session)
    for height in (1080, 360, 720):
        session.add(make_file(episode, height))
    session.add(make_file(episode, 0, codecs="mp4a.40.2", bitrate=2))
    session.add(make_file(episode, 0, codecs="opus", bitrate=1))
    session.commit()

    page = browse(make_user(session)).get(episode.path).text

    found = re.findall(r'<source src="[^"]+/(\w+)\.\w+" type="([^"]+)"', page)
    assert [(ident, unescape(kind)) for ident, kind in found] == [
        ("h720", 'video/mp4; codecs="avc1.42C01E"'),
        ("h360", 'video/mp4; codecs="avc1.42C01E"'),
        ("h1080", 'video/mp4; codecs="avc1.42C01E"'),
        ("opus", 'audio/mp4; codecs="opus"'),
        ("mp4a", 'audio/mp4; codecs="mp4a.40.2"'),
    ]
    assert re.findall(r"Download ([\w ()]+?) <", page) == [
        *("1080p", "720p", "360p", "sound", "sound (Opus)")
    ]


def make_file(episode: Episode, height: int, **values: Any) -> Rendition:
    """A playable file by its height; without one, sound by its codec."""
    codecs = values.pop("codecs", "avc1.42C01E")
    ident = f"h{height}" if height else codecs.partition(".")[0]
    given: dict[str, Any] = {"size": 1, "duration_ms": 60_000, "bitrate": height, **values}
    return Rendition(
        id=ident,
        episode_id=episode.id,
        kind=RenditionKind.VIDEO if height else RenditionKind.AUDIO,
        storage_key=f"episodes/{episode.id}/{ident}",
        mime_type="video/mp4" if height else "audio/mp4",
        codecs=codecs,
        sha256="0" * 64,
        width=height * 16 // 9 or None,
        height=height or None,
        init_size=0,
        segments=[],
        **given,
    )


@pytest.mark.parametrize("is_waiting", [True, False])
def test_players_are_told_whether_better_files_come(
    session: Session, browse: Browse, *, is_waiting: bool
) -> None:
    author = make_user(session)
    episode = make_playable(session, author)
    if is_waiting:
        begin_writing(session)
        job_queue.put(session, MakeLadder(subject=episode.id))
        session.commit()

    page = browse(make_user(session)).get(episode.path).text

    told = json.loads(unescape(re.findall(r"data-media='([^']+)'", page)[0]))
    assert told["more_coming"] == is_waiting
    assert [file["type"] for file in told["files"]] == ["video/mp4"]


def test_it_opens_at_the_moment_of_its_address(session: Session, browse: Browse) -> None:
    episode = make_playable(session, make_user(session))
    browser = browse(make_user(session))

    assert '.mp4#t=21.5"' in browser.get(f"{episode.path}?t=21.5").text
    assert "#t=" not in browser.get(f"{episode.path}?t=nonsense").text
    assert "#t=" not in browser.get(f"{episode.path}?t=nan").text


@pytest.mark.parametrize("field", ["title", "description"])
def test_what_people_type_is_text(session: Session, browse: Browse, field: str) -> None:
    author = make_user(session, EVIL)
    episode = make_playable(session, author, **{"title": "A clip", field: EVIL})
    make_transcript(session, episode, (0, 2, EVIL))

    page = browse(make_user(session)).get(episode.path).text

    assert "<img" not in page
    assert page.count("&lt;img src=x onerror=") >= 3


def test_a_transcript_on_its_way_leaves_the_episode_playable(
    session: Session, browse: Browse
) -> None:
    author = make_user(session)
    episode = make_playable(session, author)
    make_transcript(session, episode, state=TranscriptState.RUNNING)

    page = browse(author).get(episode.path).text

    assert "data-player" in page
    assert "The transcript is being made." in page


def test_the_author_reads_why_processing_failed_and_can_try_again(
    session: Session, browse: Browse
) -> None:
    author = make_user(session)
    episode = make_episode(
        session, author, state=EpisodeState.FAILED, failure="No sound.", published_at=None
    )
    browser = browse(author)

    page = browser.get(episode.path).text
    answer = browser.post(f"{episode.path}/retry")

    assert "No sound." in page
    assert "Try again" in page
    assert answer.status_code == 303
    session.refresh(episode)
    assert episode.state is EpisodeState.PROCESSING


def test_a_page_that_could_not_play_is_loaded_anew_once_it_can(
    session: Session, browse: Browse
) -> None:
    author = make_user(session)
    episode = make_playable(session, author)
    browser = browse(author)

    waiting = browser.get(f"{episode.path}/progress")
    playing = browser.get(f"{episode.path}/progress?playable=1")

    assert waiting.headers["HX-Refresh"] == "true"
    assert "HX-Refresh" not in playing.headers


def test_progress_is_told_without_reading_transcript_or_discussion(
    session: Session, browse: Browse, database: Database
) -> None:
    author = make_user(session)
    counts = []
    for state in (TranscriptState.RUNNING, TranscriptState.READY):
        episode = make_playable(session, author)
        make_transcript(session, episode, (0, 2, "Some words"), state=state)
        ask = partial(browse(author).get, f"{episode.path}/progress?playable=1")
        counts.append(count_statements(database, ask))

    # Who asks, the episode and its tags, renditions, transcript, steps.
    assert counts == [5, 5]


@pytest.mark.parametrize("path", ["", "/progress", "/steps", "/edit"])
def test_what_one_may_not_see_does_not_exist(session: Session, browse: Browse, path: str) -> None:
    author = make_user(session)
    episode = make_playable(session, author, "Walnut", audience=Audience.PRIVATE)
    browser = browse(make_user(session))

    answer = browser.get(episode.path + path)

    assert answer.status_code == 404
    assert answer.text.count("Walnut") == 0
    assert browse(author).get(episode.path + path).status_code == 200


def test_it_goes_on_where_its_reader_has_stopped_unless_the_address_says_otherwise(
    session: Session, browse: Browse
) -> None:
    author, reader = make_user(session), make_user(session)
    episode = make_playable(session, author)
    begin_writing(session)
    session.add(Position(user_id=reader.id, episode_id=episode.id, position_ms=21_500))
    session.commit()

    plain, named = (browse(reader).get(episode.path + query).text for query in ("", "?t=9"))

    assert ".mp4#t=21.5" in plain
    assert 'data-position="21.5"' in plain
    assert ".mp4#t=9" in named
    assert "data-position" not in browse(author).get(episode.path).text


def test_a_place_beyond_what_an_edit_has_left_is_none(session: Session, browse: Browse) -> None:
    author, reader = make_user(session), make_user(session)
    episode = make_playable(session, author, duration_ms=20_000)
    begin_writing(session)
    session.add(Position(user_id=reader.id, episode_id=episode.id, position_ms=21_500))
    session.commit()

    page = browse(reader).get(episode.path).text

    assert "data-position" not in page
    assert "#t=" not in page


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("", ""),
        ("?t=9.5&end=12", "?t=9.5&end=12"),
        ("?t=9&end=3&lang=de&x=<b>", "?lang=de&t=9"),
        ("?t=nan&end=-1&lang=%22", ""),
    ],
)
def test_the_qr_code_holds_the_address_of_the_moment_and_nothing_else(
    session: Session, browse: Browse, query: str, said: str
) -> None:
    episode = make_episode(session, make_user(session))

    answer = browse(make_user(session)).get(f"{episode.path}/qr.svg{query}")

    drawn = BytesIO()
    address = f"http://localhost:8000{episode.path}{said}"
    segno.make_qr(address, error="m").save(drawn, kind="svg", light="#fff", border=3)
    assert answer.mimetype == "image/svg+xml"
    assert answer.data == drawn.getvalue()


@pytest.mark.parametrize("act", ["edit", "delete", "retry"])
def test_only_the_author_changes_an_episode(session: Session, browse: Browse, act: str) -> None:
    episode = make_playable(session, make_user(session))

    answer = browse(make_user(session)).post(f"{episode.path}/{act}", {"title": "Mine now"})

    assert answer.status_code == 403
    session.refresh(episode)
    assert episode.title == "A clip"


def test_authors_edit_and_keep_what_they_typed_wrong(session: Session, browse: Browse) -> None:
    author = make_user(session)
    episode = make_playable(session, author)
    browser = browse(author)

    wrong = browser.post(f"{episode.path}/edit", {"title": "", "description": "Typed words"})
    right = browser.post(f"{episode.path}/edit", {"title": "Better", "tags": "a, b"})

    assert wrong.status_code == 422
    assert "Give it a title." in wrong.text
    assert "Typed words" in wrong.text
    assert right.status_code == 303
    assert "Better" in browser.get(episode.path).text


def test_authors_delete_what_is_theirs(session: Session, browse: Browse) -> None:
    author = make_user(session)
    episode = make_playable(session, author)
    browser = browse(author)

    answer = browser.post(f"{episode.path}/delete")

    assert answer.status_code == 303
    assert browser.get(episode.path).status_code == 404


@pytest.mark.parametrize("who", ["reader", "author"])
@pytest.mark.parametrize("count", [1, 3])
def test_the_page_takes_as_many_statements_for_three_of_everything_as_for_one(
    session: Session, browse: Browse, database: Database, count: int, who: str
) -> None:
    people = {"reader": make_user(session), "author": make_user(session)}
    groups = [make_group(session, *people.values()) for _ in range(count)]
    episode = make_playable(session, people["author"], groups=groups)
    _fill(session, episode, count)
    for number in range(count):
        form = {"body": f"Comment {number}"}
        browse(people["reader"]).post(f"{episode.path}/comments", form)
    _answer_all_comments(session, episode)
    browser = browse(people[who])

    statements = count_statements(database, lambda: browser.get(episode.path))

    # The author reads what was found as well.
    assert statements == {"reader": 10, "author": 11}[who]
    assert statements <= MOST_STATEMENTS


def _fill(session: Session, episode: Episode, count: int) -> None:
    """Tags, speech with terms of a glossary, an outline, and findings, so many of each."""
    transcript = make_transcript(
        session, episode, *((n, n + 1, "Some words") for n in range(count))
    )
    begin_writing(session)
    own = Word.segment_id.in_(select(Segment.id).where(Segment.transcript_id == transcript.id))
    session.execute(update(Word).where(own, Word.text == "words").values(heard="worts"))
    check = Check(episode_id=episode.id, checked_at=clock.now())
    session.add_all([Outline(episode_id=episode.id), check])
    for number in range(count):
        place = {"episode_id": episode.id, "start_ms": number * 1000}
        tag = Tag(name=f"tag{number}")
        session.add_all([tag, Chapter(title="A chapter", **place)])
        session.add(SummarySentence(text="Some words", length_ms=1000, **place))
        found = {"kind": FindingKind.EMAIL, "masked": "a", "end_ms": number * 1000 + 900}
        session.add(Finding(**place, **found))
        session.flush()
        session.add(EpisodeTag(episode_id=episode.id, tag_id=tag.id))
    session.commit()


def _answer_all_comments(session: Session, episode: Episode) -> None:
    begin_writing(session)
    for ident in session.scalars(select(Comment.id).where(Comment.episode_id == episode.id)).all():
        answer = {"body": "An answer", "author_id": episode.author_id, "parent_id": ident}
        session.add(Comment(episode_id=episode.id, **answer))
    session.commit()
