"""Files of a transcript: safe names, nothing but text in any of them, for who may see it."""

import dataclasses
import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from urllib.parse import unquote

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from sqlalchemy import update
from sqlalchemy.orm import Session

from mediashare.chapters.models import Chapter, Outline
from mediashare.chapters.queries import Line
from mediashare.config import Settings
from mediashare.db.session import Database, begin_writing
from mediashare.library.models import Audience, Episode
from mediashare.transcripts.models import Origin, Segment, Transcript, TranscriptState
from mediashare.transcripts.queries import SaidSegment
from mediashare.web.parts import parts
from mediashare.web.streams import RightLostError, Streams
from tests.factories import Browser, make_episode, make_transcript, make_user
from tests.transcripts.files import ADDRESS, written

Browse = Callable[[object], Browser]
KINDS = {
    "vtt": "text/vtt; charset=utf-8",
    "srt": "application/x-subrip; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
    "json": "application/json; charset=utf-8",
    "md": "text/markdown; charset=utf-8",
}


@pytest.mark.parametrize("kind", KINDS)
def test_each_file_is_saved_under_the_title_and_is_no_page(
    kind: str, session: Session, browse: Browse
) -> None:
    ada = make_user(session)
    episode = make_episode(session, ada, "Überblick: TLS/mTLS")
    make_transcript(session, episode, (0, 2, "hello there"))

    answer = browse(ada).get(f"/api/v1/episodes/{episode.id}/transcript.{kind}")

    name = f"filename=\"_berblick_TLS_mTLS.{kind}\"; filename*=UTF-8''%C3%9Cberblick%20TLS%20mTLS."
    assert answer.headers["Content-Disposition"] == f"attachment; {name}{kind}"
    assert answer.headers["Content-Type"] == KINDS[kind]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "hello there" in answer.text


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("../../etc/passwd", "etc passwd"),
        ("C:\\Windows\\system32", "C Windows system32"),
        ('"; filename="evil.exe', "; filename= evil.exe"),
        ("invoice\N{RIGHT-TO-LEFT OVERRIDE}txt.exe", "invoicetxt.exe"),
        ("...", "file"),
        ("line\r\nSet-Cookie: a=b", "line Set-Cookie a=b"),
        ("x" * 200, "x" * 80),
        ("\N{SNOWMAN} 100 %", "\N{SNOWMAN} 100 %"),
    ],
)
def test_no_title_makes_a_dangerous_name(
    title: str, name: str, session: Session, browse: Browse
) -> None:
    ada = make_user(session)
    episode = make_episode(session, ada, title)
    make_transcript(session, episode, (0, 2, "hello"))

    answer = browse(ada).get(f"/api/v1/episodes/{episode.id}/transcript.txt")

    header = answer.headers["Content-Disposition"]
    plain, told = re.fullmatch(
        r"attachment; filename=\"([A-Za-z0-9._-]+)\"; filename\*=UTF-8''([A-Za-z0-9._~%-]+)", header
    ).groups()  # type: ignore[union-attr]  # that it is one is what is tested
    assert plain.endswith(".txt")
    assert unquote(told) == f"{name}.txt"
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("suffix", ["", "/transcript"])
def test_episode_and_transcript_name_the_files_with_type_language_and_kind(
    suffix: str, session: Session, browse: Browse
) -> None:
    ada = make_user(session)
    episode = make_episode(session, ada)
    make_transcript(session, episode, (0, 2, "olá"), language="pt-BR")

    answer = browse(ada).get(f"/api/v1/episodes/{episode.id}{suffix}").json

    base = f"/api/v1/episodes/{episode.id}/transcript"
    found = (answer if suffix else answer["transcript"])["files"]
    assert [(file["url"], file["type"], file["rel"]) for file in found] == [
        (f"{base}.vtt", "text/vtt", "captions"),
        (f"{base}.srt", "application/x-subrip", "captions"),
        (f"{base}.txt", "text/plain", "transcript"),
        (f"{base}.json", "application/json", "transcript"),
        (f"{base}.md", "text/markdown", "transcript"),
    ]
    assert {file["language"] for file in found} == {"pt-BR"}


def test_what_is_not_ready_has_no_files(session: Session, browse: Browse) -> None:
    ada = make_user(session)
    episode = make_episode(session, ada)
    make_transcript(session, episode, state=TranscriptState.RUNNING)

    answer = browse(ada).get(f"/api/v1/episodes/{episode.id}").json

    assert answer["transcript"]["files"] == []


def test_the_json_file_is_the_resource(session: Session, browse: Browse) -> None:
    ada = make_user(session)
    episode = make_episode(session, ada)
    make_transcript(session, episode, (0, 2, "«Grüße» \N{ROCKET}"), (3, 4, "again"))
    path = f"/api/v1/episodes/{episode.id}/transcript"
    browser = browse(ada)

    assert json.loads(browser.get(f"{path}.json").data) == browser.get(path).json


