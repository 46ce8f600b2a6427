"""What is found in a talk: where its topics begin, what they are called, what it says in short."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mediashare.chapters.policy import LONGEST_SENTENCE, LONGEST_TITLE
from mediashare.transcripts.queries import SaidSegment, SaidWord
from tests.talks import BACKUPS, CERTIFICATES, KITCHEN, SENTENCE_MS, TOPICS, length_ms, talk
from workers.outline import drawing, ranking, sentences, weights
from workers.outline.drawing import Drawn

WORDS = st.sampled_from(
    [
        "the",
        "store",
        "reads",
        "archive",
        "and",
        "coffee",
        "machine",
        "of",
        "a",
        "Ä,",
        "?",
        "...",
        "x" * 150,
    ]
)
TEXTS = st.lists(WORDS, min_size=1, max_size=12).map(" ".join)
GAPS = st.integers(0, 9000)


def draw(segments: list[SaidSegment], language: str | None = "en") -> Drawn:
    return drawing.draw(segments, language, length_ms(segments))


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_chapters_begin_where_the_topics_do_in_whatever_order(order: tuple[int, ...]) -> None:
    segments = talk(*(TOPICS[number] for number in order))

    found = draw(segments)

    begins = [0, len(TOPICS[order[0]]), len(TOPICS[order[0]]) + len(TOPICS[order[1]])]
    assert [line.start_ms // SENTENCE_MS for line in found.chapters] == begins
    assert [line.start_ms + line.length_ms for line in found.chapters] == [
        *(line.start_ms for line in found.chapters[1:]),
        length_ms(segments),
    ]


def test_a_chapter_is_called_by_its_most_telling_words() -> None:
    titles = [line.text for line in draw(talk()).chapters]

    assert titles == [
        "Trust store, unknown authority, certificate",
        "Backup, restore, archive",
        "Coffee machine, beans, cup",
    ]


def test_without_a_known_language_words_count_as_they_are_written() -> None:
    found = draw(talk(), None)

    assert {line.start_ms // SENTENCE_MS for line in found.chapters} >= {0, 12, 24}


def test_the_summary_is_three_sentences_that_were_said_in_order_of_time() -> None:
    segments = talk()

    found = draw(segments).summary

    said = {segment.start_ms: segment.text for segment in segments}
    assert len(found) == 3
    assert [line.start_ms for line in found] == sorted(line.start_ms for line in found)
    assert [said[line.start_ms] for line in found] == [line.text for line in found]
    assert all(line.length_ms == 7000 for line in found)


def test_what_the_recogniser_doubts_and_what_is_asked_is_not_in_the_summary() -> None:
    first = draw(talk()).summary
    doubted = [
        SaidSegment(one.start_ms, one.end_ms, one.text, is_suspect=True)
        if one.start_ms == first[0].start_ms
        else one
        for one in talk()
    ]
    asked = [
        SaidSegment(one.start_ms, one.end_ms, one.text.rstrip(".") + "?")
        if one.start_ms == first[0].start_ms
        else one
        for one in talk()
    ]

    for segments in (doubted, asked):
        assert first[0].text[:20] not in [line.text[:20] for line in draw(segments).summary]


def test_short_clips_have_no_chapters_and_few_sentences_no_summary() -> None:
    assert draw(talk(CERTIFICATES)).chapters == ()
    assert len(draw(talk(CERTIFICATES)).summary) == 3
    assert draw(talk(CERTIFICATES[:7])) == Drawn()
    assert draw([]) == Drawn()


def test_a_long_talk_has_at_most_eight_chapters() -> None:
    assert 3 <= len(draw(talk(*TOPICS, *TOPICS, *TOPICS, *TOPICS)).chapters) <= 8


def test_sentences_are_joined_from_breaths_and_cut_from_paragraphs() -> None:
    breaths = [
        SaidSegment(0, 1000, "We mount"),
        SaidSegment(1200, 2000, "the directory."),
        SaidSegment(2000, 6000, "It works. Does it?"),
        SaidSegment(9000, 9900, "no punctuation here"),
        SaidSegment(9900, 10_900, "Another voice", speaker="Ada"),
    ]

    found = sentences.split(breaths)

    assert [(one.start_ms, one.text) for one in found] == [
        (0, "We mount the directory."),
        (2000, "It works."),
        (4133, "Does it?"),
        (9000, "no punctuation here"),
        (9900, "Another voice"),
    ]


def test_measured_words_give_sentences_their_times() -> None:
    words = [SaidWord(100, 400, "yes"), SaidWord(700, 900, "no")]

    found = sentences.split([SaidSegment(0, 1000, "Yes. No.", words=words)])

    assert [(one.start_ms, one.end_ms, one.text) for one in found] == [
        (100, 400, "Yes."),
        (700, 900, "No."),
    ]


def test_ranks_are_chances_and_the_most_linked_sentence_has_the_best() -> None:
    terms = [
        ["store", "trust"],
        ["store", "disk"],
        ["disk", "full"],
        ["store", "disk", "trust"],
        ["x"],
    ]
    ranks = ranking.rank(ranking.make_bags(terms, weights.measure(terms)))

    assert sum(ranks) == pytest.approx(1)
    assert max(range(5), key=lambda number: ranks[number]) == 3


def test_languages_written_without_blanks_have_chapters_too() -> None:
    topics = [
        [f"証明書の有効期限と信頼ストアを確認{sign}。" for sign in "一二三四五六七八九十"],
        [f"毎晩の保存記録を別の装置へ複写{sign}。" for sign in "一二三四五六七八九十"],
        [f"台所の珈琲機械へ水と豆を補充{sign}。" for sign in "一二三四五六七八九十"],
    ]

    found = draw(talk(*map(tuple, topics)), "ja")

    assert [line.start_ms // SENTENCE_MS for line in found.chapters] == [0, 10, 20]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(TEXTS, GAPS, st.booleans()), max_size=60), st.integers(1, 600_000))
def test_whatever_is_said_lines_are_in_range_in_order_and_never_at_the_same_time(
    said: list[tuple[str, int, bool]], duration_ms: int
) -> None:
    segments, now = [], 0
    for text, gap, is_suspect in said:
        segments.append(SaidSegment(now, now + 4000, text, is_suspect=is_suspect))
        now += 4000 + gap

    found = drawing.draw(segments, "en", duration_ms)

    for lines in (found.chapters, found.summary):
        starts = [line.start_ms for line in lines]
        assert starts == sorted(set(starts))
        assert all(0 <= start < duration_ms for start in starts)
        assert all(line.text.strip() and len(line.text) <= LONGEST_SENTENCE for line in lines)
    assert all(len(line.text) <= LONGEST_TITLE for line in found.chapters)
    assert len(found.chapters) in {0, *range(3, 9)}
    assert len(found.summary) in {0, 3}
    assert not found.chapters or found.chapters[0].start_ms == 0


def test_the_topics_are_long_enough_to_be_chapters() -> None:
    assert min(map(len, (CERTIFICATES, BACKUPS, KITCHEN))) * SENTENCE_MS > drawing.LEAST_MS
