"""A strict judge of our HLS playlists, down to the boxes of the files that they cut up.

Rules are named where they are applied: `RFC` is RFC 8216, `Apple` the HLS Authoring Specification
for Apple Devices. What must be is asserted; what merely should be is collected in `advice`. It
shares no code with the product, and knows only what we mean to write: video on demand, one file
for each variant, fragmented MP4 with H.264 and AAC.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from posixpath import dirname, join

from tests import boxes

Fetch = Callable[[str], bytes]

VERSION = 7
MASTER_TAGS = {"EXTM3U", "EXT-X-VERSION", "EXT-X-INDEPENDENT-SEGMENTS", "EXT-X-STREAM-INF"}
HEAD_TAGS = {
    *("EXTM3U", "EXT-X-VERSION", "EXT-X-INDEPENDENT-SEGMENTS", "EXT-X-TARGETDURATION"),
    *("EXT-X-MEDIA-SEQUENCE", "EXT-X-PLAYLIST-TYPE", "EXT-X-MAP"),
}
SEGMENT_TAGS = {"EXTINF", "EXT-X-BYTERANGE"}
ATTRIBUTE = re.compile(r'([A-Z0-9-]+)=("[^"\r\n]*"|[^",\s]+)(?:,|$)')
PLAIN_NAME = re.compile(r"[a-z0-9_-]+\.(m3u8|mp4|m4a)")
# A picture more or less at the end of a segment, and what rounding to milliseconds costs.
SLACK_S = 0.06


@dataclass(frozen=True)
class Segment:
    """One segment: how long it is said to be, and which bytes it takes."""

    seconds: float
    size: int
    offset: int


@dataclass(frozen=True)
class Playlist:
    """A media playlist: its file, its initialisation and its segments."""

    file: str
    target: int
    init_size: int
    segments: Sequence[Segment]

    @property
    def seconds(self) -> float:
        return sum(segment.seconds for segment in self.segments)

    @property
    def average(self) -> float:
        return sum(segment.size for segment in self.segments) * 8 / self.seconds

    @property
    def peak(self) -> float:
        """RFC 4.1: of all neighbours that last 0.5 to 1.5 target durations."""
        rates = [self.average]
        for first in range(len(self.segments)):
            for last in range(first, len(self.segments)):
                some = self.segments[first : last + 1]
                length = sum(segment.seconds for segment in some)
                if 0.5 * self.target <= length <= 1.5 * self.target:
                    rates.append(sum(segment.size for segment in some) * 8 / length)
        return max(rates)


@dataclass(frozen=True)
class Variant:
    """One line of the master playlist and what it leads to."""

    attributes: dict[str, str]
    playlist: Playlist
    tracks: Sequence[boxes.Track]
    pictures: int

    @property
    def is_video(self) -> bool:
        return any(track.handler == "vide" for track in self.tracks)

    @property
    def has_sound(self) -> bool:
        return any(track.handler == "soun" for track in self.tracks)


@dataclass
class Presentation:
    """What was judged: its variants in their order, and what should be better."""

    variants: list[Variant] = field(default_factory=list)
    advice: list[str] = field(default_factory=list)


def judge(fetch: Fetch, master_url: str) -> Presentation:
    """Read a presentation as players do; an assertion names the first rule that is broken."""
    found = Presentation()
    for attributes, name in _read_master(fetch(master_url).decode()):
        url = join(dirname(master_url), name)
        playlist = _read_playlist(fetch(url).decode())
        data = fetch(join(dirname(url), playlist.file))
        tracks = boxes.read_tracks(data)
        fragments = boxes.read_fragments(data, tracks)
        variant = Variant(
            attributes, playlist, list(tracks.values()), _count_pictures(fragments, tracks)
        )
        _judge_file(playlist, data, tracks, found.advice)
        _judge_variant(variant, found.advice)
        found.variants.append(variant)
    _judge_together(found)
    return found


def _count_pictures(fragments: Sequence[boxes.Fragment], tracks: dict[int, boxes.Track]) -> int:
    runs = (run for part in fragments for run in part.runs.values())
    return sum(len(run.durations) for run in runs if tracks[run.track].handler == "vide")


def _lines(text: str) -> list[str]:
    assert text.startswith("#EXTM3U\n"), "RFC 4.3.1.1: the first line is #EXTM3U"
    assert text.endswith("\n"), "RFC 4.1: each line ends with a line feed"
    assert "\r" not in text, "ours end with a line feed alone"
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ufeff]", text), "RFC 4.1: control letters"
    lines = text.split("\n")[:-1]
    assert all(lines), "an empty line"
    assert lines.count(f"#EXT-X-VERSION:{VERSION}") == 1, "RFC 4.3.1.2: the version, once"
    assert lines.count("#EXT-X-INDEPENDENT-SEGMENTS") == 1, "Apple: each segment decodes alone"
    return lines


def _tag(line: str) -> tuple[str, str]:
    name, _, value = line.removeprefix("#").partition(":")
    return name, value


def _read_attributes(text: str) -> dict[str, str]:
    found = ATTRIBUTE.findall(text)
    assert "".join(f"{name}={value}," for name, value in found) == f"{text},", f"RFC 4.2: {text}"
    assert len(dict(found)) == len(found), f"RFC 4.2: an attribute twice in {text}"
    return {name: value.strip('"') for name, value in found}


def _read_master(text: str) -> Iterator[tuple[dict[str, str], str]]:
    lines = _lines(text)
    tags = {_tag(line)[0] for line in lines if line.startswith("#")}
    assert tags == MASTER_TAGS, f"RFC 4.3.4: {tags} in a master playlist"
    names = [line for line in lines if not line.startswith("#")]
    assert len(set(names)) == len(names) > 0, "a variant twice, or none"
    for line, name in zip(lines, [*lines[1:], ""], strict=True):
        kind, value = _tag(line)
        if line.startswith("#") and kind == "EXT-X-STREAM-INF":
            assert PLAIN_NAME.fullmatch(name), f"RFC 4.3.4.2: {name!r} follows EXT-X-STREAM-INF"
            yield _read_attributes(value), name
    assert len(names) == text.count("#EXT-X-STREAM-INF:"), "RFC 4.3.4.2: each address has its tag"


def _read_playlist(text: str) -> Playlist:
    lines = _lines(text)
    assert lines[-1] == "#EXT-X-ENDLIST", "RFC 4.3.3.4, Apple: the end is said"
    first = next(at for at, line in enumerate(lines) if line.startswith("#EXTINF:"))
    head = dict(_tag(line) for line in lines[:first])
    assert len(head) == first, "RFC 4.3: a tag twice"
    assert set(head) == HEAD_TAGS, f"RFC 4.3.3: {set(head)} before the first segment"
    assert head["EXT-X-PLAYLIST-TYPE"] == "VOD", "RFC 4.3.3.5, Apple: on demand"
    assert head["EXT-X-MEDIA-SEQUENCE"] == "0", "RFC 4.3.3.2: from the first segment on"
    where = _read_attributes(head["EXT-X-MAP"])
    assert set(where) == {"URI", "BYTERANGE"}, "RFC 4.3.2.5: one file and its head"
    segments = [
        _read_segment(lines[at : at + 3], where["URI"]) for at in range(first, len(lines) - 1, 3)
    ]
    target = int(head["EXT-X-TARGETDURATION"])
    longest = max(segment.seconds for segment in segments)
    assert int(longest + 0.5) <= target, f"RFC 4.3.3.1: {longest} s in a target of {target} s"
    size, offset = _read_range(where["BYTERANGE"])
    assert offset == 0, "the head of the file"
    assert PLAIN_NAME.fullmatch(where["URI"]), "only names beside the playlist"
    return Playlist(where["URI"], target, size, segments)


def _read_segment(lines: Sequence[str], file: str) -> Segment:
    values = [_tag(line)[1] for line in lines[:2]]
    assert [_tag(line)[0] for line in lines[:2]] == ["EXTINF", "EXT-X-BYTERANGE"], "RFC 4.3.2"
    assert re.fullmatch(r"\d+\.\d{3},", values[0]), "RFC 4.3.2.1: a length in decimals"
    assert lines[2] == file, "all segments are parts of one file"
    size, offset = _read_range(values[1])
    return Segment(float(values[0][:-1]), size, offset)


def _read_range(text: str) -> tuple[int, int]:
    assert re.fullmatch(r"[1-9]\d*@\d+", text), f"RFC 4.3.2.2: {text} is no byte range"
    size, offset = map(int, text.split("@"))
    return size, offset


def _judge_file(
    playlist: Playlist, data: bytes, tracks: dict[int, boxes.Track], advice: list[str]
) -> None:
    whole = list(boxes.boxes(data))
    head = [box for box in whole if box.end <= playlist.init_size]
    assert [box.kind for box in head] == [b"ftyp", b"moov"], "RFC 3.3: the head is ftyp and moov"
    fragments = boxes.read_fragments(data, tracks)
    between = {box.kind for box in whole if playlist.init_size <= box.start < fragments[0].start}
    assert between <= {b"sidx"}, f"{between} between head and first fragment"
    at = fragments[0].start
    for segment in playlist.segments:
        assert segment.offset == at, "segments follow each other without gap or overlap"
        at += segment.size
        mine = [part for part in fragments if segment.offset <= part.start < at]
        assert mine, "RFC 3.3: a segment holds whole fragments"
        assert (mine[0].start, mine[-1].end) == (segment.offset, at), "cut within a fragment"
        _judge_segment(segment, mine, tracks, advice)
    assert at == len(data), "the segments end where the file ends"
    starts = {run.decode_time for run in fragments[0].runs.values()}
    assert starts == {0}, "RFC 6.2.4: all variants begin at the same time"


def _judge_segment(
    segment: Segment,
    fragments: Sequence[boxes.Fragment],
    tracks: dict[int, boxes.Track],
    advice: list[str],
) -> None:
    leading = next((t for t in tracks.values() if t.handler == "vide"), next(iter(tracks.values())))
    runs = [part.runs[leading.ident] for part in fragments]
    assert runs[0].starts_with_key, "RFC 4.3.5.1, Apple: a segment starts with a key picture"
    length = sum(sum(run.durations) for run in runs) / leading.timescale
    assert abs(length - segment.seconds) <= SLACK_S, f"EXTINF says {segment.seconds}, not {length}"
    keys = sum(run.keys for run in runs)
    if leading.handler == "vide" and length / keys > 2 + SLACK_S:
        advice.append("Apple: key pictures SHOULD be present every two seconds")


def _judge_variant(variant: Variant, advice: list[str]) -> None:
    said, playlist = variant.attributes, variant.playlist
    for name in ("BANDWIDTH", "AVERAGE-BANDWIDTH"):
        assert re.fullmatch(r"[1-9]\d*", said.get(name, "")), f"RFC 4.3.4.2, Apple: {name}"
    peak, average = int(said["BANDWIDTH"]), int(said["AVERAGE-BANDWIDTH"])
    assert playlist.peak - 1 <= peak <= 1.1 * playlist.peak, (
        f"RFC 4.3.4.2, Apple: BANDWIDTH is {playlist.peak}, at most 10 % more"
    )
    assert abs(average - playlist.average) <= 0.1 * playlist.average, "Apple: within 10 %"
    if peak > 2 * average:
        advice.append("Apple: the peak SHOULD be at most 200 % of the average")
    codecs = [track.codec for track in variant.tracks]
    assert said.get("CODECS", "").lower().split(",") == codecs, f"Apple: CODECS are {codecs}"
    assert all(codec.startswith(("avc1.", "mp4a.40.")) for codec in codecs), "Apple: H.264, AAC"
    if variant.is_video:
        _judge_picture(variant)
    else:
        assert not {"RESOLUTION", "FRAME-RATE"} & set(said), "sound has no picture"
    if playlist.target > 6:
        advice.append("Apple: the target duration SHOULD be 6 seconds")


def _judge_picture(variant: Variant) -> None:
    said = variant.attributes
    (picture,) = (track for track in variant.tracks if track.handler == "vide")
    size = f"{picture.width}x{picture.height}"
    assert said.get("RESOLUTION") == size, f"Apple: RESOLUTION is {size}"
    rate = said.get("FRAME-RATE", "")
    assert re.fullmatch(r"\d+\.\d{3}", rate), "Apple, RFC 4.3.4.2: FRAME-RATE in three decimals"
    assert 0 < float(rate) <= 60, "Apple: at most 60 pictures a second"
    measured = variant.pictures / variant.playlist.seconds
    assert measured <= float(rate) * 1.01 + 0.1, f"RFC 4.3.4.2: {measured} pictures a second"


def _judge_together(found: Presentation) -> None:
    variants = found.variants
    targets = {variant.playlist.target for variant in variants}
    assert len(targets) == 1, f"RFC 6.2.4: the same target duration everywhere, not {targets}"
    lengths = [variant.playlist.seconds for variant in variants]
    assert max(lengths) - min(lengths) <= targets.pop(), "RFC 6.2.4: the same content everywhere"
    heard = [variant for variant in variants if not variant.is_video]
    if any(variant.has_sound for variant in variants):
        assert len(heard) == 1, "Apple: sound alone, for slow lines"
    assert heard in ([], variants[-1:]), "sound alone stands last"
    averages = [int(v.attributes["AVERAGE-BANDWIDTH"]) for v in variants if v.is_video]
    if averages and averages[0] > 2_000_000 >= min(averages):
        found.advice.append("Apple: the first variant SHOULD be the one of about 2 Mbit/s")
