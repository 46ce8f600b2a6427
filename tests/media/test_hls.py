"""What can be streamed holds to RFC 8216 and to Apple's rules, down to the boxes of the files."""

import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from mediashare import clock
from mediashare.accounts.models import User
from mediashare.db.session import begin_writing
from mediashare.library.models import Episode, EpisodeKind
from mediashare.media.errors import MediaNotFoundError, StreamNotReadyError
from mediashare.media.models import Rendition
from mediashare.storage.disk import DiskStorage
from tests import factories, hls
from tests.ladders import LENGTH_S, Rung, add_rung, make_uneven

Browse = Callable[[Any], factories.Browser]
Change = Callable[[str, str], str]

SIZES = ("360", "216", "144")

# The files are the same on both databases; what is asked of these is tested elsewhere.
pytestmark = [
    pytest.mark.slow,
    pytest.mark.parametrize("database", ["sqlite"], indirect=True),
]


@pytest.fixture
def author(session: Session) -> User:
    return factories.make_user(session)


@pytest.fixture
def owner(author: User, browse: Browse) -> factories.Browser:
    return browse(author)


@pytest.fixture
def episode(session: Session, author: User) -> Episode:
    return factories.make_episode(session, author, duration_ms=LENGTH_S * 1000)


@pytest.fixture
def full(
    session: Session, storage: DiskStorage, episode: Episode, ladder: dict[str, Rung]
) -> Episode:
    """An episode of which everything is made."""
    for rung in ladder.values():
        add_rung(session, storage, episode, rung)
    return episode


def master_url(episode: Episode) -> str:
    return f"/media/{episode.id}/master.m3u8"


def fetcher(owner: factories.Browser, change: Change = lambda _path, text: text) -> hls.Fetch:
    """Gets what a player would; `change` spoils playlists on the way."""

    def fetch(path: str) -> bytes:
        answer = owner.get(path)
        assert answer.status_code == 200, path
        return change(path, answer.text).encode() if path.endswith(".m3u8") else bytes(answer.data)

    return fetch


def test_a_whole_ladder_breaks_no_rule_and_needs_no_advice(
    full: Episode, owner: factories.Browser
) -> None:
    found = hls.judge(fetcher(owner), master_url(full))

    said = [variant.attributes for variant in found.variants]
    assert [(one.get("RESOLUTION"), one.get("FRAME-RATE")) for one in said] == [
        ("640x360", "5.000"),
        ("384x216", "5.000"),
        ("256x144", "5.000"),
        (None, None),
    ]
    assert said[-1]["CODECS"] == "mp4a.40.2"
    assert {variant.playlist.target for variant in found.variants} == {6}
    assert found.advice == []


def test_segments_are_six_seconds_also_where_a_second_has_29_97_pictures(
    session: Session, storage: DiskStorage, ladder: dict[str, Rung], author: User, browse: Browse
) -> None:
    episode = factories.make_episode(session, author)
    rendition = add_rung(session, storage, episode, ladder["144"])
    begin_writing(session)
    rendition.segments = [[at, size, 2002] for at, size, _duration in rendition.segments]
    session.commit()

    text = browse(author).get(f"/media/{episode.id}/{rendition.id}.m3u8").text

    assert set(re.findall(r"EXTINF:([\d.]+)", text)) == {"6.006", "4.004"}
    assert "#EXT-X-TARGETDURATION:6\n" in text


def test_a_copied_picture_with_rare_keys_shares_its_target_with_all_others(
    session: Session,
    storage: DiskStorage,
    full: Episode,
    owner: factories.Browser,
    tmp_path: Path,
) -> None:
    add_rung(session, storage, full, make_uneven(tmp_path))

    found = hls.judge(fetcher(owner), master_url(full))

    longest = [max(part.seconds for part in v.playlist.segments) for v in found.variants]
    assert {variant.playlist.target for variant in found.variants} == {10}
    assert sorted(map(round, longest)) == [6, 6, 6, 6, 10]


def test_sound_alone_is_a_stream_of_one_variant(
    session: Session,
    storage: DiskStorage,
    ladder: dict[str, Rung],
    author: User,
    owner: factories.Browser,
) -> None:
    episode = factories.make_episode(session, author, kind=EpisodeKind.AUDIO)
    for name in ("opus", "aac"):
        add_rung(session, storage, episode, ladder[name])

    found = hls.judge(fetcher(owner), master_url(episode))

    assert [variant.attributes["CODECS"] for variant in found.variants] == ["mp4a.40.2"]
    assert found.advice == []


def test_what_is_provisional_retired_webm_or_opus_is_never_named(
    session: Session,
    storage: DiskStorage,
    full: Episode,
    owner: factories.Browser,
    ladder: dict[str, Rung],
) -> None:
    odd = [
        add_rung(session, storage, full, ladder["360"], is_provisional=True),
        add_rung(session, storage, full, ladder["360"], retired_at=clock.now()),
        add_rung(session, storage, full, ladder["360"], segments=[]),
        add_rung(session, storage, full, replace(ladder["360"], mime_type="video/webm")),
    ]

    text = owner.get(master_url(full)).text

    named = re.findall(r"^[0-9a-f]+(?=[.]m3u8$)", text, flags=re.MULTILINE)
    assert len(named) == len(SIZES) + 1
    assert {rendition.id for rendition in odd} & set(named) == set()
    opus = session.scalars(select(Rendition.id).where(Rendition.codecs == "opus")).one()
    for ident in (opus, odd[0].id, odd[2].id, odd[3].id):
        answer = owner.get(f"/media/{full.id}/{ident}.m3u8")
        assert answer.status_code == 404
        assert MediaNotFoundError.message in unescape(answer.text)


