"""What stands beside results: whom to ask, open requests, what a wider search finds, filters."""

import re
from collections.abc import Callable
from html import escape
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from sqlalchemy.orm import Session

from mediashare.accounts.models import Role, User
from mediashare.db.paging import PageRequest
from mediashare.db.session import Database
from mediashare.groups.models import GroupKind
from mediashare.library.models import Audience
from mediashare.requests import service as requests_service
from mediashare.requests.service import NewRequest
from mediashare.search import queries as search_queries
from mediashare.search.forms import read_request
from mediashare.search.queries.around import Around, look_around
from tests import factories
from tests.counting import count_statements

Look = Callable[..., Around]
Browse = Callable[[User], factories.Browser]


@pytest.fixture
def look(database: Database) -> Look:
    """What stands beside a search: `look(user, "kafka", kind="audio")`."""

    def look_beside(user: User, text: str, **args: str) -> Around:
        viewer = factories.viewer_of(user)
        request = read_request({"q": text, **args}, viewer, PageRequest())
        with database.reading() as session:
            found = search_queries.search(session, viewer, request)
            return look_around(session, viewer, request, found)

    return look_beside


@pytest.fixture
def reader(session: Session) -> User:
    return factories.make_user(session, "Rita Reader", handle="rita")


def make_clip(session: Session, author: User, *sentences: str, **values: Any) -> None:
    clip = factories.make_episode(session, author, "A clip", **values)
    spoken = [(10.0 * n, 10.0 * n + 2, text) for n, text in enumerate(sentences)]
    factories.make_transcript(session, clip, *spoken)


def ask(session: Session, user: User, title: str, group_id: str | None = None) -> None:
    session.rollback()
    requests_service.ask(
        session, factories.viewer_of(user), NewRequest(title=title, group_id=group_id)
    )
    session.commit()


def people(around: Around) -> list[tuple[str, int, int, int]]:
    return [(one.person.handle, one.clips, one.moments, one.solved) for one in around.people]


def test_those_are_asked_who_speak_of_it_most(session: Session, reader: User, look: Look) -> None:
    ada = factories.make_user(session, handle="ada")
    bob = factories.make_user(session, handle="bob")
    make_clip(session, bob, "kafka here", solved_count=4)
    make_clip(session, ada, "kafka one", "kafka two")
    make_clip(session, ada, "kafka three", solved_count=2)
    make_clip(session, factories.make_user(session, handle="eve"), "something else")

    assert people(look(reader, "kafka")) == [("ada", 2, 3, 2), ("bob", 1, 1, 4)]


def test_nobody_asks_themselves_or_somebody_who_is_gone(
    session: Session, reader: User, look: Look
) -> None:
    make_clip(session, reader, "kafka")
    make_clip(session, factories.make_user(session, is_active=False), "kafka")

    assert people(look(reader, "kafka")) == []


def test_what_one_may_not_find_is_evidence_of_nothing(
    session: Session, reader: User, look: Look
) -> None:
    ada = factories.make_user(session, handle="ada")
    others = factories.make_group(session, ada)
    make_clip(session, ada, "kafka", "kafka again", audience=Audience.PRIVATE)
    make_clip(session, ada, "kafka", groups=[others])
    make_clip(session, ada, "kafka", audience=Audience.UNLISTED)

    assert people(look(reader, "kafka")) == []
    make_clip(session, ada, "kafka")
    assert people(look(reader, "kafka")) == [("ada", 1, 1, 0)]


def test_open_requests_on_it_stand_there_for_those_who_may_see_them(
    session: Session, reader: User, look: Look
) -> None:
    ada = factories.make_user(session)
    group = factories.make_group(session, ada)
    ask(session, ada, "How do I rebalance Kafka?")
    ask(session, ada, "Kafka rebalanced for the group", group.id)
    ask(session, ada, "Something else")

    def titles(user: User) -> list[str]:
        return [one.title for one in look(user, "kafka rebalancing").requests]

    assert titles(reader) == ["How do I rebalance Kafka?"]
    assert set(titles(ada)) == {"How do I rebalance Kafka?", "Kafka rebalanced for the group"}
    assert titles(factories.make_user(session, role=Role.GUEST)) == []


