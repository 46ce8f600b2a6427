"""How the screens show things: waveforms, paragraphs of speech, steps, states in plain words."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from mediashare.jobs.models import JobState
from mediashare.jobs.steps import Step, span
from mediashare.library.models import Audience, Episode, EpisodeState
from mediashare.media import policy as media_policy
from mediashare.media.models import Picture, PictureKind, Rendition, RenditionKind
from mediashare.pages.queries import ProgressScreen
from mediashare.pages.service import NEEDED_TO_PLAY
from mediashare.transcripts.queries import SaidSegment
from mediashare.web.rendering import clock_time

WAVE_WIDTH, WAVE_HEIGHT = 1000, 54
LOUDEST = 255
UNSURE = 0.5
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
    """Some text of a paragraph, and whether the recogniser was unsure of it."""

    text: str
    is_unsure: bool


@dataclass
class Paragraph:
    """Neighbouring lines of one speaker. Offsets count UTF-16 units, as browsers do."""

    start_ms: int
    end_ms: int
    speaker: str | None
    pieces: list[Piece] = field(default_factory=list)
    words: list[tuple[int, int]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
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
        return " ".join(map(str, self.lines))

    def add(self, segment: SaidSegment) -> None:
        """Append one line and its words."""
        if self.pieces:
            self._append(" ", is_unsure=False)
        self.lines.append(self.length)
        self.end_ms = segment.end_ms
        for text, start_ms, is_unsure in _spans(segment):
            if start_ms is not None:
                self.words.append((start_ms, self.length))
            self._append(text, is_unsure=is_unsure)

    def _append(self, text: str, *, is_unsure: bool) -> None:
        if self.pieces and self.pieces[-1].is_unsure == is_unsure:
            text_before = self.pieces.pop().text
            self.pieces.append(Piece(text_before + text, is_unsure))
        else:
            self.pieces.append(Piece(text, is_unsure))
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


def paragraphs(segments: Iterable[SaidSegment]) -> Sequence[Paragraph]:
    """The transcript in paragraphs: a new one for a new speaker, after a pause, or when long."""
    made: list[Paragraph] = []
    for segment in segments:
        if not segment.text:
            continue
        if not made or _begins_anew(made[-1], segment):
            made.append(Paragraph(segment.start_ms, segment.end_ms, segment.speaker))
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
        segment.speaker != paragraph.speaker
        or segment.start_ms - paragraph.end_ms > PARAGRAPH_PAUSE_MS
        or paragraph.length + len(segment.text) > PARAGRAPH_LENGTH
    )


def _spans(segment: SaidSegment) -> Iterator[tuple[str, int | None, bool]]:
    """The text of a segment in pieces: words with their time, and what stands between them."""
    done = 0
    for word in segment.timed_words:
        at = segment.text.find(word.text.strip(), done)
        if at < 0:
            continue
        if at > done:
            yield segment.text[done:at], None, False
        done = at + len(word.text.strip())
        is_unsure = word.confidence is not None and word.confidence < UNSURE
        yield segment.text[at:done], word.start_ms, is_unsure
    if done < len(segment.text):
        yield segment.text[done:], None, False
