"""Passwords and other credentials that somebody says or types in a sentence, in English.

"The password (for …) is X", "password: X", "token=X", "use the password X": what X may be depends
on what it is called. After password, passphrase or passcode it is any word, but not those with
which people go on to speak about passwords: "is wrong", "is stored …", "is eight characters long".
Key, token, secret and PIN are said of many things, so that X must look like one: at least eight
letters and digits mixed, or for a PIN four to eight digits.
"""

import re
from collections.abc import Iterator

from workers.tools.findings.text import Span, View, vocabulary

STRONG = r"passwords?|passphrases?|pass phrases?|passcodes?|pass codes?|passwort|kennwort"
WEAK = (
    r"(?:api|access|secret|private|license|client|signing|encryption)[ -](?:key|token|secret)"
    r"|credentials?|secret|token|key|pins?(?: codes?| numbers?)?"
)
# With these something else begins to be said.
JOINED = r"(?:because|since|after|before|when|where|while|until|if|that|which|and|but|so|as)\b"
_CALLED = re.compile(
    rf"(?<![\w-])(?:(?P<strong>{STRONG})|(?P<weak>{WEAK}))[\"'”]?"
    rf"(?:(?P<assigned>(?:\s+(?:for|of|to|on)(?:\s+(?!{JOINED})[\w'-]+){{1,5}}?)?"
    r"(?:\s+(?:is|was|will\s+be|equals|ist|lautet)(?:\s+now)?:?\s+|\s*[:=]\s*))|\s+)"
    r"(?=\S)",
    re.IGNORECASE,
)
_MIXED = re.compile(r"(?=.*\d)(?=.*[A-Za-z])[!-~]+")
_SIGNED = re.compile(r"(?=.*[\d!@#$%^&*+=?~])(?=.*[A-Za-z])[!-~]+")
_ORDINARY = re.compile(r"[a-z][a-z'-]*")
_DIGITS = re.compile(r"\d{4,8}")
LEAST_MIXED = 8
# Where nobody says that it is one.
LEAST_UNSAID = 12
# A strong name says enough of anything shorter.
LEAST_STRONG = 6
MOST_WORDS = 5

# What a sentence about passwords goes on with, beside words with the ends of _ABOUT.
_GOES_ON = frozenset(
    vocabulary("""
    a an the this that these those it its it's i you he she we they me my your his her our their
    mine yours ours theirs what which who whom whose where when why how there here then than
    and or but nor so because since while until unless if as at by for from in into of off on onto
    out over per through to up under upon via with within without about above across after against
    along among around before behind below beside between beyond despite during except inside near
    outside past regarding toward
    is are was were be been being am do does did done has have had having can could may might must
    shall should will would let lets make makes isn't wasn't won't doesn't
    not no never none nothing nobody nowhere neither now still yet already always often once again
    soon later just only also too very quite rather really pretty more most much many less least
    few some any all both each every either another other same such different enough even ever
    wrong right correct incorrect true false valid invalid missing empty blank null optional
    mandatory required necessary weak strong long longer short shorter safe safer secure insecure
    unsafe old older new newer fresh stale fine ok okay good better best bad worse worst great gone
    known unknown set kept held sent read reset stored shown hidden given taken written chosen
    thrown lost found built made put cut broken dead alive clear plain public private secret random
    unique static dynamic constant hard harder easy easier simple complex common important useful
    useless dangerous critical part case base end something anything everything somewhere anywhere
    up-to-date plaintext text data fields field value values string strings number numbers hash
    hashes policy policies manager managers managers' protected reset resets prompt prompts rotation
    file files store stores vault vaults change changes expiry generator check checks rules rule
    one two three four five six seven eight nine ten eleven twelve thirty sixty ninety hundred
    falsch richtig nicht ein eine einen der die das dem den im in für auf zu sehr
    """)
)
_ABOUT = ("ed", "ing", "ly", "able", "ible", "n't")
_UNITS = frozenset(
    vocabulary("""
    character characters letter letters digit digits sign signs day days hour hours minute minutes
    second seconds week weeks month months year years byte bytes bit bits word words time times
    percent symbols rounds attempts tries people users
    """)
)
# Names of methods, which look like secrets and are none.
_METHODS = re.compile(
    r"(?:sha|md|rsa|aes|utf|base|argon|oauth|ed|p|hs|rs|es|x|ipv|http|s)[-_]?\d+\w{0,4}",
    re.IGNORECASE,
)


def find_passwords(spelled: View) -> Iterator[Span]:
    """Where credentials stand in a text; not what they are called."""
    for match in _CALLED.finditer(spelled.text):
        number = spelled.number_at(match.end())
        bare = spelled.tokens[number].bare if spelled.tokens else ""
        start = spelled.text.find(bare, match.end()) if bare else -1
        if start < 0 or spelled.number_at(start) != number:
            continue
        is_assigned = match["assigned"] is not None
        if match["weak"]:
            is_found = _is_weak(match["weak"].casefold(), bare, is_assigned=is_assigned)
        else:
            is_found = _is_strong(spelled, number, bare, is_assigned=is_assigned)
        if is_found:
            yield start, start + len(bare)
        elif is_assigned and match["strong"] and (words := _count_ordinary(spelled, number)):
            yield start, spelled.span(number, number + words - 1)[1]


def _is_weak(name: str, bare: str, *, is_assigned: bool) -> bool:
    if name.startswith("pin"):
        return bool(_DIGITS.fullmatch(bare)) and (is_assigned or " " in name)
    least = LEAST_MIXED if is_assigned else LEAST_UNSAID
    is_mixed = len(bare) >= least and bool(_MIXED.fullmatch(bare))
    return is_mixed and not _is_other(bare, is_assigned=is_assigned)


def _is_strong(view: View, number: int, bare: str, *, is_assigned: bool) -> bool:
    if _DIGITS.fullmatch(bare):
        return is_assigned and view.word(number + 1) not in _UNITS
    is_mixed = len(bare) >= LEAST_STRONG and bool(_SIGNED.fullmatch(bare))
    return is_mixed and not _is_other(bare, is_assigned=is_assigned)


def _is_other(bare: str, *, is_assigned: bool) -> bool:
    """Addresses, paths, variables and methods look like secrets and are none."""
    is_path = "://" in bare or bare.startswith("$") or ("/" in bare and not is_assigned)
    return is_path or bool(_METHODS.fullmatch(bare))


def _count_ordinary(view: View, number: int) -> int:
    """How many ordinary words the credential has that starts here; none where it is not one."""
    count = 0
    for place in range(number, min(number + MOST_WORDS, len(view.tokens))):
        word = view.word(place)
        if not _ORDINARY.fullmatch(word) or word in _GOES_ON or word.endswith(_ABOUT):
            # "the password is bcrypt hashed" speaks about it; "swordfish, and then" has said it.
            return 0 if word.endswith(_ABOUT) or word in _UNITS else count
        count += 1
        token = view.tokens[place]
        if token.text.endswith((",", ":")) or token.ends_sentence or view.begins(place + 1):
            break
    return count
