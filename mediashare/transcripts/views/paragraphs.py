"""A transcript to be read: paragraphs, with how sure the recogniser was of each word, and with what
was heard where a term of the glossary stands."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from mediashare.chapters import queries as chapters_queries
from mediashare.transcripts.queries import SaidSegment, SaidWord

# Words are shown in three steps of confidence: below the first, below the second, and all others.
UNSURE, FAIRLY_SURE = 0.5, 0.8
PARAGRAPH_LENGTH = 320
PARAGRAPH_PAUSE_MS = 2000


@dataclass(frozen=True)
class Piece:
    """Some text of a line; how much the recogniser doubted it: 2 much, 1 some, 0 little; and what
    it heard, where a term of the glossary has taken the place of that."""

    text: str
    doubt: int
    heard: str | None = None


@dataclass
class Line:
    """What is said in one segment, and where that begins in its paragraph."""

    ident: int | None
    start_ms: int
    offset: int
    pieces: list[Piece] = field(default_factory=list)

    @property
    def start(self) -> float:
        """When it begins, in seconds."""
        return self.start_ms / 1000

    @property
    def text(self) -> str:
        """Everything that is said in it."""
        return "".join(piece.text for piece in self.pieces)

    def add(self, piece: Piece) -> None:
        """Append some text, to the last piece if that is of the same kind."""
        last = self.pieces[-1] if self.pieces else None
        if last and (last.doubt, last.heard) == (piece.doubt, piece.heard):
            piece = replace(piece, text=self.pieces.pop().text + piece.text)
        self.pieces.append(piece)


@dataclass
class Paragraph:
    """Neighbouring lines of one speaker in one language, and the chapters that begin with them.
    Offsets count UTF-16 units, as browsers do."""

    start_ms: int
    end_ms: int
    speaker: str | None
    language: str | None = None
    words: list[tuple[int, int]] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    chapters: Sequence[chapters_queries.Line] = ()
    length: int = 0

    @property
    def start(self) -> float:
        """When it begins, in seconds."""
        return self.start_ms / 1000

    @property
    def end(self) -> float:
        """When it ends, in seconds."""
        return self.end_ms / 1000

    @property
    def has_replaced(self) -> bool:
        """Whether a term of the glossary stands in it for something else that was heard."""
        return any(piece.heard for line in self.lines for piece in line.pieces)

    @property
    def word_marks(self) -> str:
        """Seconds and offset of every word, for the script that follows along."""
        return " ".join(f"{_written(start)},{offset}" for start, offset in self.words)

    @property
    def line_marks(self) -> str:
        """The offsets where lines begin."""
        return " ".join(str(line.offset) for line in self.lines)

    def add(self, segment: SaidSegment) -> None:
        """Append one line and its words."""
        # Lines stand a blank apart.
        self.length += bool(self.lines)
        line = Line(segment.ident, segment.start_ms, self.length)
        self.lines.append(line)
        self.end_ms = segment.end_ms
        for piece, start_ms in _pieces(segment):
            if start_ms is not None:
                self.words.append((start_ms, self.length))
            line.add(piece)
            self.length += len(piece.text.encode("utf-16-le")) // 2


def paragraphs(
    segments: Iterable[SaidSegment], chapters: Sequence[chapters_queries.Line] = ()
) -> Sequence[Paragraph]:
    """The transcript in paragraphs: a new one for a new speaker, language or chapter, after a
    pause, or when long. A line that a chapter begins in belongs to the one that has more of it."""
    made: list[Paragraph] = []
    waiting = list(chapters)
    for segment in segments:
        if not segment.text:
            continue
        middle = (segment.start_ms + segment.end_ms) / 2
        beginning = [line for line in waiting if line.start_ms <= middle]
        waiting = waiting[len(beginning) :]
        if not made or beginning or _begins_anew(made[-1], segment):
            first = (segment.start_ms, segment.end_ms, segment.speaker, segment.language)
            made.append(Paragraph(*first))
            made[-1].chapters = beginning
        made[-1].add(segment)
    return made


def _begins_anew(paragraph: Paragraph, segment: SaidSegment) -> bool:
    return (
        (segment.speaker, segment.language) != (paragraph.speaker, paragraph.language)
        or segment.start_ms - paragraph.end_ms > PARAGRAPH_PAUSE_MS
        or paragraph.length + len(segment.text) > PARAGRAPH_LENGTH
    )


def _pieces(segment: SaidSegment) -> Iterator[tuple[Piece, int | None]]:
    """The text of a segment in pieces: words with their time, and what stands between them."""
    done, heard = 0, None
    for word in segment.timed_words:
        said = word.text.strip()
        at = segment.text.find(said, done)
        if at < 0:
            continue
        # A term of several words has what was heard at its first word.
        goes_on = heard is not None and word.heard == ""
        if at > done:
            yield Piece(segment.text[done:at], 0, heard if goes_on else segment.heard), None
        heard = heard if goes_on else word.heard or segment.heard
        done = at + len(said)
        yield Piece(said, _doubt(word), heard), word.start_ms
    if done < len(segment.text):
        yield Piece(segment.text[done:], 0, segment.heard), None


def _written(milliseconds: int) -> str:
    """Seconds, as short as they can be said without loss."""
    return f"{milliseconds / 1000:.3f}".rstrip("0").rstrip(".")


def _doubt(word: SaidWord) -> int:
    if word.confidence is None:
        return 0
    return (word.confidence < UNSURE) + (word.confidence < FAIRLY_SURE)
