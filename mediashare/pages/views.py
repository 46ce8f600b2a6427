"""How the screens show things: waveforms, paragraphs of speech, steps, states in plain words."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from mediashare.chapters import queries as chapters_queries
from mediashare.jobs.models import JobState
from mediashare.jobs.steps import Step, span
from mediashare.library.models import Audience, Episode, EpisodeState
from mediashare.media import policy as media_policy
from mediashare.media.models import Picture, PictureKind, Rendition, RenditionKind
from mediashare.pages.queries import ProgressScreen
from mediashare.pages.service import NEEDED_TO_PLAY
from mediashare.transcripts.queries import SaidSegment, SaidWord
from mediashare.web.rendering import clock_time

WAVE_WIDTH, WAVE_HEIGHT = 1000, 54
LOUDEST = 255
# Words are shown in three steps of confidence: below the first, below the second, and all others.
UNSURE, FAIRLY_SURE = 0.5, 0.8
# Where nothing chooses, this is sharp enough to read code, and no more than a phone can carry.
PLAIN_SIDE = 720
PARAGRAPH_LENGTH = 320
PARAGRAPH_PAUSE_MS = 2000

STEP_NAMES = {
    "probe": "Checked",
    "rendition": "Playable",
    "pictures": "Pictures",
    "poster": "Your picture",
    "transcript": "Transcript",
    "translation": "Translation",
    "chapters": "Chapters",
    "check": "Check before publishing",
    "ladder": "More sizes",
    "storyboard": "Preview pictures",
}
# What is put only when an earlier step is done, and what that waits for until then.
FOLLOWING = {
    "rendition": "waits until the recording is checked",
    "pictures": "waits until the clip is playable",
    "transcript": "waits until the clip is playable",
}
PICTURE_NAMES = {
    PictureKind.FRAME: "From the video",
    PictureKind.COVER: "Cover of the recording",
    PictureKind.DRAWN: "Drawn from title and sound",
    PictureKind.OWN: "Your own",
}
STEP_ICONS = {
    JobState.QUEUED: "clock",
    JobState.RUNNING: "loader",
    JobState.DONE: "circle-check",
    JobState.FAILED: "triangle-alert",
    JobState.CANCELLED: "circle-x",
}
AUDIENCES = (
    (Audience.INTERNAL, "Everybody here", "All members find it in lists and in search."),
    (Audience.GROUP, "Groups", "Only members of the groups you choose."),
    (Audience.UNLISTED, "People with the link", "Members who have the link; no list names it."),
    (Audience.PRIVATE, "Only me", "Nobody else, not even moderators."),
)


@dataclass(frozen=True)
class Piece:
    """Some text of a line, and how much the recogniser doubted it: 2 much, 1 some, 0 little."""

    text: str
    doubt: int


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

    def add(self, piece: Piece) -> None:
        """Append some text, to the last piece if that was doubted as much."""
        if self.pieces and self.pieces[-1].doubt == piece.doubt:
            piece = Piece(self.pieces.pop().text + piece.text, piece.doubt)
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
    def word_marks(self) -> str:
        """Seconds and offset of every word, for the script that follows along."""
        return " ".join(f"{start / 1000:g},{offset}" for start, offset in self.words)

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
        for text, start_ms, doubt in _spans(segment):
            if start_ms is not None:
                self.words.append((start_ms, self.length))
            line.add(Piece(text, doubt))
            self.length += len(text.encode("utf-16-le")) // 2


def release_sentence(episode: Episode) -> str:
    """What the author is told about who else sees the episode now."""
    if not episode.is_released:
        return "This episode is not published: nobody but you sees it."
    if episode.is_held:
        return "This episode is published once what is said in it has been checked."
    if episode.state is EpisodeState.READY:
        return "This episode is published."
    return "This episode is published as soon as it is ready."


def picture_name(picture: Picture) -> str:
    """What a picture is called that can stand for its episode."""
    if picture.times:
        return f"At {clock_time(picture.times[0] / 1000)}"
    return PICTURE_NAMES[picture.kind]


def step_name(step: Step) -> str | None:
    """What people call a step; None for work behind the scenes."""
    return STEP_NAMES.get(step.name)


def is_needed(step: Step) -> bool:
    """Whether there is nothing to play without this step."""
    return step.name in NEEDED_TO_PLAY


def step_status(step: Step) -> str:
    """How far a step is, in a few words."""
    if step.is_stopping:
        return "being stopped"
    if step.state is JobState.QUEUED:
        return step.waiting_for or "waiting"
    if step.state is JobState.RUNNING:
        share = f"{step.progress:.0%}".replace("%", " %") if step.progress else "under way"
        left = f", {span(step.seconds_left)} left" if step.seconds_left else ""
        return share + left
    if step.state is JobState.DONE:
        return "done" if step.took is None else f"done in {span(step.took)}"
    return "failed" if step.state is JobState.FAILED else "stopped"


def following_steps(screen: ProgressScreen) -> Sequence[tuple[str, str]]:
    """Steps that nobody has asked for yet: what people call them, and what they wait for."""
    if screen.episode.state is not EpisodeState.PROCESSING:
        return ()
    known = {step.name for step in screen.steps}
    if screen.transcript is not None:
        # The author has brought captions: nothing is recognised then.
        known.add("transcript")
    return [(STEP_NAMES[name], wait) for name, wait in FOLLOWING.items() if name not in known]


def step_icon(step: Step) -> str:
    """The icon of a step's state."""
    return STEP_ICONS[step.state]


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


