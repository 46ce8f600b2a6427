"""Transcripts as files for players, programs and people, written piece by piece."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from mediashare.chapters.queries import Line
from mediashare.library.models import Episode
from mediashare.transcripts.models import Chunk, Transcript
from mediashare.transcripts.queries import SaidSegment
from mediashare.transcripts.views.captions import make_cues
from mediashare.transcripts.views.paragraphs import Paragraph, paragraphs
from mediashare.transcripts.views.resources import segment_json, transcript_json
from mediashare.web.rendering import clock_time

SRT_SIGNS = str.maketrans(
    {
        "<": "\N{SINGLE LEFT-POINTING ANGLE QUOTATION MARK}",
        ">": "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}",
    }
)
# What means something in Markdown wherever it stands; all our lines begin with signs of our own.
MARKS = re.compile(r"([\\`*_{}\[\]<>#|~&])")
# An address becomes a link by itself, also in words that only look like one.
ADDRESS = re.compile(r"(?<=\w):(?=//)|(?<=www)\.|@")


@dataclass(frozen=True, kw_only=True)
class Source:
    """What a file is written from: a transcript, its episode, and the address of that."""

    episode: Episode
    address: str
    transcript: Transcript
    segments: Sequence[SaidSegment]
    gaps: Sequence[Chunk] = ()
    chapters: Sequence[Line] = ()


Writer = Callable[[Source], Iterator[str]]


def to_vtt(source: Source) -> Iterator[str]:
    """WebVTT, with everything that was said or typed escaped."""
    yield "WEBVTT\n"
    if note := _draft_note(source.transcript):
        yield f"\nNOTE {_escape(note)}\n"
    for cue in make_cues(source.transcript, source.segments):
        text = "\n".join(_escape(line) for line in cue.lines)
        if cue.language not in {None, source.transcript.language}:
            text = f"<lang {cue.language}>{text}</lang>"
        voice = f"<v {_escape(cue.speaker)}>" if cue.speaker else ""
        yield f"\n{_time(cue.start_ms, '.')} --> {_time(cue.end_ms, '.')}\n{voice}{text}\n"


def to_srt(source: Source) -> Iterator[str]:
    """SubRip. It knows no escapes, so signs that players take for tags are written otherwise."""
    for number, cue in enumerate(make_cues(source.transcript, source.segments), 1):
        text = "\n".join(cue.lines).translate(SRT_SIGNS)
        times = f"{_time(cue.start_ms, ',')} --> {_time(cue.end_ms, ',')}"
        between = "\n" if number > 1 else ""
        yield f"{between}{number}\n{times}\n{text}\n"


def to_txt(source: Source) -> Iterator[str]:
    """The words alone, a sentence or breath a line; a rough draft says so first."""
    if note := _draft_note(source.transcript):
        yield f"[{note}]\n\n"
    for segment in source.segments:
        # A line that somebody has taken out says nothing.
        if segment.text:
            yield f"{segment.speaker}: {segment.text}\n" if segment.speaker else f"{segment.text}\n"


def to_json(source: Source) -> Iterator[str]:
    """The resource of the API, as a file."""
    whole = transcript_json(source.transcript, (), source.gaps)
    del whole["segments"]
    yield _dumped(whole)[:-1] + ', "segments": ['
    for number, segment in enumerate(source.segments):
        yield (",\n" if number else "\n") + _dumped(
            segment_json(segment, source.transcript.language)
        )
    yield "\n]}\n"


def to_markdown(source: Source) -> Iterator[str]:
    """The words to be read, with chapters, speakers, and a link to the second of each paragraph."""
    yield f"# {_plain(source.episode.title)}\n\n"
    yield f"By {_plain(source.episode.author.name)}, <{source.address}>\n"
    if note := _draft_note(source.transcript):
        yield f"\n> {_plain(note)}\n"
    for part in paragraphs(source.segments, source.chapters):
        for chapter in part.chapters:
            yield f"\n## {_plain(chapter.text)}\n"
        yield f"\n{_paragraph(part, source.address)}\n"


WRITERS: Mapping[str, Writer] = {
    "vtt": to_vtt,
    "srt": to_srt,
    "txt": to_txt,
    "json": to_json,
    "md": to_markdown,
}


def in_blocks(pieces: Iterable[str], size: int = 65_536) -> Iterator[bytes]:
    """The same text in blocks of about this many bytes, for sending."""
    block = bytearray()
    for piece in pieces:
        block += piece.encode()
        if len(block) >= size:
            yield bytes(block)
            block.clear()
    if block:
        yield bytes(block)


def _paragraph(part: Paragraph, address: str) -> str:
    speaker = f"**{_plain(part.speaker)}:** " if part.speaker else ""
    said = " ".join(line.text for line in part.lines)
    return f"[{clock_time(part.start)}]({address}?t={part.start:g}) {speaker}{_plain(said)}"


def _draft_note(transcript: Transcript) -> str | None:
    return " ".join(transcript.note.split()) if transcript.is_draft and transcript.note else None


def _plain(text: str) -> str:
    return ADDRESS.sub(r"\\\g<0>", MARKS.sub(r"\\\1", " ".join(text.split())))


def _dumped(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _time(milliseconds: int, point: str) -> str:
    whole, fraction = divmod(milliseconds, 1000)
    hours, rest = divmod(whole, 3600)
    return f"{hours:02}:{rest // 60:02}:{rest % 60:02}{point}{fraction:03}"
