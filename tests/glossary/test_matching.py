"""What stands for a term is replaced; everything else stays as it was."""

import pydoc_data.topics
import re
from collections.abc import Iterable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediashare.glossary.policy import Replacer, Term
from tests.glossary.ordinary import sentences
from tests.glossary.terms import make_term

# Part numbers and names that we have made up, with what recognisers made of them.
ENTRIES = {
    "PX-4711": ["p x forty seven eleven", "pee ex 4711"],
    "kubectl": ["cube cuttle", "cube control", "coob cuttle"],
    "Velmora": ["well mora", "velmore ah"],
    "QT9-B": ["cutie nine b", "q t nine b"],
    "Zanderhoff": ["sander hoff", "sunder huff"],
    "NordLys Gateway": ["nord lease gateway", "north lice gateway"],
    "Terrabix": ["terra bix", "terror bicks"],
    "PostDress": ["post dress", "postures queue"],
    "HX-200/5": ["h x two hundred five"],
    "Oyelaran": ["oh yellow ran", "oil laran"],
}


TERMS = [make_term(term, *sounds) for term, sounds in ENTRIES.items()]


def replaced(text: str, terms: Iterable[Term] = TERMS, language: str | None = "en") -> str:
    """The text with all replacements in it."""
    parts, done = [], 0
    for one in Replacer(terms, language).find(text).replacements:
        assert text[one.start : one.end] == one.heard
        parts += [text[done : one.start], one.text]
        done = one.end
    return "".join([*parts, text[done:]])


HEARD = [
    ("Order p x forty seven eleven today.", "Order PX-4711 today."),
    ("then run cube cuttle, and wait", "then run kubectl, and wait"),
    ("Ask Well Mora's team (well mora).", "Ask Velmora's team (Velmora)."),
    ("is the Cutie nine B, or what", "is the QT9-B, or what"),
    ("“Sander Hoff” wrote it.", "“Zanderhoff” wrote it."),
    ("The nord lease gateway is down!", "The NordLys Gateway is down!"),
    ("Terra-Bix? terra bix.", "Terrabix? Terrabix."),
    ("we store it in post dress", "we store it in PostDress"),
    ("Take the H X two hundred five.", "Take the HX-200/5."),
    ("thanks to oh yellow ran for this", "thanks to Oyelaran for this"),
]


@pytest.mark.parametrize(("heard", "written"), HEARD)
def test_made_up_part_numbers_and_names_come_out_right(heard: str, written: str) -> None:
    assert replaced(heard) == written


def _documentation() -> Sequence[str]:
    """Sentences about Python, with its code and addresses among them, from Python itself."""
    text = "\n\n".join(pydoc_data.topics.topics.values())
    found = re.split(r"(?<=[.!?:])\s+(?=[A-Z])|\n{2,}", text)
    whole = (" ".join(one.split()) for one in found if len(one.split()) > 4)
    return list(dict.fromkeys(whole))[:1000]


@pytest.mark.parametrize("texts", [sentences(), _documentation()], ids=["talk", "manual"])
def test_a_thousand_ordinary_sentences_stay_as_they_are(texts: Sequence[str]) -> None:
    assert len(set(texts)) == 1000

    changed = [text for text in texts if replaced(text) != text]

    assert changed == []


def test_replacing_wherever_the_letters_stand_would_break_many_of_them() -> None:
    terms = [make_term("EA", "ea"), make_term("RT Engine", "the engine")]

    careless = [text for text in sentences() if "ea" in text]
    careful = [text for text in sentences() if replaced(text, terms[:1]) != text]
    meant = [text for text in sentences() if replaced(text, terms) != text]

    assert len(careless) > 100
    assert careful == []
    # An entry that sounds like everyday words is applied to them all: that is what it says.
    assert len(meant) > 10


@pytest.mark.parametrize(
    "text",
    [
        "cube cuttlefish swim",
        "a hypercube cuttle",
        "https://example.com/cube cuttle.io",
        "run `cube cuttle` now",
        "cube_cuttle and cube.cuttle and cube/cuttle",
        "me@cube cuttle@home",
        "a cube. Cuttle is a fish",
        "the cube, cuttle and so on",
        "the cube (cuttle) there",
    ],
)
def test_parts_of_words_code_addresses_and_other_sentences_are_left_alone(text: str) -> None:
    assert replaced(text) == text


@pytest.mark.parametrize(
    ("heard", "written"),
    [
        ("Mangle it. mangel it", "Mangle it. mangle it"),
        ("Mangel it.", "Mangle it."),
        ("We said: Mangel it.", "We said: mangle it."),
        ("Is it? Mangel it.", "Is it? Mangle it."),
        ("MANGEL IT", "Mangle IT"),
        ("Cube cuttle runs.", "Kubectl runs."),
        ("P x forty seven eleven runs.", "PX-4711 runs."),
    ],
)
def test_a_sentence_begins_with_a_capital_unless_the_term_is_a_name_of_its_own(
    heard: str, written: str
) -> None:
    assert replaced(heard, [*TERMS, make_term("mangle", "mangel")]) == written


def test_the_longest_sound_wins_and_a_term_that_is_right_is_left_alone() -> None:
    terms = [make_term("Cube", "cube"), *TERMS]

    assert replaced("a cube cuttle and a cube", terms) == "a kubectl and a Cube"
    assert replaced("the NordLys Gateway and a Cube", terms) == "the NordLys Gateway and a Cube"


def test_a_groups_word_for_a_sound_wins_over_the_houses() -> None:
    house, group = make_term("Velmora", "well mora"), make_term("WM", "well mora", is_of_group=True)

    assert replaced("a well mora", [house, group]) == "a WM"


@pytest.mark.parametrize(
    ("language", "spoken", "counts"),
    [(None, "de", True), ("de", "de-AT", True), ("en", "de", False), ("en", None, False)],
)
def test_an_entry_counts_in_its_language(
    language: str | None, spoken: str | None, *, counts: bool
) -> None:
    terms = [make_term("Velmora", "well mora", language=language)]

    assert (replaced("well mora", terms, spoken) == "Velmora") is counts


def test_uses_count_what_was_replaced_and_what_was_right_already() -> None:
    found = Replacer(TERMS, "en").find("Velmora and well mora, not velmora; kubectl")

    assert found.uses == {"Velmora": 2, "kubectl": 1}


@given(st.text(max_size=60))
def test_any_text_can_be_looked_through(text: str) -> None:
    assert Replacer(TERMS, "en").find(text).replacements == []


WORDS = ["cube", "cuttle", "cuttle,", "Cube", "a", "(cube", "x.", "cuttle's"]


@given(st.lists(st.sampled_from(WORDS)))
def test_what_is_replaced_is_never_replaced_again(words: Sequence[str]) -> None:
    once = replaced(" ".join(words))

    assert replaced(once) == once
