"""The page that edits what is played, as a browser without script sees it."""

import io
from collections.abc import Callable
from typing import Any

import pytest

from mediashare.library.models import Episode, EpisodeState
from mediashare.media import queries as media_queries
from mediashare.media import service as media_service
from mediashare.media.policy import Edit
from tests import factories
from tests.edits.conftest import SOUND_ONLY, House
from tests.factories import Browser

Browse = Callable[[Any], Browser]

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def author(browse: Browse, house: House) -> Browser:
    return browse(house.author)


def address(house: House, rest: str) -> str:
    return f"{house.episode().path}/{rest}"


def follow(browser: Browser, answer: Any) -> str:
    assert answer.status_code == 303
    return str(browser.get(answer.location).text)


def test_the_edit_page_shows_what_is_played(house: House, author: Browser) -> None:
    house.edit(Edit(10_000, 40_500, ((12_000, 13_250),), ((1000, 2000),)))

    page = author.get(address(house, "edit")).text

    assert 'name="start" value="0:10"' in page
    assert 'name="end" value="0:40.5"' in page
    for value in ("0:01", "0:02", "0:12", "0:13.25"):
        assert f'value="{value}"' in page
    assert "From 0:10 to 0:40.5, 1 span muted, 1 span blurred" in page
    assert "The whole recording" in page
    assert "Played now" in page
    assert 'data-offset="10.0"' in page


def test_how_long_what_is_cut_off_still_opens_is_said_beside_the_button(
    house: House, author: Browser
) -> None:
    page = author.get(address(house, "edit")).text

    hours = round(media_service.RETIRED_FOR.total_seconds() / 3600)
    sentence, button = f"still opens for about {hours} hours", "Save this edit"
    assert sentence in page
    assert 0 < page.index(button) - page.index(sentence) < 500


def test_a_form_trims_and_mutes(house: House, author: Browser) -> None:
    form = {
        "start": "0:01.5",
        "end": "",
        "from": ["0:05", "", "0:20"],
        "to": ["0:06", "", "0:21.5"],
        "kind": ["mute", "mute", "blur"],
    }

    page = follow(author, author.post(address(house, "cut"), form))

    made = house.version(2)
    assert (made.start_ms, made.end_ms) == (1500, None)
    assert (made.muted, made.blurred) == ([[5000, 6000]], [[20_000, 21_500]])
    assert "Nobody but you sees this episode until what you took back is gone from it." in page
    assert "Being made" in page
    assert house.episode().state is EpisodeState.PROCESSING


def test_a_trim_is_said_to_leave_what_plays(house: House, author: Browser) -> None:
    page = follow(author, author.post(address(house, "cut"), {"start": "1", "end": ""}))

    assert "What was there before plays until the new version is made." in page


def test_nothing_new_is_said_to_be_nothing_new(house: House, author: Browser) -> None:
    page = follow(author, author.post(address(house, "cut"), {"start": "", "end": ""}))

    assert "This is what is played already." in page
    assert house.states() == {1: "current"}


def test_what_was_typed_wrong_comes_back_with_the_reason(house: House, author: Browser) -> None:
    form = {"start": "abc", "end": "0:30", "from": ["0:05"], "to": [""], "kind": ["mute"]}

    answer = author.post(address(house, "cut"), form)

    assert answer.status_code == 422
    assert 'value="abc"' in answer.text
    assert "Give a time in seconds, or as in 1:37." in answer.text
    assert "Row 1: Give both times." in answer.text
    assert 'name="from" value="0:05"' in answer.text
    assert house.states() == {1: "current"}


def test_what_can_not_be_cut_comes_back_with_the_reason(house: House, author: Browser) -> None:
    form = {"start": "0:30", "end": "0:20", "from": ["0:59"], "to": ["1:01"], "kind": ["mute"]}

    answer = author.post(address(house, "cut"), form)

    assert answer.status_code == 422
    assert "The end must come after the start." in answer.text
    assert "The recording ends at 1:00." in answer.text


def test_a_row_more_keeps_what_was_typed_and_saves_nothing(house: House, author: Browser) -> None:
    form = {"start": "0:02", "from": ["0:05"], "to": ["0:06"], "kind": ["mute"], "more": "1"}

    answer = author.post(address(house, "cut"), form)

    assert answer.status_code == 200
    assert answer.text.count('<div class="span-row"') == 3  # the last one is the template's
    assert 'name="start" value="0:02"' in answer.text
    assert house.states() == {1: "current"}


def test_one_button_plays_the_whole_recording(house: House, author: Browser) -> None:
    house.edit(Edit(10_000))

    author.post(address(house, "cut"), {"start": "nonsense", "whole": "1"})

    assert Edit.of(house.version(3)) == Edit()


def test_one_goes_back_to_a_version(house: House, author: Browser) -> None:
    house.edit(Edit(10_000))

    page = follow(author, author.post(address(house, "versions/1/use")))

    assert Edit.of(house.version(3)) == Edit()
    assert "Version 3" in page


