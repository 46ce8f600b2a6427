"""Which files and codecs we take in, and the flags under which tools may open them.

Left to itself ffmpeg guesses the format, also of a playlist that names other files or addresses.
So the signature is read here, and the tool is told: this demuxer, local files, these decoders.
"""

from pathlib import Path

HEAD_BYTES = 64 * 1024
# Camcorders put four bytes of time in front of each packet.
TS_PACKETS = (188, 192)
TS_MARKS = b"G" * 5
# A file under 4096 x 2304; beyond it decoding alone takes a gigabyte.
MAX_PIXELS = 4096 * 2304
MAX_STREAMS = 32
PROBE_BYTES = 20_000_000
ID3_HEADER = 10
MP4_BOXES = (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")
WAVE_KINDS = (b"RIFF", b"RF64")
AIFF_KINDS = (b"AIFF", b"AIFC")
PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a", b"II*\0", b"MM\0*")
# Phones keep photos in the box of MP4.
PICTURE_BRANDS = (
    *(b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"),
    *(b"mif1", b"msf1", b"avif", b"avis", b"crx "),
)
# Text in UTF-16 begins like MPEG audio.
UTF16_MARK = b"\xff\xfe"
VIDEO_CODECS = (
    "h264",
    "hevc",
    "vp8",
    "vp9",
    "av1",
    "mpeg4",
    "h263",
    "mpeg2video",
    "mpeg1video",
    "mjpeg",
    "prores",
    "dnxhd",
    "theora",
    "png",
    "dvvideo",
)
AUDIO_CODECS = (
    "aac",
    "aac_latm",
    "mp1",
    "mp2",
    "mp3",
    "opus",
    "vorbis",
    "flac",
    "alac",
    "ac3",
    "eac3",
    "amr_nb",
    "amr_wb",
    "adpcm_ms",
    "adpcm_ima_wav",
    "adpcm_ima_qt",
    "dts",
)
# Decoders of the same name, then those of another, raw sound, and what a probe opens though it is
# never played: subtitles, and pictures that can be covers. All of them are old, much fuzzed, or
# simple; formats as rich as TIFF are not among them.
DECODERS = (
    *VIDEO_CODECS,
    *(name for name in AUDIO_CODECS if name not in {"amr_nb", "amr_wb", "dts"}),
    *("libdav1d", "mp1float", "mp2float", "mp3float", "libopus", "libvorbis"),
    *("amrnb", "amrwb", "dca", "pcm_bluray"),
    *("pcm_u8", "pcm_s8", "pcm_s16le", "pcm_s16be", "pcm_s24le", "pcm_s24be", "pcm_s32le"),
    *("pcm_s32be", "pcm_f32le", "pcm_f32be", "pcm_f64le", "pcm_f64be", "pcm_alaw", "pcm_mulaw"),
    *("mov_text", "srt", "subrip", "ass", "ssa", "webvtt", "text", "cc_dec", "dvdsub", "pgssub"),
    *("dvbsub", "libzvbi_teletextdec"),
    *("bmp", "gif", "webp"),
)


def find_demuxer(path: Path) -> str | None:
    """The demuxer for a file by its first bytes, or None for what we do not take in."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
        if head.startswith(b"ID3") and len(head) > ID3_HEADER:
            file.seek(ID3_HEADER + _id3_size(head))
            # A tag may stand before raw AAC and FLAC too; what follows it decides.
            return _demuxer(file.read(HEAD_BYTES)) or "mp3"
    return _demuxer(head)


def is_picture(path: Path) -> bool:
    """Whether a file is a single picture by its first bytes."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if head[:4] == b"RIFF":
        return head[8:12] == b"WEBP"
    return head.startswith(PICTURES) or (head[4:8] == b"ftyp" and head[8:12] in PICTURE_BRANDS)


def guard(demuxer: str) -> dict[str, str]:
    """The input options without which no tool may open what somebody has sent."""
    return {
        "f": demuxer,
        "format_whitelist": demuxer,
        "protocol_whitelist": "file",
        "codec_whitelist": ",".join(DECODERS),
        "max_pixels": str(MAX_PIXELS),
        "max_streams": str(4 * MAX_STREAMS),
        "probesize": str(PROBE_BYTES),
    }


def _demuxer(head: bytes) -> str | None:
    if head[4:8] in MP4_BOXES:
        return "mov"
    if head[:4] == b"RIFF" and head[8:12] == b"AVI ":
        return "avi"
    if head[:4] in WAVE_KINDS and head[8:12] == b"WAVE":
        return "wav"
    if head[:4] == b"FORM" and head[8:12] in AIFF_KINDS:
        return "aiff"
    for start, name in {
        b"\x1aE\xdf\xa3": "matroska",
        b"OggS": "ogg",
        b"fLaC": "flac",
    }.items():
        if head.startswith(start):
            return name
    return _stream_demuxer(head)


def _stream_demuxer(head: bytes) -> str | None:
    # Formats without a signature are told by the rhythm of their sync marks.
    if _has_packets(head):
        return "mpegts"
    if head.startswith(UTF16_MARK):
        return None
    if len(head) < ID3_HEADER or head[0] != 0xFF:  # noqa: PLR2004 - the sync mark of MPEG audio
        return None
    if head[1] & 0xF6 == 0xF0:  # noqa: PLR2004 - layer bits 00 are ADTS
        return "aac"
    if head[1] & 0xE0 == 0xE0 and head[1] & 0x06 and head[2] >> 4 not in {0, 15}:  # noqa: PLR2004 - sync bits, a layer, a bit rate
        return "mp3"
    return None


def _has_packets(head: bytes) -> bool:
    # A broadcast is recorded from wherever it is.
    return any(
        head[first : first + len(TS_MARKS) * length : length] == TS_MARKS
        for length in TS_PACKETS
        for first in range(length)
    )


def _id3_size(head: bytes) -> int:
    return sum((head[6 + n] & 0x7F) << (21 - 7 * n) for n in range(4))
