"""Recordings made by ffmpeg for tests: what people send, and what attackers send."""

import subprocess
import wave
import zipfile
from pathlib import Path

TONE = ("-f", "lavfi", "-i", "sine=440:r=48000:d=3,aformat=channel_layouts=stereo")
QUIET = ("-f", "lavfi", "-i", "sine=440:r=48000:d=3,volume=-30dB")
# Few pictures a second: what is made of them is made the sooner.
RATE = 10
SCENE = ("-f", "lavfi", "-i", f"testsrc2=s=320x240:r={RATE}:d=3")
H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "20")
AAC = ("-c:a", "aac", "-b:a", "96k")
# As our own files are: a fragment for each keyframe, and an index of them all.
FRAGMENTS = ("-movflags", "+frag_keyframe+delay_moov+default_base_moof+global_sidx+skip_trailer")
# -16 LUFS or close to it, so that the sound need not be touched.
LEVEL = ("-af", "volume=5.8dB")

RECIPES: dict[str, tuple[str, ...]] = {
    "fits.mp4": (*SCENE, *TONE, *H264, *AAC, *LEVEL),
    "loud_picture.mp4": (*SCENE, *TONE, *H264, *AAC, "-af", "volume=-20dB"),
    # Black, red with noise, green, blue with noise: two seconds each, a keyframe at each change.
    "scenes.mp4": (
        *("-f", "lavfi", "-i", "color=black:s=320x180:r=10:d=2"),
        *("-f", "lavfi", "-i", "color=red:s=320x180:r=10:d=2,noise=alls=60:allf=t"),
        *("-f", "lavfi", "-i", "color=green:s=320x180:r=10:d=2"),
        *("-f", "lavfi", "-i", "color=blue:s=320x180:r=10:d=2,noise=alls=90:allf=t"),
        *("-filter_complex", "[0][1][2][3]concat=n=4:v=1", *H264, "-g", "20", "-sc_threshold", "0"),
        *FRAGMENTS,
    ),
    "black.mp4": ("-f", "lavfi", "-i", "color=black:s=320x180:r=10:d=3", *H264, *FRAGMENTS),
    # As long as a talk, at a picture a second.
    "talk.mp4": (
        *("-f", "lavfi", "-i", "testsrc2=s=64x114:r=1:d=700"),
        *("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "1"),
        *FRAGMENTS,
    ),
    "located.mp4": (
        *(*SCENE, *TONE, *H264, *AAC),
        *("-metadata", "location=+52.5200+013.4050/", "-metadata", "title=Kantstrasse 17"),
        *("-metadata:s:v", "title=Kantstrasse 17", "-metadata", "comment=Kantstrasse 17"),
    ),
    "browser.webm": (*SCENE, *TONE, "-c:v", "libvpx-vp9", "-deadline", "realtime", "-f", "webm"),
    # Browsers play it, nothing of it fits, there are two sizes of it, and it is soon made.
    "steps.webm": (
        *("-f", "lavfi", "-i", "testsrc2=s=568x320:r=5:d=4.4"),
        *("-f", "lavfi", "-i", "sine=440:r=48000:d=4.4,volume=-20dB"),
        *("-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libopus"),
    ),
    "vp8.webm": (*SCENE, *TONE, "-c:v", "libvpx", "-deadline", "realtime", "-c:a", "libvorbis"),
    "talk.mp3": (*QUIET, "-c:a", "libmp3lame"),
    "talk.wav": (*QUIET, "-ac", "1"),
    "tone.m4a": (*TONE, *LEVEL, *AAC),
    "talk.flac": (*QUIET,),
    "talk.ogg": (*QUIET, "-c:a", "libopus"),
    "silence.wav": ("-f", "lavfi", "-i", "anullsrc=r=48000:cl=mono", "-t", "2"),
    "mute.mp4": (*SCENE, *H264),
    "odd.webm": ("-f", "lavfi", "-i", "testsrc2=s=427x241:r=10:d=2", "-c:v", "libvpx"),
    "anamorphic.mp4": (*SCENE, *H264, "-vf", "setsar=4/3"),
    "surround.m4a": ("-f", "lavfi", "-i", "anoisesrc=d=2:a=0.1", "-ac", "6", *AAC),
    "hdr.mp4": (
        *("-f", "lavfi", "-i", "testsrc2=s=320x240:r=25:d=1", "-pix_fmt", "yuv420p10le"),
        *("-c:v", "libx265", "-preset", "ultrafast", "-tag:v", "hvc1", "-x265-params"),
        "log-level=error:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc",
    ),
    "interlaced.mp4": (
        *("-f", "lavfi", "-i", "testsrc2=s=320x240:r=50:d=1", "-vf", "interlace"),
        *(*H264, "-flags", "+ilme+ildct"),
    ),
    "long.mkv": (
        *("-f", "lavfi", "-i", "testsrc2=s=640x360:r=15:d=12"),
        *("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv444p"),
    ),
    "rare.mkv": (*SCENE, "-c:v", "magicyuv"),
    "capture.ts": (*SCENE, *TONE, *H264, *AAC, "-output_ts_offset", "3600"),
}
SPOKEN = "my fellow engineers, ask what you can do for your country"
SCRIPTS = {
    "text.mp4": b"Just a few words, nothing else.\n" * 20,
    "page.mp4": b"<!doctype html><script>alert(1)</script><video src=x></video>",
    "drawing.mp4": (
        b'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">'
        b'<image xlink:href="%(canary_url)s"/></svg>'
    ),
    "playlist.mp4": (
        b"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n%(canary_url)s\n"
        b"#EXTINF:1,\nfile://%(canary_file)s\n#EXT-X-ENDLIST\n"
    ),
    "concat.mp4": b"ffconcat version 1.0\nfile '%(canary_file)s'\nfile '%(canary_url)s'\n",
    "manifest.mp4": (
        b'<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" '
        b'mediaPresentationDuration="PT3S" profiles="urn:mpeg:dash:profile:isoff-on-demand:2011">'
        b'<Period><AdaptationSet mimeType="video/mp4"><Representation id="1" bandwidth="1">'
        b"<BaseURL>%(canary_url)s</BaseURL></Representation></AdaptationSet></Period></MPD>"
    ),
    "shortcut.mp4": b"%(canary_url)s\n",
    "program.mp4": b"\x7fELF\x02\x01\x01" + bytes(200),
    "session.mp4": b"v=0\no=- 0 0 IN IP4 127.0.0.1\nc=IN IP4 127.0.0.1\nm=video 5004 RTP/AVP 96\n",
}


class MediaFiles:
    """Makes each file once, in a folder that lives as long as the test session."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, name: str) -> Path:
        """The recording of that name in RECIPES or of a method below."""
        path = self._folder / name
        if not path.exists():
            _ffmpeg(*RECIPES[name], str(path))
        return path

    def script(self, name: str, **canaries: str) -> Path:
        """A file that is no media but makes careless tools read `canaries`."""
        values = {key.encode(): value.encode() for key, value in canaries.items()}
        path = self._folder / name
        text = SCRIPTS[name]
        path.write_bytes(text % values if b"%(" in text else text)
        return path

    def speech(self) -> Path:
        """A machine speaks, after a second of silence."""
        spoken, talk = self._folder / "machine.wav", self._folder / "speech.wav"
        subprocess.run(["espeak-ng", "-w", str(spoken), SPOKEN], check=True)  # noqa: S603, S607 - our own words
        with wave.open(str(spoken)) as source, wave.open(str(talk), "wb") as target:
            target.setparams(source.getparams())
            silence = b"\0\0" * source.getframerate()
            target.writeframes(silence + source.readframes(source.getnframes()) + silence)
        return talk

    def archive(self) -> Path:
        path = self._folder / "archive.mp4"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("talk.mp3", b"not really")
        return path

    def empty(self) -> Path:
        path = self._folder / "empty.mp4"
        path.touch()
        return path

    def rotated(self) -> Path:
        path = self._folder / "rotated.mp4"
        if not path.exists():
            source = self.get("fits.mp4")
            _ffmpeg("-i", str(source), "-c", "copy", "-metadata:s:v", "rotate=90", str(path))
        return path

    def without_end(self) -> Path:
        """An MP4 whose upload was cut off before its index came."""
        path = self._folder / "without_end.mp4"
        path.write_bytes(self.get("fits.mp4").read_bytes()[:20_000])
        return path

    def half(self) -> Path:
        """An MP4 that begins with its index and holds half of what that names."""
        whole, path = self._folder / "faststart.mp4", self._folder / "half.mp4"
        if not whole.exists():
            source = self.get("fits.mp4")
            _ffmpeg("-i", str(source), "-c", "copy", "-movflags", "+faststart", str(whole))
        data = whole.read_bytes()
        path.write_bytes(data[: len(data) // 2])
        return path

    def with_cover(self, size: str = "600x600") -> Path:
        path = self._folder / f"cover_{size}.mp3"
        if not path.exists():
            cover = ("-f", "lavfi", "-i", f"color=c=teal:s={size}:d=1", "-frames:v", "1")
            options = ("-c:a", "libmp3lame", "-c:v", "png", "-disposition:v", "attached_pic")
            _ffmpeg(*QUIET, *cover, "-map", "0:a", "-map", "1:v", *options, str(path))
        return path

    def huge_picture(self) -> Path:
        """A few kilobytes that decode to a gigabyte."""
        path = self._folder / "huge.mp4"
        if not path.exists():
            picture = ("-f", "lavfi", "-i", "color=c=black:s=8192x4320:r=1:d=1", "-frames:v", "1")
            _ffmpeg(*picture, *H264, str(path))
        return path

    def many_streams(self) -> Path:
        path = self._folder / "many.mkv"
        if not path.exists():
            maps = [word for _ in range(40) for word in ("-map", "0:a")]
            _ffmpeg("-f", "lavfi", "-i", "sine=440:d=1", *maps, "-c:a", "libopus", str(path))
        return path

    def live(self) -> Path:
        """A WebM without a duration, as browsers write it while they record."""
        path = self._folder / "live.webm"
        if not path.exists():
            source = self.get("browser.webm")
            _ffmpeg("-i", str(source), "-c", "copy", "-live", "1", str(path))
        return path

    def subtitles(self) -> Path:
        path, text = self._folder / "subtitles.mkv", self._folder / "subtitles.srt"
        text.write_text("1\n00:00:00,000 --> 00:00:02,000\nJust words\n")
        _ffmpeg("-i", str(text), "-c:s", "srt", str(path))
        return path

    def gap(self) -> Path:
        """Two pictures, ten hours apart."""
        path = self._folder / "gap.mkv"
        if not path.exists():
            late = ("-vf", "setpts='if(eq(N,0),0,36000/TB)'", "-fps_mode", "passthrough")
            scene = ("-f", "lavfi", "-i", "testsrc2=s=64x64:r=1:d=2")
            _ffmpeg(*scene, *late, "-c:v", "libx264", "-pix_fmt", "yuv420p", str(path))
        return path


def _ffmpeg(*words: str) -> None:
    command = ["ffmpeg", "-nostdin", "-v", "error", "-y", *words]
    done = subprocess.run(  # noqa: S603 - a list of our own words
        command, check=False, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
