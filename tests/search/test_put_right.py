"""What a mistyped question finds at once: the results of what was meant, which say so."""

import re
from collections.abc import Callable, Sequence

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mediashare.accounts.models import User
from mediashare.db.paging import PageRequest
from mediashare.db.session import Database
from mediashare.library.models import Episode
from mediashare.requests import service as requests_service
from mediashare.requests.service import NewRequest
from mediashare.search import queries as search_queries
from mediashare.search.forms import read_request
from mediashare.search.models import AskedWords
from mediashare.search.queries.request import SearchPage
from mediashare.vectors.port import Near
from tests import factories
from tests.counting import count_statements
from tests.finders import Hears
from tests.search.conftest import Ask
from tests.search.library import titles

Browse = Callable[[User], factories.Browser]
NOTE = re.compile(r'<p class="note"><span>(.*?)</span></p>', re.DOTALL)


@pytest.fixture
def ada(session: Session) -> User:
    return factories.make_user(session, "Ada", handle="ada")


@pytest.fixture
def browser(session: Session, browse: Browse) -> factories.Browser:
    return browse(factories.make_user(session))


def say(session: Session, author: User, *sentences: str, title: str = "A clip") -> None:
    clip = factories.make_episode(session, author, title)
    spoken = [(10.0 * n, 10.0 * n + 2, text) for n, text in enumerate(sentences)]
    factories.make_transcript(session, clip, *spoken)


def parts(page: SearchPage) -> tuple[list[str], str | None, str | None, bool]:
    return titles(page), page.instead, page.put_right, page.is_missed


def read_notes(page: str) -> list[str]:
    return [" ".join(re.sub("<[^>]+>", "", note).split()) for note in NOTE.findall(page)]


def test_where_nothing_is_found_the_results_of_what_was_meant_are_shown(
    session: Session, ada: User, ask: Ask
) -> None:
    say(session, ada, "kubernetes restarts", title="Clusters")

    right = ask(ada, "kuberntes")

    assert parts(right) == (["Clusters"], "kubernetes", "kubernetes", True)
    assert right.results[0].moments[0].html == "<mark>kubernetes</mark> restarts"
    assert [choice.value for choice in right.facets["author"]] == ["ada"]


def test_where_anything_is_found_it_stays_and_what_was_meant_is_proposed(
    session: Session, ada: User, ask: Ask
) -> None:
    say(session, ada, "kubernetes", title="Clusters")
    say(session, ada, "restarts", title="Services")

    some = ask(ada, "kuberntes restarts")

    assert parts(some) == (["Services"], "kubernetes restarts", None, True)
    assert parts(ask(ada, "restarts")) == (["Services"], None, None, False)


def test_who_asks_for_it_as_typed_is_shown_nothing_else(
    session: Session, ada: User, ask: Ask
) -> None:
    say(session, ada, "kubernetes")

    for given in ({"as_typed": "1"}, {"typing": "1"}):
        assert parts(ask(ada, "kuberntes", **given)) == ([], "kubernetes", None, True)


def test_what_is_put_right_and_finds_nothing_either_is_only_proposed(
    session: Session, ada: User, ask: Ask
) -> None:
    say(session, ada, "kubernetes")

    assert parts(ask(ada, "kuberntes", kind="audio")) == ([], "kubernetes", None, True)


def test_filters_and_exclusions_hold_for_the_words_put_right(
    session: Session, ada: User, ask: Ask
) -> None:
    say(session, ada, "kubernetes", title="First")
    say(session, ada, "kubernetes and pods", title="Second")
    say(session, factories.make_user(session), "kubernetes", title="Third")

    assert titles(ask(ada, "kuberntes -pods", author="ada")) == ["First"]


def test_nobody_is_shown_what_they_may_not_find_by_what_was_meant(
    session: Session, ada: User, ask: Ask
) -> None:
    bob = factories.make_user(session)
    factories.make_episode(session, bob, "Xylophonists", audience="private")

    assert parts(ask(ada, "xylophonits")) == ([], None, None, True)
    factories.make_episode(session, ada, "A xylophonist")

    assert titles(ask(ada, "xylophonits")) == ["A xylophonist"]
    assert sorted(titles(ask(bob, "xylophonits"))) == ["A xylophonist", "Xylophonists"]


