"""The discussion on pages, with and without a script."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mediashare.accounts.models import User
from mediashare.db.session import Database
from mediashare.discussion import service as discussion_service
from mediashare.discussion.models import Comment
from mediashare.discussion.service import NewComment
from mediashare.library.models import Audience, Episode
from tests.counting import count_statements
from tests.factories import Browser, make_episode, make_user, page_of, viewer_of

Browse = Callable[[Any], Browser]
BY_SCRIPT = {"HX-Request": "true"}


def post(session: Session, author: User, episode: Episode, new: NewComment) -> Comment:
    comment = discussion_service.post_comment(session, viewer_of(author), episode, new)
    session.commit()
    return comment


def test_a_comment_leads_back_to_itself_on_the_page(session: Session, browse: Browse) -> None:
    episode = make_episode(session, make_user(session))

    answer = browse(make_user(session)).post(
        f"/e/{episode.slug}/comments", {"body": "Thanks!", "start": "0:12"}
    )

    comment = session.scalars(select(Comment)).one()
    assert (comment.body, comment.start) == ("Thanks!", 12.0)
    assert answer.status_code == 303
    assert answer.location == f"/e/{episode.slug}#comment-{comment.id}"


def test_a_script_gets_the_discussion_alone(session: Session, browse: Browse) -> None:
    episode = make_episode(session, make_user(session))

    answer = browse(make_user(session)).post(
        f"/e/{episode.slug}/comments", {"body": "Thanks!", "start": "12.5"}, headers=BY_SCRIPT
    )

    assert answer.status_code == 200
    assert answer.text.lstrip().startswith('<section class="talk" id="talk"')
    assert "<p>Thanks!</p>" in answer.text
    assert f'href="/e/{episode.slug}?t=12.5" data-seek="12.5"' in answer.text
    assert "1 comment</span>" in answer.text


@pytest.mark.parametrize("headers", [{}, BY_SCRIPT])
def test_what_was_typed_comes_back_with_the_reason(
    session: Session, browse: Browse, headers: dict[str, str]
) -> None:
    episode = make_episode(session, make_user(session))
    typed = {"body": "Long <thoughts>", "start": "9:59"}

    answer = browse(make_user(session)).post(f"/e/{episode.slug}/comments", typed, headers=headers)

    assert answer.status_code == 422
    assert "This is after the end of the episode." in answer.text
    assert ">Long &lt;thoughts&gt;</textarea>" in answer.text
    assert 'value="9:59"' in answer.text


def test_a_refused_answer_comes_back_in_its_own_form(session: Session, browse: Browse) -> None:
    episode = make_episode(session, make_user(session))
    first = post(session, make_user(session), episode, NewComment("first"))
    typed = {"body": "x" * 10_001, "parent_id": first.id}

    answer = browse(make_user(session)).post(f"/e/{episode.slug}/comments", typed)

    assert answer.text.count("x" * 10_001) == 1
    assert '<details class="reply" open>' in answer.text
    assert f'aria-describedby="errors-{first.id}"' in answer.text


def test_words_are_edited_on_a_page_of_their_own(session: Session, browse: Browse) -> None:
    ada = make_user(session)
    episode = make_episode(session, make_user(session))
    comment = post(session, ada, episode, NewComment("Teh <fix>"))
    browser, path = browse(ada), f"/comments/{comment.id}/edit"

    form = browser.get(path)
    empty = browser.post(path, {"body": " "})
    saved = browser.post(path, {"body": "The fix"})

    session.refresh(comment)
    assert "Teh &lt;fix&gt;</textarea>" in form.text
    assert (empty.status_code, "Write something first." in empty.text) == (422, True)
    assert (saved.status_code, saved.location) == (303, f"{episode.path}#comment-{comment.id}")
    assert comment.body == "The fix"


def test_deleting_asks_first(session: Session, browse: Browse) -> None:
    ada = make_user(session)
    episode = make_episode(session, make_user(session))
    comment = post(session, ada, episode, NewComment("<script>alert(1)</script>"))
    browser, path = browse(ada), f"/comments/{comment.id}/delete"

    asked = browser.get(path)
    deleted = browser.post(path)

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in asked.text
    assert (deleted.status_code, deleted.location) == (303, f"{episode.path}#talk")
    assert session.scalars(select(Comment.id)).all() == []


@pytest.mark.parametrize("act", ["edit", "delete"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_others_get_no_form_for_it(session: Session, browse: Browse, act: str, method: str) -> None:
    episode = make_episode(session, make_user(session))
    comment = post(session, make_user(session), episode, NewComment("mine"))

    answer = browse(make_user(session)).send(
        method, f"/comments/{comment.id}/{act}", data={"body": "yours"}
    )

    session.refresh(comment)
    assert answer.status_code == 403
    assert comment.body == "mine"


def test_pages_of_what_one_may_not_see_look_like_none(session: Session, browse: Browse) -> None:
    author = make_user(session)
    private = make_episode(session, author)
    comment = post(session, author, private, NewComment("canary-4711"))
    private.audience = Audience.PRIVATE
    session.commit()
    browser = browse(make_user(session))

    for method, seen, unseen in (
        ("GET", f"/e/{private.slug}/comments", "/e/nothing/comments"),
        ("POST", f"/e/{private.slug}/comments", "/e/nothing/comments"),
        ("GET", f"/comments/{comment.id}/edit", "/comments/0/edit"),
        ("POST", f"/comments/{comment.id}/edit", "/comments/0/edit"),
        ("GET", f"/comments/{comment.id}/delete", "/comments/0/delete"),
        ("POST", f"/comments/{comment.id}/delete", "/comments/0/delete"),
    ):
        unreadable = browser.send(method, seen, data={"body": "hello"})
        missing = browser.send(method, unseen, data={"body": "hello"})

        assert (unreadable.status_code, missing.status_code) == (404, 404)
        assert page_of(unreadable) == page_of(missing)


def test_hidden_and_deleted_words_are_not_on_the_page(session: Session, browse: Browse) -> None:
    author = make_user(session, "Ada Canary")
    episode = make_episode(session, make_user(session))
    hidden = post(session, author, episode, NewComment("canary-4711"))
    deleted = post(session, author, episode, NewComment("canary-4712"))
    reader = make_user(session)
    post(session, reader, episode, NewComment("an answer", parent_id=deleted.id))
    discussion_service.hide_comment(session, hidden)
    discussion_service.delete_comment(session, viewer_of(author), deleted)
    session.commit()

    page = browse(reader).get(f"/e/{episode.slug}/comments").text

    assert "canary" not in page.lower()
    assert "A moderator has hidden this comment." in page
    assert "This comment was deleted." in page
    assert "an answer" in page


def test_a_discussion_costs_the_same_however_long(
    database: Database, session: Session, browse: Browse
) -> None:
    episode = make_episode(session, make_user(session))
    browser, path = browse(make_user(session)), f"/e/{episode.slug}/comments"
    costs = []
    for wanted in (1, 3):
        while episode.comment_count < 2 * wanted:
            first = post(session, make_user(session), episode, NewComment("words"))
            post(session, make_user(session), episode, NewComment("more", parent_id=first.id))
        costs.append(count_statements(database, lambda: browser.get(path)))
        assert browser.get(path).text.count('<div class="words"') == 2 * wanted

    assert costs[0] == costs[1]


def test_older_threads_are_fetched_by_a_link(session: Session, browse: Browse) -> None:
    episode = make_episode(session, make_user(session))
    ada = make_user(session)
    for number in range(21):
        post(session, ada, episode, NewComment(f"number-{number}."))
    browser = browse(ada)

    page = browser.get(f"/e/{episode.slug}/comments").text
    older = page.split("Show older comments")[0].rsplit('href="', 1)[1].split('"')[0]
    rest = browser.get(older, headers=BY_SCRIPT).text

    assert ("number-0." in page, "number-1." in page) == (False, True)
    assert ("number-0." in rest, "number-1." in rest) == (True, False)
    assert "<html" not in rest
