"""Many people at once: the number of comments always equals what is in the table."""

from collections.abc import Callable, Sequence
from functools import partial

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mediashare.db.session import Database
from mediashare.discussion import queries as discussion_queries
from mediashare.discussion import service as discussion_service
from mediashare.discussion.models import Comment
from mediashare.discussion.service import NewComment
from mediashare.errors import MediashareError
from mediashare.library import queries as library_queries
from tests.crowds import all_at_once
from tests.factories import make_episode, make_user, viewer_of


def at_once(database: Database, acts: Sequence[Callable[[Session], object]]) -> int:
    """Run each act in a transaction and thread of its own; how many were not refused."""

    def run(act: Callable[[Session], object]) -> bool:
        try:
            with database.transaction() as session:
                act(session)
        except MediashareError:
            return False
        return True

    return all_at_once([partial(run, act) for act in acts]).count(True)


def test_twenty_people_comment_at_once(database: Database, session: Session) -> None:
    episode = make_episode(session, make_user(session))
    viewers = [viewer_of(make_user(session)) for _ in range(20)]

    done = at_once(
        database,
        [
            lambda own, viewer=viewer: discussion_service.post_comment(  # type: ignore[misc]  # mypy can't infer lambdas with defaults
                own,
                viewer,
                library_queries.get_episode(own, viewer, episode.id),
                NewComment("me"),
            )
            for viewer in viewers
        ],
    )

    session.refresh(episode)
    assert done == 20
    assert episode.comment_count == session.scalar(select(func.count(Comment.id))) == 20


def test_a_comment_that_is_deleted_and_hidden_at_once_is_uncounted_once(
    database: Database, session: Session
) -> None:
    episode = make_episode(session, make_user(session))
    ada = viewer_of(make_user(session))
    comment = discussion_service.post_comment(session, ada, episode, NewComment("rude"))
    session.commit()

    def delete(own: Session) -> None:
        found = discussion_queries.get_comment(own, ada, comment.id)
        discussion_service.delete_comment(own, ada, found)

    def hide(own: Session) -> None:
        found = discussion_queries.get_comment(own, ada, comment.id)
        discussion_service.hide_comment(own, found)

    at_once(database, [delete, hide] * 4)

    session.refresh(episode)
    assert episode.comment_count == session.scalar(select(func.count(Comment.id))) == 0
