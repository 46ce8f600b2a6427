"""The captions of a transcript: how what is said is cut into lines that fit below a picture and
can be read in the time they are shown."""

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from mediashare.transcripts.models import Origin, Transcript
from mediashare.transcripts.queries import SaidSegment, SaidWord

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
