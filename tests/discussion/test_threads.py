"""Posting, answering, editing and deleting, as rules."""

from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mediashare import clock
from mediashare.accounts.models import Role
from mediashare.db.paging import PageRequest
from mediashare.discussion import queries as discussion_queries
from mediashare.discussion import service as discussion_service
from mediashare.discussion.errors import (
    CommentHiddenError,
    CommentNotFoundError,
    DiscussionClosedError,
    NotYourCommentError,
)
from mediashare.discussion.models import Comment
from mediashare.discussion.service import NewComment
from mediashare.errors import InvalidInputError
from mediashare.library.models import EpisodeState
from tests.factories import make_episode, make_user, viewer_of


def test_a_comment_is_counted_and_listed(session: Session) -> None:
    episode = make_episode(session, make_user(session))
    ada = viewer_of(make_user(session))

    comment = discussion_service.post_comment(
        session, ada, episode, NewComment("Works on 2.1", start_ms=10_000, end_ms=12_500)
    )
    session.commit()

    assert episode.comment_count == 1
    assert (comment.body, comment.start, comment.end) == ("Works on 2.1", 10.0, 12.5)
    threads = discussion_queries.list_threads(session, ada, episode.id)
    assert [thread.comment.id for thread in threads.items] == [comment.id]


def test_answers_to_answers_stand_in_one_line_below_the_first_comment(session: Session) -> None:
    episode = make_episode(session, make_user(session))
    ada = viewer_of(make_user(session))
    first = discussion_service.post_comment(session, ada, episode, NewComment("first"))
    chain = [first]
    for words in ("second", "third", "fourth"):
        new = NewComment(words, parent_id=chain[-1].id)
        chain.append(discussion_service.post_comment(session, ada, episode, new))
    session.commit()

    (thread,) = discussion_queries.list_threads(session, ada, episode.id).items

    assert thread.comment.id == first.id
    assert [reply.body for reply in thread.replies] == ["second", "third", "fourth"]


@pytest.mark.parametrize(
    ("moment", "errors"),
    [
        ({"start_ms": 60_001}, {"start": "This is after the end of the episode."}),
        ({"start_ms": 1, "end_ms": 60_001}, {"end": "This is after the end of the episode."}),
        ({"start_ms": 5_000, "end_ms": 5_000}, {"end": "The end must come after the start."}),
        ({"end_ms": 5_000}, {"start": "A moment that ends must start."}),
    ],
)
def test_a_moment_lies_within_the_episode(
    session: Session, moment: dict[str, Any], errors: dict[str, str]
) -> None:
    episode = make_episode(session, make_user(session), duration_ms=60_000)
    ada = viewer_of(make_user(session))

    with pytest.raises(InvalidInputError) as caught:
        discussion_service.post_comment(session, ada, episode, NewComment("here", **moment))

    assert caught.value.errors == errors


@pytest.mark.parametrize("where", ["elsewhere", "deleted", "hidden"])
def test_an_answer_needs_a_comment_of_the_same_episode_that_is_still_there(
    session: Session, where: str
) -> None:
    episode, other = (make_episode(session, make_user(session)) for _ in range(2))
    ada, ben = viewer_of(make_user(session)), viewer_of(make_user(session))
    place = other if where == "elsewhere" else episode
    parent = discussion_service.post_comment(session, ben, place, NewComment("words"))
    if where == "deleted":
        discussion_service.post_comment(session, ben, place, NewComment("me", parent_id=parent.id))
        discussion_service.delete_comment(session, ben, parent)
    if where == "hidden":
        discussion_service.hide_comment(session, parent)

    with pytest.raises(InvalidInputError) as caught:
        discussion_service.post_comment(
            session, ada, episode, NewComment("answer", parent_id=parent.id)
        )

    assert caught.value.errors == {"parent_id": "That comment is gone."}


@pytest.mark.parametrize(
    "values",
    [
        {"state": EpisodeState.PROCESSING},
        {"published_at": None},
        {"hidden_at": clock.now()},
    ],
)
def test_only_what_is_open_is_discussed(session: Session, values: dict[str, Any]) -> None:
    author = make_user(session)
    episode = make_episode(session, author, **values)

    with pytest.raises(DiscussionClosedError):
        discussion_service.post_comment(session, viewer_of(author), episode, NewComment("x"))


def test_an_edit_is_marked_and_one_that_changes_nothing_is_not(session: Session) -> None:
    episode = make_episode(session, make_user(session))
    ada = viewer_of(make_user(session))
    comment = discussion_service.post_comment(session, ada, episode, NewComment("Teh fix"))

    discussion_service.edit_comment(session, ada, comment, "Teh fix")
    unchanged = comment.edited_at
    discussion_service.edit_comment(session, ada, comment, "The fix")
    session.commit()

    assert unchanged is None
    assert comment.body == "The fix"
    assert comment.edited_at is not None


