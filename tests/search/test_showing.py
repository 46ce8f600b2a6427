"""What the page of results shows: why each is there, in which language, page by page."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from sqlalchemy.orm import Session

from mediashare.accounts.models import User
from mediashare.db.session import Database
from mediashare.library.models import Tag
from tests import factories
from tests.counting import count_statements


@pytest.fixture
def ada(session: Session) -> User:
    return factories.make_user(session, handle="ada")


def test_what_is_said_in_a_language_is_marked_as_such(
    browse: Callable[[User], factories.Browser], session: Session, ada: User
) -> None:
    for title in ("erster", "zweiter"):
        episode = factories.make_episode(session, ada, title, slug=title, language="de")
        factories.make_transcript(session, episode, (0, 2, "der Kessel und der Motor"))

    browser = browse(ada)
    found, one = (
        browser.get("/search?q=kessel").text,
        browser.get("/e/zweiter/moments?q=kessel"),
    )

    assert len(re.findall(r'<h2 dir="auto" lang="de">', found)) == 2
    assert len(re.findall(r'<q dir="auto" lang="de">', found)) == 2
    assert '<h1 class="h2" dir="auto" lang="de">' in one.text
    assert '<q dir="auto" lang="de">' in one.text
    assert 'lang="de">zweiter' in browser.get("/search/suggestions?q=zwei").text


def test_a_result_shows_which_of_its_tags_and_words_of_its_title_answer(
    browse: Callable[[User], factories.Browser], session: Session, ada: User
) -> None:
    tag, other = Tag(name="kubernetes"), Tag(name="rust")
    for title in ("Kubernetes <ops>", "Clusters"):
        factories.make_episode(session, ada, title, tags=[tag, other], tags_text="kubernetes rust")

    page = browse(ada).get("/search?q=kubernetes").text

    assert "<mark>Kubernetes</mark> &lt;ops&gt;</a></h2>" in page
    assert page.count("In its tags:") == 2
    chip = r'href="/search\?q=kubernetes&amp;tag=kubernetes" dir="auto"><mark>kubernetes</mark></a>'
    assert len(re.findall(chip, page)) == 2


def test_what_is_found_in_its_description_shows_where(
    browse: Callable[[User], factories.Browser], session: Session, ada: User
) -> None:
    about = "Much is told before. " * 20 + "The <zeppelin> comes late. " + "And then more. " * 20
    factories.make_episode(session, ada, "Airships", description=about)

    page = browse(ada).get("/search?q=zeppelin").text

    [shown] = re.findall(r"<p[^>]*>([^\n]*<mark>[^\n]*)</p>", page)
    assert re.match("…[A-Za-z. ]+ The &lt;<mark>zeppelin</mark>&gt; comes late. ", shown)
    assert shown.endswith("…")
    assert 180 <= len(shown) <= 230


def test_every_moment_of_the_best_result_is_quoted_with_its_sentence(
    browse: Callable[[User], factories.Browser], session: Session, ada: User
) -> None:
    episode = factories.make_episode(session, ada, "Steam", slug="steam-1")
    lines = ((0, 2, "One boiler."), (20, 22, "A boiler more."), (40, 42, "The last boiler."))
    factories.make_transcript(session, episode, *lines)

    page = browse(ada).get("/search?q=boiler").text

    best = re.sub(r"\s+", " ", page.split('class="best', 1)[1].split("</article>")[0])
    quoted = re.findall(r"<q[^>]*>(.*?)</q>", best)
    assert [re.sub("<.*?>", "", one) for one in quoted] == [text for *_when, text in lines]
    links = re.findall(r'<a class="hit" href="/e/steam-1\?t=([0-9.]+)', best)
    assert len(links) == 2


def test_a_further_page_has_the_filters_of_the_first_and_leads_back_to_it(
    browse: Callable[[User], factories.Browser], database: Database, session: Session, ada: User
) -> None:
    for number in range(25):
        language = "de" if number % 2 else "en"
        factories.make_episode(session, ada, f"Kafka {number}", language=language)
    browser = browse(ada)
    first = browser.get("/search?q=kafka&sort=newest").text
    [more] = re.findall(r'href="(/search[^"]*cursor=[^"]*)"', first)
    forms = re.compile(r'<form class="facets".*?</form>', re.DOTALL)

    second = browser.get(unescape(more))
    statements = count_statements(database, lambda: browser.get(unescape(more)))

    assert forms.findall(second.text) == forms.findall(first)
    assert re.search(r'href="/search\?q=kafka&amp;sort=newest">First results</a>', second.text)
    assert "First results" not in first
    assert "<h1>More results for “kafka”</h1>" in second.text
    assert "<title>kafka, further results" in second.text
    assert statements <= 22


@pytest.mark.parametrize("words", ["%20", "+%20"])
def test_blanks_alone_ask_for_nothing(
    words: str, browse: Callable[[User], factories.Browser], session: Session, ada: User
) -> None:
    factories.make_episode(session, ada, "Kafka")

    page = browse(ada).get(f"/search?q={words}").text

    assert "What do you need to know?" in page
    assert "Results for" not in page
    assert 'name="q" value=""' in page


def test_filters_are_written_as_people_write_them(
    browse: Callable[[User], factories.Browser], session: Session, ada: User
) -> None:
    for language in ("en", "de"):
        factories.make_episode(session, ada, "Kafka", language=language)

    page = browse(ada).get("/search?q=kafka&language=de&after=2024-01-01").text

    chips = re.findall(
        r"<bdi>([^<]*)</bdi>", page.split('class="chips narrowed"')[1].split("</p>")[0]
    )
    assert chips == ["in the language German", "since 1 Jan 2024"]
    assert 'value="de" checked>German<' in page
    assert 'value="en">English' in browse(ada).get("/search?q=kafka").text


def test_what_is_wrong_is_said_with_the_name_of_its_field(
    browse: Callable[[User], factories.Browser], ada: User
) -> None:
    page = browse(ada).get("/search?q=a&after=soon&language=xx_!").text

    assert "Since: Must be a date such as 2026-11-22." in page
    assert 'role="alert">Language: ' in page
