"""Caption files are read down to plain text, or refused with a sentence that helps."""

import html
from collections.abc import Sequence
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import webvtt
from hypothesis import given, settings
from hypothesis import strategies as st

from mediashare.transcripts import forms as transcripts_forms
from mediashare.transcripts.errors import CaptionsInvalidError, CaptionsTooLargeError
from mediashare.transcripts.models import Origin, Transcript
from mediashare.transcripts.queries import SaidSegment
from mediashare.transcripts.service.reading import MAX_CAPTIONS, MAX_WORDS, Caption, read_captions
from tests.transcripts.files import written

CORPUS = Path(__file__).parent / "corpus"
TIMES = "00:00:01.000 --> 00:00:02.000"


class Tags(HTMLParser):
    """Collects what a browser would take for elements."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.found.append(tag)


def test_webvtt_becomes_captions_in_order_of_time() -> None:
    text = f"WEBVTT\n\nlate\n00:05.000 --> 00:06.500\nsecond\nline\n\n{TIMES}\n<v Ada>first</v>\n"

    captions = read_captions(text)

    assert captions == [
        Caption(1000, 2000, "first", "Ada"),
        Caption(5000, 6500, "second line"),
    ]


def test_subrip_becomes_captions() -> None:
    text = (
        "1\r\n00:00:01,000 --> 00:00:02,000\r\nfirst <i>line</i>\r\n\r\n"
        "2\r\n00:01:00,500 --> 01:00:00,000\r\nsecond\r\n"
    )

    captions = read_captions(text)

    assert captions == [Caption(1000, 2000, "first line"), Caption(60_500, 3_600_000, "second")]


def test_a_byte_order_mark_and_zero_bytes_are_no_text() -> None:
    captions = read_captions(f"\ufeffWEBVTT\n\n{TIMES}\nze\0ro\n")

    assert captions == [Caption(1000, 2000, "zero")]


def test_hostile_webvtt_leaves_only_text() -> None:
    captions = read_captions((CORPUS / "hostile.vtt").read_text())

    assert [caption.text for caption in captions] == [
        "one",
        "two",
        "threealert(7)",
        "<img src=x onerror=alert(8)>four</script>",
        "five &lt;",
        "six seven",
        'eight <iframe src="https://evil.example/"',
    ]
    assert captions[1].speaker == "Eve onclick=alert(5)"


def test_hostile_subrip_leaves_only_text() -> None:
    captions = read_captions((CORPUS / "hostile.srt").read_text())

    assert [caption.text for caption in captions] == ["one", "two", "alert(3)three"]


@pytest.mark.parametrize("name", ["hostile.vtt", "hostile.srt"])
def test_what_was_hostile_is_written_without_a_tag_of_its_own(name: str) -> None:
    captions = read_captions((CORPUS / name).read_text())
    transcript, segments = _rows(captions)

    vtt = written("vtt", transcript, segments)
    srt = written("srt", transcript, segments)

    tags = Tags()
    tags.feed(vtt)
    tags.feed(srt)
    assert [tag for tag in tags.found if tag != "v"] == []
    assert "STYLE" not in vtt
    assert "evil.example/x" not in vtt


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "This is neither WebVTT (its first line is WEBVTT) nor SubRip."),
        ("just words\n", "This is neither WebVTT (its first line is WEBVTT) nor SubRip."),
        ("WEBVTT\n", "There is not a single caption in this file."),
        (f"WEBVTT\n\n{TIMES}\n<b></b>\n", "There is not a single caption in this file."),
        (
            "WEBVTT\n\n00:99.000 --> 01:00.000\nx\n",
            "Line 3: Times are written like 00:01:02.500 --> 00:01:04.000.",
        ),
        (
            f"WEBVTT\n\n{TIMES}\nx\n\n00:04.000 --> soon\ny\n",
            "Line 6: Times are written like 00:01:02.500 --> 00:01:04.000.",
        ),
        (
            "WEBVTT\n\n00:02.000 --> 00:01.000\nx\n",
            "Line 3: A caption must end after it starts.",
        ),
        (
            "1\n00:00:01,000 --> 99:00:00,000\nx\n",
            "Line 2: No recording lasts longer than a day.",
        ),
    ],
)
def test_what_is_not_captions_is_refused_with_the_line(text: str, sentence: str) -> None:
    with pytest.raises(CaptionsInvalidError) as refused:
        read_captions(text)

    assert refused.value.errors == {"captions": sentence}


def test_more_captions_than_can_be_spoken_are_refused() -> None:
    cues = "".join(
        f"{n // 3600:02}:{n // 60 % 60:02}:{n % 60:02}.000 --> 23:00:00.000\nx\n\n"
        for n in range(MAX_CAPTIONS + 1)
    )

    with pytest.raises(CaptionsTooLargeError):
        read_captions(f"WEBVTT\n\n{cues}")


def test_more_words_than_can_be_spoken_are_refused() -> None:
    words = "a " * 1000
    text = f"WEBVTT\n\n{TIMES}\n{words}\n\n"
    cues = text + f"{TIMES}\n{words}\n\n" * (MAX_WORDS // 1000 - 1)

    assert len(read_captions(cues)) == MAX_WORDS // 1000
    with pytest.raises(CaptionsTooLargeError) as refused:
        read_captions(f"{cues}{TIMES}\none\n")

    assert str(refused.value) == (
        "This file is too large: at most 2 MB, 20,000 captions and 100,000 words."
    )


def test_bytes_that_are_not_utf8_are_refused_with_the_line() -> None:
    with pytest.raises(CaptionsInvalidError) as refused:
        transcripts_forms.read_body(b"WEBVTT\n\n00:01.000 --> 00:02.000\ncaf\xe9\n")

    assert refused.value.errors == {"captions": "Line 4: This is not UTF-8 text."}


def test_a_file_beyond_the_limit_is_refused() -> None:
    with pytest.raises(CaptionsTooLargeError):
        transcripts_forms.read_body(b"x" * (transcripts_forms.MAX_BYTES + 1))


WORDS = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=12)
TEXTS = st.lists(WORDS, min_size=1, max_size=20).map(" ".join)


@settings(deadline=None)
@given(
    st.lists(
        st.builds(
            lambda start, length, text, speaker: Caption(start, start + length, text, speaker),
            st.integers(0, 80_000_000),
            st.integers(1, 60_000),
            TEXTS,
            st.none() | WORDS,
        ),
        min_size=1,
        max_size=8,
    )
)
def test_what_is_written_as_webvtt_reads_the_same(captions: list[Caption]) -> None:
    cleaned = [
        Caption(c.start_ms, c.end_ms, _normal(c.text), _normal(c.speaker) if c.speaker else None)
        for c in captions
    ]
    kept = sorted((c for c in cleaned if c.text), key=lambda c: (c.start_ms, c.end_ms))
    transcript, segments = _rows(kept)

    vtt = written("vtt", transcript, segments)

    assert len(webvtt.from_string(vtt, strict=True).captions) == len(kept)
    assert [(c.start_ms, c.end_ms) for c in read_captions(vtt)] == [
        (c.start_ms, c.end_ms) for c in kept
    ]
    assert sorted(_letters(c.text) for c in read_captions(vtt)) == sorted(
        _letters(c.text) for c in kept
    )


def _normal(text: str) -> str:
    found = read_captions(f"WEBVTT\n\n{TIMES}\n{html.escape(text, quote=False)}\n")
    return found[0].text


def _letters(text: str) -> str:
    return "".join(text.split())


def _rows(captions: Sequence[Caption]) -> tuple[Transcript, list[SaidSegment]]:
    segments = [SaidSegment(c.start_ms, c.end_ms, c.text, c.speaker) for c in captions]
    return Transcript(origin=Origin.AUTHOR, is_draft=False), segments