def test_the_markdown_has_chapters_and_a_link_for_each_paragraph(
    session: Session, browse: Browse
) -> None:
    ada = make_user(session, "Ada")
    episode = make_episode(session, ada, "Trust *bundles*")
    transcript = make_transcript(
        session,
        episode,
        (0, 2, "It fails."),
        (30.5, 32, "It is old."),
        is_draft=True,
        note="Rough.",
    )
    begin_writing(session)
    session.add(Outline(episode_id=episode.id))
    session.add(Chapter(episode_id=episode.id, start_ms=30_000, title="The cause"))
    session.commit()
    assert transcript.is_draft

    text = browse(ada).get(f"/api/v1/episodes/{episode.id}/transcript.md").text

    address = f"http://localhost:8000{episode.path}"
    assert text == (
        "# Trust \\*bundles\\*\n\n"
        f"By Ada, <{address}>\n\n"
        "> Rough.\n\n"
        f"[0:00]({address}?t=0) It fails.\n\n"
        "## The cause\n\n"
        f"[0:30]({address}?t=30.5) It is old.\n"
    )


class Shown(HTMLParser):
    """The text and the links that a reader of HTML sees."""

    def __init__(self) -> None:
        super().__init__()
        self.text, self.links, self.tags = "", list[str | None](), set[str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag == "a":
            self.links.append(dict(attrs)["href"])

    def handle_data(self, data: str) -> None:
        self.text += data


SIGNS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=60)
HARD = st.sampled_from(
    ["1. <b>*x*</b>", "[a](javascript:b)", "# no", "a\\", "`c`", "<https://x.example>", "&amp;",
     "https://x.example/?a=1", "www.x.example", "me@x.example", "---", "| a |",
     "~~s~~", "![i](x)", "\n# h"]
)  # fmt: skip


@hypothesis_settings(deadline=None)
@given(st.one_of(SIGNS, HARD), st.one_of(SIGNS, HARD), st.one_of(SIGNS, HARD))
def test_markdown_shows_what_was_said_and_nothing_else(said: str, title: str, who: str) -> None:
    transcript = Transcript(origin=Origin.AUTHOR, is_draft=False)
    segment = SaidSegment(0, 1000, said, who.strip() or None)

    text = written("md", transcript, [segment], chapters=[Line(0, title)], title=title, author=who)

    shown = Shown()
    parser = MarkdownIt("gfm-like", {"html": True})
    shown.feed(parser.render(text))
    links = [ADDRESS, f"{ADDRESS}?t=0"] if said else [ADDRESS]
    assert shown.links == links
    assert shown.tags <= {"h1", "h2", "p", "a", "strong"}
    for part in (said, title, who) if said else (title, who):
        assert "".join(part.split()) in "".join(shown.text.split())


@pytest.fixture
def long_one(session: Session) -> Episode:
    """An episode with a transcript of 280 kB."""
    episode = make_episode(session, make_user(session))
    transcript = make_transcript(session, episode)
    begin_writing(session)
    about = {"transcript_id": transcript.id, "episode_id": episode.id, "text": "a word " * 10_000}
    session.add_all(Segment(start_ms=n, end_ms=n + 1, **about) for n in range(4))
    session.commit()
    return episode


def test_a_file_is_written_while_it_is_sent_and_ends_with_the_right_to_it(
    own_app: Flask, settings: Settings, database: Database, session: Session, long_one: Episode
) -> None:
    now = [0.0]
    with own_app.app_context():
        streams = Streams(settings.web_threads, clock=lambda: now[0])
        dataclasses.replace(parts(), streams=streams).attach()
    browser = Browser(own_app, database, make_user(session))
    session.close()
    before = database.engine.pool.checkedout()  # type: ignore[attr-defined]  # a queue pool

    answer = browser.get(f"/api/v1/episodes/{long_one.id}/transcript.txt", buffered=False)
    sent = [next(answer.response)]
    held = database.engine.pool.checkedout()  # type: ignore[attr-defined]  # a queue pool
    with database.transaction() as writing:
        writing.execute(update(Episode).values(audience=Audience.PRIVATE))
    sent.append(next(answer.response))
    now[0] = 30.0
    with pytest.raises(RightLostError):
        next(answer.response)

    answer.close()
    assert all(len(block) < 100_000 for block in sent)
    assert held == before
    assert "Content-Length" not in answer.headers


def test_asking_for_the_head_reads_no_file(session: Session, browse: Browse) -> None:
    ada = make_user(session)
    episode = make_episode(session, ada)
    make_transcript(session, episode, (0, 2, "hello"))
    browser = browse(ada)
    path = f"/api/v1/episodes/{episode.id}/transcript.vtt"

    answers = [browser.send("HEAD", path) for _ in range(20)]

    assert {answer.status_code for answer in answers} == {200}
    assert answers[0].headers["Content-Disposition"].startswith("attachment; ")
    assert answers[0].data == b""
