"""The inbox: notes, the count in the header, the API."""

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from mediashare.db.session import Database
from mediashare.notifications import service as notifications_service
from mediashare.notifications.models import Notification
from tests.counting import count_statements
from tests.factories import Browser, make_user

Browse = Callable[[Any], Browser]


def test_people_read_what_they_were_told_and_nothing_else(session: Session, browse: Browse) -> None:
    ada, bob = make_user(session), make_user(session)
    _tell(session, ada.id, "Grace answered <b>you</b>.")
    _tell(session, bob.id, "Canary for Bob.")

    page = browse(ada).get("/inbox").text

    assert "Grace answered &lt;b&gt;you&lt;/b&gt;." in page
    assert "Canary" not in page


def test_the_header_counts_what_is_unread(session: Session, browse: Browse) -> None:
    ada = make_user(session)
    first, _second = _tell(session, ada.id, "One."), _tell(session, ada.id, "Two.")
    browser = browse(ada)
    before = browser.get("/inbox").text

    browser.post(f"/inbox/{first.id}/read")

    after = browser.get("/inbox").text
    assert ("Inbox, 2 new" in before, "Inbox, 1 new" in after) == (True, True)


def test_opening_a_note_ticks_it_off_and_goes_where_it_points(
    session: Session, browse: Browse
) -> None:
    ada = make_user(session)
    note = _tell(session, ada.id, "Grace answered you.", "/e/clip#comment-1")

    answer = browse(ada).post(f"/inbox/{note.id}/read")

    session.refresh(note)
    assert answer.location == "/e/clip#comment-1"
    assert note.read_at is not None


def test_nobody_ticks_off_the_notes_of_others(session: Session, browse: Browse) -> None:
    note = _tell(session, make_user(session).id, "Canary.")

    answer = browse(make_user(session)).post(f"/inbox/{note.id}/read")

    session.refresh(note)
    assert (answer.status_code, note.read_at) == (404, None)


def test_all_notes_are_ticked_off_at_once(session: Session, browse: Browse) -> None:
    ada, bob = make_user(session), make_user(session)
    notes = [_tell(session, person.id, "A note.") for person in (ada, ada, bob)]

    browse(ada).post("/inbox/read")

    session.expire_all()
    assert [note.read_at is not None for note in notes] == [True, True, False]


def test_programs_page_through_the_inbox(session: Session, browse: Browse) -> None:
    ada = make_user(session)
    for number in range(3):
        _tell(session, ada.id, f"Note {number}.", "/e/clip")
    browser = browse(ada)

    first = browser.get("/api/v1/notifications?limit=2").json
    rest = browser.get(f"/api/v1/notifications?limit=2&cursor={first['next_cursor']}").json

    assert [n["text"] for n in first["items"] + rest["items"]] == ["Note 2.", "Note 1.", "Note 0."]
    assert rest["next_cursor"] is None
    assert set(first["items"][0]) == {"id", "kind", "text", "path", "created_at", "read_at"}


def test_programs_leave_out_what_was_read(session: Session, browse: Browse) -> None:
    ada = make_user(session)
    read = _tell(session, ada.id, "Read.")
    _tell(session, ada.id, "Unread.")
    browser = browse(ada)
    browser.post(f"/inbox/{read.id}/read")

    found = browser.get("/api/v1/notifications?unread=1").json

    assert [note["text"] for note in found["items"]] == ["Unread."]


def test_the_page_takes_as_many_statements_for_one_note_as_for_three(
    session: Session, browse: Browse, database: Database
) -> None:
    ada = make_user(session)
    browser, counts = browse(ada), []
    for notes in (1, 2):
        for _ in range(notes):
            _tell(session, ada.id, "A note.")
        counts.append(count_statements(database, lambda: browser.get("/inbox")))

    assert counts == [3, 3]


def _tell(session: Session, user_id: str, text: str, path: str = "") -> Notification:
    note = notifications_service.notify(session, user_id, "test", text, path)
    session.commit()
    return note