@pytest.mark.parametrize("sort", ["best", "newest"])
def test_further_pages_go_on_with_what_was_meant(
    session: Session, ada: User, ask: Ask, sort: str
) -> None:
    for number in range(5):
        say(session, ada, "kubernetes", title=f"Clip {number}")
    whole = titles(ask(ada, "kubernetes", sort=sort))
    pages = [ask(ada, "kuberntes", sort=sort, limit=2)]
    while cursor := pages[-1].next_cursor:
        pages.append(ask(ada, "kuberntes", sort=sort, limit=2, cursor=cursor))

    assert len(whole) == 5
    assert [title for page in pages for title in titles(page)] == whole
    assert [page.put_right for page in pages] == ["kubernetes"] * 3


def test_a_further_page_of_words_that_were_put_right_is_empty_once_nothing_is_near(
    session: Session, ada: User, ask: Ask
) -> None:
    for _two in range(2):
        say(session, ada, "kubernetes")
    cursor = ask(ada, "kuberntes", limit=1).next_cursor or ""

    assert titles(ask(ada, "kuberntes", cursor=cursor)) == ["A clip"]
    assert titles(ask(ada, "kuberntes", cursor=cursor, as_typed="1")) == []
    assert titles(ask(ada, "qqqzzz", cursor=cursor)) == []


class HearsOne(Hears):
    """Finds its clips by the meaning of one word alone."""

    def __init__(self, word: str, *found: Episode, similarity: float = 0.9) -> None:
        super().__init__(*found, similarity=similarity)
        self._word = word

    def ask(self, *asked: object) -> Hears:
        self._is_meant = self._word in asked
        return self

    again = ask

    def find(self, *asked: object) -> Sequence[Near]:
        return super().find(*asked) if self._is_meant else []


def test_what_something_is_like_stays_and_what_is_only_like_the_words_put_right_is_not_shown(
    session: Session, ada: User
) -> None:
    factories.make_episode(session, ada, "Kubernetes", kind="video")
    alike = factories.make_episode(session, ada, "Clusters", kind="audio")
    factories.make_transcript(session, alike, (0, 2, "nodes and pods"))

    def find(word: str, **filters: str) -> SearchPage:
        viewer = factories.viewer_of(ada)
        request = read_request({"q": "kuberntes", **filters}, viewer, PageRequest())
        return search_queries.search(session, viewer, request, HearsOne(word, alike))

    assert parts(find("kuberntes")) == (["Clusters"], "Kubernetes", None, True)
    assert parts(find("Kubernetes", kind="audio")) == ([], "Kubernetes", None, True)
    both = find("Kubernetes")
    assert (sorted(titles(both)), both.put_right) == (["Clusters", "Kubernetes"], "Kubernetes")


@pytest.mark.parametrize(("similarity", "shown"), [(0.29, "Kubernetes"), (0.3, "Clusters")])
def test_what_is_only_somewhat_like_a_mistake_does_not_stand_in_the_way(
    session: Session, ada: User, similarity: float, shown: str
) -> None:
    factories.make_episode(session, ada, "Kubernetes")
    alike = factories.make_episode(session, ada, "Clusters")
    factories.make_transcript(session, alike, (0, 2, "nodes and pods"))
    viewer = factories.viewer_of(ada)
    request = read_request({"q": "kuberntes"}, viewer, PageRequest())

    found = search_queries.search(
        session, viewer, request, HearsOne("kuberntes", alike, similarity=similarity)
    )

    assert titles(found) == [shown]


def test_the_api_says_what_was_asked_and_what_the_results_are_for(
    session: Session, ada: User, browser: factories.Browser
) -> None:
    say(session, ada, "kubernetes", title="Clusters")

    def read(query: str) -> tuple[str, str, str | None, int]:
        found = browser.get(f"/api/v1/search?{query}").json
        return found["asked"], found["results_for"], found["instead"], len(found["results"])

    assert read("q=kuberntes") == ("kuberntes", "kubernetes", "kubernetes", 1)
    assert read("q=kubernetes") == ("kubernetes", "kubernetes", None, 1)
    assert read("q=kuberntes&as_typed=1") == ("kuberntes", "kuberntes", "kubernetes", 0)
    assert read("q=xyzzyqwert") == ("xyzzyqwert", "xyzzyqwert", None, 0)