def test_where_nothing_is_found_wider_searches_say_what_they_find(
    session: Session, reader: User, look: Look
) -> None:
    ada = factories.make_user(session, handle="ada")
    for _two in range(2):
        make_clip(session, ada, "blue then green", kind="video")

    by_filter = look(reader, "blue", kind="audio")
    by_marks = look(reader, '"blue green"')
    by_both = look(reader, '"blue then" -green', kind="audio")
    excluded = look(reader, "blue -then")

    def wider(around: Around) -> list[tuple[str, str, int, bool]]:
        return [(one.leaves_out, one.text, one.count, one.is_least) for one in around.wider]

    assert wider(by_filter) == [("filters", "blue", 2, False)]
    assert wider(by_marks) == [("marks", "blue green", 2, False)]
    assert wider(by_both) == [("marks", "blue then", 2, False)]
    assert wider(excluded) == [("marks", "blue", 2, False)]
    assert people(by_marks) == [("ada", 2, 0, 0)]
    assert wider(look(reader, "blue")) == []
    assert wider(look(reader, "nosuchword")) == []


def test_a_wider_search_finds_as_many_as_it_says(
    session: Session, reader: User, look: Look, browse: Browse
) -> None:
    ada = factories.make_user(session)
    make_clip(session, ada, "the big deploy")
    make_clip(session, ada, "deploy now")

    (wider,) = look(reader, '"the deploy"').wider
    linked = browse(reader).get("/api/v1/search", query_string={"q": wider.text}).json

    assert (wider.text, wider.count, len(linked["results"])) == ("the deploy", 2, 2)


def test_a_page_without_an_answer_helps_on(session: Session, reader: User, browse: Browse) -> None:
    ada = factories.make_user(session, "Ada Lovelace", handle="ada", team="Engines")
    make_clip(session, ada, "blue then green")
    ask(session, ada, "What is blue green?")

    page = browse(reader).get('/search?q="blue+green"').text

    assert "Nothing found for" in page
    assert 'href="/search?q=blue+green"' in page
    assert "Ada Lovelace" in page
    assert "What is blue green?" in page
    assert 'href="/requests?q=%22blue+green%22"' in page


def test_a_page_with_answers_has_people_requests_and_a_form_that_keeps_the_search(
    session: Session, reader: User, browse: Browse
) -> None:
    ada = factories.make_user(session, "Ada Lovelace", handle="ada", team="Engines")
    make_clip(session, ada, "kafka one", "kafka two", solved_count=3)
    ask(session, ada, "Whither Kafka?")

    page = browse(reader).get("/search?q=kafka&kind=video").text

    assert 'href="/p/ada"' in page
    assert 'href="/search?q=kafka&amp;author=ada"' in page
    assert "2 moments</a>, solved it for 3" in page
    assert "Whither Kafka?" in page
    assert 'name="query" value="q=kafka&amp;kind=video"' in page


def test_filters_are_shown_by_their_names_and_each_can_be_taken_away(
    session: Session, reader: User, browse: Browse
) -> None:
    ada = factories.make_user(session, handle="ada")
    group = factories.make_group(session, reader, ada, name="Mesh <guild>")
    secret = factories.make_group(session, ada, name="Conspiracy", kind=GroupKind.SECRET)
    make_clip(session, ada, "kafka", groups=[group])
    browser = browse(reader)

    page = browser.get(f"/search?q=kafka&group={group.slug}&author=ada").text
    hidden = browser.get(f"/search?q=kafka&group={secret.slug}").text

    assert "in Mesh &lt;guild&gt;" in page
    assert 'href="/search?q=kafka&amp;author=ada" aria-label="Without: in Mesh' in page
    assert f'href="/search?q=kafka&amp;group={group.slug}" aria-label="Without: by @ada"' in page
    assert "Conspiracy" not in hidden


def test_an_author_is_known_by_the_handle_or_by_a_name_that_one_alone_has(
    session: Session, reader: User, browse: Browse
) -> None:
    ade = factories.make_user(session, "Ade Okoro", handle="ade")
    make_clip(session, ade, "kafka")
    for handle in ("sam1", "sam2"):
        make_clip(session, factories.make_user(session, "Sam Doe", handle=handle), "kafka")
    # Whose handle it is comes before whose name it is.
    factories.make_user(session, "sam2")
    browser = browse(reader)

    def find(author: str) -> tuple[int, list[str], list[str]]:
        page = browser.get("/search", query_string={"q": "kafka", "author": author}).text
        chips = re.findall(r"Without: ([^\"]*)", page)
        return page.count('class="best'), chips, re.findall(r"Nobody has the handle “[^”]*”", page)

    assert find("Ade Okoro") == (1, ["by @ade"], [])
    assert find("@Ade") == (1, ["by @ade"], [])
    assert find("sam2") == (1, ["by @sam2"], [])
    assert find("Sam Doe") == (0, ["by Sam Doe"], ["Nobody has the handle “Sam Doe”"])
    assert find("me") == (0, ["by me"], [])


