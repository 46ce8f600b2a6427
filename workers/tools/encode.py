"""Builds what ffmpeg is asked for: a copy for browsers, the sound, the first size, the others.

Each file is an MP4 in fragments with one index (`sidx`) in front, so that it can be played as it
is, sought in, and cut into HLS segments without being cut into files.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from workers.tools import colours, ffmpeg, ladder, listening
from workers.tools import cut as cutting
from workers.tools.cut import Cut
from workers.tools.facts import AudioFacts, Facts, VideoFacts
from workers.tools.ffmpeg import Stream
from workers.tools.ladder import Size
from workers.tools.listening import Heard

KEYFRAME_EVERY_S = 2
# Opus needs half of what AAC does for the same speech.
OPUS_BITRATE = {1: 40_000, 2: 64_000}
# A fragment starts at each keyframe; delay_moov keeps sound and picture in step.
MOVFLAGS = "+frag_keyframe+delay_moov+default_base_moof+global_sidx+skip_trailer"
AUDIO_MOVFLAGS = "+delay_moov+default_base_moof+global_sidx+skip_trailer"
FRAGMENT_US = 4_000_000
PICTURE_MP4 = {"f": "mp4", "movflags": MOVFLAGS}
SOUND_MP4 = {"f": "mp4", "movflags": AUDIO_MOVFLAGS, "frag_duration": str(FRAGMENT_US)}
# The index of a WebM belongs in front, or seeking would need its last byte first.
WEBM = {"f": "webm", "cues_to_front": "1"}


@dataclass(frozen=True)
class Job:
    """One recording, what is played of it, and what was heard in it (None without sound)."""

    facts: Facts
    cut: Cut
    heard: Heard | None

    @property
    def copies_video(self) -> bool:
        """Whether the picture is kept as it came: it fits and nobody has cut or blurred it."""
        is_whole = self.cut.is_whole and not self.cut.blurred
        video = self.facts.video
        return video is not None and is_whole and ladder.may_copy_video(video)

    @property
    def copies_audio(self) -> bool:
        """Whether the sound is kept as it came: it fits, and is loud enough on both ears."""
        if self.facts.audio is None or self.heard is None:
            return False
        is_whole = self.cut.is_whole and not self.cut.muted and self.heard.ear is None
        level, gain = self.heard.integrated, self.heard.gain
        return is_whole and ladder.may_copy_audio(self.facts.audio, level, gain)


@dataclass(frozen=True)
class Target:
    """A file to be written on the bench; `size` of its picture, or None to copy that."""

    name: str
    size: Size | None


def for_browsers(facts: Facts, container: str, names: tuple[str, str]) -> Stream:
    """The recording as browsers play it already, moved into a clean container."""
    source = ffmpeg.source(facts.demuxer, names[0])
    chosen = [one for one in (facts.video, facts.audio) if one]
    mp4 = PICTURE_MP4 if facts.video else SOUND_MP4
    # To ffmpeg of today FLAC in MP4 still is an experiment; to browsers it is not.
    options = WEBM if container == "webm" else {**mp4, "strict": "experimental"}
    return ffmpeg.output([source[str(one.index)] for one in chosen], names[1], **options, c="copy")


def sound(job: Job, audio: AudioFacts, heard: Heard, names: tuple[str, str]) -> Stream:
    """The sound alone, levelled, in AAC: for listening, and for every size of the picture."""
    if job.copies_audio:
        source = ffmpeg.source(job.facts.demuxer, names[0])
        return ffmpeg.output([source[str(audio.index)]], names[1], **SOUND_MP4, **{"c:a": "copy"})
    voice = listening.voice(_source(job, names[0])[str(audio.index)], audio, job.cut, heard)
    return ffmpeg.output([voice], names[1], **SOUND_MP4, **_aac(audio, heard))


def opus(job: Job, audio: AudioFacts, heard: Heard, names: tuple[str, str]) -> Stream:
    """The sound alone, levelled, in Opus: the same speech in half the bytes."""
    voice = listening.voice(_source(job, names[0])[str(audio.index)], audio, job.cut, heard)
    channels = listening.channels(audio, heard)
    options = {"c:a": "libopus", "b:a": str(OPUS_BITRATE[channels]), "ac": str(channels)}
    return ffmpeg.output([voice], names[1], **SOUND_MP4, **options)


def pictures(
    job: Job, video: VideoFacts, names: tuple[str, str | None], targets: Sequence[Target]
) -> list[Stream]:
    """Outputs with picture and sound, all from one decoding; largest first.

    `names` are those of the recording and of its sound as made by `sound`, or None for a
    recording without.
    """
    picture = _source(job, names[0])[str(video.index)]
    # The sound begins before 0, with what its coder needs to start; ffmpeg would move that to 0.
    voice = [ffmpeg.source("mov", names[1], seek_timestamp="1")["a:0"]] if names[1] else []
    copied = [target for target in targets if target.size is None]
    encoded = [target for target in targets if target.size is not None]
    files = [
        ffmpeg.output([picture, *voice], target.name, **PICTURE_MP4, c="copy") for target in copied
    ]
    streams = _cascade(picture, video, job.cut, [target.size for target in encoded if target.size])
    for target, (size, stream) in zip(encoded, streams, strict=True):
        options = {**PICTURE_MP4, **_h264(size, video), **({"c:a": "copy"} if voice else {})}
        files.append(ffmpeg.output([stream, *voice], target.name, **options))
    return files


def _source(job: Job, name: str) -> Stream:
    return ffmpeg.source(job.facts.demuxer, name, **job.cut.input_options())


def _aac(audio: AudioFacts, heard: Heard) -> dict[str, str]:
    channels = listening.channels(audio, heard)
    # The quick search sounds no worse on speech, overshoots less, and takes half the time.
    quick = {"c:a": "aac", "aac_coder": "fast"}
    return {**quick, "b:a": str(ladder.AUDIO_BITRATE[channels]), "ac": str(channels)}


def _h264(size: Size, video: VideoFacts) -> dict[str, str]:
    cap = ladder.cap_for(size.side)
    return {
        "c:v": "libx264",
        "preset": "veryfast",
        "crf": "22",
        "maxrate": str(cap),
        "bufsize": str(2 * cap),
        "profile:v": "high",
        "pix_fmt": "yuv420p",
        **colours.TAGS,
        "fps_mode": "cfr",
        "r": ladder.rate_of(video),
        "force_key_frames": f"expr:gte(t,n_forced*{KEYFRAME_EVERY_S})",
        "sc_threshold": "0",
    }


def _cascade(
    picture: Stream, video: VideoFacts, cut: Cut, sizes: Sequence[Size]
) -> list[tuple[Size, Stream]]:
    """The picture in each size, each scaled from the next larger one."""
    if not sizes:
        return []
    made: list[tuple[Size, Stream]] = []
    current = _prepared(picture, video, cut, sizes[0])
    for size in sizes[:-1]:
        forked = current.filter_multi_output("split", 2)
        made.append((size, forked[0]))
        current = colours.scaled(forked[1], sizes[len(made)])
    return [*made, (sizes[-1], current)]


def _prepared(picture: Stream, video: VideoFacts, cut: Cut, size: Size) -> Stream:
    picture = cutting.shown(picture, cut)
    if video.is_interlaced:
        each = "field" if ladder.shows_halves(video) else "frame"
        picture = picture.filter("bwdif", f"send_{each}")
    picture = colours.unified(picture, video, size)
    return cutting.blurred(picture, cut, ladder.rate_of(video))