def test_the_page_says_above_the_results_what_they_are_for_and_searches_as_typed_too(
    session: Session, ada: User, browser: factories.Browser
) -> None:
    say(session, ada, "kubernetes", "kubernetes", title="Clusters")
    typed = "/search?q=kuberntes&amp;as_typed=1"

    page = browser.get("/search?q=kuberntes").text
    as_typed = browser.get("/search?q=kuberntes&as_typed=1").text

    sentence = "Nothing has “kuberntes” in it. These are results for “kubernetes”."
    assert read_notes(page) == [f"{sentence} Search for exactly what was typed"]
    assert page.index("These are results") < page.index("<h1>") < page.index('class="best')
    assert f'href="{typed}"' in page
    assert "<h1>Results for “kubernetes”</h1>" in page
    assert "Nothing has this word" not in page
    assert "Did you mean" not in page
    assert (read_notes(as_typed), "Nothing found for “kuberntes”" in as_typed) == ([], True)
    assert 'Did you mean <a href="/search?q=kubernetes"' in as_typed


def test_links_of_what_was_put_right_open_it_and_ask_again_for_what_was_typed(
    session: Session, ada: User, browser: factories.Browser
) -> None:
    for number in range(22):
        say(session, ada, "kubernetes", "kubernetes", "it", "kubernetes", title=f"Clip {number}")

    page = browser.get("/search?q=kuberntes").text
    further = re.findall(r'href="(/search\?q=kuberntes&amp;cursor=[^"]+)"', page)
    second = browser.get(further[0].replace("&amp;", "&")).text

    assert "find=kubernetes" in page
    assert "find=kuberntes" not in page
    assert 'href="/search?q=kubernetes&amp;author=ada"' in page
    assert 'href="/search?q=kuberntes&amp;sort=newest"' in page
    assert '<input type="hidden" name="q" value="kuberntes">' in page
    assert "<h1>More results for “kubernetes”</h1>" in second
    assert len(read_notes(second)) == 1
    assert second.count('class="res"') == 2


def test_what_is_asked_for_as_typed_stays_so_under_filters(
    session: Session, ada: User, browser: factories.Browser
) -> None:
    say(session, ada, "kubernetes")

    page = browser.get("/search?q=kuberntes&as_typed=1&kind=video").text

    assert '<input type="hidden" name="as_typed" value="1">' in page
    assert 'href="/search?q=kuberntes&amp;as_typed=1" aria-label="Without: video"' in page


def test_open_requests_beside_are_those_about_what_was_meant(
    session: Session, ada: User, browser: factories.Browser
) -> None:
    say(session, ada, "kubernetes")
    session.rollback()
    wanted = NewRequest(title="Who knows Kubernetes?", group_id=None)
    requests_service.ask(session, factories.viewer_of(ada), wanted)
    session.commit()

    assert "Who knows Kubernetes?" in browser.get("/search?q=kuberntes").text


def test_what_was_typed_counts_as_searched_in_vain(
    database: Database, session: Session, ada: User, browser: factories.Browser
) -> None:
    say(session, ada, "kubernetes")

    browser.get("/search", query_string={"q": "kuberntes"}, buffered=True)

    with database.reading() as reading:
        asked = reading.execute(select(AskedWords.words, AskedWords.searches, AskedWords.misses))
        assert [tuple(row) for row in asked] == [("kuberntes", 1, 1)]


def test_what_is_kept_is_what_was_typed(
    session: Session, ada: User, browser: factories.Browser
) -> None:
    say(session, ada, "kubernetes")

    for query in ("q=kuberntes", "q=kuberntes&amp;as_typed=1"):
        page = browser.get(f"/search?{query.replace('&amp;', '&')}").text
        assert f'name="query" value="{query}"' in page
        assert 'name="usual" value="kuberntes"' in page


def test_a_second_search_is_made_only_where_the_first_finds_nothing(
    database: Database, session: Session, ada: User, ask: Ask
) -> None:
    say(session, ada, "kubernetes", "restarts")

    def count(text: str, **given: str) -> int:
        return count_statements(database, lambda: ask(ada, text, **given))

    found, missed, as_typed = (
        count("kubernetes"), count("kuberntes"), count("kuberntes", as_typed="1"),
    )  # fmt: skip

    assert missed <= min(as_typed + found, 24)
    assert count("restarts") == found
    assert count("qqqzzz") == count("qqqzzz", as_typed="1")


def test_a_page_of_what_was_put_right_takes_few_statements_however_much_it_finds(
    database: Database, session: Session, ada: User, browser: factories.Browser
) -> None:
    def count() -> int:
        return count_statements(database, lambda: browser.get("/search?q=kuberntes"))

    say(session, ada, "kubernetes", "kubernetes")
    count()  # the first request of a session also notes when it was seen
    with_one = count()
    for _two in range(2):
        say(session, factories.make_user(session), "kubernetes", "kubernetes")

    assert count() == with_one
    assert with_one <= 30
