"""Reporting and deciding, as rules."""

from functools import partial

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mediashare.accounts.models import Role, User
from mediashare.accounts.policy import Viewer
from mediashare.audit.models import AuditEntry
from mediashare.db.paging import PageRequest
from mediashare.db.session import Database
from mediashare.discussion import service as discussion_service
from mediashare.discussion.models import Comment
from mediashare.discussion.service import NewComment
from mediashare.errors import ConflictError, InvalidInputError, NotFoundError
from mediashare.library.models import Audience, Episode
from mediashare.moderation import queries as moderation_queries
from mediashare.moderation import service as moderation_service
from mediashare.moderation.errors import (
    AlreadyDecidedError,
    AlreadyReportedError,
    NotHiddenError,
    ReportNotFoundError,
)
from mediashare.moderation.models import Action, Decision, Reason, Report, TargetType
from mediashare.moderation.service import Complaint, Ruling, Target
from mediashare.notifications.models import Notification
from tests.crowds import all_at_once
from tests.factories import make_episode, make_group, make_user, viewer_of

ABUSE = Complaint(Reason.ABUSE, "Look at this.")
HIDE = Ruling(Action.HIDE, "It names a customer.")
RESTORE = Ruling(Action.RESTORE, "The customer agreed.")
DISMISS = Ruling(Action.DISMISS, "Nothing wrong with it.")


def make_moderator(session: Session) -> Viewer:
    return viewer_of(make_user(session, "Grace Hopper", role=Role.MODERATOR))


def post(session: Session, author: User, episode: Episode, body: str = "Idiots!") -> Comment:
    viewer = viewer_of(author)
    return discussion_service.post_comment(session, viewer, episode, NewComment(body))


def report_episode(
    session: Session, viewer: Viewer, episode: Episode, complaint: Complaint = ABUSE
) -> Report:
    target = Target(TargetType.EPISODE, episode.id)
    return moderation_service.report(session, viewer, target, complaint)


def report_comment(session: Session, viewer: Viewer, comment: Comment) -> Report:
    target = Target(TargetType.COMMENT, comment.id)
    return moderation_service.report(session, viewer, target, ABUSE)


def notes_to(session: Session, user_id: str | None) -> list[tuple[str, str]]:
    rows = session.scalars(
        select(Notification).where(
            Notification.user_id == user_id, Notification.kind == "moderation"
        )
    )
    return [(note.text, note.path) for note in rows]


def test_a_report_waits_in_the_queue(session: Session) -> None:
    ada, moderator = viewer_of(make_user(session)), make_moderator(session)
    episode = make_episode(session, make_user(session))

    complaint = Complaint(Reason.CONFIDENTIAL, "A password.", at_ms=12_500)
    report = report_episode(session, ada, episode, complaint)
    session.commit()

    (case,) = moderation_queries.list_cases(session, moderator, PageRequest()).items
    assert case.report.id == report.id
    assert (case.report.reason, case.report.note, case.report.at) == (
        Reason.CONFIDENTIAL,
        "A password.",
        12.5,
    )
    assert (case.comment, list(case.others)) == (None, [])


def test_one_person_reports_a_thing_once_until_it_is_decided(session: Session) -> None:
    ada, moderator = viewer_of(make_user(session)), make_moderator(session)
    episode = make_episode(session, make_user(session))
    first = report_episode(session, ada, episode)

    with pytest.raises(AlreadyReportedError):
        report_episode(session, ada, episode)
    moderation_service.decide(session, moderator, first.id, DISMISS)
    second = report_episode(session, ada, episode)

    assert second.id != first.id


def test_a_report_names_a_moment_within_the_episode(session: Session) -> None:
    ada = viewer_of(make_user(session))
    episode = make_episode(session, make_user(session), duration_ms=10_000)

    with pytest.raises(InvalidInputError):
        report_episode(session, ada, episode, Complaint(Reason.OTHER, at_ms=10_001))


