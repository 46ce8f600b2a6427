"""What Whisper is told before it listens: terms of the glossary, as if they had just been said.

A hint, not a promise. Now and then a recogniser repeats it instead of what it hears.
"""

from collections.abc import Callable, Sequence

from workers.tools.speech.port import Heard

# Both engines read 223 tokens before each chunk; openai-whisper keeps the last of a longer prompt,
# faster-whisper the first. With room to spare, neither ever has to choose.
BUDGET = 180
SEPARATOR = ", "
# As in <|translate|>: words by which Whisper is steered, wherever they stand.
COMMAND = "<|"
# So many terms in a row and nothing else are more likely read off the prompt than said.
MANY = 3


def fit(terms: Sequence[str], count: Callable[[str], int]) -> Sequence[str]:
    """Those of the terms, most important first, that fit into the budget; `count` says how many
    tokens a text has for the engine. One that is too long does not keep shorter ones out, and one
    that the engine could take for a command to itself is left out."""
    chosen: list[str] = []
    left = BUDGET
    for term in terms:
        if COMMAND in term:
            continue
        # The tokens of a term are the same in a list as behind a single comma.
        tokens = count(f"{SEPARATOR}{term}")
        if tokens <= left:
            chosen.append(term)
            left -= tokens
    return chosen


def write(terms: Sequence[str]) -> str | None:
    """The prompt; None where there is nothing to tell."""
    return SEPARATOR.join(terms) or None


def without_echo(heard: Sequence[Heard], told: Sequence[str]) -> Sequence[Heard]:
    """What was heard without what is the prompt, word for word: nobody has said that. A single
    term is no list; somebody may well say it and nothing else."""
    if len(told) == 1:
        return heard
    words = plain_words(SEPARATOR.join(told))
    return [segment for segment in heard if not words or plain_words(segment.text) != words]


def is_echo(text: str, terms: Sequence[str]) -> bool:
    """Whether a text is made of several terms in the order in which they were told, forwards or
    backwards, and nothing else."""
    words = plain_words(text)
    return bool(words) and (_follows(words, terms) or _follows(words, terms[::-1]))


def plain_words(text: str) -> list[str]:
    """The words of a text without case and punctuation."""
    return "".join(c if c.isalnum() or c.isspace() else " " for c in text.casefold()).split()


def _follows(words: list[str], terms: Sequence[str]) -> bool:
    told = [plain_words(term) for term in terms]
    for first in range(len(told)):
        rest, met = words, 0
        for term in told[first:]:
            if not rest or rest[: len(term)] != term:
                break
            rest, met = rest[len(term) :], met + 1
        if not rest and met >= MANY:
            return True
    return False
