"""What people spell out, as they would have typed it.

Recognisers write "A K I A", "a-k-i-a", "alpha kilo india alpha", "four one one one", "double four",
"forty-two" or "capital B underscore seven". Stretches of at least three such words become one:
"AKIA", "4111", "44", "B_7". What is written in capitals or holds a digit goes along with them. The
text keeps nothing between them, so that what is found there may have been said with breaths.
"""

import re
from collections.abc import Iterator, Sequence

from workers.tools.findings.text import Token, View, vocabulary

LEAST_WORDS = 3

DIGITS = dict(
    zip(vocabulary("zero one two three four five six seven eight nine"), "0123456789", strict=True)
)
_TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
TEENS = {name: str(number) for number, name in enumerate(vocabulary(_TEENS), 10)}
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
TENS = {name: str(number) for number, name in enumerate(vocabulary(_TENS), 2)}
_LETTERS = """
    alpha alfa bravo charlie delta echo foxtrot golf hotel india juliet juliett kilo lima mike
    november oscar papa quebec romeo sierra tango uniform victor whiskey x-ray yankee zulu
"""
LETTERS = {name: name[0].upper() for name in vocabulary(_LETTERS)}
SIGNS = {
    "underscore": "_",
    "dash": "-",
    "hyphen": "-",
    "minus": "-",
    "dot": ".",
    "slash": "/",
    "colon": ":",
    "plus": "+",
}
TIMES = {"double": 2, "triple": 3}
LARGE, SMALL = frozenset({"capital", "uppercase"}), frozenset({"lowercase", "small"})
# Only between others: they are words of their own.
INNER = {**SIGNS, "oh": "0", "o": "0"}
_MIXED = re.compile(r"(?=.*\d)[A-Za-z0-9]+|[A-Z0-9]{2,}|[A-Za-z]")
_PARTED = re.compile(r"[A-Za-z0-9](?:[-.][A-Za-z0-9])+|\d+(?:-\d+)+")


def as_spelled(view: View) -> View:
    """The same, with everything that is spelled out in one piece."""
    return View(list(_joined(view.tokens)))


def _joined(tokens: Sequence[Token]) -> Iterator[Token]:
    place = 0
    while place < len(tokens):
        end = _end_of_run(tokens, place)
        if end - place < LEAST_WORDS:
            yield tokens[place]
            place += 1
            continue
        run = tokens[place:end]
        yield Token(_write(run), run[0].first, run[-1].last, begins=run[0].begins)
        place = end


def _end_of_run(tokens: Sequence[Token], start: int) -> int:
    """Where a stretch ends that is spelled out; at its start where none is."""
    place = end = start
    while place < len(tokens):
        text = tokens[place].bare
        if _is_sign(text) or (place > start and text.casefold() in INNER):
            place += 1
            if _is_sign(text):
                end = place
        elif text.casefold() in {*TIMES, *LARGE, *SMALL, "plus"} or text == "+":
            place += 1
        else:
            break
    return end


def _is_sign(text: str) -> bool:
    known = text.casefold()
    if known in DIGITS or known in TEENS or known in TENS or known in LETTERS:
        return True
    if known.partition("-")[0] in TENS and known.partition("-")[2] in DIGITS:
        return True
    return bool(_MIXED.fullmatch(text.lstrip("+")) or _PARTED.fullmatch(text.lstrip("+")))


def _write(run: Sequence[Token]) -> str:
    """The signs of a run, and what stands behind its last word."""
    written: list[str] = []
    times, case, tens = 1, "", False
    for token in run:
        known = token.bare.casefold()
        if known in TIMES:
            times = TIMES[known]
        elif known in LARGE | SMALL:
            case = known
        else:
            sign = _sign(token.bare, known)
            if tens and known in DIGITS and sign != "0":
                written[-1] = written[-1][:-1]
            written.append(_cased(sign, case) * times)
            times, case = 1, ""
        tens = known in TENS
    tail = run[-1].text.rstrip("\"'")
    return "".join(written) + (tail[-1] if tail.endswith(tuple(".;!?,")) else "")


def _sign(text: str, known: str) -> str:
    for table in (DIGITS, TEENS, LETTERS, INNER):
        if known in table and not (table is INNER and text.isupper()):
            return table[known]
    if known in TENS:
        return TENS[known] + "0"
    tens, _, unit = known.partition("-")
    if tens in TENS and unit in DIGITS:
        return TENS[tens] + DIGITS[unit]
    return re.sub(r"[-.]", "", text) if _PARTED.fullmatch(text) else text


def _cased(sign: str, case: str) -> str:
    if case:
        return sign.upper() if case in LARGE else sign.lower()
    return sign