@pytest.mark.parametrize("is_there", [True, False], ids=["a file plays", "nothing plays"])
def test_while_nothing_lasting_is_there_the_master_playlist_is_not_found_in_plain_words(
    session: Session,
    storage: DiskStorage,
    episode: Episode,
    owner: factories.Browser,
    ladder: dict[str, Rung],
    *,
    is_there: bool,
) -> None:
    if is_there:
        add_rung(session, storage, episode, ladder["360"], is_provisional=True)
        add_rung(session, storage, episode, ladder["aac"])

    answer = owner.get(master_url(episode))

    assert answer.status_code == 404
    expected = StreamNotReadyError if is_there else MediaNotFoundError
    assert expected.message in unescape(answer.text)
    assert owner.get(f"/api/v1/episodes/{episode.id}").json["media"]["hls"] is None


def test_who_plays_replaced_files_goes_on_with_the_playlists_of_their_time(
    session: Session, storage: DiskStorage, full: Episode, owner: factories.Browser, tmp_path: Path
) -> None:
    old = owner.get(master_url(full)).text
    paths = [f"/media/{full.id}/{line}" for line in old.split("\n") if line.endswith(".m3u8")]
    before = [owner.get(path).text for path in paths]
    begin_writing(session)
    session.execute(update(Rendition).values(retired_at=clock.now()))
    session.commit()
    add_rung(session, storage, full, make_uneven(tmp_path))

    after = [owner.get(path).text for path in paths]

    assert after == before
    assert owner.get(master_url(full)).text.count("#EXT-X-STREAM-INF") == 1


# Where, what, what instead; and the rule that then is broken.
SPOILED: dict[str, tuple[str, str, str, str]] = {
    "no version": ("m3u8", r"#EXT-X-VERSION:7\n", r"", "the version, once"),
    "no end": ("m3u8", r"#EXT-X-ENDLIST\n", r"", "the end is said"),
    "a peak of half of it": (
        "master",
        r"BANDWIDTH=(\d+)\d,AVERAGE",
        r"BANDWIDTH=\1,AVERAGE",
        "BANDWIDTH is",
    ),
    "no average": ("master", r",AVERAGE-BANDWIDTH=\d+", r"", "AVERAGE-BANDWIDTH"),
    "another codec": ("master", r"avc1\.42", r"avc1.64", "CODECS are"),
    "another size": ("master", r"640x360", r"640x362", "RESOLUTION is 640x360"),
    "no rate": ("master", r",FRAME-RATE=5.000", r"", "FRAME-RATE"),
    "a rate in one decimal": ("master", r"5\.000", r"5.0", "three decimals"),
    "an address elsewhere": (
        "master",
        r"\n([0-9a-f]+\.m3u8)",
        r"\nhttps://example.com/\1",
        "follows EXT-X-STREAM-INF",
    ),
    "no sound alone": (
        "master",
        r"#EXT-X-STREAM-INF:[^\n]*CODECS=\"mp4a[^\n]*\n[^\n]*\n",
        r"",
        "sound alone, for slow lines",
    ),
    "a longer segment": ("m3u8", r"#EXTINF:6\.000", r"#EXTINF:6.600", "in a target of 6 s"),
    "a target of its own": (
        "sound",
        r"TARGETDURATION:6",
        r"TARGETDURATION:7",
        "the same target duration everywhere",
    ),
    "a byte too few": (
        "m3u8",
        r"BYTERANGE:(\d+)@(\d)",
        r"BYTERANGE:9\1@\2",
        "cut within a fragment",
    ),
    "a head too long": (
        "m3u8",
        r'BYTERANGE="(\d+)@0"',
        r'BYTERANGE="\g<1>0@0"',
        "the head is ftyp and moov",
    ),
    "half of the segments": (
        "m3u8",
        r"(#EXTINF[^#]*#[^#]*){5}#EXT-X-END",
        r"#EXT-X-END",
        "end where the file ends",
    ),
}


@pytest.mark.parametrize("name", SPOILED)
def test_the_judge_finds_what_is_spoiled(
    session: Session, full: Episode, owner: factories.Browser, name: str
) -> None:
    where, pattern, instead, rule = SPOILED[name]
    sound = session.scalars(select(Rendition.id).where(Rendition.codecs == "mp4a.40.2")).one()
    place = {"m3u8": ".m3u8", "master": "master.m3u8", "sound": f"{sound}.m3u8"}[where]

    def spoil(path: str, text: str) -> str:
        return re.sub(pattern, instead, text, count=1) if path.endswith(place) else text

    with pytest.raises(AssertionError, match=rule):
        hls.judge(fetcher(owner, spoil), master_url(full))
