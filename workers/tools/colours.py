"""Brings the colours of every picture into one form, and says so: BT.709 in the range of
television.

What a file leaves unsaid, each player guesses by the size of the picture, so that the same colours
would change from one size to the next.
"""

from workers.tools.facts import VideoFacts
from workers.tools.ffmpeg import Stream
from workers.tools.ladder import Size

# How every picture that was coded here is tagged.
TAGS = {
    "colorspace": "bt709",
    "color_primaries": "bt709",
    "color_trc": "bt709",
    "color_range": "tv",
}
UNKNOWN = ("", "unknown", "reserved")
# From so many lines on, browsers take what says nothing for BT.709, below it for BT.601.
HD_LINES = 720
HD, SD, WIDE = "bt709", "smpte170m", "bt2020"
WIDE_MATRIX = "bt2020nc"
RGB = ("rgb", "bgr", "gbr", "pal8", "gray", "mono", "ya")


def scaled(picture: Stream, size: Size) -> Stream:
    """The picture in another size, its colours as they are."""
    return picture.filter("scale", str(size.width), str(size.height)).filter("setsar", "1")


def unified(picture: Stream, video: VideoFacts, size: Size) -> Stream:
    """The picture in a size and in the colours that all of ours have."""
    picture = _completed(picture, video)
    if video.is_hdr:
        return _mapped(scaled(picture, size))
    converted = picture.filter(
        "scale", str(size.width), str(size.height), out_color_matrix=HD, out_range="tv"
    )
    return _tagged(converted.filter("format", "yuv420p").filter("setsar", "1"))


def _completed(picture: Stream, video: VideoFacts) -> Stream:
    """The picture with what its file leaves unsaid."""
    if video.pixel_format.startswith(RGB):
        return picture
    if video.is_hdr:
        guesses = {"color_primaries": WIDE, "colorspace": WIDE_MATRIX}
    else:
        guesses = {"colorspace": SD if video.height < HD_LINES else HD}
    said = {"color_primaries": video.primaries, "colorspace": video.matrix}
    missing = {name: guess for name, guess in guesses.items() if said[name] in UNKNOWN}
    return picture.filter("setparams", **missing) if missing else picture


def _mapped(picture: Stream) -> Stream:
    # Scaled before: mapping tones is the dear part.
    return (
        picture.filter("zscale", t="linear", npl="100")
        .filter("format", "gbrpf32le")
        .filter("zscale", p="bt709")
        .filter("tonemap", "hable", desat="0")
        .filter("zscale", t="bt709", m="bt709", r="tv")
        .filter("format", "yuv420p")
    )


def _tagged(picture: Stream) -> Stream:
    said = {"colorspace": HD, "color_primaries": HD, "color_trc": HD, "range": "tv"}
    return picture.filter("setparams", **said)
