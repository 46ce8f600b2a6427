"""What is found in what people say, when, and what is not."""

import base64
import json
from collections.abc import Sequence

import pytest

from mediashare.checks.queries import Material
from mediashare.transcripts.queries import SaidSegment, SaidWord
from tests.workers.ordinary import list_sentences
from workers.tools.findings import search

WORD_MS = 500
# All of these are made up; what is computed is so that no scanner of repositories takes it for one.
AWS = "AKIA" + "QX7RT2MNB4LPW6ZK"
GITHUB = "ghp_" + "a1B2c3D4e5F6" * 3
SLACK = "xoxb-" + "123456789012-" + "abcDEFghiJKL"
STRIPE = "sk_live_" + "4eC39HqLyjWDarjtT1zdp7dc"
SENDGRID = "SG." + "a" * 11 + "1" * 11 + "." + "b" * 20 + "2" * 23
GITLAB = "glpat-" + "x1Y2z3W4v5U6t7S8r9Q0"
PYPI = "pypi-AgEIcHlwaS5vcmc" + "Ab3" * 25


def _encoded(part: dict[str, str]) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")


JWT = f"{_encoded({'alg': 'HS256'})}.{_encoded({'sub': 'ada'})}.c2lnbmF0dXJl"


def say(*sentences: str) -> Sequence[SaidSegment]:
    """Sentences one after the other, half a second for each word."""
    segments, at = [], 0
    for sentence in sentences:
        texts = sentence.split()
        times = [at + number * WORD_MS for number in range(len(texts))]
        words = [SaidWord(t, t + WORD_MS, one) for t, one in zip(times, texts, strict=True)]
        segments.append(SaidSegment(at, at + len(texts) * WORD_MS, sentence, words=words))
        at += len(texts) * WORD_MS
    return segments


def find(
    *sentences: str, language: str = "en", watched: Sequence[str] = ()
) -> list[tuple[str, str]]:
    """Kind and words of what is found."""
    segments = say(*sentences)
    words = [word for segment in segments for word in segment.words]
    material = Material(
        episode_id="clip", segments=segments, language=language, watched=watched, offset_ms=0
    )
    return [
        (
            one.kind.value,
            " ".join(w.text for w in words if one.start_ms <= w.start_ms < one.end_ms),
        )
        for one in search.find(material)
    ]


SECRETS = [
    (f"the access key is {AWS} by the way", "key", AWS),
    (
        "so it is A K I A Q X seven R T two M N B four L P W six Z K okay",
        "key",
        "A K I A Q X seven R T two M N B four L P W six Z K",
    ),
    (f"export the token {GITHUB} first", "key", GITHUB),
    (f"our bot logs in with {SLACK} everywhere", "key", SLACK),
    (f"here is {STRIPE} for payments", "key", STRIPE),
    (f"mail goes out with {SENDGRID} today", "key", SENDGRID),
    (f"the runner has {GITLAB} set", "key", GITLAB),
    (f"we upload with {PYPI} from here", "key", PYPI),
    (f"the header says Bearer {JWT} you see", "key", JWT),
    ("connect to postgres://app:s3cr3tpw@db.example.com/x now", "key", None),
    ("you paste -----BEGIN OPENSSH PRIVATE KEY----- and so on", "key", None),
    ("the password is swordfish and then we go on", "password", "swordfish"),
    ("The password for the staging box is hunter2.", "password", "hunter2."),
    ("password: tr0ub4dor&3 as always", "password", "tr0ub4dor&3"),
    (
        "the passphrase is purple monkey dishwasher lamp, as always",
        "password",
        "purple monkey dishwasher lamp,",
    ),
    ("my pin is four seven one one", "password", "four seven one one"),
    ("the api key is x7Kq92mZ4tY1 for now", "password", "x7Kq92mZ4tY1"),
    ("write to ada.lovelace@example.com about it", "email", "ada.lovelace@example.com"),
    (
        "that is ada dot lovelace at example dot com if you like",
        "email",
        "ada dot lovelace at example dot com",
    ),
    ("just e-mail ada at example.com instead", "email", "ada at example.com"),
    ("my number is 415-555-2671 at work", "phone", "415-555-2671"),
    (
        "call four one five, five five five, two six seven one tonight",
        "phone",
        "four one five, five five five, two six seven one",
    ),
    ("it rings at +49 30 23125 123 in the office", "phone", "+49 30 23125 123"),
    ("charge 4111 1111 1111 1111 until May", "card", "4111 1111 1111 1111"),
    (
        "five five five five, double five double five, triple five five, double four double four",
        "card",
        None,
    ),
    ("the card 3782-822463-10005 is blue", "card", "3782-822463-10005"),
]


