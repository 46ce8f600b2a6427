"""What a person has put right is never overwritten by a recogniser."""

import pytest

from mediashare.transcripts import queries as transcripts_queries
from mediashare.transcripts import service as transcripts_service
from mediashare.transcripts.models import ChunkState, TranscriptState
from mediashare.transcripts.policy import EngineChoice, EngineName
from mediashare.transcripts.service import SpokenSegment, SpokenWord
from tests.repairs.conftest import Desk

WHISPER = EngineChoice(EngineName.WHISPER, "because", "base")
NOTHING = EngineChoice(None, "There is none.")
RIGHT = "we run kubectl on every host"


def spoken(start_ms: int, *texts: str) -> SpokenSegment:
    words = [
        SpokenWord(start_ms + n * 500, start_ms + (n + 1) * 500, text, 0.4)
        for n, text in enumerate(texts)
    ]
    return SpokenSegment(start_ms, words[-1].end_ms, " ".join(texts), words, 0.4)


def recognise_anew(desk: Desk, *segments: SpokenSegment) -> None:
    """Another recogniser hears all of it as one chunk."""
    with desk.database.transaction() as session:
        transcripts_service.begin(session, desk.episode.id, WHISPER)
        transcripts_service.plan(session, desk.episode.id, [(0, 20_000)])
        transcripts_service.keep_chunk(session, desk.episode.id, 0, segments)
        transcripts_service.conclude(session, desk.episode.id)


def test_another_recogniser_leaves_fixed_lines_alone(desk: Desk) -> None:
    desk.fix("author", 0, RIGHT)
    fixed = desk.said()[0]

    recognise_anew(
        desk, spoken(900, "we", "run", "cucumbers"), spoken(6000, "then", "the", "broker", "stops")
    )

    assert desk.texts() == [RIGHT, "then the broker stops"]
    assert desk.said()[0] == fixed


def test_what_is_heard_on_both_sides_of_a_fixed_line_is_kept_in_order(desk: Desk) -> None:
    desk.fix("author", 1, "then the broker restarts")

    recognise_anew(
        desk,
        SpokenSegment(
            5000,
            11_000,
            "so then it stops now",
            [
                SpokenWord(5000, 5500, "so"),
                SpokenWord(6200, 6600, "then"),
                SpokenWord(8000, 8400, "it"),
                SpokenWord(9000, 9400, "stops"),
                SpokenWord(10_500, 11_000, "now"),
            ],
        ),
    )

    assert desk.texts() == ["so", "then the broker restarts", "now"]


def test_a_line_that_somebody_took_out_stays_out(desk: Desk) -> None:
    desk.fix("author", 2, "")

    recognise_anew(desk, spoken(11_000, "thank", "you"))

    assert [text for text in desk.texts() if text] == []


def test_a_line_with_an_open_suggestion_waits_for_the_decision(desk: Desk) -> None:
    fix = desk.fix("reader", 0, RIGHT)

    recognise_anew(desk, spoken(900, "we", "run", "cucumbers"))
    desk.accept("author", fix)

    assert desk.texts() == [RIGHT]


def test_a_chunk_that_is_done_again_leaves_fixed_lines_alone(desk: Desk) -> None:
    recognise_anew(desk, spoken(0, "one", "two"), spoken(6000, "three", "four"))
    desk.fix("author", 0, "one too")

    with desk.database.transaction() as session:
        heard = [spoken(0, "won", "two"), spoken(6000, "three", "more")]
        transcripts_service.keep_chunk(session, desk.episode.id, 0, heard)

    assert desk.texts() == ["one too", "three more"]


@pytest.mark.parametrize("choice", [WHISPER, NOTHING])
def test_fixed_lines_are_shown_when_the_next_recogniser_hears_nothing(
    desk: Desk, choice: EngineChoice
) -> None:
    desk.fix("author", 0, RIGHT)

    with desk.database.transaction() as session:
        transcripts_service.begin(session, desk.episode.id, choice)
        found = transcripts_service.conclude(session, desk.episode.id, nothing="No speech.")

    assert (found.state, desk.texts()) == (TranscriptState.READY, [RIGHT])


def test_a_recogniser_that_fails_everywhere_leaves_fixed_lines_to_be_read(desk: Desk) -> None:
    desk.fix("author", 0, RIGHT)

    with desk.database.transaction() as session:
        transcripts_service.begin(session, desk.episode.id, WHISPER)
        transcripts_service.plan(session, desk.episode.id, [(0, 20_000)])
        transcripts_service.lose_chunk(session, desk.episode.id, 0, "It hung.")
        found = transcripts_service.conclude(session, desk.episode.id)

    assert (found.state, found.note) == (
        TranscriptState.READY,
        "1 of 1 parts could not be recognised.",
    )
    with desk.database.reading() as session:
        assert transcripts_queries.list_gaps(session, found.id)[0].state is ChunkState.FAILED
