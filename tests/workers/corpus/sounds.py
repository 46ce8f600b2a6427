"""Unusual but honest sounds, and what the gate must find in them."""

from tests.workers.corpus.making import (
    AAC,
    H264,
    Accepted,
    about,
    by_ffmpeg,
    changed,
    joined,
    of_bytes,
    remuxed,
    scene,
    tone,
    wave,
)

COVER = ("-f", "lavfi", "-i", "color=c=teal:s=32x32:d=1", "-frames:v", "1")
ATTACHED = ("-map", "0:a", "-map", "1:v", "-disposition:v", "attached_pic")
FIRST = by_ffmpeg("ogg", *tone(), "-c:a", "libopus")
NEXT = by_ffmpeg("ogg", *tone(44_100), "-c:a", "libopus")
# A tag of twenty bytes of nothing, as taggers put it before what it describes.
ID3 = b"ID3\x04\x00\x00\x00\x00\x00\x14" + bytes(20)
# A second of silence: fifty frames of 12.2 kbit/s.
AMR = b"#!AMR\n" + (b"\x3c" + bytes(31)) * 50

SOUNDS: dict[str, Accepted] = {
    "eight bits, one channel, 8 kHz": (
        of_bytes(wave(8000, 1, 8, bytes(range(96, 160)) * 75)),
        {"audio.codec": "pcm_u8", "audio.sample_rate": 8000, "duration": about(0.6)},
    ),
    "192 kHz": (
        by_ffmpeg("flac", *tone(192_000), "-sample_fmt", "s32"),
        {"audio.sample_rate": 192_000},
    ),
    "floating point": (
        by_ffmpeg("wav", *tone(96_000), "-c:a", "pcm_f32le"),
        {"audio.codec": "pcm_f32le"},
    ),
    "a telephone's A-law": (
        by_ffmpeg("wav", *tone(8000), "-c:a", "pcm_alaw"),
        {"audio.codec": "pcm_alaw"},
    ),
    "a dictaphone's ADPCM": (
        by_ffmpeg("wav", *tone(22_050), "-c:a", "adpcm_ima_wav"),
        {"audio.codec": "adpcm_ima_wav"},
    ),
    "a voice memo of an old telephone": (
        remuxed("amr", AMR, "3gp"),
        {"audio.codec": "amr_nb", "audio.sample_rate": 8000, "duration": about(1)},
    ),
    "5.1": (
        by_ffmpeg("m4a", *tone(channels="5.1"), *AAC),
        {"audio.channels": 6, "audio.layout": "5.1"},
    ),
    "7.1 in FLAC": (by_ffmpeg("flac", *tone(channels="7.1")), {"audio.channels": 8}),
    "5.1 in Opus": (
        by_ffmpeg("mkv", *tone(channels="5.1"), "-c:a", "libopus"),
        {"audio.channels": 6},
    ),
    "Dolby Digital": (
        by_ffmpeg("mkv", *tone(channels="5.1"), "-c:a", "ac3"),
        {"audio.codec": "ac3"},
    ),
    "Apple lossless": (by_ffmpeg("m4a", *tone(), "-c:a", "alac"), {"audio.codec": "alac"}),
    "AIFF of 24 bits": (
        by_ffmpeg("aiff", *tone(), "-c:a", "pcm_s24be"),
        {"demuxer": "aiff", "audio.codec": "pcm_s24be"},
    ),
    "bare AAC": (by_ffmpeg("aac", *tone(), *AAC), {"demuxer": "aac", "duration": about(0.6)}),
    "bare AAC behind a tag": (
        changed(by_ffmpeg("aac", *tone(), *AAC), lambda data: ID3 + data),
        {"demuxer": "aac"},
    ),
    "FLAC behind a tag": (
        changed(by_ffmpeg("flac", *tone()), lambda data: ID3 + data),
        {"demuxer": "flac"},
    ),
    "MP3 that does not say how long it is": (
        by_ffmpeg("mp3", *tone(length="2"), "-c:a", "libmp3lame", "-q:a", "5", "-write_xing", "0"),
        {"duration": about(2)},
    ),
    "MP3 with something behind it": (
        changed(by_ffmpeg("mp3", *tone(), "-c:a", "libmp3lame"), lambda data: data + b"TAG" * 99),
        {"duration": about(0.65)},
    ),
    "a cover": (
        by_ffmpeg("mp3", *tone(), *COVER, *ATTACHED, "-c:a", "libmp3lame"),
        {"video": None, "cover": 1},
    ),
    "a cover in M4A": (
        by_ffmpeg("m4a", *tone(), *COVER, *ATTACHED, *AAC, "-c:v", "mjpeg"),
        {"video": None, "cover": 1},
    ),
    "a cover in BMP": (
        by_ffmpeg("m4a", *tone(), *COVER, *ATTACHED, *AAC, "-c:v", "bmp"),
        {"video": None, "cover": 1},
    ),
    "a cover in GIF": (
        by_ffmpeg("mp3", *tone(), *COVER, *ATTACHED, "-c:a", "libmp3lame", "-c:v", "gif"),
        {"video": None, "cover": 1},
    ),
    "the sound of a cinema": (
        by_ffmpeg("mkv", *tone(channels="5.1(side)"), "-c:a", "dca", "-strict", "-2"),
        {"audio.codec": "dts", "audio.channels": 6},
    ),
    "the sound of a cinema as a second track": (
        by_ffmpeg(
            *("mkv", *tone(), *tone(channels="stereo"), "-map", "0", "-map", "1"),
            *("-c:a:0", "libopus", "-c:a:1", "dca", "-strict", "-2"),
        ),
        {"audio.codec": "opus", "audios": 2},
    ),
    "the raw sound of a camcorder": (
        by_ffmpeg(
            *("ts", *tone(channels="stereo"), "-c:a", "pcm_bluray", "-mpegts_m2ts_mode", "1"),
        ),
        {"audio.codec": "pcm_bluray", "demuxer": "mpegts"},
    ),
    "two languages, of which the second is the usual one": (
        by_ffmpeg(
            *("mkv", *tone(), *tone(44_100), "-map", "0", "-map", "1", "-c:a", "libvorbis"),
            *("-metadata:s:a:0", "language=ger", "-metadata:s:a:1", "language=eng"),
            *("-disposition:a:0", "0", "-disposition:a:1", "default"),
        ),
        {"audio.language": "eng", "audio.sample_rate": 44_100, "audios": 2},
    ),
    "a language that is none": (
        by_ffmpeg("mkv", *tone(), "-c:a", "libopus", "-metadata:s:a", "language=-i;$(rm x)"),
        {"audio.language": None},
    ),
    "longer than its pictures": (
        by_ffmpeg("mp4", *scene(length="0.4"), *tone(length="1.2"), *H264, *AAC),
        {"duration": about(1.2)},
    ),
    "later than its pictures": (
        by_ffmpeg("mkv", *scene(length="1.2"), "-itsoffset", "0.7", *tone(length="0.5"), *H264),
        {"audio.start": about(0.7), "duration": about(1.2)},
    ),
    "a fifth of a second": (
        by_ffmpeg("wav", *tone(length="0.2")),
        {"duration": about(0.2)},
    ),
    "nothing but silence": (
        of_bytes(wave(16_000, 1, 16, bytes(16_000))),
        {"duration": about(0.5)},
    ),
    "an Ogg whose last packet seems to last six days": (
        by_ffmpeg("ogg", *tone(8000, "0.4"), "-c:a", "libvorbis"),
        {"duration": about(0.42)},
    ),
    "two stations recorded one after the other": (joined(FIRST, NEXT), {"duration": about(1.2)}),
    "a WAV that was never finished": (
        of_bytes(wave(8000, 1, 8, bytes(range(256)) * 20, size=0xFFFFFFFF)),
        {"duration": about(0.64)},
    ),
}
