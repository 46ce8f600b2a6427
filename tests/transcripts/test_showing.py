"""Transcripts as people's players and programs get them."""

import html
import itertools
import math
import re
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import pytest
import webvtt
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from mediashare.accounts.models import Role
from mediashare.db.session import Database
from mediashare.library.models import Audience
from mediashare.transcripts import views as transcripts_views
from mediashare.transcripts.models import Chunk, ChunkState, Origin, Segment, Transcript, Word
from mediashare.transcripts.queries import SaidSegment, SaidWord, spread_words
from tests.counting import count_statements
from tests.factories import Browser, make_episode, make_transcript, make_user
from tests.transcripts.files import written
from tests.webvtt_grammar import read_captions

Browse = Callable[[object], Browser]


def test_the_json_tells_segments_words_times_and_gaps(session: Session, browse: Browse) -> None:
    ada = make_user(session)
    episode = make_episode(session, ada)
    transcript = make_transcript(session, episode, (1.5, 2.5, "Hello there"), is_draft=True)
    gap = Chunk(position=1, start_ms=3000, end_ms=4000, state=ChunkState.FAILED)
    gap.transcript_id = transcript.id
    session.add(gap)
    session.commit()

    found = browse(ada).get(f"/api/v1/episodes/{episode.id}/transcript").json

    del found["files"]  # which other tests know
    segment = session.scalars(select(Segment.id)).one()
    assert found == {
        "state": "ready",
        "origin": "recogniser",
        "is_primary": True,
        "language": "en",
        "engine": "scripted",
        "model": None,
        "sent_to": None,
        "is_draft": True,
        "note": None,
        "segments": [
            {
                "id": str(segment),
                "start": 1.5,
                "end": 2.5,
                "text": "Hello there",
                "language": "en",
                "speaker": None,
                "confidence": None,
                "is_suspect": False,
                "heard": None,
                "words": [
                    {"start": 1.5, "end": 2.0, "text": "Hello", "confidence": 0.9, "heard": None},
                    {"start": 2.0, "end": 2.5, "text": "there", "confidence": 0.9, "heard": None},
                ],
            }
        ],
        "gaps": [{"start": 3.0, "end": 4.0}],
    }


@pytest.mark.parametrize(
    ("kind", "content_type", "body"),
    [
        (
            "vtt",
            "text/vtt; charset=utf-8",
            "WEBVTT\n\n00:00:01.000 --> 00:00:03.000\n1 &lt; 2 &amp;&amp; &lt;b&gt;\n",
        ),
        (
            "srt",
            "application/x-subrip; charset=utf-8",
            "1\n00:00:01,000 --> 00:00:03,000\n1 \u2039 2 && \u2039b\u203a\n",
        ),
        ("txt", "text/plain; charset=utf-8", "1 < 2 && <b>\n"),
    ],
)
def test_files_carry_what_was_said_as_text(
    kind: str, content_type: str, body: str, session: Session, browse: Browse
) -> None:
    ada = make_user(session)
    episode = make_episode(session, ada)
    make_transcript(session, episode, (1, 3, "1 < 2 && <b>"))

    answer = browse(ada).get(f"/api/v1/episodes/{episode.id}/transcript.{kind}")

    assert answer.headers["Content-Type"] == content_type
    assert answer.text == body


def test_a_rough_draft_says_so_in_its_files(session: Session, browse: Browse) -> None:
    ada = make_user(session)
    episode = make_episode(session, ada)
    make_transcript(session, episode, (1, 3, "hello"), is_draft=True, note="Rough draft.")
    browser = browse(ada)

    vtt = browser.get(f"/api/v1/episodes/{episode.id}/transcript.vtt").text
    txt = browser.get(f"/api/v1/episodes/{episode.id}/transcript.txt").text

    assert vtt.startswith("WEBVTT\n\nNOTE Rough draft.\n\n")
    assert txt == "[Rough draft.]\n\nhello\n"


def test_the_words_of_a_private_episode_are_its_authors_alone(
    session: Session, browse: Browse
) -> None:
    ada, eve = make_user(session), make_user(session, role=Role.ADMIN)
    episode = make_episode(session, ada, audience=Audience.PRIVATE)
    make_transcript(session, episode, (1, 3, "rosebud"))
    eves = browse(eve)
    missing = eves.get("/api/v1/episodes/nothing/transcript")

    for suffix in ("", ".vtt", ".srt", ".txt", ".json", ".md"):
        path = f"/api/v1/episodes/{episode.id}/transcript{suffix}"
        answer = eves.get(path)

        assert answer.status_code == 404
        assert answer.data == missing.data
        assert "rosebud" in browse(ada).get(path).text


