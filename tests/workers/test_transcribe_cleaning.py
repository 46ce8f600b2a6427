"""What engines heard is kept with times that can be played and doubts that can be seen."""

import itertools
import math
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.tools.speech.cleaning import clean, confidence, is_suspect
from workers.tools.speech.port import Heard, HeardWord

SECONDS = st.floats(-60, 90) | st.sampled_from([math.nan, math.inf, -math.inf])
WORDS = st.builds(HeardWord, SECONDS, SECONDS, st.text(max_size=8), st.none() | st.floats(0, 1))
HEARD = st.lists(
    st.builds(Heard, SECONDS, SECONDS, st.text(max_size=30), st.lists(WORDS, max_size=5)),
    max_size=6,
)
START, END = 10_000, 38_000


@given(HEARD)
def test_times_stay_inside_the_chunk_and_in_order(heard: Sequence[Heard]) -> None:
    segments = clean(heard, START, END)

    assert all(START <= s.start_ms < s.end_ms <= END for s in segments)
    assert all(one.end_ms <= two.start_ms for one, two in itertools.pairwise(segments))
    for segment in segments:
        times = [t for word in segment.words for t in (word.start_ms, word.end_ms)]
        assert times == sorted(times)
        assert all(START <= t <= END for t in times)


def test_times_count_from_the_start_of_the_recording() -> None:
    heard = [Heard(0.5, 1.5, " Hello  there ", (HeardWord(0.5, 1.0, " Hello", 0.81234),))]

    (segment,) = clean(heard, START, END)

    assert (segment.start_ms, segment.end_ms, segment.text) == (10_500, 11_000, "Hello there")
    assert [(w.start_ms, w.end_ms, w.text, w.confidence) for w in segment.words] == [
        (10_500, 11_000, "Hello", 0.812)
    ]


@pytest.mark.parametrize(
    ("heard", "suspect"),
    [
        (Heard(0, 1, "We restart the second node first."), False),
        (Heard(0, 1, "no no no, that is not how it works"), False),
        (Heard(0, 1, "thank you thank you thank you thank you"), True),
        (Heard(0, 1, "it loops it loops it loops it loops"), True),
        (Heard(0, 9, "words", compression_ratio=2.5), True),
        (Heard(0, 9, "words", compression_ratio=1.2), False),
        (Heard(0, 9, "Subtitles by the community", no_speech_prob=0.9, avg_logprob=-1.4), True),
        (Heard(0, 9, "quiet but sure", no_speech_prob=0.9, avg_logprob=-0.2), False),
        (Heard(0, 9, "ha " * 40), True),
    ],
)
def test_loops_and_words_over_silence_are_suspects(heard: Heard, *, suspect: bool) -> None:
    assert is_suspect(heard) is suspect


def test_the_same_sentence_twice_in_a_row_is_a_suspect() -> None:
    said = Heard(0, 1, "Thanks for watching!")

    segments = clean([said, Heard(2, 3, "thanks for watching")], START, END)

    assert [segment.is_suspect for segment in segments] == [False, True]


def test_confidence_is_that_of_the_words_else_of_the_whole() -> None:
    words = (HeardWord(0, 1, "a", 0.5), HeardWord(1, 2, "b", 1.0))

    assert confidence(Heard(0, 2, "a b", words, avg_logprob=-9)) == 0.75
    assert confidence(Heard(0, 2, "a b", avg_logprob=-0.5)) == round(math.exp(-0.5), 3)
    assert confidence(Heard(0, 2, "a b")) is None
