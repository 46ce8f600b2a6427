"""How the screens show things: waveforms, files, steps, states in plain words."""

from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from urllib.parse import urlencode

import segno

from mediashare.jobs.models import JobState
from mediashare.jobs.steps import Step, span
from mediashare.library import views as library_views
from mediashare.library.models import Audience, Episode, EpisodeState
from mediashare.media import policy as media_policy
from mediashare.media.jobs import NEEDED_TO_PLAY
from mediashare.media.models import Picture, PictureKind, Rendition, RenditionKind
from mediashare.pages.queries import ProgressScreen
from mediashare.sentences import said, together
from mediashare.transcripts import policy as transcripts_policy
from mediashare.transcripts import views as transcripts_views
from mediashare.transcripts.models import Transcript
from mediashare.web.rendering import clock_time

WAVE_WIDTH, WAVE_HEIGHT = 1000, 54
LOUDEST = 255
# Where nothing chooses, this is sharp enough to read code, and no more than a phone can carry.
PLAIN_SIDE = 720

STEP_NAMES = {
    "probe": said("Checked"),
    "rendition": said("Playable"),
    "pictures": said("Pictures"),
    "poster": said("Your picture"),
    "transcript": said("Transcript"),
    "translation": said("Translation"),
    "chapters": said("Chapters"),
    "check": said("Check before publishing"),
    "ladder": said("More sizes"),
    "storyboard": said("Preview pictures"),
}
# What is put only when an earlier step is done, and what that waits for until then.
FOLLOWING = {
    "rendition": said("waits until the recording is checked"),
    "pictures": said("waits until the clip is playable"),
    "transcript": said("waits until the clip is playable"),
}
PICTURE_NAMES = {
    PictureKind.FRAME: said("From the video"),
    PictureKind.COVER: said("Cover of the recording"),
    PictureKind.DRAWN: said("Drawn from title and sound"),
    PictureKind.OWN: said("Your own"),
}
FILE_FORMATS = {
    "text/vtt": said("WebVTT captions"),
    "application/x-subrip": said("SubRip captions"),
    "text/plain": said("Plain text"),
    "application/json": "JSON",
    "text/markdown": said("Markdown"),
}
STEP_ICONS = {
    JobState.QUEUED: "clock",
    JobState.RUNNING: "loader",
    JobState.DONE: "circle-check",
    JobState.FAILED: "triangle-alert",
    JobState.CANCELLED: "circle-x",
}
AUDIENCES = (
    (
        Audience.INTERNAL,
        said("Everybody here"),
        said("All members find it in lists and in search."),
    ),
    (Audience.GROUP, said("Groups"), said("Only members of the groups you choose.")),
    (
        Audience.UNLISTED,
        said("People with the link"),
        said("Members who have the link; no list names it."),
    ),
    (Audience.PRIVATE, said("Only me"), said("Nobody else, not even moderators.")),
)


def qr_svg(episode: Episode, place: Mapping[str, str]) -> bytes:
    """The address of an episode as a QR code: dark on light whatever the theme of the page is,
    because not every camera reads the opposite."""
    address = library_views.episode_url(episode) + (f"?{urlencode(place)}" if place else "")
    drawn = BytesIO()
    segno.make_qr(address, error="m").save(drawn, kind="svg", light="#fff", border=3)
    return drawn.getvalue()


def release_sentence(episode: Episode) -> str:
    """What the author is told about who else sees the episode now."""
    if not episode.is_released:
        return said("This episode is not published: nobody but you sees it.")
    if episode.is_held:
        return said("This episode is published once what is said in it has been checked.")
    if episode.state is EpisodeState.READY:
        return said("This episode is published.")
    return said("This episode is published as soon as it is ready.")


def picture_name(picture: Picture) -> str:
    """What a picture is called that can stand for its episode."""
    if picture.times:
        return said("At %(time)s", time=clock_time(picture.times[0] / 1000))
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
        return said("being stopped")
    if step.state is JobState.QUEUED:
        return step.waiting_for or said("waiting")
    if step.state is JobState.RUNNING:
        return _running_status(step)
    if step.state is JobState.DONE:
        if step.took is None:
            return said("done")
        return said("done in %(span)s", span=span(step.took))
    return said("failed") if step.state is JobState.FAILED else said("stopped")


def _running_status(step: Step) -> str:
    share = said("under way")
    if step.progress:
        share = said("%(percent)s %%", percent=round(step.progress * 100))
    if not step.seconds_left:
        return share
    left = said("%(span)s left", span=span(step.seconds_left))
    return together([share, left], ", ")


def brief_sentence(steps: Sequence[Step]) -> str:
    """How far an episode is in one line: the step that runs, else the one that is next."""
    named = [step for step in steps if step.is_active and step_name(step)]
    named.sort(key=lambda step: step.state is not JobState.RUNNING)
    if not named:
        return said("On its way")
    name = step_name(named[0])
    return said("%(step)s: %(status)s", step=name, status=step_status(named[0]))


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
        return f"{side}p" if side else said("video")
    return said("sound (Opus)") if rendition.codecs == "opus" else said("sound")


def retry_reason(transcript: Transcript, episode: Episode) -> str | None:
    """Why recognition may be tried again though there is a transcript; None where it may not."""
    if transcripts_policy.is_misheard(transcript, episode.language):
        return said(
            "This was recognised as %(heard)s, but the episode is in %(spoken)s.",
            heard=transcripts_views.name_language(transcript.language),
            spoken=transcripts_views.name_language(episode.language),
        )
    # One that is ready has a note when it is rough or has gaps.
    language, is_poor = episode.language, bool(transcript.note)
    may = transcripts_policy.may_retry(transcript, has_gaps=is_poor, language=language)
    return transcript.note if may else None


def file_format(file: Mapping[str, str]) -> str:
    """What people call the format of a file of a transcript."""
    return FILE_FORMATS[file["type"]]


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
