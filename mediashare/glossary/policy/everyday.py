"""Everyday words, which nobody wants replaced wherever they are said."""

from functools import cache

from mediashare.glossary.policy.terms import words_of

# How far down the lists, most frequent first, a word is an everyday one. Each word is in one list.
RANKS = {
    "us_tv_and_film": 5000,
    "english_wikipedia": 4000,
    "passwords": 1500,
    "male_names": 200,
    "female_names": 200,
}


def is_everyday(sound: str) -> bool:
    """Whether every word of it is one that people use every day. Only English ones are known."""
    return all(word.strip("'") in _everyday_words() for word in words_of(sound))


@cache
def _everyday_words() -> frozenset[str]:
    # Ranked by use in films and encyclopedias. Megabytes, and workers look nothing up in it.
    from zxcvbn.frequency_lists import FREQUENCY_LISTS  # noqa: PLC0415 - see above

    return frozenset(word for name, most in RANKS.items() for word in FREQUENCY_LISTS[name][:most])