def test_nobody_reports_what_they_can_not_see(session: Session) -> None:
    author = make_user(session)
    guest = viewer_of(make_user(session, role=Role.GUEST))
    internal = make_episode(session, author)
    comment = post(session, author, internal)
    private = make_episode(session, author, audience=Audience.PRIVATE)
    member = viewer_of(make_user(session))

    for viewer, target in (
        (guest, Target(TargetType.EPISODE, internal.id)),
        (guest, Target(TargetType.COMMENT, comment.id)),
        (member, Target(TargetType.EPISODE, private.id)),
        (member, Target(TargetType.COMMENT, "0" * 32)),
    ):
        with pytest.raises(NotFoundError):
            moderation_service.report(session, viewer, target, ABUSE)

    assert session.scalar(select(func.count()).select_from(Report)) == 0


def test_a_guest_reports_what_their_group_shares(session: Session) -> None:
    guest = make_user(session, role=Role.GUEST)
    group = make_group(session, guest)
    episode = make_episode(session, make_user(session), groups=[group])

    report = report_episode(session, viewer_of(guest), episode)

    assert report.reporter_id == guest.id


def test_hiding_an_episode_closes_all_its_reports_and_tells_everybody(session: Session) -> None:
    author, ada, ben = (make_user(session) for _ in range(3))
    moderator = make_moderator(session)
    episode = make_episode(session, author, "Our keys")
    first = report_episode(session, viewer_of(ada), episode)
    second = report_episode(session, viewer_of(ben), episode)

    decision = moderation_service.decide(session, moderator, second.id, HIDE, address="10.0.0.7")
    session.commit()

    assert episode.hidden_at is not None
    assert (first.decided_at is None, second.decided_at is None) == (False, False)
    assert (decision.report_id, decision.moderator_id) == (second.id, moderator.id)
    assert notes_to(session, author.id) == [
        (
            "A moderator has hidden your episode “Our keys”. The reason: It names a customer.",
            episode.path,
        )
    ]
    # They may not see it any more, so that the note does not lead there.
    assert (
        notes_to(session, ada.id) == notes_to(session, ben.id) == [(moderation_service.THANKS, "")]
    )
    entry = session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.actor_id, entry.address) == (
        "moderation.hide",
        moderator.id,
        "10.0.0.7",
    )
    assert (entry.subject_type, entry.subject_id) == ("episode", episode.id)
    assert entry.details == {"reason": "It names a customer.", "report_id": second.id}


def test_hiding_a_comment_tells_its_author_and_not_that_of_the_episode(session: Session) -> None:
    author, ben = make_user(session), make_user(session)
    episode = make_episode(session, author, "Our keys")
    comment = post(session, ben, episode)
    report = report_comment(session, viewer_of(author), comment)

    moderation_service.decide(session, make_moderator(session), report.id, HIDE)
    session.commit()

    assert (comment.hidden_at is None, episode.hidden_at) == (False, None)
    assert episode.comment_count == 0
    assert notes_to(session, ben.id) == [
        (
            "A moderator has hidden your comment on “Our keys”. The reason: It names a customer.",
            f"{episode.path}#comment-{comment.id}",
        )
    ]
    assert notes_to(session, author.id) == [(moderation_service.THANKS, episode.path)]


def test_an_author_who_lost_access_is_told_without_the_title(session: Session) -> None:
    author, ben = make_user(session), make_user(session)
    episode = make_episode(session, author, "Canary project")
    comment = post(session, ben, episode)
    report = report_comment(session, viewer_of(author), comment)
    moderator = make_moderator(session)
    episode.audience = Audience.GROUP

    moderation_service.decide(session, moderator, report.id, HIDE)
    session.commit()

    assert notes_to(session, ben.id) == [
        ("A moderator has hidden your comment. The reason: It names a customer.", "")
    ]


def test_dismissing_changes_nothing_and_tells_the_reporter_alone(session: Session) -> None:
    author, ada = make_user(session), make_user(session)
    episode = make_episode(session, author)
    report = report_episode(session, viewer_of(ada), episode)

    moderation_service.decide(session, make_moderator(session), report.id, DISMISS)
    session.commit()

    assert episode.hidden_at is None
    assert notes_to(session, author.id) == []
    assert notes_to(session, ada.id) == [(moderation_service.THANKS, episode.path)]


