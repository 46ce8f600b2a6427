"""The pages about fixes, as a browser without script uses them."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from mediashare.media.models import Rendition, RenditionKind
from tests.factories import Browser, make_user, page_of
from tests.repairs.conftest import LINES, Desk

Browse = Callable[[object], Browser]
RIGHT = "we run kubectl on every host"


@pytest.fixture
def path(desk: Desk) -> str:
    return f"{desk.episode.path}/transcript"


def send_line(browser: Browser, desk: Desk, path: str, text: str, **more: Any) -> Any:
    said = desk.said()[0]
    data = {"segment": said.ident, "before": said.text, "text": text, **more}
    return browser.post(f"{path}/fix", data)


def test_the_page_offers_the_line_that_is_heard_at_a_second(
    desk: Desk, browse: Browse, path: str
) -> None:
    page = browse(desk.people["author"]).get(f"{path}/fix?t=7").text

    assert f">{LINES[1][2]}</textarea>" in page
    assert "What is said at 0:06" in page
    assert "What you save is in the transcript at once." in page


def test_a_line_is_saved_by_form(desk: Desk, browse: Browse, path: str) -> None:
    browser = browse(desk.people["author"])
    answer = send_line(browser, desk, path, RIGHT)

    assert answer.status_code == 303
    page = browser.get(answer.location).text
    assert "Saved." in page
    assert f">{RIGHT}</textarea>" in page
    assert desk.texts()[0] == RIGHT


def test_a_suggestion_is_looked_at_accepted_and_undone_by_forms(
    desk: Desk, browse: Browse, path: str
) -> None:
    reader, author = browse(desk.people["reader"]), browse(desk.people["author"])
    page = reader.get(send_line(reader, desk, path, RIGHT).location).text
    assert "Thank you. The author looks at your suggestion." in page
    ident = next(iter(author.get(f"{path}/fixes").text.split('id="fix-')[1:])).partition('"')[0]

    shown = author.get(f"{path}/fixes").text
    author.post(f"/fixes/{ident}/accept")
    accepted = reader.get(f"{path}/fixes").text
    author.post(f"/fixes/{ident}/undo")
    undone = reader.get(f"{path}/fixes").text

    assert "<del>cube cuttle</del>" in shown
    assert "<ins>kubectl</ins>" in shown
    assert "Suggested by Bob, accepted by Ada" in accepted
    assert "Undo</button>" not in accepted
    assert "Suggested by Bob, accepted by Ada, undone by Ada" in undone
    assert desk.texts()[0] == LINES[0][2]


def test_a_conflict_has_a_page_with_both_texts_that_saves_what_is_decided(
    desk: Desk, browse: Browse, path: str
) -> None:
    browser, before = browse(desk.people["author"]), LINES[0][2]
    desk.fix("steward", 0, "we run Kube Cuddle on every host")

    clash = send_line(browser, desk, path, RIGHT, before=before)
    decided = send_line(browser, desk, path, RIGHT, before="we run Kube Cuddle on every host")

    assert clash.status_code == 409
    assert '<dd dir="auto">we run Kube Cuddle on every host</dd>' in clash.text
    assert f">{RIGHT}</textarea>" in clash.text
    assert 'name="before" value="we run Kube Cuddle on every host"' in clash.text
    assert decided.status_code == 303
    assert desk.texts()[0] == RIGHT


def test_a_suggestion_that_was_overtaken_is_decided_on_such_a_page(
    desk: Desk, browse: Browse
) -> None:
    browser = browse(desk.people["author"])
    fix = desk.fix("reader", 0, RIGHT)
    desk.fix("author", 0, "we run Kube Cuddle on every host")

    clash = browser.post(f"/fixes/{fix.id}/accept")
    data = {"before": "we run Kube Cuddle on every host", "text": RIGHT}
    browser.post(f"/fixes/{fix.id}/accept", data)

    assert clash.status_code == 409
    assert f'action="/fixes/{fix.id}/accept"' in clash.text
    assert (desk.texts()[0], desk.state(fix)) == (RIGHT, "applied")


def test_an_undo_of_what_others_have_built_on_is_decided_by_hand(
    desk: Desk, browse: Browse, path: str
) -> None:
    fix = desk.fix("author", 0, RIGHT)
    desk.fix("steward", 0, "we run Kubectl on every host")

    clash = browse(desk.people["author"]).post(f"/fixes/{fix.id}/undo")

    assert clash.status_code == 409
    assert f'action="{path}/fix"' in clash.text
    assert f'name="segment" value="{desk.said()[0].ident}"' in clash.text


def test_what_was_typed_for_a_line_that_is_gone_is_shown(
    desk: Desk, browse: Browse, path: str
) -> None:
    answer = send_line(browse(desk.people["author"]), desk, path, RIGHT, segment="2147483647")

    assert answer.status_code == 404
    assert f'You wrote: <q dir="auto">{RIGHT}</q>' in answer.text


def test_what_is_right_already_comes_back_with_a_sentence(
    desk: Desk, browse: Browse, path: str
) -> None:
    answer = send_line(browse(desk.people["author"]), desk, path, LINES[0][2])

    assert answer.status_code == 409
    assert "This is what the transcript says already." in answer.text


def test_the_same_words_are_shown_with_their_places_before_they_are_fixed(
    desk: Desk, browse: Browse, path: str
) -> None:
    browser = browse(desk.people["author"])
    words = {"wanted": "cube cuttle", "replacement": "kubectl"}

    shown = browser.get(f"{path}/everywhere", query_string=words).text
    answer = browser.post(f"{path}/everywhere", words)
    page = browser.get(answer.location).text

    assert "2 places in 2 lines" in shown
    assert "Fix all 2 places" in shown
    assert "<b>Everywhere:</b> <del>cube cuttle</del> <ins>kubectl</ins>, 2 lines" in page
    assert desk.texts() == [RIGHT, LINES[1][2], "and kubectl works"]


def test_words_that_stand_nowhere_and_no_words_say_so(
    desk: Desk, browse: Browse, path: str
) -> None:
    browser = browse(desk.people["author"])

    assert '<h2 id="places">Nowhere</h2>' in browser.get(f"{path}/everywhere?wanted=xyz").text
    assert browser.get(f"{path}/everywhere?wanted=").status_code == 422
    assert browser.post(f"{path}/everywhere", {"wanted": "xyz"}).status_code == 409


def test_what_was_put_right_is_found(desk: Desk, browse: Browse) -> None:
    browser = browse(desk.people["reader"])
    fix = desk.fix("author", 0, RIGHT)

    found = browser.get("/api/v1/search?q=kubectl").json["results"]
    desk.undo("author", fix)

    assert [one["moments"][0]["text"] for one in found] == [RIGHT]
    assert browser.get("/api/v1/search?q=kubectl").json["results"] == []


def test_the_episode_offers_fixing_to_whoever_may_suggest(desk: Desk, browse: Browse) -> None:
    with desk.database.transaction() as session:
        session.add(
            Rendition(
                episode_id=desk.episode.id,
                kind=RenditionKind.AUDIO,
                storage_key="a.m4a",
                mime_type="audio/mp4",
                codecs="mp4a.40.2",
                size=1,
                sha256="0" * 64,
                duration_ms=60_000,
                bitrate=128_000,
                init_size=0,
                segments=[],
            )
        )

    page = page_of(browse(desk.people["reader"]).get(desk.episode.path))

    assert f'href="{desk.episode.path}/transcript/fix"' in page
    assert f'data-fixes="/api/v1/episodes/{desk.episode.id}/transcript/fixes"' in page
    assert f'<span class="ln" data-line="{desk.said()[0].ident}" data-at="0:01">' in page


def test_who_may_not_see_the_episode_sees_none_of_its_pages(
    browse: Browse, path: str, session: Session
) -> None:
    stranger = browse(make_user(session))

    for page in ("fix", "fixes", "everywhere"):
        assert stranger.get(f"{path}/{page}").status_code == 404
