"""Terms as values, and which of them a recogniser is told."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import langcodes

# More never fits into what a recogniser reads; the engine cuts the rest by its own count.
MOST_TOLD = 200


@dataclass(frozen=True)
class Term:
    """An entry of a glossary that counts for an episode."""

    ident: str
    term: str
    sounds_like: Sequence[str]
    language: str | None
    is_of_group: bool
    uses: int
    created_at: datetime


def key_of(term: str) -> str:
    """The term without case: of two that differ only in that, a glossary has one."""
    return " ".join(words_of(term))


def words_of(text: str) -> tuple[str, ...]:
    """The words of a term, or of what it sounds like, as they are compared."""
    return tuple(text.casefold().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").split())


def is_in(language: str | None, spoken: str | None) -> bool:
    """Whether an entry in `language` counts where `spoken` is heard: one without a language does
    everywhere, and regions make no difference."""
    if language is None or spoken is None:
        return language is None
    return _base(language) == _base(spoken)


def choose_terms(terms: Iterable[Term], language: str | None) -> Sequence[str]:
    """What a recogniser is told of a glossary before it listens for `language`, most important
    first: the groups' own terms before the house's, what is met most often before the rest, and
    of that the newest."""
    ranked = sorted(
        (term for term in terms if is_in(term.language, language)),
        key=lambda term: (
            not term.is_of_group,
            -term.uses,
            -term.created_at.timestamp(),
            term.ident,
        ),
    )
    chosen = {key_of(term.term): term.term for term in reversed(ranked)}
    return [chosen[key] for key in dict.fromkeys(key_of(term.term) for term in ranked)][:MOST_TOLD]


def _base(language: str) -> str:
    return langcodes.Language.get(language).language or language