def plain_sources(renditions: Sequence[Rendition]) -> Sequence[Rendition]:
    """The files in the order in which a browser without script tries them.

    First the best picture that is no larger than needed, then the rest of them, at last the sound
    alone; of sounds, the leanest that the browser plays.
    """
    best_first = media_policy.sort_best_first(renditions)
    pictures = [found for found in best_first if found.kind is RenditionKind.VIDEO]
    sounds = [found for found in best_first if found.kind is RenditionKind.AUDIO]
    modest = [found for found in pictures if media_policy.side(found) <= PLAIN_SIDE]
    larger = [found for found in pictures if media_policy.side(found) > PLAIN_SIDE]
    return [*modest, *reversed(larger), *reversed(sounds)]


def file_name(rendition: Rendition) -> str:
    """What people call a file that they can save: 720p, or sound with its coding."""
    if rendition.kind is RenditionKind.VIDEO:
        side = media_policy.side(rendition)
        return f"{side}p" if side else "video"
    return "sound (Opus)" if rendition.codecs == "opus" else "sound"


def wave_path(peaks: Sequence[int], bars: int) -> str:
    """The waveform as an SVG path of `bars` bars, centred in a box of 1000 by 54."""
    if not peaks:
        return ""
    step = WAVE_WIDTH / bars
    loudest = max(*peaks, 1) if len(peaks) > 1 else max(peaks[0], 1)
    return "".join(
        _bar(number * step, step * 0.58, peak / loudest)
        for number, peak in enumerate(_resampled(peaks, bars))
    )


def _bar(left: float, width: float, loudness: float) -> str:
    height = max(3.0, loudness * WAVE_HEIGHT)
    top = (WAVE_HEIGHT - height) / 2
    return f"M{left:.1f} {top:.1f}h{width:.1f}v{height:.1f}h-{width:.1f}z"


def _resampled(peaks: Sequence[int], bars: int) -> Iterator[int]:
    for number in range(bars):
        start = number * len(peaks) // bars
        end = max(start + 1, (number + 1) * len(peaks) // bars)
        yield max(peaks[start:end])


def _begins_anew(paragraph: Paragraph, segment: SaidSegment) -> bool:
    return (
        (segment.speaker, segment.language) != (paragraph.speaker, paragraph.language)
        or segment.start_ms - paragraph.end_ms > PARAGRAPH_PAUSE_MS
        or paragraph.length + len(segment.text) > PARAGRAPH_LENGTH
    )


def _spans(segment: SaidSegment) -> Iterator[tuple[str, int | None, int]]:
    """The text of a segment in pieces: words with their time, and what stands between them."""
    done = 0
    for word in segment.timed_words:
        at = segment.text.find(word.text.strip(), done)
        if at < 0:
            continue
        if at > done:
            yield segment.text[done:at], None, 0
        done = at + len(word.text.strip())
        yield segment.text[at:done], word.start_ms, _doubt(word)
    if done < len(segment.text):
        yield segment.text[done:], None, 0


def _doubt(word: SaidWord) -> int:
    if word.confidence is None:
        return 0
    return (word.confidence < UNSURE) + (word.confidence < FAIRLY_SURE)
