"""Nobody decides on what they made themselves, unless there is nobody else to do it."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mediashare.accounts.models import Role, User
from mediashare.audit.models import AuditEntry
from mediashare.discussion.models import Comment
from mediashare.library.models import Episode
from mediashare.moderation.errors import OwnContentError
from mediashare.moderation.models import Reason, Report, TargetType
from tests.factories import Browser, make_episode, make_user

Browse = Callable[[Any], Browser]

RULING = {"action": "hide", "reason": "It names a customer."}
PAGE, API = "/moderation/reports/{}/decision", "/api/v1/moderation/reports/{}/decision"


def make_report(session: Session, episode: Episode, comment: Comment | None = None) -> Report:
    report = Report(
        reporter_id=make_user(session).id,
        target_type=TargetType.COMMENT if comment else TargetType.EPISODE,
        target_id=(comment or episode).id,
        episode_id=episode.id,
        reason=Reason.ABUSE,
    )
    session.add(report)
    session.commit()
    return report


def make_own(session: Session, author: User, kind: str) -> Report:
    """A report about an episode or a comment of this author."""
    if kind == "episode":
        return make_report(session, make_episode(session, author))
    episode = make_episode(session, make_user(session))
    comment = Comment(episode_id=episode.id, author_id=author.id, body="Idiots!")
    session.add(comment)
    session.commit()
    return make_report(session, episode, comment)


@pytest.mark.parametrize("kind", ["episode", "comment"])
@pytest.mark.parametrize("role", [Role.MODERATOR, Role.ADMIN])
def test_one_s_own_is_for_another_to_decide(
    session: Session, browse: Browse, role: Role, kind: str
) -> None:
    judge, other = make_user(session, role=role), make_user(session, role=Role.MODERATOR)
    report = make_own(session, judge, kind)

    page = browse(judge).post(PAGE.format(report.id), RULING)
    program = browse(judge).send("POST", API.format(report.id), json=RULING)
    by_other = browse(other).post(PAGE.format(report.id), RULING)

    assert OwnContentError.message in page.text
    assert program.json["detail"] == OwnContentError.message
    assert [page.status_code, program.status_code, by_other.status_code] == [403, 403, 303]


def test_the_only_moderator_leaves_their_own_to_an_admin(session: Session, browse: Browse) -> None:
    moderator, admin = make_user(session, role=Role.MODERATOR), make_user(session, role=Role.ADMIN)
    report = make_own(session, moderator, "episode")

    assert browse(moderator).post(PAGE.format(report.id), RULING).status_code == 403
    assert browse(admin).post(PAGE.format(report.id), RULING).status_code == 303


def test_an_admin_with_nobody_beside_decides_on_their_own(session: Session, browse: Browse) -> None:
    admin = make_user(session, role=Role.ADMIN)
    make_user(session, role=Role.MODERATOR, is_active=False)
    report = make_own(session, admin, "episode")
    browser = browse(admin)

    assert PAGE.format(report.id) in browser.get("/moderation").text
    assert browser.post(PAGE.format(report.id), RULING).status_code == 303


def test_the_queue_says_why_one_s_own_has_no_form(session: Session, browse: Browse) -> None:
    moderator = make_user(session, role=Role.MODERATOR)
    own = make_own(session, moderator, "episode")
    own_comment = make_own(session, moderator, "comment")
    other = make_own(session, make_user(session), "comment")

    page = browse(moderator).get("/moderation").text

    assert page.count(OwnContentError.message) == 2
    shown = [PAGE.format(report.id) in page for report in (own, own_comment, other)]
    assert shown == [False, False, True]


def test_a_decision_is_on_record_with_the_network_it_came_from(
    session: Session, browse: Browse
) -> None:
    browser = browse(make_user(session, role=Role.MODERATOR))
    report = make_own(session, make_user(session), "episode")
    household = {"REMOTE_ADDR": "2001:db8:1:2:3:4:5:6"}

    browser.post(PAGE.format(report.id), RULING, environ_overrides=household)

    found = select(AuditEntry.address).where(AuditEntry.action == "moderation.hide")
    assert session.scalars(found).all() == ["2001:db8:1:2::/64"]