@pytest.mark.parametrize(("sentence", "kind", "words"), SECRETS)
def test_what_slips_out_is_found_where_it_is_said(
    sentence: str, kind: str, words: str | None
) -> None:
    found = find("We begin with the broker.", sentence, "Then we restart it.")

    assert [one[0] for one in found] == [kind]
    if words is not None:
        assert found[0][1] == words


def test_all_of_them_in_one_recording_are_found_at_their_seconds() -> None:
    lines = [line for sentence, *_ in SECRETS for line in ("Then we look at the logs.", sentence)]
    segments = say(*lines)
    secrets = segments[1::2]
    material = Material(
        episode_id="clip", segments=segments, language="en", watched=(), offset_ms=0
    )

    found = search.find(material)

    assert [one.kind.value for one in found] == [kind for _sentence, kind, _words in SECRETS]
    assert all(
        said.start_ms <= one.start_ms < one.end_ms <= said.end_ms
        for one, said in zip(found, secrets, strict=True)
    )


def test_ordinary_speech_of_engineers_gives_no_alarm() -> None:
    sentences = list_sentences()

    assert len(sentences) >= 300
    assert len(set(sentences)) == len(sentences)
    assert [(one, find(one)) for one in sentences if find(one)] == []
    assert find(*sentences) == []


def test_the_same_speech_as_a_rough_recogniser_writes_it_gives_none_either() -> None:
    rough = [
        "".join(c for c in one.lower() if c.isalnum() or c in " '-") for one in list_sentences()
    ]

    assert find(*rough) == []


def test_what_is_found_is_only_hinted_at() -> None:
    segments = say(*[sentence for sentence, *_ in SECRETS])
    material = Material(
        episode_id="clip", segments=segments, language="en", watched=(), offset_ms=0
    )

    hints = {one.masked for one in search.find(material)}

    assert {len(hint.strip("•")) for hint in hints} <= {1, 2, 4}
    assert "•••1111" in hints


def test_a_caption_whose_words_nobody_has_measured_counts_as_a_whole() -> None:
    segments = [SaidSegment(1000, 5000, "The password is swordfish, remember.")]
    material = Material(
        episode_id="clip", segments=segments, language="en", watched=(), offset_ms=0
    )

    (found,) = search.find(material)

    assert (found.start_ms, found.end_ms) == (1000, 5000)


def test_watched_words_are_whole_words_in_any_case() -> None:
    said = ("Project Falcon is late.", "The falcons fly.", "PROJECT", "falcon again.")

    found = find(*said, watched=["project falcon", "falcon"])

    assert found == [
        ("watched", "Project Falcon"),
        ("watched", "PROJECT falcon"),
    ]


@pytest.mark.parametrize("word", ["c++", "a.b", "(x)", "müller"])
def test_watched_words_may_hold_signs(word: str) -> None:
    assert find(f"we use {word.upper()} here", watched=[word]) == [("watched", word.upper())]


def test_numbers_are_read_as_in_the_country_of_the_language() -> None:
    said = "ruf mich an unter 0171 2345678 bitte"

    assert find(said, language="de") == [("phone", "0171 2345678")]
    assert find(said, language="en") == []


def test_nothing_said_is_nothing_found() -> None:
    assert find() == []
    assert find("", "  ") == []
