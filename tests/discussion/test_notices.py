"""Who is told of a comment: those it concerns, who may read it, and never oneself."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from mediashare.discussion import service as discussion_service
from mediashare.discussion.service import NewComment
from mediashare.library.models import Audience
from mediashare.notifications.models import Notification
from tests.factories import make_episode, make_user, viewer_of


def notes(session: Session) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for note in session.scalars(select(Notification).order_by(Notification.created_at)):
        found.setdefault(note.user_id, []).append(note.text)
    return found


def test_the_author_is_told_of_a_comment_and_where_it_is(session: Session) -> None:
    author, ada = make_user(session), make_user(session, "Ada Lovelace")
    episode = make_episode(session, author, "Our keys")

    comment = discussion_service.post_comment(
        session, viewer_of(ada), episode, NewComment("Thanks!")
    )
    session.commit()

    note = session.scalars(select(Notification)).one()
    assert (note.user_id, note.kind) == (author.id, "comment")
    assert note.text == "Ada Lovelace commented on “Our keys”."
    assert note.path == f"{episode.path}#comment-{comment.id}"


def test_whoever_is_answered_is_told_and_nobody_is_told_of_their_own_words(
    session: Session,
) -> None:
    author, ada = make_user(session, "Grace Hopper"), make_user(session, "Ada Lovelace")
    episode = make_episode(session, author, "Our keys")
    first = discussion_service.post_comment(session, viewer_of(ada), episode, NewComment("Why?"))
    answer = NewComment("Because.", parent_id=first.id)

    discussion_service.post_comment(session, viewer_of(author), episode, answer)
    discussion_service.post_comment(session, viewer_of(ada), episode, answer)
    session.commit()

    assert notes(session) == {
        author.id: ["Ada Lovelace commented on “Our keys”."] * 2,
        ada.id: ["Grace Hopper answered your comment on “Our keys”."],
    }


def test_an_author_who_is_answered_is_told_once(session: Session) -> None:
    author, ada = make_user(session), make_user(session, "Ada Lovelace")
    episode = make_episode(session, author, "Our keys")
    first = discussion_service.post_comment(session, viewer_of(author), episode, NewComment("Hm"))

    answer = NewComment("Hm?", parent_id=first.id)
    discussion_service.post_comment(session, viewer_of(ada), episode, answer)
    session.commit()

    assert notes(session) == {author.id: ["Ada Lovelace answered your comment on “Our keys”."]}


def test_people_who_may_not_see_it_any_more_are_not_told(session: Session) -> None:
    author, ben = make_user(session), make_user(session)
    episode = make_episode(session, author, "canary-4711")
    first = discussion_service.post_comment(session, viewer_of(ben), episode, NewComment("Hm"))
    episode.audience = Audience.GROUP
    session.commit()
    before = notes(session)

    answer = NewComment("Among us now.", parent_id=first.id)
    discussion_service.post_comment(session, viewer_of(author), episode, answer)
    session.commit()

    assert notes(session) == before
    assert ben.id not in before


def test_people_who_have_left_are_not_told(session: Session) -> None:
    author, ada = make_user(session), make_user(session)
    episode = make_episode(session, author)
    author.is_active = False
    session.commit()

    discussion_service.post_comment(session, viewer_of(ada), episode, NewComment("Hello?"))
    session.commit()

    assert notes(session) == {}
