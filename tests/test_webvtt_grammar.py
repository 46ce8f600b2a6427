"""The strict reader of WebVTT refuses what its grammar does not allow, or it proves nothing."""

import pytest

from tests.webvtt_grammar import NotWebVttError, read, read_captions, read_chapters, read_storyboard

LINE = "00:01.000 --> 00:02.000"


@pytest.mark.parametrize(
    "text",
    [
        "WEBVTT",
        "WEBVTT - with words\n\n",
        f"\ufeffWEBVTT\r\n\r\nNOTE a note\r\n\r\nsome id\r\n{LINE} align:start size:50%\r\nx\r\n",
        f"WEBVTT\n\nSTYLE\n::cue {{}}\n\n{LINE}\n<v.loud Ada>a <b>b</b> &amp; <00:01.500>c</v>\n",
        f"WEBVTT\n\n{LINE}\n<v Ada>left open\non two lines\n",
        "WEBVTT\n\n100:00:01.000 --> 100:00:02.000\nafter four days\n",
    ],
)
def test_what_the_grammar_allows_is_read(text: str) -> None:
    assert all(cue.lines for cue in read_captions(text))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "WEBVTTs\n\n",
        f"WEBVTT\n{LINE}\nno empty line\n",
        f"WEBVTT\n\n{LINE.replace('.', ',')}\nx\n",
        "WEBVTT\n\n0:01.000 --> 00:02.000\nx\n",
        "WEBVTT\n\n00:61.000 --> 01:02.000\nx\n",
        "WEBVTT\n\n00:02.000 --> 00:02.000\nx\n",
        "WEBVTT\n\n00:02.000-->00:03.000\nx\n",
        f"WEBVTT\n\n{LINE} align:middle\nx\n",
        f"WEBVTT\n\n{LINE} size:5% size:6%\nx\n",
        f"WEBVTT\n\n{LINE}\n",
        f"WEBVTT\n\n{LINE}\na --> b\n",
        "WEBVTT\n\nNOTE a --> b\n",
        f"WEBVTT\n\n00:03.000 --> 00:04.000\nlater\n\n{LINE}\nearlier\n",
        f"WEBVTT\n\n{LINE}\nx\n\nSTYLE\n::cue {{}}\n",
        f"WEBVTT\n\n{LINE}\nx\n\nan identifier\n",
        f"WEBVTT\n\n{LINE}\n1 < 2\n",
        f"WEBVTT\n\n{LINE}\n2 > 1\n",
        f"WEBVTT\n\n{LINE}\nsalt & pepper\n",
        f"WEBVTT\n\n{LINE}\n&eacute;\n",
        f"WEBVTT\n\n{LINE}\n<img src=x>\n",
        f"WEBVTT\n\n{LINE}\n<v>nobody\n",
        f"WEBVTT\n\n{LINE}\n<b>open\n",
        f"WEBVTT\n\n{LINE}\nclosed</b>\n",
        f"WEBVTT\n\n{LINE}\nbefore <v Ada>open\n",
        f"WEBVTT\n\n{LINE}\n\0\n",
    ],
)
def test_what_the_grammar_does_not_allow_is_refused(text: str) -> None:
    with pytest.raises(NotWebVttError):
        read_captions(text)


def test_kinds_of_tracks_have_grammars_of_their_own() -> None:
    picture = f"WEBVTT\n\n{LINE}\n/media/e/one.jpg#xywh=0,0,160,90\n"
    several = f"WEBVTT\n\n{LINE}\none\ntwo\n"
    across = f"WEBVTT\n\n{LINE}\none\n\n00:01.500 --> 00:03.000\ntwo\n"

    assert [cue.payload for cue in read_storyboard(picture)] == ["/media/e/one.jpg#xywh=0,0,160,90"]
    assert len(read(several)) == 1
    for text, reader in (
        (several, read_chapters),
        (across, read_chapters),
        (across, read_storyboard),
    ):
        with pytest.raises(NotWebVttError):
            reader(text)
