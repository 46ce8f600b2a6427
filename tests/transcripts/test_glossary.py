"""Terms of the glossary in a transcript: with their times, with what was heard, and back again."""

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, select
from sqlalchemy.orm import Session, selectinload

from mediashare.accounts.models import User
from mediashare.chapters import service as chapters_service
from mediashare.chapters.models import Part
from mediashare.chapters.queries import Line
from mediashare.db.session import begin_writing
from mediashare.glossary.policy import Replacer
from mediashare.jobs.models import JobRow, JobState
from mediashare.library.models import Episode
from mediashare.transcripts import queries as transcripts_queries
from mediashare.transcripts import service as transcripts_service
from mediashare.transcripts.errors import NotReplacedError
from mediashare.transcripts.models import Segment
from mediashare.transcripts.service import SpokenSegment, SpokenWord
from mediashare.transcripts.service.pieces import Piece
from tests.factories import Browser, make_episode, make_transcript, make_user
from tests.glossary.terms import make_term

Browse = Callable[[object], Browser]
REPLACER = Replacer(
    [
        make_term("kubectl", "cube cuttle", "coob"),
        make_term("NordLys Gateway", "nord lease gateway", "north gate"),
    ],
    "en",
)


def speak(text: str, *, with_words: bool = True) -> SpokenSegment:
    """A segment of which each word takes 100 ms, and then nothing is said for as long."""
    words = [
        SpokenWord(200 * number, 200 * number + 100, word, 0.5 + number / 100)
        for number, word in enumerate(text.split())
    ]
    return SpokenSegment(0, 200 * len(words), text, words if with_words else ())


def replace_in(segment: SpokenSegment) -> SpokenSegment:
    (found,), _uses = transcripts_service.replace_terms([segment], REPLACER)
    return found


def words_of(segment: SpokenSegment) -> Sequence[tuple[int, int, str, str | None]]:
    return [(word.start_ms, word.end_ms, word.text, word.heard) for word in segment.words]


@pytest.mark.parametrize(
    ("heard", "written", "words"),
    [
        (
            "Run (cube cuttle), now",
            "Run (kubectl), now",
            [
                (0, 100, "Run", None),
                (200, 500, "(kubectl),", "(cube cuttle),"),
                (600, 700, "now", None),
            ],
        ),
        (
            "The north gate!",
            "The NordLys Gateway!",
            [
                (0, 100, "The", None),
                (200, 300, "NordLys", "north gate!"),
                (400, 500, "Gateway!", ""),
            ],
        ),
        ("a coob", "a kubectl", [(0, 100, "a", None), (200, 300, "kubectl", "coob")]),
        (
            "nord lease gateway",
            "NordLys Gateway",
            [(0, 250, "NordLys", "nord lease gateway"), (250, 500, "Gateway", "")],
        ),
    ],
)
def test_a_term_takes_the_time_of_the_words_that_it_stands_for(
    heard: str, written: str, words: Sequence[tuple[int, int, str, str | None]]
) -> None:
    found = replace_in(speak(heard))

    assert (found.text, found.heard) == (written, None)
    assert words_of(found) == words


def test_a_term_is_no_surer_than_the_least_sure_of_its_words() -> None:
    found = replace_in(speak("run cube cuttle"))

    assert [word.confidence for word in found.words] == [0.5, 0.51]


def test_a_segment_without_words_keeps_what_was_heard_itself() -> None:
    found = replace_in(speak("run cube cuttle", with_words=False))

    assert (found.text, found.heard, found.words) == ("run kubectl", "run cube cuttle", ())


def test_where_the_words_do_not_spell_the_sentence_nothing_is_touched() -> None:
    segment = SpokenSegment(0, 900, "run cube cuttle", speak("run something else").words)

    assert replace_in(segment) == segment


def test_words_that_are_cut_differently_than_by_blanks_are_found_too() -> None:
    words = [SpokenWord(0, 9, "cube"), SpokenWord(9, 20, "-cuttle."), SpokenWord(20, 30, "Go")]

    found = replace_in(SpokenSegment(0, 30, "cube-cuttle. Go", words))

    assert words_of(found) == [(0, 20, "kubectl.", "cube-cuttle."), (20, 30, "Go", None)]


SAID = ["cube", "cuttle", "cuttle,", "coob", "north", "gate", "gate!", "and", "(coob)", "nord"]


@given(st.lists(st.sampled_from(SAID), min_size=1, max_size=12))
def test_words_spell_the_sentence_and_keep_their_order_whatever_is_replaced(
    said: Sequence[str],
) -> None:
    found = replace_in(speak(" ".join(said)))

    assert " ".join(word.text for word in found.words) == found.text
    times = [time for word in found.words for time in (word.start_ms, word.end_ms)]
    assert times == sorted(times)
    runs = transcripts_queries.list_runs(
        [transcripts_queries.SaidWord(*vars(word).values()) for word in found.words]
    )
    assert " ".join(run.heard or run.text for run in runs) == " ".join(said)


SENTENCES = ("run cube cuttle and cube cuttle", "the north gate, cube cuttle", "run on")


