"""What people correct twice is proposed; what keepers dismiss is not proposed again."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mediashare.accounts.models import Role
from mediashare.db.session import Database, begin_writing
from mediashare.glossary import queries as glossary_queries
from mediashare.glossary import service as glossary_service
from mediashare.glossary.models import GlossaryEntry, GlossaryProposal
from mediashare.glossary.policy import Place
from mediashare.glossary.service import Correction, learning
from tests.factories import make_group, make_user, viewer_of

MADE = Correction("cube cuttle", "kubectl")


def _propose(
    session: Session,
    *corrections: Correction,
    groups: Sequence[str] = (),
    language: str | None = "en",
    by: str | None = None,
) -> int:
    begin_writing(session)
    count = glossary_service.propose(
        session, corrections, group_ids=groups, language=language, made_by_id=by
    )
    session.commit()
    return count


def _proposed(session: Session, place: Place | None = None) -> list[tuple[str, str, int]]:
    session.expire_all()
    found = glossary_queries.list_proposals(session, place or Place())
    seen = [(one.heard, one.term, one.times) for one in found]
    session.rollback()
    return seen


def test_a_correction_made_twice_is_proposed_and_once_more_counts(session: Session) -> None:
    ada = make_user(session).id

    counts = [_propose(session, MADE, by=ada)]
    once = _proposed(session)
    counts.append(_propose(session, Correction(" Cube cuttle,", "kubectl."), by=ada))
    twice = _proposed(session)
    counts.append(_propose(session, MADE))

    assert once == []
    assert twice == [("Cube cuttle", "kubectl", 2)]
    assert _proposed(session) == [("cube cuttle", "kubectl", 3)]
    assert counts == [0, 1, 0]


def test_twice_at_once_is_twice(session: Session) -> None:
    assert _propose(session, MADE, Correction("well mora", "Velmora"), MADE) == 1

    assert _proposed(session) == [("cube cuttle", "kubectl", 2)]


def test_a_group_learns_what_is_corrected_for_it_and_the_house_does_not(session: Session) -> None:
    groups = [make_group(session), make_group(session)]
    idents = [group.id for group in groups]

    _propose(session, MADE, groups=idents)
    _propose(session, MADE, groups=idents[:1])

    assert [_proposed(session, Place(group)) for group in groups] == [
        [("cube cuttle", "kubectl", 2)],
        [],
    ]
    assert _proposed(session) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("their", "there"),
        ("Their,", "they're"),
        ("cube cuttle", "cube cuttle"),
        ("cube cuttle", ""),
        ("", "kubectl"),
        ("cube cuttle", "…"),
        ("we then restarted it and went home", "we restarted it"),
        ("cube cuttle", "x" * 81),
    ],
)
def test_what_is_no_term_is_not_learnt(session: Session, before: str, after: str) -> None:
    _propose(session, *[Correction(before, after)] * 3)

    assert session.scalars(select(GlossaryProposal)).all() == []


def test_a_change_of_letters_alone_is_learnt(session: Session) -> None:
    _propose(session, *[Correction("kafka", "Kafka")] * 2)

    assert _proposed(session) == [("kafka", "Kafka", 2)]


def test_a_language_is_kept_while_it_is_always_the_same(session: Session) -> None:
    other = Correction("well mora", "Velmora")
    for language in ("en", "de"):
        _propose(session, MADE, language="en")
        _propose(session, other, language=language)

    found = glossary_queries.list_proposals(session, Place())

    assert {one.term: one.language for one in found} == {"kubectl": "en", "Velmora": None}


def _decide(
    session: Session, decide: Callable[..., Any], correction: Correction = MADE
) -> GlossaryEntry | None:
    admin = viewer_of(make_user(session, role=Role.ADMIN))
    _propose(session, correction, correction)
    begin_writing(session)
    [proposal] = glossary_queries.list_proposals(session, Place())
    entry: GlossaryEntry | None = decide(session, admin, Place(), proposal.id)
    session.commit()
    return entry


def test_what_is_dismissed_is_never_proposed_again(session: Session) -> None:
    _decide(session, glossary_service.dismiss)

    assert _propose(session, *[MADE] * 5) == 0
    assert _proposed(session) == []
    assert session.scalars(select(GlossaryEntry)).all() == []


def test_what_is_accepted_becomes_an_entry_and_is_known_then(session: Session) -> None:
    entry = _decide(session, glossary_service.accept)

    assert entry is not None
    assert (entry.term, entry.sounds_like, entry.language) == ("kubectl", ["cube cuttle"], "en")
    assert _propose(session, *[MADE] * 5) == 0
    assert _proposed(session) == []


def test_another_sound_of_a_term_joins_its_entry(session: Session) -> None:
    _decide(session, glossary_service.accept)

    entry = _decide(session, glossary_service.accept, Correction("coob control", "Kubectl"))

    assert entry is not None
    assert (entry.term, entry.sounds_like) == ("kubectl", ["cube cuttle", "coob control"])
    alike = glossary_queries.list_alike(session, viewer_of(make_user(session)), ["coob control"])
    assert [one.term for one in alike] == ["kubectl"]


def test_what_was_accepted_and_removed_may_be_proposed_anew(session: Session) -> None:
    entry = _decide(session, glossary_service.accept)
    begin_writing(session)
    session.delete(session.get(GlossaryEntry, entry.id if entry else ""))
    session.commit()

    counts = [_propose(session, MADE), _propose(session, MADE)]

    assert counts == [0, 1]


def test_what_the_house_replaces_is_not_proposed_to_a_group(session: Session) -> None:
    _decide(session, glossary_service.accept)
    group = make_group(session)

    assert _propose(session, MADE, MADE, groups=[group.id]) == 0


def test_only_so_many_single_corrections_are_remembered(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(learning, "MOST_REMEMBERED", 3)
    _propose(session, MADE, MADE)
    for number in range(5):
        _propose(session, Correction(f"velmore {number}", f"Velmora {number}"))

    terms = sorted(session.scalars(select(GlossaryProposal.term)))

    assert terms == ["Velmora 2", "Velmora 3", "Velmora 4", "kubectl"]


def test_two_people_who_correct_the_same_at_once_are_both_counted(database: Database) -> None:
    def correct(_number: int) -> None:
        with database.transaction() as session:
            glossary_service.propose(session, [MADE], group_ids=(), language="en", made_by_id=None)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(correct, range(8)))

    with database.reading() as session:
        assert _proposed(session) == [("cube cuttle", "kubectl", 8)]