def test_an_episode_without_a_transcript_says_so(session: Session, browse: Browse) -> None:
    ada = make_user(session)
    episode = make_episode(session, ada)

    answer = browse(ada).get(f"/api/v1/episodes/{episode.id}/transcript")

    assert answer.status_code == 404
    assert answer.json["detail"] == "There is no transcript of this episode yet."


@pytest.mark.parametrize(
    "name",
    [
        "transcript.exe",
        "transcript...%2Fx",
        "transcript.vtt%00",
        "..%2Ftranscript.vtt",
        "transcript.VTT",
    ],
)
def test_other_formats_do_not_exist(name: str, session: Session, browse: Browse) -> None:
    ada = make_user(session)
    episode = make_episode(session, ada)
    make_transcript(session, episode, (1, 3, "hello"))

    answer = browse(ada).get(f"/api/v1/episodes/{episode.id}/{name}")

    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("suffix", "most"), [("", 5), (".vtt", 4), (".srt", 4), (".txt", 3), (".json", 5), (".md", 4)]
)
def test_a_long_transcript_takes_no_more_statements_than_a_short_one(
    suffix: str, most: int, session: Session, browse: Browse, database: Database
) -> None:
    ada = make_user(session)
    counts = []
    for length in (1, 3, 600):
        episode = make_episode(session, ada)
        transcript = make_transcript(session, episode)
        _add_segments(session, transcript, length)
        path = f"/api/v1/episodes/{episode.id}/transcript{suffix}"
        counts.append(count_statements(database, partial(browse(ada).get, path)))

    # One of them finds out who is asking.
    assert counts == [most] * 3


@pytest.mark.parametrize("suffix", [".vtt", ".srt", ".txt"])
def test_files_that_need_no_word_times_read_no_words(
    suffix: str, session: Session, browse: Browse, database: Database
) -> None:
    ada = make_user(session)
    episode = make_episode(session, ada)
    origin = Origin.RECOGNISER if suffix == ".txt" else Origin.AUTHOR
    make_transcript(session, episode, (1, 3, "hello there"), origin=origin)
    path = f"/api/v1/episodes/{episode.id}/transcript{suffix}"

    assert count_statements(database, partial(browse(ada).get, path)) == 3


@settings(deadline=None)
@given(st.integers(0, 10**7), st.integers(1, 10**6), st.text(max_size=200))
def test_spread_words_follow_each_other_from_start_to_end(
    start: int, length: int, text: str
) -> None:
    words = list(spread_words(start, start + length, text))

    times = [time for word in words for time in (word.start_ms, word.end_ms)]
    assert [word.text for word in words] == text.split()
    assert times == sorted(times)
    assert words == [] or (times[0], times[-1]) == (start, start + length)


WORDS = st.lists(
    st.tuples(
        st.text(st.characters(categories=("L", "N", "P")), min_size=1, max_size=100),
        st.integers(0, 3000),
        st.integers(10, 9000),
    ),
    min_size=1,
    max_size=60,
)


@settings(deadline=None, max_examples=200)
@given(WORDS)
def test_captions_fit_the_screen_and_follow_each_other(
    words: Sequence[tuple[str, int, int]],
) -> None:
    segment = _segment(words)

    cues = transcripts_views.make_cues(Transcript(origin=Origin.RECOGNISER), [segment])

    for cue in cues:
        assert len(cue.lines) <= 2
        assert all(len(line) <= 42 for line in cue.lines)
        assert 0 < cue.end_ms - cue.start_ms <= 7000
    for cue, following in itertools.pairwise(cues):
        assert cue.end_ms <= following.start_ms or cue.end_ms == cue.start_ms + 1
    said = "".join(line.replace(" ", "") for cue in cues for line in cue.lines)
    assert said == "".join(word for word, _, _ in words)


# As people speak: words of up to twelve letters, twelve to fifteen of them a second.
SPEECH = st.lists(
    st.tuples(st.from_regex(r"[A-Za-z][a-z]{0,11}[,.?]?", fullmatch=True), st.integers(0, 2500)),
    min_size=1,
    max_size=80,
)