@pytest.mark.parametrize("role", [Role.MEMBER, Role.MODERATOR, Role.ADMIN])
def test_nobody_changes_the_words_of_others(session: Session, role: Role) -> None:
    author = make_user(session)
    episode = make_episode(session, author)
    ada, other = viewer_of(make_user(session)), viewer_of(make_user(session, role=role))
    comment = discussion_service.post_comment(session, ada, episode, NewComment("mine"))

    for meddler in (other, viewer_of(author)):
        with pytest.raises(NotYourCommentError):
            discussion_service.edit_comment(session, meddler, comment, "yours")
        with pytest.raises(NotYourCommentError):
            discussion_service.delete_comment(session, meddler, comment)

    assert comment.body == "mine"


def test_a_comment_without_answers_is_deleted_whole(session: Session) -> None:
    episode = make_episode(session, make_user(session))
    ada = viewer_of(make_user(session))
    comment = discussion_service.post_comment(session, ada, episode, NewComment("oops"))

    discussion_service.delete_comment(session, ada, comment)
    session.commit()

    assert episode.comment_count == 0
    assert count_rows(session) == 0


def test_a_comment_with_answers_leaves_an_empty_place(session: Session) -> None:
    episode = make_episode(session, make_user(session))
    ada, ben = viewer_of(make_user(session)), viewer_of(make_user(session))
    comment = discussion_service.post_comment(session, ada, episode, NewComment("oops"))
    discussion_service.post_comment(session, ben, episode, NewComment("why", parent_id=comment.id))

    discussion_service.delete_comment(session, ada, comment)
    session.commit()

    (thread,) = discussion_queries.list_threads(session, ada, episode.id).items
    assert (thread.comment.body, thread.comment.deleted_at is None) == ("", False)
    assert [reply.body for reply in thread.replies] == ["why"]
    assert episode.comment_count == 1


def test_the_last_answer_takes_the_empty_places_above_it_along(session: Session) -> None:
    episode = make_episode(session, make_user(session))
    ada = viewer_of(make_user(session))
    first = discussion_service.post_comment(session, ada, episode, NewComment("1"))
    second = discussion_service.post_comment(
        session, ada, episode, NewComment("2", parent_id=first.id)
    )
    third = discussion_service.post_comment(
        session, ada, episode, NewComment("3", parent_id=second.id)
    )

    for comment in (first, second, third):
        discussion_service.delete_comment(session, ada, comment)
    session.commit()

    assert count_rows(session) == 0
    assert episode.comment_count == 0


def test_a_comment_is_deleted_once(session: Session) -> None:
    episode = make_episode(session, make_user(session))
    ada = viewer_of(make_user(session))
    comment = discussion_service.post_comment(session, ada, episode, NewComment("oops"))
    discussion_service.delete_comment(session, ada, comment)

    with pytest.raises(CommentNotFoundError):
        discussion_service.delete_comment(session, ada, comment)

    assert episode.comment_count == 0


def test_hidden_comments_do_not_count_until_they_are_restored(session: Session) -> None:
    episode = make_episode(session, make_user(session))
    ada = viewer_of(make_user(session))
    comment = discussion_service.post_comment(session, ada, episode, NewComment("rude"))

    counts = []
    for act in (discussion_service.hide_comment, discussion_service.restore_comment):
        act(session, comment)
        act(session, comment)
        counts.append(episode.comment_count)
    session.commit()

    assert counts == [0, 1]
    assert comment.hidden_at is None


def test_what_is_hidden_can_be_deleted_but_not_edited(session: Session) -> None:
    episode = make_episode(session, make_user(session))
    ada = viewer_of(make_user(session))
    comment = discussion_service.post_comment(session, ada, episode, NewComment("rude"))
    discussion_service.hide_comment(session, comment)

    with pytest.raises(CommentHiddenError):
        discussion_service.edit_comment(session, ada, comment, "polite")
    discussion_service.delete_comment(session, ada, comment)
    session.commit()

    assert count_rows(session) == 0
    assert episode.comment_count == 0


def test_a_long_discussion_comes_in_pages_newest_thread_first(session: Session) -> None:
    episode = make_episode(session, make_user(session))
    ada = viewer_of(make_user(session))
    for words in ("one", "two", "three"):
        discussion_service.post_comment(session, ada, episode, NewComment(words))
    session.commit()

    first = discussion_queries.list_threads(session, ada, episode.id, PageRequest(limit=2))
    second = discussion_queries.list_threads(
        session, ada, episode.id, PageRequest(limit=2, cursor=first.next_cursor)
    )

    assert [thread.comment.body for thread in first.items] == ["three", "two"]
    assert [thread.comment.body for thread in second.items] == ["one"]
    assert second.next_cursor is None


def count_rows(session: Session) -> int | None:
    return session.scalar(select(func.count()).select_from(Comment))
