"""Transcripts as programs and players read them: JSON, WebVTT, SubRip, plain text."""

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import langcodes

from mediashare.transcripts.models import Chunk, Origin, Transcript
from mediashare.transcripts.queries import SaidSegment, SaidWord
from mediashare.web.json_api import seconds

LINE_LENGTH = 42
SHORTEST_MS, LONGEST_MS = 1000, 7000
# What adults read without haste, and how much too early a caption may come for that: the Timed Text
# Style Guide of Netflix has 20 signs a second, that of the BBC 160 to 180 words a minute.
SIGNS_PER_S = 20
EARLY_MS = 500
# A breath this long ends a caption, so that nobody reads ahead of the speaker.
PAUSE_MS = 1500
SENTENCE_ENDS = (".", "!", "?", "\N{HORIZONTAL ELLIPSIS}", "\N{IDEOGRAPHIC FULL STOP}")
ENDS = (*SENTENCE_ENDS, ",", ";", ":")
TITLES = ("Dr.", "Mr.", "Mrs.", "Ms.", "Prof.", "St.")
LONGEST_UNIT = 3
# What no line is broken at.
GLUE = "\N{NO-BREAK SPACE}"
SRT_SIGNS = str.maketrans(
    {
        "<": "\N{SINGLE LEFT-POINTING ANGLE QUOTATION MARK}",
        ">": "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}",
    }
)


@dataclass(frozen=True)
class Cue:
    """One caption on the screen: at most two lines, unless the author wrote it longer. `language`
    is that of its words, where it was heard."""

    start_ms: int
    end_ms: int
    text: str
    speaker: str | None = None
    language: str | None = None

    @property
    def lines(self) -> Sequence[str]:
        """The text in lines that fit below a picture."""
        return [line.replace(GLUE, " ") for line in _wrap(self.text)]


def transcript_json(
    transcript: Transcript, segments: Iterable[SaidSegment], gaps: Iterable[Chunk] = ()
) -> dict[str, Any]:
    """All that is known of what is said; times in seconds, confidence from 0 to 1 or null."""
    return {
        "state": transcript.state.value,
        "origin": transcript.origin.value,
        "is_primary": transcript.is_primary,
        "language": transcript.language,
        "engine": transcript.engine,
        "model": transcript.model,
        "sent_to": transcript.sent_to,
        "is_draft": transcript.is_draft,
        "note": transcript.note,
        "segments": [
            {**_segment_json(segment), "language": segment.language or transcript.language}
            for segment in segments
        ],
        "gaps": [{"start": seconds(gap.start_ms), "end": seconds(gap.end_ms)} for gap in gaps],
    }


def summary_json(transcript: Transcript | None) -> dict[str, Any] | None:
    """What an episode says of its transcript; None while there is none at all."""
    if transcript is None:
        return None
    return {
        "state": transcript.state.value,
        "language": transcript.language,
        "engine": transcript.engine,
        "sent_to": transcript.sent_to,
        "is_draft": transcript.is_draft,
        "note": transcript.note,
    }


def language_json(transcript: Transcript) -> dict[str, Any]:
    """One of the languages of an episode, in a list of them."""
    return {
        **(summary_json(transcript) or {}),
        "origin": transcript.origin.value,
        "is_primary": transcript.is_primary,
        "label": label(transcript),
    }


def label(transcript: Transcript) -> str:
    """What a transcript is called in a list of languages."""
    name = name_language(transcript.language)
    is_translation = transcript.origin is Origin.TRANSLATION
    return f"{name}, translated by machine" if is_translation else name


def name_language(code: str | None) -> str:
    """What people call a language."""
    return langcodes.Language.get(code).display_name() if code else "Unknown language"


def to_vtt(transcript: Transcript, segments: Iterable[SaidSegment]) -> str:
    """WebVTT, with everything that was said or typed escaped."""
    blocks = ["WEBVTT\n"]
    if transcript.is_draft and transcript.note:
        blocks.append(f"NOTE {_escape(transcript.note)}\n")
    for cue in make_cues(transcript, segments):
        text = "\n".join(_escape(line) for line in cue.lines)
        if cue.language not in {None, transcript.language}:
            text = f"<lang {cue.language}>{text}</lang>"
        voice = f"<v {_escape(cue.speaker)}>" if cue.speaker else ""
        blocks.append(f"{_time(cue.start_ms, '.')} --> {_time(cue.end_ms, '.')}\n{voice}{text}\n")
    return "\n".join(blocks)


def to_srt(transcript: Transcript, segments: Iterable[SaidSegment]) -> str:
    """SubRip. It knows no escapes, so signs that players take for tags are written otherwise."""
    blocks = []
    for number, cue in enumerate(make_cues(transcript, segments), 1):
        text = "\n".join(cue.lines).translate(SRT_SIGNS)
        times = f"{_time(cue.start_ms, ',')} --> {_time(cue.end_ms, ',')}"
        blocks.append(f"{number}\n{times}\n{text}\n")
    return "\n".join(blocks)


def to_txt(transcript: Transcript, segments: Iterable[SaidSegment]) -> str:
    """The words alone, a sentence or breath a line; a rough draft says so first."""
    label = f"[{transcript.note}]\n\n" if transcript.is_draft and transcript.note else ""
    # A line that somebody has taken out says nothing.
    return label + "".join(f"{_spoken(segment)}\n" for segment in segments if segment.text)


def make_cues(transcript: Transcript, segments: Iterable[SaidSegment]) -> Sequence[Cue]:
    """The captions to show: those of the author as they came, else cut from the words."""
    if transcript.origin is Origin.AUTHOR:
        return [Cue(s.start_ms, s.end_ms, s.text, s.speaker) for s in segments if s.text]
    return _stretched([cue for segment in segments for cue in _cut(segment)])


