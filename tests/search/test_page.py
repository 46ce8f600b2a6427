"""The search page and the search of the API."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.orm import Session

from mediashare.accounts.models import User
from mediashare.db.session import Database
from mediashare.library.models import EpisodeKind
from mediashare.media.models import Waveform
from mediashare.search.policy import RATE_LIMIT
from tests import factories


@pytest.fixture
def ada(session: Session) -> User:
    return factories.make_user(session, handle="ada")


def ask(client: FlaskClient, session: Session, user: User, query: str) -> Any:
    headers = {"Authorization": f"Bearer {factories.make_token(session, user)}"}
    return client.get(f"/api/v1/search?{query}", headers=headers)


def test_a_result_is_the_episode_with_moments_that_open_at_their_second(
    client: FlaskClient, session: Session, ada: User
) -> None:
    episode = factories.make_episode(session, ada, "On call", slug="on-call-1")
    factories.make_transcript(session, episode, (10, 12, "restart the <broker>"))

    found = ask(client, session, ada, "q=broker").json

    (result,) = found["results"]
    assert result["episode"]["title"] == "On call"
    assert result["moments"] == [
        {
            "start": 10.833,
            "end": 12.0,
            "text": "restart the <broker>",
            "html": "restart the &lt;<mark>broker</mark>&gt;",
            "language": None,
            "url": "http://localhost:8000/e/on-call-1?t=10.833&end=12",
        }
    ]
    assert (result["more"], found["next_cursor"], found["is_loose"]) == (0, None, False)


def test_dates_of_an_address_stay_in_the_form(
    browse: Callable[[User], factories.Browser], ada: User
) -> None:
    page = browse(ada).get("/search?q=a&after=2026-01-02&before=2026-02-03").text

    kept = re.findall(r'name="(after|before)" value="([^"]+)" checked>([^<]+)<', page)
    assert kept == [
        ("after", "2026-01-02", "Since 2 Jan 2026"),
        ("before", "2026-02-03", "Before 3 Feb 2026"),
    ]


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("q=" + "a" * 501, "q"),
        ("q=" + "a" * 10_000, "q"),
        ("q=a&kind=film", "kind"),
        ("q=a&sort=password_hash", "sort"),
        ("q=a&after=yesterday", "after"),
        ("q=a&before=0001-01-01T00:00:00%2B23:59", "before"),
        ("q=a&solved=perhaps", "solved"),
        ("q=a&tag=" + "t" * 1000, "tag"),
        ("q=a&author=%40", "author"),
        ("q=a&group=%0A%0D", None),
        ("q=a%00b", "q"),
        ("q=a&limit=1000000000", "limit"),
    ],
)
def test_a_parameter_that_can_not_be_used_is_named(
    query: str, name: str | None, client: FlaskClient, session: Session, ada: User
) -> None:
    answer = ask(client, session, ada, query)

    named = set() if name is None else {name}
    assert (answer.status_code, set(answer.json.get("errors", {}))) == (
        200 if name is None else 422,
        named,
    )


def test_a_character_that_is_no_text_is_refused_on_a_page_of_whoever_asks(
    browse: Callable[[User], factories.Browser], ada: User
) -> None:
    answer = browse(ada).get("/search?q=%00")

    assert answer.status_code == 422
    assert "This holds a character that is no text." in answer.text
    assert 'class="find"' in answer.text
    assert "Sign in" not in answer.text


def test_the_heading_says_how_many_of_the_episodes_have_moments(
    browse: Callable[[User], factories.Browser], session: Session, ada: User
) -> None:
    factories.make_episode(session, ada, "A zeppelin")
    episode = factories.make_episode(session, ada, "Airships")
    factories.make_transcript(session, episode, (0, 2, "zeppelin"), (9, 10, "zeppelin"))
    browser = browse(ada)

    mixed, alone = (browser.get(f"/search?q={words}").text for words in ("zeppelin", "airships"))

    assert "<h1>2 moments in 1 of 2 episodes</h1>" in mixed
    assert "<h1>1 episode</h1>" in alone


def test_searching_too_often_is_refused_for_a_while(
    client: FlaskClient, session: Session, ada: User
) -> None:
    headers = {"Authorization": f"Bearer {factories.make_token(session, ada)}"}
    allowed = int(RATE_LIMIT.split()[0])

    answers = [client.get("/api/v1/search?q=a", headers=headers) for _ in range(allowed + 1)]

    assert {answer.status_code for answer in answers[:allowed]} == {200}
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["Retry-After"]) > 0


def test_the_page_works_without_javascript_and_opens_moments_at_their_second(
    browse: Callable[[User], factories.Browser], session: Session, ada: User
) -> None:
    episode = factories.make_episode(session, ada, "On call", slug="on-call-2")
    factories.make_transcript(session, episode, (10, 12, "restart the <broker>"))

    page = browse(ada).get("/search?q=broker").text

    assert "restart the &lt;<mark>broker</mark>&gt;" in page
    assert "/e/on-call-2?t=10.833&amp;find=broker" in page
    assert 'value="broker"' in page


def test_a_recording_of_sound_is_drawn_beside_its_moments(
    browse: Callable[[User], factories.Browser], session: Session, ada: User
) -> None:
    for title in ("First", "Second"):
        episode = factories.make_episode(session, ada, title, kind=EpisodeKind.AUDIO)
        factories.make_transcript(session, episode, (10, 12, "restart the broker"))
        session.add(Waveform(episode_id=episode.id, peaks=[3, 90, 255]))
        session.commit()

    page = browse(ada).get("/search?q=broker").text

    # The best moment stands above the list, in words alone.
    assert page.count('class="wave-card"') == 1


def test_the_page_says_what_is_wrong_with_a_search(
    browse: Callable[[User], factories.Browser], ada: User
) -> None:
    answer = browse(ada).get("/search?q=" + "a" * 501)

    assert answer.status_code == 422
    assert '<p class="note bad" role="alert" id="search-error">' in answer.text
    assert "At most 500 characters." in answer.text
    assert 'aria-describedby="search-error" aria-invalid="true"' in answer.text
    assert "<title>Search · mediashare</title>" in answer.text
    assert "What do you need to know?" in answer.text


def test_a_question_that_is_too_long_stays_in_its_field_as_far_as_it_takes_it(
    browse: Callable[[User], factories.Browser], ada: User
) -> None:
    page = browse(ada).get("/search?q=++" + "a" * 499 + "bc").text

    assert set(re.findall('value="(a+[bc]*)"', page)) == {"a" * 499 + "b"}
    assert "aria-describedby" not in browse(ada).get("/search?q=a&kind=film").text


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", '"><img src=x>', "'", "{{ 7*191817 }}"]
)
def test_what_was_asked_is_shown_as_text(
    text: str, browse: Callable[[User], factories.Browser], ada: User
) -> None:
    page = browse(ada).get("/search", query_string={"q": text}).text

    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "1342719" not in page


@pytest.mark.parametrize(
    "text",
    ["'", '"', "%", "_", "\\", "*", "NEAR(", ":*", "!", 'a" OR b', "-", "\0", "a\0b", "(" * 200],
)
def test_no_input_is_an_error_or_a_command(
    text: str, browse: Callable[[User], factories.Browser], session: Session, ada: User
) -> None:
    episode = factories.make_episode(session, ada, "Kafka")
    factories.make_transcript(session, episode, (0, 2, "kafka again"))
    browser = browse(ada)
    # What only a result looks like: every page says again what was asked.
    shown = {
        "/search": f'data-episode="{episode.id}"',
        "/search/suggestions": f'role="option" id="suggestion-1" href="{episode.path}"',
        f"{episode.path}/moments": "<mark>kafka</mark>",
        "/api/v1/search": f'"id":"{episode.id}"',
    }

    answers = {
        (address, name): browser.get(address, query_string={name: text}).status_code
        for address in shown
        for name in ("q", "tag", "author", "group", "language", "sort", "length", "cursor")
    }

    assert set(answers.values()) <= {200, 422}
    for address, result in shown.items():
        found = browser.get(address, query_string={"q": f"kafka {text}"})
        if "\0" in text:
            assert (answers[address, "q"], found.status_code) == (422, 422)
        else:
            assert (answers[address, "q"], result in found.text) == (200, True)


@pytest.mark.parametrize("text", ["!!!", "\U0001f3a7", "---"])
def test_a_search_without_a_word_is_told_so(
    text: str, browse: Callable[[User], factories.Browser], ada: User
) -> None:
    browser = browse(ada)

    wordless, missed = (
        browser.get("/search", query_string={"q": words}).text for words in (text, "nosuchword")
    )

    sentences = ("There is no word in it: no letter and no digit.", "Try fewer or broader words")
    assert [sentence in wordless for sentence in sentences] == [True, False]
    assert [sentence in missed for sentence in sentences] == [False, True]


def test_only_what_can_be_saved_is_offered_for_saving(
    browse: Callable[[User], factories.Browser], ada: User
) -> None:
    browser = browse(ada)
    asked = ("q=(((", "q=(((&kind=video", "q=nosuchword", "kind=video", "q=-kafka")

    pages = [browser.get(f"/search?{query}").text for query in asked]

    assert ["Save this search" in page for page in pages] == [False, False, True, True, True]
    assert ["Around this search" in page for page in pages] == [False, False, True, True, True]


@pytest.mark.parametrize(
    "query", ["solved=0", "checked=false", "followed=0", "sort=best", "kind=&author=+", "q=+"]
)
def test_what_asks_for_nothing_is_no_filter(
    query: str, browse: Callable[[User], factories.Browser], session: Session, ada: User
) -> None:
    factories.make_episode(session, ada, "Kafka")
    browser = browse(ada)

    alone, with_words = (browser.get(f"/search?{given}") for given in (query, f"{query}&q=kafka"))

    assert "What do you need to know?" in alone.text
    assert [page.text.count('class="chips narrowed"') for page in (alone, with_words)] == [0, 0]


def test_links_of_the_page_ask_for_it_in_one_form(
    browse: Callable[[User], factories.Browser], session: Session, ada: User
) -> None:
    factories.make_episode(session, ada, "Kafka lag", solved_count=1)
    factories.make_episode(session, ada, "Kafka lag", solved_count=1)

    page = browse(ada).get("/search?sort=newest&solved=TRUE&q=+Kafka++lag&tag=&author=@Ada").text

    assert 'href="/search?q=Kafka+lag&amp;author=me&amp;solved=1&amp;sort=best"' in page
    assert 'aria-label="Without: by me"' in page


def test_ten_kilobytes_are_refused_in_a_sentence(
    browse: Callable[[User], factories.Browser], session: Session, ada: User
) -> None:
    episode = factories.make_episode(session, ada, "Kafka")
    browser = browse(ada)

    for address in ("/search", "/search/suggestions", f"{episode.path}/moments"):
        answer = browser.get(address, query_string={"q": "a " * 5000})

        assert answer.status_code == 422
        assert "At most 500 characters." in answer.text


def test_more_results_take_no_more_statements(
    browse: Callable[[User], factories.Browser], database: Database, session: Session, ada: User
) -> None:
    browser = browse(ada)

    def count() -> int:
        statements: list[str] = []

        def note(*args: object) -> None:
            statements.append(str(args[2]))

        event.listen(database.engine, "before_cursor_execute", note)
        assert browser.get("/search?q=kafka").status_code == 200
        event.remove(database.engine, "before_cursor_execute", note)
        return len(statements)

    def add() -> None:
        episode = factories.make_episode(session, ada, "Kafka")
        factories.make_transcript(session, episode, (0, 2, "kafka one"), (5, 7, "kafka two"))

    add()
    count()  # the first request of a session also notes when it was seen
    with_one = count()
    add()
    add()

    assert count() == with_one


@pytest.mark.parametrize(
    "others", ["endpoint=x", "_method=POST", "_anchor=x", "_external=1", "_scheme=ftp", "values=x"]
)
def test_names_that_search_does_not_know_change_no_link(
    others: str, browse: Callable[[User], factories.Browser], session: Session, ada: User
) -> None:
    factories.make_episode(session, ada, "A broker")
    browser = browse(ada)

    plain, other = (
        browser.get(f"/search?q=broker&kind=video{more}") for more in ("", f"&{others}")
    )

    links = re.compile(r'href="([^"]*search[^"]*)"')
    assert (plain.status_code, other.status_code) == (200, 200)
    assert "/search?q=broker&amp;kind=video&amp;sort=newest" in links.findall(plain.text)
    assert links.findall(other.text) == links.findall(plain.text)


def test_the_page_and_the_api_say_which_words_were_left_out(
    client: FlaskClient,
    session: Session,
    ada: User,
    browse: Callable[[User], factories.Browser],
) -> None:
    factories.make_episode(session, ada, "Kafka")
    words = "+".join(["kafka", *(f"word{letter}" for letter in "abcdefghijkl")]) + "+"
    unwanted = "+".join(f"-x{n}" for n in range(13))

    found = ask(client, session, ada, f"q={words}{unwanted}").json
    browser = browse(ada)

    assert found["left_out"] == ["wordl", "-x12"]
    for shown in (f"{words}{unwanted}", f"{words.replace('kafka', 'nosuch')}{unwanted}"):
        page = browser.get(f"/search?q={shown}").text
        assert "not counted: <bdi>wordl</bdi>, <bdi>-x12</bdi>." in page
    assert "not counted" not in browser.get("/search?q=kafka").text