def test_whom_and_what_one_may_not_know_of_is_as_if_it_were_not_there(
    session: Session, reader: User, browse: Browse
) -> None:
    ada = factories.make_user(session, handle="ada")
    factories.make_user(session, "Ade Okoro", handle="okoro9")
    secret = factories.make_group(session, ada, name="Plot", kind=GroupKind.SECRET).slug
    factories.make_user(session, "Gone Girl", handle="gone1", is_active=False)
    member, guest = browse(reader), browse(factories.make_user(session, role=Role.GUEST))

    def page(browser: factories.Browser, name: str, value: str) -> str:
        found = browser.get("/search", query_string={"q": "kafka", name: value}).text
        found = re.sub(r'(nonce|csrf[-_]token" (value|content))="[^"]*"', "", found)
        written = (escape(value), quote_plus(value), quote(value))
        return re.sub("|".join(map(re.escape, written)), "?", found)

    assert f"There is no group “{secret}”." in member.get(f"/search?group={secret}").text
    assert page(member, "group", secret) == page(member, "group", "nonesuch")
    assert page(member, "author", "gone1") == page(member, "author", "nonesuch")
    assert page(member, "author", "Gone Girl") == page(member, "author", "None Such")
    assert page(guest, "author", "okoro9") == page(guest, "author", "nonesuch")
    assert page(guest, "author", "Ade Okoro") == page(guest, "author", "None Such")
    assert page(member, "author", "Ade Okoro") != page(member, "author", "None Such")


def test_filters_alone_list_what_they_let_through(
    session: Session, reader: User, browse: Browse
) -> None:
    make_clip(session, factories.make_user(session, handle="ada"), "kafka")
    browser = browse(reader)

    assert 'class="res"' in browser.get("/search?author=ada").text
    assert "What do you need to know?" in browser.get("/search").text


def test_what_stands_beside_takes_few_statements_however_much_it_is(
    session: Session, database: Database, reader: User
) -> None:
    ada = factories.make_user(session, handle="ada")
    viewer = factories.viewer_of(reader)

    def count(text: str, **args: str) -> int:
        request = read_request({"q": text, **args}, viewer, PageRequest())
        with database.reading() as reading:
            found = search_queries.search(reading, viewer, request)
            return count_statements(database, lambda: look_around(reading, viewer, request, found))

    def add() -> None:
        make_clip(session, factories.make_user(session), "blue then green")
        ask(session, ada, "What is blue green?")

    def count_all() -> list[int]:
        return [count("blue"), count('"blue green"'), count('"blue green"', kind="audio")]

    add()
    with_one = count_all()
    add()
    add()

    assert count_all() == with_one
    assert with_one[0] == 1
    assert max(with_one) <= 12


@pytest.mark.parametrize(("others", "most"), [(5, 15), (150, 16)])
def test_it_takes_one_statement_more_for_eight_times_as_many_clips_that_are_not_for_one(
    session: Session, database: Database, reader: User, others: int, most: int
) -> None:
    ada = factories.make_user(session)
    group = factories.make_group(session, ada)
    factories.make_episode(session, ada, "Alpha beta")
    for number in range(others):
        factories.make_episode(session, ada, f"Alpha {number} beta", audience=Audience.PRIVATE)
    viewer = factories.viewer_of(reader)
    args = {"q": '"alpha beta" gamma', "kind": "audio", "group": group.slug, "followed": "1"}
    request = read_request(args, viewer, PageRequest())

    with database.reading() as reading:
        found = search_queries.search(reading, viewer, request)
        count = count_statements(database, lambda: look_around(reading, viewer, request, found))

    assert count == (most if database.dialect == "postgresql" else most - 2)


def test_a_whole_page_takes_few_statements_whether_anything_is_found_or_not(
    session: Session, database: Database, reader: User, browse: Browse
) -> None:
    browser = browse(reader)
    browser.get("/search")  # the first request of a session also notes when it was seen

    def count_all() -> list[int]:
        asked = ("blue", "nosuchword", '"blue green"', '"blue green"&kind=audio')
        return [
            count_statements(database, lambda q=q: browser.get(f"/search?q={q}"))  # type: ignore[misc]  # bound now
            for q in asked
        ]

    def add() -> None:
        make_clip(session, factories.make_user(session), "blue then green")
        ask(session, factories.make_user(session), "What is blue green?")

    add()
    with_one = count_all()
    add()
    add()

    assert count_all() == with_one
    assert max(with_one) <= 22


def test_browsers_learn_how_to_search_here(browse: Browse, reader: User, client: Any) -> None:
    answer = client.get("/opensearch.xml")
    page = browse(reader).get("/").text

    assert answer.status_code == 200
    assert answer.mimetype == "application/opensearchdescription+xml"
    assert 'template="http://localhost:8000/search?q={searchTerms}"' in answer.text
    assert 'rel="search" type="application/opensearchdescription+xml"' in page
