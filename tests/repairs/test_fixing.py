"""Lines are put right at once by those who may, suggested by others, accepted, undone."""

import pytest

from mediashare.library.models import Audience, Episode
from mediashare.repairs import queries as repairs_queries
from mediashare.repairs.errors import (
    AlreadyDecidedError,
    ClashError,
    FixNotFoundError,
    LineGoneError,
    NothingToFixError,
    NotYourTranscriptError,
    NowhereFoundError,
)
from mediashare.repairs.service import NewFix, Wording
from mediashare.transcripts.errors import SegmentNotFoundError
from mediashare.transcripts.models import Segment
from tests.factories import viewer_of
from tests.repairs.conftest import LINES, Desk

RIGHT = "we run kubectl on every host"


@pytest.mark.parametrize("who", ["author", "steward", "moderator"])
def test_authors_stewards_and_moderators_save_at_once(desk: Desk, who: str) -> None:
    # Moderators see episodes of groups; the others belong to this one.
    fix = desk.fix(who, 0, RIGHT)

    assert desk.texts()[0] == RIGHT
    assert (desk.state(fix), fix.author_id) == ("applied", desk.people[who].id)
    assert desk.notes("author") == []


def test_others_suggest_and_the_author_is_told_once(desk: Desk) -> None:
    fix = desk.fix("reader", 0, RIGHT)
    desk.fix("reader", 1, "then the broker restarts")

    assert desk.texts() == [text for _start, _end, text in LINES]
    assert desk.state(fix) == "suggested"
    assert desk.notes("author") == ["Bob suggests a fix of the transcript of “Hosts”."]


def test_words_that_stay_keep_their_times_and_the_others_share_the_rest(desk: Desk) -> None:
    before = desk.said()[0]

    desk.fix("author", 0, RIGHT)

    after = desk.said()[0]
    assert [word.text for word in after.words] == RIGHT.split()
    assert after.words[:2] == before.words[:2]
    assert after.words[3:] == before.words[4:]
    kubectl = after.words[2]
    assert (kubectl.start_ms, kubectl.end_ms, kubectl.confidence) == (
        before.words[2].start_ms,
        before.words[3].end_ms,
        None,
    )
    assert (after.start_ms, after.end_ms) == (before.start_ms, before.end_ms)


def test_words_that_a_person_has_listened_to_are_certain(desk: Desk) -> None:
    desk.fix("author", 0, LINES[0][2], confirmed=(2, 3))

    assert [word.confidence for word in desk.said()[0].words][:5] == [0.9, 0.9, 1.0, 1.0, 0.9]


def test_an_undo_gives_the_words_back_exactly(desk: Desk) -> None:
    before = desk.said()

    fix = desk.fix("author", 0, RIGHT)
    left = desk.undo("moderator", fix)

    assert left == 0
    assert [line.words for line in desk.said()] == [line.words for line in before]
    assert desk.texts() == [line.text for line in before]
    assert desk.state(fix) == "undone"


def test_a_line_can_be_taken_out_and_comes_back(desk: Desk) -> None:
    before = desk.said()[1]

    fix = desk.fix("author", 1, "")
    emptied = desk.said()[1]
    desk.undo("author", fix)

    assert (emptied.text, emptied.words) == ("", ())
    assert desk.said()[1].words == before.words


def test_an_accepted_suggestion_is_in_the_transcript_and_its_author_is_told(desk: Desk) -> None:
    fix = desk.fix("reader", 0, RIGHT)

    desk.accept("steward", fix)

    assert desk.texts()[0] == RIGHT
    assert desk.notes("reader") == ["Stan accepted your fix of the transcript of “Hosts”."]


def test_a_rejected_suggestion_changes_nothing_and_its_author_is_told(desk: Desk) -> None:
    fix = desk.fix("reader", 0, RIGHT)

    desk.reject("author", fix)

    assert desk.texts()[0] == LINES[0][2]
    assert desk.notes("reader") == ["Ada did not take over your fix of the transcript of “Hosts”."]