@pytest.fixture
def episode(session: Session) -> Episode:
    """An episode in which terms were put in."""
    found = make_episode(session, make_user(session, handle="ada"))
    transcript = make_transcript(session, found)
    begin_writing(session)
    segments, _uses = transcripts_service.replace_terms(map(speak, SENTENCES), REPLACER)
    spans = [(segment.start_ms, segment.end_ms) for segment in segments]
    transcripts_service.plan(session, found.id, spans)
    for position, segment in enumerate(segments):
        transcripts_service.keep_chunk(session, found.id, position, [segment])
    assert transcript.episode_id == found.id
    session.commit()
    return found


def _segments(session: Session, episode: Episode) -> Sequence[Segment]:
    session.rollback()
    return session.scalars(
        select(Segment)
        .where(Segment.episode_id == episode.id)
        .order_by(Segment.chunk)
        .options(selectinload(Segment.words))
        .execution_options(populate_existing=True)
    ).all()


def _texts(session: Session, episode: Episode) -> Sequence[str]:
    segments = _segments(session, episode)
    spelt = [" ".join(word.text for word in segment.words) for segment in segments]
    assert spelt == [segment.text for segment in segments]
    return spelt


def test_the_author_takes_a_term_back_wherever_it_was_put_in(
    session: Session, episode: Episode, browse: Browse
) -> None:
    ada = browse(session.get(User, episode.author_id))
    page = ada.get(f"{episode.path}/edit").text
    before = _texts(session, episode)

    answer = ada.post(
        f"{episode.path}/transcript/take-back", {"heard": "cube cuttle", "text": "kubectl"}
    )

    assert "Take back kubectl" in page
    assert before == ["run kubectl and kubectl", "the NordLys Gateway, kubectl", "run on"]
    assert (answer.status_code, answer.location) == (303, f"{episode.path}/edit#replaced")
    assert _texts(session, episode) == [SENTENCES[0], "the NordLys Gateway, cube cuttle", "run on"]
    words = _segments(session, episode)[0].words
    assert [word.heard for word in words] == [None] * 6
    assert "Take back kubectl" not in ada.get(f"{episode.path}/edit").text
    assert ada.get("/search?q=cuttle").text.count("cuttle") > 1


@pytest.mark.parametrize("is_kept", [False, True])
def test_what_is_taken_back_is_looked_through_and_what_was_proposed_is_proposed_anew(
    session: Session, episode: Episode, *, is_kept: bool
) -> None:
    begin_writing(session)
    line = Line(0, "run kubectl and kubectl", 1000)
    chapters_service.propose(session, episode.id, [line], [line])
    for part in Part if is_kept else ():
        chapters_service.keep(session, episode, part)
    session.execute(delete(JobRow))

    transcripts_service.take_back(session, episode, "cube cuttle", "kubectl")
    transcripts_service.take_back(session, episode, "north gate,", "NordLys Gateway,")
    with pytest.raises(NotReplacedError):
        transcripts_service.take_back(session, episode, "cube cuttle", "kubectl")
    session.commit()

    asked = select(JobRow.kind, JobRow.state).order_by(JobRow.kind)
    anew = [] if is_kept else [("chapters", JobState.QUEUED)]
    assert session.execute(asked).all() == [*anew, ("check", JobState.QUEUED)]


def test_what_was_not_put_in_asks_for_nothing_when_it_is_taken_back(
    session: Session, episode: Episode
) -> None:
    begin_writing(session)
    session.execute(delete(JobRow))

    with pytest.raises(NotReplacedError):
        transcripts_service.take_back(session, episode, "cube cuttle", "something else")
    session.commit()

    assert session.scalars(select(JobRow.kind)).all() == []


def test_a_term_of_several_words_is_taken_back_with_its_times(
    session: Session, episode: Episode, browse: Browse
) -> None:
    body = {"heard": "north gate,", "text": "NordLys Gateway,"}
    path = f"/api/v1/episodes/{episode.id}/transcript/take-back"
    ada = browse(session.get(User, episode.author_id))

    first, second = (ada.send("POST", path, json=body) for _ in range(2))

    assert (first.json, second.status_code) == ({"count": 1}, 409)
    words = _segments(session, episode)[1].words
    assert [(w.start_ms, w.text, w.heard) for w in words] == [
        (0, "the", None),
        (200, "north", None),
        (400, "gate,", None),
        (600, "kubectl", "cube cuttle"),
    ]


def test_a_segment_without_words_is_taken_back_as_a_whole(
    session: Session, episode: Episode
) -> None:
    begin_writing(session)
    whole = replace_in(speak("run cube cuttle", with_words=False))
    transcripts_service.keep_chunk(session, episode.id, 0, [whole])
    session.flush()

    count = transcripts_service.take_back(session, episode, "run cube cuttle", "run kubectl")
    with pytest.raises(NotReplacedError):
        transcripts_service.take_back(session, episode, "run cube cuttle", "run kubectl")
    session.commit()

    assert count == 1
    assert (_segments(session, episode)[0].text, _segments(session, episode)[0].heard) == (
        "run cube cuttle",
        None,
    )


def test_what_was_heard_goes_along_with_a_part_that_is_cut_off_and_not_with_one_that_is_muted(
    session: Session, episode: Episode
) -> None:
    piece = Piece.of(_segments(session, episode)[0])
    again = Piece.from_json(piece.said.start_ms, piece.said.end_ms, piece.as_json())
    muted = piece.without([(200, 300)])

    assert again.said == piece.said
    assert muted is not None
    assert [(word.text, word.heard) for word in muted.said.words] == [
        ("run", None),
        ("and", None),
        ("kubectl", None),
    ]