def test_a_failed_version_says_why_and_can_be_tried_again(house: House, author: Browser) -> None:
    house.fail(house.save(Edit(muted=((1000, 2000),))))

    page = author.get(address(house, "edit")).text
    author.post(address(house, "retry"))

    assert "Version 2 could not be made.</b> The disk was full." in page
    assert "Nobody but you sees the episode meanwhile." in page
    assert 'aria-label="Go back to version 1"' in page
    assert house.states() == {1: "current", 2: "making"}


def test_a_form_replaces_the_recording(house: House, author: Browser) -> None:
    slug = house.episode().slug
    form = {"file": (io.BytesIO(b"other bytes"), "better.mp4")}

    page = follow(author, author.post(address(house, "recording"), form))

    assert house.jobs() == [("probe", 2)]
    assert "The new recording is on its way." in page
    assert "better.mp4" in page
    assert house.episode().slug == slug


@pytest.mark.parametrize(
    ("name", "reason"),
    [("", "Choose a file first."), ("empty.mp4", "Choose a file that is not empty.")],
)
def test_no_file_is_no_recording(house: House, author: Browser, name: str, reason: str) -> None:
    form = {"file": (io.BytesIO(), name)}

    answer = author.post(address(house, "recording"), form)

    assert answer.status_code == 422
    assert reason in answer.text
    assert house.states() == {1: "current"}


def test_the_original_is_shown_downloaded_and_removed(house: House, author: Browser) -> None:
    page = author.get(address(house, "edit")).text
    original = author.get(f"/media/{house.ident}/original")
    after = follow(author, author.post(address(house, "recording/remove")))

    assert "Kept until " in page
    assert original.data == b"some byte"
    assert "send the recording again to edit it." in after
    assert "What was made from it goes on playing." in after
    assert author.get(f"/media/{house.ident}/original").status_code == 404
    answer = author.post(address(house, "cut"), {"start": "1"})
    assert answer.status_code == 409
    assert "The original was removed on " in answer.text


def test_what_has_no_picture_offers_no_blur(house: House, author: Browser) -> None:
    house.open(facts=SOUND_ONLY)

    page = author.get(address(house, "edit")).text

    assert "Mute the sound" in page
    assert "Blur the picture" not in page
    assert "<audio controls" in page


def test_before_there_is_a_recording_there_is_nothing_to_edit(
    house: House, author: Browser
) -> None:
    with house.database.sessions() as session:
        house.ident = factories.make_episode(session, house.author).id

    page = author.get(address(house, "edit"))

    assert page.status_code == 200
    assert "Trim and mute" not in page.text


def test_a_script_gets_the_versions_alone(house: House, author: Browser) -> None:
    house.save(Edit(10_000))

    answer = author.get(address(house, "versions"), headers={"HX-Request": "true"})
    house.make(2)
    settled = author.get(address(house, "versions"), headers={"HX-Request": "true"})

    assert "<html" not in answer.text
    assert 'hx-trigger="every 2s"' in answer.text
    assert "hx-trigger" not in settled.text


def test_a_moment_that_is_not_played_is_said_and_no_link(house: House, browse: Browse) -> None:
    cut, kept = house.comment(3000), house.comment(9000)
    house.edit(Edit(start_ms=5000))
    with house.database.sessions() as session:
        reader = factories.make_user(session)

    page = browse(reader).get(house.episode().path).text

    shown = page.split(f'id="comment-{cut}"')[1].split("</article>")[0]
    assert "About a part that was cut, 0:03 in the recording" in shown
    assert "data-seek" not in shown
    assert f'id="comment-{cut}" data-pin' not in page
    assert f'id="comment-{kept}" data-pin="4.0"' in page


def test_others_get_no_byte_of_before_once_something_is_taken_back(
    house: House, author: Browser, browse: Browse
) -> None:
    with house.database.sessions() as session:
        reader = browse(factories.make_user(session))
    with house.database.reading() as session:
        media = media_queries.get_media(session, house.ident)
        poster = session.get_one(Episode, house.ident).poster
    assert poster is not None
    names = [media.renditions[0].filename, poster, "waveform.json", "master.m3u8"]
    paths = [f"/media/{house.ident}/{name}" for name in names]
    paths += [f"/api/v1/episodes/{house.ident}", house.episode().path]
    assert {reader.get(path).status_code for path in paths} == {200}

    house.save(Edit(muted=((1000, 2000),)))

    assert {reader.get(path).status_code for path in paths} == {404}
    assert {author.get(path).status_code for path in paths} == {200}
    house.make(2)
    assert [reader.get(path).status_code for path in paths] == [404, 404, 200, 200, 200, 200]


def test_who_reads_can_not_edit(house: House, browse: Browse) -> None:
    with house.database.sessions() as session:
        reader = browse(factories.make_user(session))

    assert reader.get(address(house, "versions")).status_code == 403
    assert reader.post(address(house, "cut"), {"start": "1"}).status_code == 403