def test_who_accepts_may_say_it_better_and_the_credit_stays(desk: Desk) -> None:
    fix = desk.fix("reader", 0, RIGHT)

    desk.accept("author", fix, Wording(LINES[0][2], "we run kubectl on all hosts"))

    assert desk.texts()[0] == "we run kubectl on all hosts"
    assert fix.author_id == desk.people["reader"].id


def test_who_changes_the_same_words_again_says_it_better_and_the_author_is_told_once(
    desk: Desk,
) -> None:
    first = desk.fix("reader", 0, "we run cubectl on every host")
    second = desk.fix("reader", 0, RIGHT)

    assert (second.id, len(desk.notes("author"))) == (first.id, 1)
    desk.accept("author", second)
    assert desk.texts()[0] == RIGHT


@pytest.mark.parametrize("read", [LINES[0][2], RIGHT])
def test_a_suggestion_is_added_to_by_who_has_read_the_line_or_their_own_words(
    desk: Desk, read: str
) -> None:
    desk.fix("reader", 0, RIGHT)

    both = desk.fix("reader", 0, read.replace("every host", "all hosts"), before=read)

    desk.accept("author", both)
    assert desk.texts()[0] == "we run kubectl on all hosts"


def test_changes_of_other_words_are_joined(desk: Desk) -> None:
    base = LINES[0][2]
    desk.fix("steward", 0, RIGHT, before=base)

    desk.fix("author", 0, "We run cube cuttle on each host", before=base)

    assert desk.texts()[0] == "We run kubectl on each host"


def test_changes_of_the_same_words_clash_and_lose_nothing(desk: Desk) -> None:
    base = LINES[0][2]
    desk.fix("steward", 0, RIGHT, before=base)

    with pytest.raises(ClashError) as caught:
        desk.fix("author", 0, "we run Kube Cuddle on every host", before=base)

    assert (caught.value.now, caught.value.yours) == (RIGHT, "we run Kube Cuddle on every host")
    assert desk.texts()[0] == RIGHT


def test_a_suggestion_that_was_overtaken_clashes_until_somebody_decides(desk: Desk) -> None:
    fix = desk.fix("reader", 0, RIGHT)
    desk.fix("author", 0, "we run kube cuddle on every host")

    with pytest.raises(ClashError):
        desk.accept("author", fix)
    desk.accept("author", fix, Wording("we run kube cuddle on every host", RIGHT))

    assert desk.texts()[0] == RIGHT
    assert desk.state(fix) == "applied"


def test_an_undo_keeps_what_others_have_changed_since(desk: Desk) -> None:
    fix = desk.fix("author", 0, RIGHT)
    desk.fix("steward", 0, "we run kubectl on each host")

    desk.undo("author", fix)

    assert desk.texts()[0] == "we run cube cuttle on each host"


def test_an_undo_of_what_others_have_built_on_clashes(desk: Desk) -> None:
    fix = desk.fix("author", 0, RIGHT)
    desk.fix("steward", 0, "we run Kubectl on every host")

    with pytest.raises(ClashError):
        desk.undo("author", fix)

    assert desk.state(fix) == "applied"


def test_the_same_words_are_put_right_everywhere_and_undone_as_one(desk: Desk) -> None:
    before = desk.said()

    fix = desk.everywhere("author", "cube cuttle", "kubectl")
    after = desk.texts()
    desk.undo("author", fix)

    assert after == [RIGHT, LINES[1][2], "and kubectl works"]
    assert [line.words for line in desk.said()] == [line.words for line in before]


def test_everywhere_can_be_suggested_and_leaves_what_was_changed_meanwhile(desk: Desk) -> None:
    fix = desk.everywhere("reader", "cube cuttle", "kubectl")
    desk.fix("author", 0, "we run kube cuddle on every host")

    left = desk.accept("author", fix)

    assert left == 1
    assert desk.texts() == ["we run kube cuddle on every host", LINES[1][2], "and kubectl works"]