def _cut(segment: SaidSegment) -> Iterator[Cue]:
    waiting: list[Cue] = []
    for word in _glued(_pieces(segment)):
        while waiting and not _fits(waiting, word):
            end = _best_end(waiting, word)
            yield _joined(waiting[:end])
            waiting = waiting[end:]
        waiting.append(word)
    if waiting:
        yield _joined(waiting)


def _glued(words: Iterable[Cue]) -> Iterator[Cue]:
    """Words that are read as one stay together: parts of a name, a number and its unit."""
    waiting: Cue | None = None
    for word in words:
        if waiting is not None and _is_one(waiting.text, word.text):
            waiting = replace(waiting, end_ms=word.end_ms, text=f"{waiting.text}{GLUE}{word.text}")
            continue
        if waiting is not None:
            yield waiting
        waiting = word
    if waiting is not None:
        yield waiting


def _is_one(first: str, then: str) -> bool:
    if len(first) + len(then) >= LINE_LENGTH:
        return False
    is_name = first[0].isupper() and then[0].isupper() and not first.endswith(ENDS)
    is_measure = first[-1].isdigit() and then.isalpha() and len(then) <= LONGEST_UNIT
    last = first.rpartition(GLUE)[2]
    return is_name or is_measure or (last in TITLES and then[0].isupper())


def _fits(waiting: Sequence[Cue], word: Cue) -> bool:
    text = " ".join(one.text for one in (*waiting, word))
    return (
        word.end_ms - waiting[0].start_ms <= LONGEST_MS
        and word.start_ms - waiting[-1].end_ms <= PAUSE_MS
        and _fits_two_lines(text)
    )


def _fits_two_lines(text: str) -> bool:
    # Asked for every word of a long transcript, so it finds the one break and wraps nothing.
    end_of_first = text.rfind(" ", 0, LINE_LENGTH + 1)
    return len(text) <= LINE_LENGTH or len(text) - end_of_first - 1 <= LINE_LENGTH


def _best_end(waiting: Sequence[Cue], word: Cue) -> int:
    """How many words the caption takes that is full: those up to the last end of a sentence, else
    of a part of one, as long as that leaves enough to read."""
    if word.start_ms - waiting[-1].end_ms > PAUSE_MS:
        return len(waiting)
    enough = [
        number
        for number in range(1, len(waiting) + 1)
        if waiting[number - 1].end_ms - waiting[0].start_ms >= SHORTEST_MS
    ]
    for signs, most_left in ((SENTENCE_ENDS, 2 / 3), (ENDS, 1 / 2)):
        ends = [number for number in enough if waiting[number - 1].text.endswith(signs)]
        if ends and len(waiting) - ends[-1] <= most_left * len(waiting):
            return ends[-1]
    return len(waiting)


def _joined(words: Sequence[Cue]) -> Cue:
    first, last = words[0], words[-1]
    end = min(last.end_ms, first.start_ms + LONGEST_MS)
    return replace(first, end_ms=end, text=" ".join(word.text for word in words))


def _pieces(segment: SaidSegment) -> Iterator[Cue]:
    """The words of a segment, or the segment as one where it has none; what no line could hold
    is cut."""
    words: Sequence[SaidWord | SaidSegment] = segment.words or [segment]
    for word in words:
        parts = [part for piece in word.text.split() for part in _wrap(piece)]
        length = word.end_ms - word.start_ms
        for number, part in enumerate(parts):
            start = word.start_ms + length * number // len(parts)
            end = word.start_ms + length * (number + 1) // len(parts)
            yield Cue(start, end, part, segment.speaker, segment.language)


def _stretched(cues: Sequence[Cue]) -> Sequence[Cue]:
    """Captions stay on for a second and as long as it takes to read them, as far as the next one
    lets them; where it does not, they come a little early."""
    shown: list[Cue] = []
    for number, cue in enumerate(cues):
        wanted = max(SHORTEST_MS, min(LONGEST_MS, len(cue.text) * 1000 // SIGNS_PER_S))
        end = max(cue.end_ms, cue.start_ms + wanted)
        if number + 1 < len(cues):
            end = min(end, max(cue.end_ms, cues[number + 1].start_ms))
        free = shown[-1].end_ms if shown else 0
        start = max(min(cue.start_ms, end - wanted), cue.start_ms - EARLY_MS, free)
        shown.append(replace(cue, start_ms=start, end_ms=max(end, start + 1)))
    return shown


def _wrap(text: str) -> list[str]:
    if 0 < len(text) <= LINE_LENGTH:
        return [text]
    return textwrap.wrap(text, LINE_LENGTH, break_long_words=True, break_on_hyphens=False)


def _segment_json(segment: SaidSegment) -> dict[str, Any]:
    return {
        "id": str(segment.ident),
        "start": seconds(segment.start_ms),
        "end": seconds(segment.end_ms),
        "text": segment.text,
        "speaker": segment.speaker,
        "confidence": segment.confidence,
        "is_suspect": segment.is_suspect,
        "heard": segment.heard,
        "words": [
            {
                "start": seconds(word.start_ms),
                "end": seconds(word.end_ms),
                "text": word.text,
                "confidence": word.confidence,
                "heard": word.heard,
            }
            for word in segment.timed_words
        ],
    }


def _spoken(segment: SaidSegment) -> str:
    return f"{segment.speaker}: {segment.text}" if segment.speaker else segment.text


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _time(milliseconds: int, point: str) -> str:
    whole, fraction = divmod(milliseconds, 1000)
    hours, rest = divmod(whole, 3600)
    return f"{hours:02}:{rest // 60:02}:{rest % 60:02}{point}{fraction:03}"
