"""Fixes follow what is played, and what is taken back leaves no trace in their history."""

from collections.abc import Callable

from sqlalchemy import select

from mediashare.library import queries as library_queries
from mediashare.media.policy import Edit
from mediashare.repairs import queries as repairs_queries
from mediashare.repairs import service as repairs_service
from mediashare.repairs.models import Fix, FixedLine
from mediashare.repairs.service import NewFix
from mediashare.repairs.views import fix_json
from mediashare.transcripts import service as transcripts_service
from mediashare.transcripts.models import Segment
from mediashare.transcripts.policy import EngineChoice, EngineName
from mediashare.transcripts.service import SpokenSegment, SpokenWord
from tests.edits.conftest import House

WHISPER = EngineChoice(EngineName.WHISPER, "because", "base")


def spoken(start_ms: int, *texts: str) -> SpokenSegment:
    words = [
        SpokenWord(start_ms + n * 500, start_ms + (n + 1) * 500, text, 0.4)
        for n, text in enumerate(texts)
    ]
    return SpokenSegment(start_ms, words[-1].end_ms, " ".join(texts), words, 0.4)


def fix_line(house: House, number: int, text: str) -> Fix:
    line = house.said()[number]
    with house.database.transaction() as session:
        episode = library_queries.get_episode(session, house.viewer, house.ident)
        new = NewFix(line.ident or 0, line.text, text)
        return repairs_service.save_fix(session, house.viewer, episode, new)


def history(house: House) -> list[tuple[str | None, str | None]]:
    """What its history says of each fix, before and after."""
    with house.database.reading() as session:
        episode = library_queries.get_episode(session, house.viewer, house.ident)
        page = repairs_queries.list_fixes(session, house.viewer, episode)
        lines = [line for shown in page.items for line in fix_json(shown)["lines"]]
    return [(line["before"], line["after"]) for line in lines]


def undo(house: House, fix: Fix) -> None:
    with house.database.transaction() as session:
        found = repairs_queries.get_fix(session, house.viewer, fix.id)
        repairs_service.undo_fix(session, house.viewer, found)


def test_a_fix_moves_with_its_line_and_can_still_be_undone(house: House) -> None:
    house.transcribe()
    before = house.said()
    fix = fix_line(house, 1, "the passphrase is swordfish")

    house.edit(Edit(start_ms=8000))
    trimmed = house.lines()
    undo(house, fix)
    house.make(house.use(1))

    assert trimmed[0] == (2000, 6000, "the passphrase is swordfish")
    assert [line.words for line in house.said()] == [line.words for line in before]


def test_what_is_cut_off_is_not_read_in_the_history_either(house: House) -> None:
    house.transcribe()
    fix_line(house, 0, "we restart each broker")

    house.edit(Edit(start_ms=8000))
    cut = history(house)
    house.make(house.use(1))

    assert cut == [(None, None)]
    assert history(house) == [("we restart the broker", "we restart each broker")]


def test_a_fix_of_what_is_left_of_a_line_is_there_when_all_of_it_is_played_again(
    house: House,
) -> None:
    house.transcribe()
    whole = house.said()[1]
    house.edit(Edit(start_ms=11_800))
    assert house.lines()[0] == (200, 2200, "is swordfish")

    fix = fix_line(house, 0, "is Swordfish")
    partly = history(house)
    house.make(house.use(1))
    line = house.said()[1]
    undo(house, fix)

    assert partly == [("is swordfish", "is Swordfish")]
    assert line.text == "the password is Swordfish"
    assert [(w.start_ms, w.end_ms) for w in line.words] == [
        (w.start_ms, w.end_ms) for w in whole.words
    ]
    assert house.said()[1].text == whole.text


def test_what_is_muted_is_gone_from_the_history_for_good(house: House) -> None:
    house.transcribe()
    fix_line(house, 1, "the password is Swordfish")
    fix_line(house, 2, "then it works once more")

    house.edit(Edit(muted=((9500, 14_500),)))

    assert history(house) == [("then it works again", "then it works once more")]
    with house.database.reading() as session:
        rows = session.scalars(select(FixedLine.before)).all()
    assert rows == ["then it works again"]


def test_a_line_that_is_muted_in_part_forgets_what_it_said(house: House) -> None:
    house.transcribe()
    fix_line(house, 1, "the password is Swordfish")

    house.edit(Edit(muted=((13_200, 14_500),)))

    assert house.lines()[1][2] == "the password is"
    assert history(house) == []
    with house.database.reading() as session:
        line = session.scalars(select(Segment).where(Segment.text == "the password is")).one()
    assert line.line_id is not None


def test_what_is_heard_anew_is_heard_around_what_was_put_right(house: House) -> None:
    house.transcribe()
    fix_line(house, 0, "we restart each broker")
    house.edit(Edit(muted=((9500, 14_500),)))

    house.make(house.use(1))
    waiting = house.lines()
    with house.database.transaction() as session:
        transcripts_service.begin(session, house.ident, WHISPER)
        transcripts_service.plan(session, house.ident, [(0, 60_000)])
        heard = [spoken(2000, "we", "restart"), spoken(10_000, "the", "password")]
        transcripts_service.keep_chunk(session, house.ident, 0, heard)
        transcripts_service.conclude(session, house.ident)

    assert house.jobs() == [("transcript", 0), ("chapters", 0)]
    assert waiting == [(2000, 6000, "we restart each broker")]
    assert [line[2] for line in house.lines()] == ["we restart each broker", "the password"]
    assert history(house) == [("we restart the broker", "we restart each broker")]


def test_another_recording_is_another_transcript_without_a_history(
    house: House, make_upload: Callable[[], str]
) -> None:
    house.transcribe()
    fix_line(house, 0, "we restart each broker")

    number = house.replace(make_upload())
    house.probe(number)
    house.make(number)

    assert (house.lines(), history(house)) == ([], [])