@settings(deadline=None, max_examples=200)
@given(SPEECH, st.integers(65, 85))
def test_captions_can_be_read_in_the_time_they_are_shown(
    speech: Sequence[tuple[str, int]], letter_ms: int
) -> None:
    words = [(word, pause, letter_ms * (len(word) + 1)) for word, pause in speech]

    cues = transcripts_views.make_cues(Transcript(origin=Origin.RECOGNISER), [_segment(words)])

    ends = [0, *(cue.end_ms for cue in cues)]
    starts = [*(cue.start_ms for cue in cues[1:]), math.inf]
    for cue, before, after in zip(cues, ends[:-1], starts, strict=True):
        shown_ms = cue.end_ms - cue.start_ms
        has_room = cue.end_ms < after and cue.start_ms > before
        assert shown_ms >= min(1000, 50 * len(cue.text)) or not has_room
        assert len(cue.text) * 1000 <= 20 * shown_ms + 1000


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("The one who found out why this is Priya Raman from next door", "Priya Raman"),
        ("Everybody who has such a question asks Dr. Okoro for an answer", "Dr. Okoro"),
        ("Whoever measures finds that it takes 250 ms or even longer", "250 ms"),
    ],
)  # fmt: skip
def test_no_line_ends_within_a_name_or_a_measure(text: str, kept: str) -> None:
    segment = _segment([(word, 0, 300) for word in text.split()])

    cues = transcripts_views.make_cues(Transcript(origin=Origin.RECOGNISER), [segment])

    lines = [line for cue in cues for line in cue.lines]
    assert " ".join(lines) == text
    assert any(kept in line for line in lines)


def test_a_caption_ends_with_its_sentence() -> None:
    text = (
        "The sidecar had yesterday's authorities. It came up before the agent had written those of "
        "today, and nobody saw that."
    )
    segment = _segment([(word, 0, 300) for word in text.split()])

    cues = transcripts_views.make_cues(Transcript(origin=Origin.RECOGNISER), [segment])

    assert [cue.text for cue in cues] == [
        "The sidecar had yesterday's authorities.",
        "It came up before the agent had written those of today, and nobody saw that.",
    ]


# A voice and a note as they come, and as nobody should write them.
NAMES = st.one_of(st.none(), st.sampled_from(["Ada", "A<b>&c", "--> x", "a\tb"]))
NOTES = st.sampled_from(["Rough --> draft.", "1 < 2\n\nNOTE no", "STYLE"])


@settings(deadline=None, max_examples=200)
@given(WORDS, NAMES, NOTES, st.sampled_from(Origin))
def test_every_file_of_captions_is_valid_webvtt(
    words: Sequence[tuple[str, int, int]], speaker: str | None, note: str, origin: Origin
) -> None:
    transcript = Transcript(origin=origin, is_draft=True, note=note)
    segment = replace(_segment(words), speaker=speaker)
    shown = transcripts_views.make_cues(transcript, [segment])

    text = written("vtt", transcript, [segment])

    cues = read_captions(text)
    assert [(c.start_ms, c.end_ms) for c in cues] == [(c.start_ms, c.end_ms) for c in shown]
    lenient = webvtt.from_string(text, strict=True)
    assert len(lenient.captions) == len(cues)
    assert ["\n".join(cue.lines) for cue in shown] == [_text_of(cue.payload) for cue in cues]


def test_a_short_caption_stays_for_a_second_when_nobody_speaks() -> None:
    segment = _segment([("Yes.", 0, 200), ("No.", 4000, 300)])

    cues = transcripts_views.make_cues(Transcript(origin=Origin.RECOGNISER), [segment])

    assert [(cue.start_ms, cue.end_ms, cue.text) for cue in cues] == [
        (0, 1000, "Yes."),
        (4200, 5200, "No."),
    ]


def test_a_segment_without_words_is_wrapped_too() -> None:
    text = "This sentence was heard in bounded mode and so it has no words of its own at all."
    segment = SaidSegment(0, 5000, text)

    cues = transcripts_views.make_cues(Transcript(origin=Origin.RECOGNISER), [segment])

    assert " ".join(cue.text for cue in cues) == text
    assert [line for cue in cues for line in cue.lines] == textwrap.wrap(text, 42)


def _text_of(payload: str) -> str:
    """What a viewer reads of a cue."""
    return html.unescape(re.sub("<[^>]*>", "", payload))


def _segment(words: Sequence[tuple[str, int, int]]) -> SaidSegment:
    rows, clock = [], 0
    for text, pause, length in words:
        clock += pause
        rows.append(SaidWord(clock, clock + length, text))
        clock += length
    text = " ".join(word.text for word in rows)
    return SaidSegment(rows[0].start_ms, clock, text, words=rows)


def _add_segments(session: Session, transcript: Transcript, count: int) -> None:
    session.add_all(
        Segment(
            transcript_id=transcript.id,
            episode_id=transcript.episode_id,
            start_ms=n * 1000,
            end_ms=n * 1000 + 900,
            text="hello",
            words=[Word(position=0, start_ms=n * 1000, end_ms=n * 1000 + 900, text="hello")],
        )
        for n in range(count)
    )
    session.commit()