def test_what_was_hidden_is_listed_and_can_be_restored_once(session: Session) -> None:
    author, moderator = make_user(session), make_moderator(session)
    episode = make_episode(session, author)
    comment = post(session, author, episode)
    report = report_comment(session, viewer_of(make_user(session)), comment)
    moderation_service.decide(session, moderator, report.id, HIDE)
    session.commit()

    (hidden,) = moderation_queries.list_hidden(session, moderator, PageRequest()).items
    moderation_service.decide(session, moderator, hidden.decision.report_id, RESTORE)
    session.commit()

    assert hidden.comment is comment
    assert (comment.hidden_at, episode.comment_count) == (None, 1)
    assert moderation_queries.list_hidden(session, moderator, PageRequest()).items == []
    with pytest.raises(NotHiddenError):
        moderation_service.decide(session, moderator, report.id, RESTORE)


def test_the_hidden_list_names_the_latest_decision_only(session: Session) -> None:
    moderator = make_moderator(session)
    episode = make_episode(session, make_user(session))
    first = report_episode(session, viewer_of(make_user(session)), episode)
    moderation_service.decide(session, moderator, first.id, HIDE)
    moderation_service.decide(session, moderator, first.id, RESTORE)
    second = report_episode(session, viewer_of(make_user(session)), episode)
    again = moderation_service.decide(session, moderator, second.id, HIDE)
    session.commit()

    items = moderation_queries.list_hidden(session, moderator, PageRequest()).items

    assert [item.decision.id for item in items] == [again.id]


def test_a_report_is_decided_once(session: Session) -> None:
    moderator, other = make_moderator(session), make_moderator(session)
    episode = make_episode(session, make_user(session))
    report = report_episode(session, viewer_of(make_user(session)), episode)
    moderation_service.decide(session, moderator, report.id, DISMISS)

    with pytest.raises(AlreadyDecidedError):
        moderation_service.decide(session, other, report.id, HIDE)

    assert episode.hidden_at is None


def test_of_moderators_who_decide_at_once_one_wins(database: Database, session: Session) -> None:
    episode = make_episode(session, make_user(session))
    moderators = [make_moderator(session) for _ in range(6)]
    report = report_episode(session, viewer_of(make_user(session)), episode)
    session.commit()

    def decide(moderator: Viewer, ruling: Ruling) -> bool:
        try:
            with database.transaction() as own:
                moderation_service.decide(own, moderator, report.id, ruling)
        except ConflictError:
            return False
        return True

    rulings = [HIDE, DISMISS] * 3
    won = all_at_once([partial(decide, *pair) for pair in zip(moderators, rulings, strict=True)])

    assert won.count(True) == 1
    assert session.scalar(select(func.count()).select_from(Decision)) == 1
    assert session.scalar(select(func.count()).select_from(AuditEntry)) == 1


def test_private_things_are_not_for_moderators(session: Session) -> None:
    author, moderator = make_user(session), make_moderator(session)
    episode = make_episode(session, author)
    report = report_episode(session, viewer_of(make_user(session)), episode)
    episode.audience = Audience.PRIVATE
    session.commit()

    assert moderation_queries.list_cases(session, moderator, PageRequest()).items == []
    with pytest.raises(ReportNotFoundError):
        moderation_service.decide(session, moderator, report.id, HIDE)


def test_a_deleted_comment_leaves_nothing_to_decide(session: Session) -> None:
    author, moderator = make_user(session), make_moderator(session)
    comment = post(session, author, make_episode(session, make_user(session)))
    report = report_comment(session, viewer_of(make_user(session)), comment)
    discussion_service.delete_comment(session, viewer_of(author), comment)
    session.commit()

    assert moderation_queries.list_cases(session, moderator, PageRequest()).items == []
    with pytest.raises(ReportNotFoundError):
        moderation_service.decide(session, moderator, report.id, HIDE)


def test_the_queue_shows_each_thing_once_the_longest_waiting_first(session: Session) -> None:
    moderator = make_moderator(session)
    ada, ben = viewer_of(make_user(session)), viewer_of(make_user(session))
    episodes = [make_episode(session, make_user(session)) for _ in range(3)]
    firsts = [report_episode(session, ada, episode) for episode in episodes]
    other = report_episode(session, ben, episodes[1])
    session.commit()

    first = moderation_queries.list_cases(session, moderator, PageRequest(limit=2))
    rest = moderation_queries.list_cases(
        session, moderator, PageRequest(limit=2, cursor=first.next_cursor)
    )

    cases = [*first.items, *rest.items]
    assert [case.report.id for case in cases] == [report.id for report in firsts]
    assert [[o.id for o in case.others] for case in cases] == [[], [other.id], []]