def test_parts_of_words_are_other_words(desk: Desk) -> None:
    with pytest.raises(NowhereFoundError):
        desk.everywhere("author", "brok", "crock")


def test_who_does_not_decide_can_neither_accept_nor_undo(desk: Desk) -> None:
    suggested = desk.fix("reader", 0, RIGHT)
    applied = desk.fix("author", 1, "then the broker restarts")

    with pytest.raises(NotYourTranscriptError):
        desk.accept("reader", suggested)
    with pytest.raises(NotYourTranscriptError):
        desk.reject("reader", suggested)
    with pytest.raises(NotYourTranscriptError):
        desk.undo("reader", applied)


def test_suggestions_are_read_by_who_made_them_and_who_decides(desk: Desk) -> None:
    fix = desk.fix("reader", 0, RIGHT)

    def reads(who: str) -> list[str]:
        viewer = viewer_of(desk.people[who])
        with desk.database.reading() as session:
            page = repairs_queries.list_fixes(session, viewer, desk.episode)
            return [shown.fix.id for shown in page.items]

    assert {who: reads(who) for who in ("author", "steward", "moderator", "reader")} == {
        who: [fix.id] for who in ("author", "steward", "moderator", "reader")
    }
    assert reads("other") == []
    with pytest.raises(FixNotFoundError):
        desk.accept("other", fix)


def test_nothing_is_decided_twice(desk: Desk) -> None:
    fix = desk.fix("reader", 0, RIGHT)
    desk.accept("author", fix)

    with pytest.raises(AlreadyDecidedError):
        desk.reject("steward", fix)
    desk.undo("author", fix)
    with pytest.raises(AlreadyDecidedError):
        desk.undo("author", fix)


def test_what_is_right_already_is_no_fix(desk: Desk) -> None:
    with pytest.raises(NothingToFixError):
        desk.fix("author", 0, "  we run cube  cuttle on every host ")


def test_authors_fix_before_they_publish(desk: Desk) -> None:
    with desk.database.transaction() as session:
        session.merge(desk.episode).published_at = None

    desk.fix("author", 0, RIGHT)

    assert desk.texts()[0] == RIGHT


def test_a_suggestion_for_a_line_that_is_gone_can_only_be_rejected(desk: Desk) -> None:
    fix = desk.fix("reader", 0, RIGHT)
    ident = desk.said()[0].ident
    with desk.database.transaction() as session:
        session.delete(session.get_one(Segment, ident))

    with pytest.raises(LineGoneError):
        desk.accept("author", fix)
    with pytest.raises(SegmentNotFoundError):
        desk.save("author", NewFix(ident or 0, LINES[0][2], RIGHT))
    desk.reject("author", fix)

    assert desk.state(fix) == "rejected"


def test_a_correction_that_is_made_twice_is_proposed_to_the_glossary(desk: Desk) -> None:
    desk.fix("author", 0, RIGHT)
    once = desk.proposals()
    desk.everywhere("steward", "cube cuttle", "kubectl")

    assert once == []
    assert desk.proposals() == [("Cube Cuttle", "kubectl", desk.group_id)]


def test_a_suggestion_teaches_once_it_is_accepted(desk: Desk) -> None:
    fixes = [desk.fix("reader", 0, RIGHT), desk.fix("reader", 2, "and kubectl works")]
    suggested = desk.proposals()
    for fix in fixes:
        desk.accept("author", fix)

    assert suggested == []
    assert [term for _heard, term, _group in desk.proposals()] == ["kubectl"]


def test_nothing_is_learnt_from_what_the_keepers_of_glossaries_may_not_see(desk: Desk) -> None:
    with desk.database.transaction() as session:
        session.get_one(Episode, desk.episode.id).audience = Audience.PRIVATE
    desk.fix("author", 0, RIGHT)
    desk.everywhere("author", "cube cuttle", "kubectl")

    assert desk.proposals() == []
