"""Reports and decisions on pages and over the API: who may, what is shown, what is refused."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mediashare.accounts.models import Role, User
from mediashare.db.session import Database
from mediashare.discussion import service as discussion_service
from mediashare.discussion.models import Comment
from mediashare.discussion.service import NewComment
from mediashare.library.models import Audience, Episode
from mediashare.moderation import policy
from mediashare.moderation.models import Action, Decision, Reason, Report, TargetType
from mediashare.moderation.service import THANKS
from mediashare.notifications.models import Notification
from tests.counting import count_statements
from tests.factories import Browser, make_episode, make_token, make_user, page_of, viewer_of

Browse = Callable[[Any], Browser]
BY_SCRIPT = {"HX-Request": "true"}
EVIL = "<script>alert(1)</script>"


def make_moderator(session: Session) -> User:
    return make_user(session, "Grace Hopper", role=Role.MODERATOR)


def make_comment(session: Session, author: User, episode: Episode, body: str) -> Comment:
    viewer = viewer_of(author)
    comment = discussion_service.post_comment(session, viewer, episode, NewComment(body))
    session.commit()
    return comment


def make_report(
    session: Session, episode: Episode, comment: Comment | None = None, note: str = ""
) -> Report:
    report = Report(
        reporter_id=make_user(session, "Ben Reporter").id,
        target_type=TargetType.COMMENT if comment else TargetType.EPISODE,
        target_id=comment.id if comment else episode.id,
        episode_id=episode.id,
        reason=Reason.ABUSE,
        note=note,
        at_ms=None if comment else 12_500,
    )
    session.add(report)
    session.commit()
    return report


def test_an_episode_is_reported_by_a_form(session: Session, browse: Browse) -> None:
    episode = make_episode(session, make_user(session))
    ada = make_user(session)
    browser, path = browse(ada), f"/e/{episode.slug}/report"
    said = {"reason": "confidential", "note": "A password.", "at": "0:12"}

    form = browser.get(f"{path}?t=12.5").text
    answer = browser.post(path, said)
    again = browser.post(path, said)

    report = session.scalars(select(Report)).one()
    assert 'value="12.5"' in form
    assert (answer.status_code, answer.location) == (303, episode.path)
    assert (report.target_type, report.target_id) == (TargetType.EPISODE, episode.id)
    assert (report.reporter_id, report.note, report.at) == (ada.id, "A password.", 12.0)
    assert (again.status_code, "You have reported this already." in again.text) == (409, True)


def test_a_comment_is_reported_by_a_form(session: Session, browse: Browse) -> None:
    episode = make_episode(session, make_user(session))
    comment = make_comment(session, make_user(session), episode, f"rude {EVIL}")
    browser, path = browse(make_user(session)), f"/comments/{comment.id}/report"

    form = browser.get(path).text
    answer = browser.post(path, {"reason": "abuse"})

    report = session.scalars(select(Report)).one()
    assert EVIL not in form
    assert "rude &lt;script&gt;" in form
    assert answer.status_code == 303
    assert (report.target_type, report.target_id) == (TargetType.COMMENT, comment.id)


def test_what_was_typed_comes_back_with_the_reason(session: Session, browse: Browse) -> None:
    episode = make_episode(session, make_user(session), duration_ms=60_000)
    comment = make_comment(session, make_user(session), episode, "rude")
    browser = browse(make_user(session))

    late = browser.post(f"/e/{episode.slug}/report", {"reason": "spam", "note": EVIL, "at": "9:59"})
    bare = browser.post(f"/comments/{comment.id}/report", {"note": EVIL})

    assert (late.status_code, bare.status_code) == (422, 422)
    assert "This is after the end of the episode." in late.text
    assert 'value="spam" required checked' in late.text
    assert "Must be one of: confidential" in bare.text
    for page in (late.text, bare.text):
        assert EVIL not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;</textarea>" in page


def test_what_one_may_not_see_can_not_be_reported(
    session: Session, browse: Browse, client: FlaskClient
) -> None:
    author, stranger = make_user(session), make_user(session)
    private = make_episode(session, author)
    comment = make_comment(session, author, private, "canary-4711")
    private.audience = Audience.PRIVATE
    session.commit()
    browser = browse(stranger)
    headers = {"Authorization": f"Bearer {make_token(session, stranger)}"}

    for method in ("GET", "POST"):
        for seen, unseen in (
            (f"/e/{private.slug}/report", "/e/nothing/report"),
            (f"/comments/{comment.id}/report", "/comments/0/report"),
        ):
            unreadable = browser.send(method, seen, data={"reason": "spam"})
            missing = browser.send(method, unseen, data={"reason": "spam"})
            assert (unreadable.status_code, missing.status_code) == (404, 404)
            assert page_of(unreadable) == page_of(missing)
    for kind, ident in (("episode", private.id), ("comment", comment.id)):
        answers = [
            client.post(
                "/api/v1/reports",
                json={"target": {"type": kind, "id": target}, "reason": "spam"},
                headers=headers,
            )
            for target in (ident, "0" * 32)
        ]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert answers[0].data == answers[1].data


@pytest.mark.parametrize("role", [Role.GUEST, Role.MEMBER])
def test_the_queue_does_not_exist_for_others(session: Session, browse: Browse, role: Role) -> None:
    report = make_report(session, make_episode(session, make_user(session)), note="canary-4711")
    browser = browse(make_user(session, role=role))
    ruling = {"action": "hide", "reason": "x"}
    nothing = page_of(browser.get("/no/such/page"))

    for method, path in (
        ("GET", "/moderation"),
        ("GET", "/moderation/hidden"),
        ("POST", f"/moderation/reports/{report.id}/decision"),
    ):
        answer = browser.send(method, path, data=ruling)
        assert (answer.status_code, page_of(answer)) == (404, nothing)
    listed = browser.get("/api/v1/moderation/reports")
    decided = browser.send("POST", f"/api/v1/moderation/reports/{report.id}/decision", json=ruling)
    assert (listed.status_code, decided.status_code) == (404, 404)
    assert session.scalar(select(func.count()).select_from(Decision)) == 0


def test_the_queue_shows_what_is_needed_to_decide(session: Session, browse: Browse) -> None:
    author = make_user(session, "Ada Author")
    episode = make_episode(session, author, f"Title {EVIL}")
    comment = make_comment(session, author, episode, f"words {EVIL}")
    make_report(session, episode, note=f"note {EVIL}")
    make_report(session, episode, comment)

    page = browse(make_moderator(session)).get("/moderation").text

    assert EVIL not in page
    for words in (
        "Title &lt;script&gt;",
        "note &lt;script&gt;",
        "<p>words &lt;script&gt;",
        "It is abusive or insulting",
        "Ben Reporter",
        f'href="{episode.path}?t=12.5"',
        f'href="{episode.path}#comment-{comment.id}"',
    ):
        assert words in page


def test_deciding_leads_back_to_the_queue_and_to_the_hidden(
    session: Session, browse: Browse
) -> None:
    episode = make_episode(session, make_user(session), "Our keys")
    report = make_report(session, episode)
    browser = browse(make_moderator(session))
    path = f"/moderation/reports/{report.id}/decision"

    hidden = browser.post(path, {"action": "hide", "reason": "A password."})
    listed = browser.get("/moderation/hidden").text
    restored = browser.post(path, {"action": "restore", "reason": "It was changed."})

    session.refresh(episode)
    assert (hidden.status_code, hidden.location) == (303, "/moderation")
    assert ("Our keys" in listed, "Grace Hopper" in listed, "A password." in listed) == (True,) * 3
    assert (restored.status_code, restored.location) == (303, "/moderation/hidden")
    assert episode.hidden_at is None


def test_a_script_gets_one_sentence_in_place_of_the_case(session: Session, browse: Browse) -> None:
    report = make_report(session, make_episode(session, make_user(session)))

    answer = browse(make_moderator(session)).post(
        f"/moderation/reports/{report.id}/decision",
        {"action": "dismiss", "reason": "Fine."},
        headers=BY_SCRIPT,
    )

    assert "Dismissed. Nothing was changed." in answer.text
    assert "<html" not in answer.text


def test_the_second_moderator_is_told_that_it_is_decided(session: Session, browse: Browse) -> None:
    episode = make_episode(session, make_user(session))
    report = make_report(session, episode)
    path = f"/moderation/reports/{report.id}/decision"
    browse(make_moderator(session)).post(path, {"action": "dismiss", "reason": "Fine."})

    answer = browse(make_moderator(session)).post(path, {"action": "hide", "reason": "Not fine."})

    session.refresh(episode)
    assert answer.status_code == 409
    assert "This report has been decided in the meantime." in answer.text
    assert episode.hidden_at is None


def test_a_moderator_sees_no_private_report_anywhere(session: Session, browse: Browse) -> None:
    private = make_episode(session, make_user(session), "canary-4711", audience=Audience.PRIVATE)
    report = make_report(session, private, note="canary-4712")
    browser = browse(make_moderator(session))

    for path in ("/moderation", "/moderation/hidden", "/api/v1/moderation/reports"):
        answer = browser.get(path)
        assert (answer.status_code, "canary" in answer.text) == (200, False)
    decided = browser.post(
        f"/moderation/reports/{report.id}/decision", {"action": "hide", "reason": "x"}
    )
    assert decided.status_code == 404


def test_programs_report_list_and_decide(session: Session, client: FlaskClient) -> None:
    author, ada = make_user(session, "Author", handle="author"), make_user(session)
    episode = make_episode(session, author, "Our keys")
    comment = make_comment(session, author, episode, "rude")
    of_ada = {"Authorization": f"Bearer {make_token(session, ada)}"}
    of_moderator = {"Authorization": f"Bearer {make_token(session, make_moderator(session))}"}
    target = {"type": "comment", "id": comment.id}

    made = client.post(
        "/api/v1/reports",
        json={"target": target, "reason": "abuse", "note": "See."},
        headers=of_ada,
    )
    listed = client.get("/api/v1/moderation/reports", headers=of_moderator)
    decided = client.post(
        f"/api/v1/moderation/reports/{(made.json or {})['id']}/decision",
        json={"action": "hide", "reason": "Be kind."},
        headers=of_moderator,
    )
    after = client.get("/api/v1/moderation/reports", headers=of_moderator)

    (item,) = (listed.json or {})["items"]
    assert (made.status_code, decided.status_code) == (201, 201)
    assert (made.json or {})["target"] == target
    assert (item["id"], item["reason"], item["note"]) == ((made.json or {})["id"], "abuse", "See.")
    assert item["target"] == {
        **target,
        "title": "Our keys",
        "text": "rude",
        "author": {"handle": "author", "name": "Author"},
        "url": f"http://localhost:8000{episode.path}#comment-{comment.id}",
    }
    assert (item["reporter"]["handle"], item["others"]) == (ada.handle, [])
    assert ((decided.json or {})["action"], (decided.json or {})["reason"]) == ("hide", "Be kind.")
    assert (after.json or {})["items"] == []
    note = session.scalars(select(Notification).where(Notification.user_id == ada.id)).one()
    assert note.text == THANKS


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"target"}),
        ({"target": "x", "reason": "spam"}, {"target"}),
        ({"target": {"type": "person", "id": "1"}, "reason": "spam"}, {"target"}),
        ({"target": {"type": "episode", "id": 7}, "reason": "spam"}, {"target"}),
        ({"target": {"type": "episode", "id": "1"}, "reason": "dull"}, {"reason"}),
        ({"target": {"type": "episode", "id": "1"}, "reason": "spam", "note": 1}, {"note"}),
        ({"target": {"type": "episode", "id": "1"}, "reason": "spam", "at": "x"}, {"at"}),
    ],
)
def test_a_report_that_makes_no_sense_is_refused(
    session: Session, client: FlaskClient, body: dict[str, object], fields: set[str]
) -> None:
    headers = {"Authorization": f"Bearer {make_token(session, make_user(session))}"}

    answer = client.post("/api/v1/reports", json=body, headers=headers)

    assert (answer.status_code, set((answer.json or {})["errors"])) == (422, fields)


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"action", "reason"}),
        ({"action": "burn", "reason": "x"}, {"action"}),
        ({"action": "hide", "reason": "  "}, {"reason"}),
        ({"action": "hide", "reason": "x" * 2001}, {"reason"}),
    ],
)
def test_a_decision_needs_an_action_and_a_reason(
    session: Session, client: FlaskClient, body: dict[str, object], fields: set[str]
) -> None:
    report = make_report(session, make_episode(session, make_user(session)))
    headers = {"Authorization": f"Bearer {make_token(session, make_moderator(session))}"}
    path = f"/api/v1/moderation/reports/{report.id}/decision"

    answer = client.post(path, json=body, headers=headers)

    assert (answer.status_code, set((answer.json or {})["errors"])) == (422, fields)


def test_reporting_all_day_long_is_too_often(session: Session, client: FlaskClient) -> None:
    headers = {"Authorization": f"Bearer {make_token(session, make_user(session))}"}
    body = {"target": {"type": "episode", "id": "0"}, "reason": "spam"}
    allowed = int(policy.REPORT_LIMIT.split()[0])

    answers = [
        client.post("/api/v1/reports", json=body, headers=headers) for _ in range(allowed + 1)
    ]

    assert [answer.status_code for answer in answers] == [404] * allowed + [429]


@pytest.mark.parametrize(
    "path", ["/moderation", "/moderation/hidden", "/api/v1/moderation/reports"]
)
def test_the_lists_cost_the_same_however_long(
    database: Database, session: Session, browse: Browse, path: str
) -> None:
    moderator = make_moderator(session)
    browser = browse(moderator)
    browser.get(path)
    costs = []
    for number in (1, 2):
        for _ in range(number):
            add_open_and_hidden(session, moderator)
        costs.append(count_statements(database, lambda: browser.get(path)))

    assert costs[0] == costs[1]


def add_open_and_hidden(session: Session, moderator: User) -> None:
    """One comment with two open reports, and one episode that is hidden."""
    episode = make_episode(session, make_user(session))
    comment = make_comment(session, make_user(session), episode, "rude")
    make_report(session, episode, comment)
    make_report(session, episode, comment)
    report = make_report(session, episode)
    report.decided_at = episode.hidden_at = report.created_at
    session.add(
        Decision(
            report_id=report.id, moderator_id=moderator.id, action=Action.HIDE, reason="Because."
        )
    )
    session.commit()
