"""Speech comes out as loud as it should be, in both ears, and it is known where it pauses."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from tests.mediafiles import MediaFiles
from tests.workers.voices import RATE, VOICES, Voices, decibels, loudness_of, make, samples_of
from workers.tools import ffmpeg, ffprobe, formats, listening, loudness
from workers.tools.cut import Cut
from workers.tools.facts import AudioFacts, Facts
from workers.tools.listening import Heard
from workers.tools.process import Bench, ToolError

pytestmark = pytest.mark.slow

NAME, RESULT = "in", "out.m4a"
STEREO = ("both ears", "studio", "cinema")
BITRATES = {1: "80k", 2: "128k"}


@dataclass(frozen=True)
class Played:
    """What was heard in a recording, and what is played of it."""

    heard: Heard
    channels: int
    made: Path
    speech: Path


Play = Callable[..., Played]


@pytest.fixture(scope="session")
def voices(tmp_path_factory: pytest.TempPathFactory) -> Voices:
    return Voices(tmp_path_factory.mktemp("voices"))


@pytest.fixture
def play(bench: Bench) -> Play:
    """Listens to a file and makes what people hear of it."""

    def play(path: Path, cut: Cut | None = None) -> Played:
        facts, audio = put(bench, path)
        cut = cut or Cut(0, facts.duration)
        heard = listening.listen(bench, NAME, facts, cut)
        source = ffmpeg.source(facts.demuxer, NAME, **cut.input_options())
        voice = listening.voice(source["a:0"], audio, cut, heard)
        channels = listening.channels(audio, heard)
        coding = {"c:a": "aac", "aac_coder": "fast", "b:a": BITRATES[channels]}
        graph = ffmpeg.output([voice], RESULT, f="mp4", **coding)
        ffmpeg.execute(graph, bench, ffmpeg.limits(60)).ended.check()
        return Played(heard, channels, bench.folder / RESULT, bench.folder / listening.SPEECH)

    return play


def put(bench: Bench, path: Path) -> tuple[Facts, AudioFacts]:
    """Put a file on the bench; what it is."""
    shutil.copy(path, bench.folder / NAME)
    demuxer = formats.find_demuxer(path)
    assert demuxer is not None
    found, _ended = ffprobe.ask(bench, demuxer, NAME)
    assert found is not None
    [stream] = [one for one in found["streams"] if one["codec_type"] == "audio"]
    audio = AudioFacts(
        index=stream["index"],
        codec=stream["codec_name"],
        profile="",
        channels=stream["channels"],
        sample_rate=int(stream["sample_rate"]),
        bitrate=0,
    )
    duration = float(found["format"]["duration"])
    return Facts(demuxer=demuxer, duration=duration, video=None, audio=audio), audio


@pytest.mark.parametrize("name", [name for name in VOICES if name != "too soft"])
def test_speech_comes_out_at_one_loudness_however_it_was_recorded(
    name: str, voices: Voices, play: Play
) -> None:
    played = play(voices.get(name))

    integrated, peak = loudness_of(played.made)
    assert integrated == pytest.approx(-16 if name in STEREO else -19, abs=1)
    assert peak <= -1
    # Recognisers get the same, from both ears into one.
    assert loudness_of(played.speech)[0] == pytest.approx(-19, abs=1)


def test_what_would_have_to_be_raised_further_is_raised_by_20_decibels(
    voices: Voices, play: Play
) -> None:
    played = play(voices.get("too soft"))

    assert played.heard.integrated == pytest.approx(-45, abs=0.2)
    assert played.heard.gain == 20
    assert loudness_of(played.made)[0] == pytest.approx(-25, abs=0.5)
    # Soft speech is not silence.
    assert played.heard.silences == []


def test_loud_and_soft_passages_stay_as_far_apart_as_they_were(
    voices: Voices, play: Play, tmp_path: Path
) -> None:
    talk = tmp_path / "talk.wav"
    soft = "[0]asplit[a][b];[b]volume=-12dB[b];[a][b]concat=n=2:v=0:a=1"
    make("-i", str(voices.get("soft")), "-filter_complex", soft, str(talk))

    played = play(talk)

    half = 4.43
    before, after = samples_of(talk), samples_of(played.made)
    apart = decibels(before, 0, half) - decibels(before, half, 2 * half)
    assert apart == pytest.approx(12, abs=0.5)
    assert decibels(after, 0, half) - decibels(after, half, 2 * half) == pytest.approx(12, abs=1)


def test_peaks_that_can_not_be_raised_are_not_flattened(play: Play, tmp_path: Path) -> None:
    beeps = tmp_path / "beeps.wav"
    sound = "aevalsrc=0.99*sin(6000*t)*lt(mod(t\\,1)\\,0.006):s=48000:d=5"
    make("-f", "lavfi", "-i", sound, str(beeps))

    played = play(beeps)

    wanted = -19 - played.heard.integrated
    assert wanted > 1
    assert played.heard.gain == pytest.approx(wanted, abs=0.1)


@pytest.mark.parametrize(("name", "ear"), [("left ear", 0), ("right ear", 1), ("both ears", None)])
def test_a_voice_in_one_ear_is_heard_in_both(
    name: str, ear: int | None, voices: Voices, play: Play
) -> None:
    played = play(voices.get(name))

    assert played.heard.ear == ear
    assert played.channels == (2 if ear is None else 1)
    left, right = samples_of(played.made, 2).T
    assert np.abs(left).max() > 0.1
    assert np.abs(right).max() > 0.1


def test_hiss_in_the_other_ear_is_no_voice_but_a_softer_speaker_is(
    voices: Voices, play: Play, tmp_path: Path
) -> None:
    heard = []
    for beside in ("anoisesrc=a=0.001:r=22050:seed=1", "sine=300:r=22050,volume=-24dB"):
        path = tmp_path / "two.wav"
        both = "[0]aformat=channel_layouts=mono[a];[a][1]join=2"
        inputs = ("-i", str(voices.get("both ears")), "-f", "lavfi", "-i", beside)
        make(*inputs, "-filter_complex", both, "-shortest", str(path))
        heard.append(play(path).heard.ear)

    assert heard == [0, None]


def test_silence_stays_silent_and_is_one_silence(play: Play, mediafiles: MediaFiles) -> None:
    played = play(mediafiles.get("silence.wav"))

    assert played.heard.gain == 0
    assert played.heard.silences == [[0, 2000]]
    assert set(played.heard.peaks) == {0}
    for path in (played.made, played.speech):
        assert np.abs(samples_of(path)).max() == 0


def test_hiss_alone_is_not_raised_and_is_one_silence(play: Play, tmp_path: Path) -> None:
    hiss = tmp_path / "hiss.wav"
    make("-f", "lavfi", "-i", "anoisesrc=a=0.001:d=2:seed=1", str(hiss))

    played = play(hiss)

    assert -75 < played.heard.integrated < -60
    assert played.heard.gain == 0
    assert played.heard.silences == [[0, 2000]]


def test_what_is_too_short_to_be_measured_is_left_alone(play: Play, tmp_path: Path) -> None:
    blip = tmp_path / "blip.wav"
    make("-f", "lavfi", "-i", "sine=440:d=0.2", str(blip))

    played = play(blip)

    assert (played.heard.gain, played.heard.silences) == (0, [])


@pytest.mark.parametrize("level", [-45, -10])
def test_pauses_of_half_a_second_are_found_however_loud_the_rest_is(
    level: int, play: Play, tmp_path: Path
) -> None:
    talk = tmp_path / "talk.wav"
    # From 1 to 1.4 and from 2 to 3 there is only the noise of the room, 45 dB below the voice.
    pauses = "between(t\\,1\\,1.4)+between(t\\,2\\,3)"
    voice = f"aevalsrc=(0.003+0.4*not({pauses}))*sin(1885*t)*(1+sin(30*t))/2:s=22050:d=4"
    make("-f", "lavfi", "-i", voice, "-af", f"volume={level + 17}dB", str(talk))

    played = play(talk)

    assert played.heard.integrated == pytest.approx(level, abs=3)
    [[start, end]] = played.heard.silences
    assert start == pytest.approx(2000, abs=40)
    assert end == pytest.approx(3000, abs=40)


def test_what_is_muted_or_cut_off_is_neither_played_nor_recognised(
    play: Play, tmp_path: Path
) -> None:
    talk = tmp_path / "talk.flac"
    make("-f", "lavfi", "-i", "sine=300:r=44100:d=6,volume=-10dB", str(talk))

    played = play(talk, Cut(1.5, 4, muted=((1, 1.3), (2, 3)), ends_early=True))

    [silence] = played.heard.silences
    assert silence == pytest.approx([2000, 3000], abs=20)
    for path in (played.made, played.speech):
        samples = samples_of(path)
        assert len(samples) / RATE == pytest.approx(4, abs=0.05)
        for start, end in ((1, 1.3), (2, 3)):
            assert decibels(samples, start + 0.02, end - 0.02) < -70
            assert decibels(samples, start - 0.1, start - 0.02) > -30
            assert decibels(samples, end + 0.02, end + 0.1) > -30


@pytest.mark.parametrize("start", [0, 3])
def test_sound_that_ends_before_the_picture_is_silent_from_there(
    start: int, play: Play, tmp_path: Path
) -> None:
    talk = tmp_path / "talk.mp4"
    scene = ("-f", "lavfi", "-i", "color=s=64x64:r=5:d=5")
    make(*scene, "-f", "lavfi", "-i", "sine=300:d=2", "-c:v", "libx264", str(talk))

    played = play(talk, Cut(start, 5 - start))

    [silence] = played.heard.silences
    assert silence == pytest.approx([max(0, 2 - start) * 1000, (5 - start) * 1000], abs=50)
    assert len(samples_of(played.made)) / RATE == pytest.approx(5 - start, abs=0.05)
    half = len(played.heard.peaks) // 2
    assert max(played.heard.peaks[half:]) == 0


def test_the_recording_is_decoded_once_and_only_what_is_kept_stays(
    bench: Bench, voices: Voices, tmp_path: Path
) -> None:
    log = tmp_path / "commands"
    note = ("sh", "-c", f'echo "$@" >>{log}; exec "$@"', "note")
    facts, _audio = put(bench, voices.get("with coughs"))
    seen: list[float] = []

    listening.listen(replace(bench, prefix=note), NAME, facts, Cut(0, facts.duration), seen.append)

    commands = log.read_text().splitlines()
    assert [f"file:{NAME} " in command for command in commands].count(True) == 1
    assert {path.name for path in bench.folder.iterdir()} == {NAME, listening.SPEECH}
    assert seen == sorted(seen)
    assert seen[-1] == pytest.approx(facts.duration, abs=0.1)


def test_the_waveform_is_that_of_the_levelled_sound(voices: Voices, play: Play) -> None:
    peaks = play(voices.get("soft")).heard.peaks

    assert len(peaks) == 800
    assert 200 < max(peaks) < 255


def test_a_picture_alone_can_not_be_listened_to(bench: Bench) -> None:
    facts = Facts(demuxer="mov", duration=3, video=None, audio=None)

    with pytest.raises(ToolError):
        listening.listen(bench, NAME, facts, Cut(0, 3))


def test_a_meter_that_says_nothing_is_noticed() -> None:
    with pytest.raises(ToolError):
        loudness.read("Integrated loudness: I: -20.0 LUFS, but this is a title, and no summary")
