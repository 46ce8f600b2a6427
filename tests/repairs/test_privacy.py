"""What was put right, taken out or not yet published is read by nobody whom it does not concern."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from mediashare.accounts.models import User
from mediashare.glossary.models import GlossaryProposal
from mediashare.library.models import Audience, Episode
from mediashare.repairs import service as repairs_service
from mediashare.transcripts.models import Segment
from tests.factories import Browser, make_token
from tests.repairs.conftest import LINES, Desk

RIGHT = "we run kubectl on every host"


@pytest.mark.parametrize(
    ("who", "is_shown"),
    [("author", True), ("steward", True), ("moderator", True), ("reader", True), ("other", False)],
)
def test_the_words_of_a_fix_are_for_who_decides_and_who_made_it(
    desk: Desk,
    client: FlaskClient,
    session: Session,
    browse: Callable[[User], Browser],
    *,
    who: str,
    is_shown: bool,
) -> None:
    desk.accept("author", desk.fix("reader", 0, RIGHT))
    headers = {"Authorization": f"Bearer {make_token(session, desk.people[who])}"}
    path = f"/api/v1/episodes/{desk.episode.id}/transcript/fixes"

    (told,) = (client.get(path, headers=headers).json or {})["items"]
    page = browse(desk.people[who]).get(f"{desk.episode.path}/transcript/fixes").text

    assert told["author"]["name"] == "Bob"
    assert "Suggested by Bob, accepted by Ada" in page
    assert told["lines"][0]["before"] == (LINES[0][2] if is_shown else None)
    assert ("cube cuttle" in page) is is_shown


def test_words_that_were_changed_everywhere_are_not_told_where_no_line_is_left(
    desk: Desk, client: FlaskClient, session: Session, browse: Callable[[User], Browser]
) -> None:
    desk.everywhere("author", "broker", "swordfish")
    session.execute(delete(Segment).where(Segment.text.contains("swordfish")))
    session.commit()
    headers = {"Authorization": f"Bearer {make_token(session, desk.people['author'])}"}
    path = f"/api/v1/episodes/{desk.episode.id}/transcript/fixes"

    (told,) = (client.get(path, headers=headers).json or {})["items"]
    page = browse(desk.people["author"]).get(f"{desk.episode.path}/transcript/fixes").text

    assert (told["wanted"], told["replacement"]) == (None, None)
    assert "swordfish" not in page


@pytest.mark.parametrize("changes", [{"published_at": None}, {"audience": Audience.PRIVATE}])
def test_a_glossary_learns_nothing_from_what_its_keeper_may_not_read(
    desk: Desk, session: Session, changes: dict[str, object]
) -> None:
    episode = session.get_one(Episode, desk.episode.id)
    for name, value in changes.items():
        setattr(episode, name, value)
    session.commit()

    desk.everywhere("author", "cube cuttle", "kubectl")

    assert session.scalars(select(GlossaryProposal)).all() == []


def test_what_is_taken_out_for_good_is_proposed_nowhere(desk: Desk, session: Session) -> None:
    desk.everywhere("author", "cube cuttle", "kubectl")
    assert [(heard, term) for heard, term, _group in desk.proposals()] == [
        ("Cube Cuttle", "kubectl")
    ]
    session.execute(delete(Segment).where(Segment.text.contains("kubectl")))
    session.commit()

    with desk.database.transaction() as writing:
        repairs_service.forget_lost(writing, desk.episode.id)

    assert desk.proposals() == []


def test_what_was_put_right_in_a_deleted_clip_is_proposed_nowhere(
    desk: Desk, browse: Callable[[User], Browser]
) -> None:
    desk.everywhere("author", "cube cuttle", "kubectl")
    before = len(desk.proposals())

    answer = browse(desk.people["author"]).post(f"{desk.episode.path}/delete", {})

    assert (before, answer.status_code, desk.proposals()) == (1, 303, [])
