"""How people can be reached or charged: e-mail addresses, phone numbers, payment cards."""

import re
from collections.abc import Iterator, Sequence

import langcodes
from phonenumbers import Leniency, PhoneNumberMatcher
from stdnum import luhn

from workers.tools.findings.text import Span, View, vocabulary

_EMAIL = re.compile(
    r"(?<![\w.+-])[A-Za-z0-9][\w.+-]*@(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,24}(?![\w-])", re.ASCII
)
# Whose login everybody has: how repositories are fetched.
_LOGINS = ("git@", "hg@")
_HOST = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,12}", re.ASCII)
_NAME = re.compile(r"[a-z][a-z0-9_-]*", re.ASCII)
_MAIL = re.compile(r"e-?mails?|mailbox|inbox|mailto")
# After "mail", these stand for what is at a host, not for whom.
_THINGS = frozenset(
    vocabulary("""
    it us me them him her you this that there here is are was were server servers service relay
    gateway host hosts running runs list lists archive archives page site docs client look looks
    found find available hosted api queue worker workers sits lives out up down back and or
    """)
)
_JOINTS = frozenset({"dot", "underscore", "dash", "hyphen", "plus"})
_TELLING = frozenset({"dot", "underscore", "plus"})
CUE_WORDS = 8

_CALLING = frozenset(
    vocabulary("""
    call calls calling phone phones telephone tel mobile cell cellphone handy dial ring text number
    numbers reach whatsapp signal fax sms rufnummer telefon telefonnummer nummer anrufen ruf
    """)
)
REGIONS = {"en": ("US", "GB")}
# How a number starts tells who has issued the card, and how long it is (ISO/IEC 7812).
_CARD = re.compile(
    r"(?:[46]\d|5[1-5]|2[2-7]|35)\d{14}|3[47]\d{13}|3[068]\d{12}",
)
_LONG = re.compile(r"(?<![\w.-])\d(?:[ -]?\d){13,15}(?![\w-])")


def find_emails(written: View, spelled: View) -> Iterator[tuple[View, Span]]:
    """Addresses as they are typed, and as they are said: "ada dot lovelace at example dot com", or
    one name "at example dot com" where mail was spoken of just before."""
    for match in _EMAIL.finditer(written.text):
        if not match[0].startswith(_LOGINS):
            yield written, match.span()
    for first, last in _spoken_addresses(spelled):
        yield spelled, spelled.span(first, last)


def find_phones(written: View, spelled: View, language: str | None) -> Iterator[tuple[View, Span]]:
    """Numbers that can be dialled: with a plus in front, or grouped as they are in the countries
    of the language, or in one piece where calling was spoken of just before."""
    regions = _regions(language)
    for region in (None, *regions):
        for match in PhoneNumberMatcher(written.text, region, Leniency.STRICT_GROUPING):
            is_grouped = bool(re.search(r"\d[ ()/.-]+\d", match.raw_string))
            is_plain = match.raw_string.isdigit()
            if match.raw_string.startswith("+") or (is_grouped and not is_plain):
                yield written, (match.start, match.end)
    for view in (written, spelled):
        for region in regions:
            for match in PhoneNumberMatcher(view.text, region, Leniency.VALID):
                is_abroad = match.raw_string.startswith("+")
                near = view.before(view.number_at(match.start), CUE_WORDS)
                if is_abroad or _CALLING & set(near):
                    yield view, (match.start, match.end)


def find_cards(written: View, spelled: View) -> Iterator[tuple[View, Span]]:
    """Numbers of payment cards: as long as their issuer makes them, with the right check digit."""
    for view in (written, spelled):
        for match in _LONG.finditer(view.text):
            digits = re.sub(r"\D", "", match[0])
            if _CARD.fullmatch(digits) and luhn.is_valid(digits):
                yield view, match.span()


def _spoken_addresses(view: View) -> Iterator[tuple[int, int]]:
    """The first and last token of each address that is said."""
    for place in range(len(view.tokens)):
        if view.word(place) not in {"at", "@"}:
            continue
        last = _end_of_host(view, place + 1)
        first, is_telling = _start_of_name(view, place - 1)
        if last is None or first is None:
            continue
        is_mail = any(_MAIL.fullmatch(word) for word in view.before(first, CUE_WORDS))
        if is_telling or (is_mail and view.word(first) not in _THINGS):
            yield first, last


def _end_of_host(view: View, place: int) -> int | None:
    host = view.word(place)
    while view.word(place + 1) == "dot" and view.word(place + 2):
        place += 2
        host += "." + view.word(place)
    return place if _HOST.fullmatch(host) else None


def _start_of_name(view: View, place: int) -> tuple[int | None, bool]:
    """Where a name starts that ends here, and whether nothing but a mailbox is named like that."""
    if not _NAME.fullmatch(view.word(place)):
        return None, False
    is_telling = view.tokens[place].first != view.tokens[place].last
    while view.word(place - 1) in _JOINTS and _NAME.fullmatch(view.word(place - 2)):
        is_telling = is_telling or view.word(place - 1) in _TELLING
        place -= 2
    return place, is_telling


def _regions(language: str | None) -> Sequence[str]:
    if language is None:
        return ()
    code = langcodes.Language.get(language)
    if code.territory is None and code.language in REGIONS:
        return REGIONS[code.language]
    return tuple(filter(None, [code.maximize().territory]))
