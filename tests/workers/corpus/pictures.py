"""Unusual but honest pictures, and what the gate must find in them."""

from pathlib import Path

from tests.workers.corpus.making import (
    AAC,
    H264,
    Accepted,
    Make,
    about,
    by_ffmpeg,
    ffmpeg,
    joined,
    scene,
    tone,
)

X265 = ("-c:v", "libx265", "-preset", "ultrafast", "-tag:v", "hvc1", "-x265-params")
TEN_BIT = (*scene(), "-pix_fmt", "yuv420p10le", *X265)
ODD = ("-f", "lavfi", "-i", "testsrc=s=67x49:r=25:d=0.6")
PQ = "log-level=none:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc"
HLG = "log-level=none:colorprim=bt2020:transfer=arib-std-b67:colormatrix=bt2020nc"


def turned(degrees: int) -> Make:
    """A video that says by how much it must be turned to be upright."""

    def make(folder: Path) -> Path:
        source, path = folder / "source.mp4", folder / "made.mov"
        ffmpeg(*scene(), *H264, str(source))
        said = ("-c", "copy", "-metadata:s:v", f"rotate={degrees}")
        ffmpeg("-i", str(source), *said, str(path))
        return path

    return make


PICTURES: dict[str, Accepted] = {
    "turned to the right": (turned(90), {"video.rotation": 90, "video.width": 64}),
    "upside down": (turned(180), {"video.rotation": 180}),
    "turned to the left": (turned(270), {"video.rotation": 270}),
    "frames of different length": (
        by_ffmpeg(
            "mp4",
            *scene(length="2"),
            "-vf",
            "select='lt(n,15)+not(mod(n,9))'",
            "-fps_mode",
            "vfr",
            *H264,
        ),
        {"video.is_variable": True, "video.base_rate": 25.0},
    ),
    "a page that stands, and is scrolled for a moment": (
        by_ffmpeg(
            *("mp4", *scene(rate=30, length="6"), "-fps_mode", "vfr", *H264),
            *("-vf", "select='between(t,2,4)+not(mod(n,15))'"),
        ),
        {"video.is_variable": True, "video.busiest": about(30)},
    ),
    "odd width and height": (
        by_ffmpeg("webm", *ODD, "-c:v", "libvpx", "-pix_fmt", "yuv420p"),
        {"video.width": 67, "video.height": 49, "video.codec": "vp8"},
    ),
    "interlaced": (
        by_ffmpeg("mp4", *scene(rate=50), "-vf", "interlace", *H264, "-flags", "+ilme+ildct"),
        {"video.is_interlaced": True},
    ),
    "HDR by the PQ curve": (
        by_ffmpeg("mp4", *TEN_BIT, PQ),
        {"video.is_hdr": True, "video.transfer": "smpte2084", "video.primaries": "bt2020"},
    ),
    "HDR that does not say of which colours": (
        by_ffmpeg("mp4", *TEN_BIT, "log-level=none:transfer=smpte2084"),
        {"video.is_hdr": True, "video.primaries": "", "video.matrix": ""},
    ),
    "HDR by the HLG curve": (by_ffmpeg("mp4", *TEN_BIT, HLG), {"video.is_hdr": True}),
    "ten bits without HDR": (
        by_ffmpeg("mkv", *scene(), "-c:v", "libx264", "-pix_fmt", "yuv420p10le"),
        {"video.is_hdr": False, "video.pixel_format": "yuv420p10le"},
    ),
    "full range, as webcams": (
        by_ffmpeg("avi", *scene(), "-c:v", "mjpeg", "-pix_fmt", "yuvj420p"),
        {"video.codec": "mjpeg", "video.color_range": "pc"},
    ),
    "colour in full resolution": (
        by_ffmpeg("mkv", *scene(), "-c:v", "libx264", "-pix_fmt", "yuv444p"),
        {"video.profile": "High 4:4:4 Predictive"},
    ),
    "shades of grey": (
        by_ffmpeg("mp4", *scene(), "-c:v", "libx264", "-pix_fmt", "gray"),
        {"video.color_range": "pc"},
    ),
    "transparent": (
        by_ffmpeg(
            "mov", *scene(), "-c:v", "prores_ks", "-profile:v", "4444", "-pix_fmt", "yuva444p10le"
        ),
        {"video.codec": "prores"},
    ),
    "pixels wider than high": (
        by_ffmpeg("mp4", *scene(), "-vf", "setsar=64/45", *H264),
        {"video.sar": about(64 / 45)},
    ),
    "pixels a thousand times wider than high": (
        by_ffmpeg("mp4", *scene(), "-vf", "setsar=1000/1", *H264),
        {"video.sar": 1.0},
    ),
    "pixels without a shape": (
        by_ffmpeg("mp4", *scene(), "-vf", "setsar=0/1", *H264),
        {"video.sar": 1.0},
    ),
    "two points wide": (by_ffmpeg("mp4", *scene("2x2"), *H264), {"video.width": 2}),
    "very tall": (by_ffmpeg("mp4", *scene("16x1200"), *H264), {"video.height": 1200}),
    "a picture every two seconds": (
        by_ffmpeg("mp4", *scene(rate="1/2", length="6"), *H264),
        {"video.fps": about(0.5), "duration": about(6)},
    ),
    "240 pictures a second": (
        by_ffmpeg("mp4", *scene(rate=240, length="1.5"), *H264),
        {"video.fps": about(240)},
    ),
    "a single picture with sound": (
        by_ffmpeg("mp4", *scene(length="0.04"), *tone(), *H264, *AAC),
        {"duration": about(0.6), "video.width": 64},
    ),
    "a picture that changes its size": (
        joined(by_ffmpeg("ts", *scene(), *H264), by_ffmpeg("ts", *scene("96x64"), *H264)),
        {"duration": about(1.2)},
    ),
    "AV1": (
        by_ffmpeg("mkv", *scene(length="0.2"), "-c:v", "libaom-av1", "-cpu-used", "8"),
        {"video.codec": "av1"},
    ),
    "VP9": (
        by_ffmpeg("webm", *scene(), "-c:v", "libvpx-vp9", "-deadline", "realtime"),
        {"video.codec": "vp9"},
    ),
    "MPEG-4 in AVI with MP3": (
        by_ffmpeg("avi", *scene(), *tone(), "-c:v", "mpeg4", "-c:a", "libmp3lame"),
        {"video.codec": "mpeg4", "audio.codec": "mp3"},
    ),
    "DV of an old camcorder": (
        by_ffmpeg(
            *("mov", *scene("720x576", length="0.2"), *tone(), "-c:v", "dvvideo"),
            *("-pix_fmt", "yuv420p", "-c:a", "pcm_s16le"),
        ),
        {"video.codec": "dvvideo", "audio.codec": "pcm_s16le"},
    ),
    "MPEG-2 with MP2": (
        by_ffmpeg("ts", *scene(), *tone(), "-c:v", "mpeg2video", "-c:a", "mp2"),
        {"video.codec": "mpeg2video", "audio.codec": "mp2"},
    ),
    "Theora with Vorbis": (
        by_ffmpeg("ogg", *scene(), *tone(), "-c:v", "libtheora", "-c:a", "libvorbis"),
        {"video.codec": "theora", "audio.codec": "vorbis"},
    ),
    "DNxHD": (
        by_ffmpeg(
            "mov",
            *scene("1280x720", length="0.12"),
            "-c:v",
            "dnxhd",
            "-b:v",
            "90M",
            "-pix_fmt",
            "yuv422p",
        ),
        {"video.codec": "dnxhd"},
    ),
    "without sound": (by_ffmpeg("mp4", *scene(), *H264), {"audio": None}),
}
