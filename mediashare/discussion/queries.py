"""Find comments, for those who may see their episode."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, contains_eager

from mediashare.accounts.policy import Viewer
from mediashare.db.paging import Page, PageRequest, page_by_time
from mediashare.discussion import policy
from mediashare.discussion.errors import CommentNotFoundError
from mediashare.discussion.models import Comment
from mediashare.library import queries as library_queries


@dataclass(frozen=True)
class Thread:
    """A comment and everything that was answered to it, in one flat line, oldest first."""

    comment: Comment
    replies: Sequence[Comment]


def get_comment(session: Session, viewer: Viewer, ident: str) -> Comment:
    """The comment with this id, its author and episode; raises CommentNotFoundError unless the
    viewer may read its words."""
    found = session.scalar(_comments(viewer).where(Comment.id == ident))
    if found is None or not policy.may_read_words(viewer, found):
        raise CommentNotFoundError
    return found


def list_comments(
    session: Session, viewer: Viewer, episode_id: str, page: PageRequest
) -> Page[Comment]:
    """All comments of an episode, newest first, whatever they answer."""
    query = _comments(viewer).where(Comment.episode_id == episode_id)
    return page_by_time(session, query, page, time=Comment.created_at, ident=Comment.id)


def list_threads(
    session: Session, viewer: Viewer, episode_id: str, page: PageRequest = PageRequest()
) -> Page[Thread]:
    """The discussion of an episode, newest thread first."""
    query = _comments(viewer).where(Comment.episode_id == episode_id, Comment.parent_id.is_(None))
    roots = page_by_time(session, query, page, time=Comment.created_at, ident=Comment.id)
    replies = _replies(session, viewer, [root.id for root in roots.items])
    threads = [Thread(root, replies[root.id]) for root in roots.items]
    return Page(threads, roots.next_cursor)


def _comments(viewer: Viewer) -> Select[Comment]:
    return (
        select(Comment)
        .join(Comment.author)
        .join(Comment.episode)
        .where(library_queries.readable_by(viewer))
        .options(contains_eager(Comment.author), contains_eager(Comment.episode))
    )


def _replies(session: Session, viewer: Viewer, root_ids: Sequence[str]) -> dict[str, list[Comment]]:
    tree = select(Comment.id, Comment.id.label("root_id")).where(Comment.id.in_(root_ids))
    below = tree.cte("below", recursive=True)
    below = below.union_all(
        select(Comment.id, below.c.root_id).join(below, Comment.parent_id == below.c.id)
    )
    rows = session.execute(
        _comments(viewer)
        .join(below, below.c.id == Comment.id)
        .where(Comment.parent_id.is_not(None))
        .add_columns(below.c.root_id)
        .order_by(Comment.created_at, Comment.id)
    )
    found: dict[str, list[Comment]] = defaultdict(list)
    for comment, root_id in rows:
        found[root_id].append(comment)
    return found
