"""Everything at once: what slipped out, when it is heard, and how to speak of it without saying it.

What is found twice counts once, as the first of its kinds.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from mediashare.checks.models import FindingKind
from mediashare.checks.queries import Material, Wording
from mediashare.checks.service import Sighting
from mediashare.transcripts.queries import SaidSegment
from workers.tools.findings import passwords, people, secrets
from workers.tools.findings.spelling import as_spelled
from workers.tools.findings.text import Span, View, as_written

HIDDEN = "•••"
# The last signs of numbers, by which people know theirs, as on receipts.
LAST_SIGNS = {FindingKind.CARD: 4, FindingKind.PHONE: 2}


def find(material: Material) -> Sequence[Sighting]:
    """All that may have slipped out, in the order in which it is heard. What is found in several
    languages at the same time is one thing."""
    found = _find(Wording(material.segments, material.language), material.watched)
    for other in material.others:
        found += [one for one in _find(other, material.watched) if not _is_known(one, found)]
    return sorted(found, key=lambda one: (one.start_ms, one.end_ms))


def _is_known(sighting: Sighting, known: Iterable[Sighting]) -> bool:
    return any(
        one.kind is sighting.kind
        and one.start_ms < sighting.end_ms
        and one.end_ms > sighting.start_ms
        for one in known
    )


def _find(said: Wording, watched: Sequence[str]) -> list[Sighting]:
    written = as_written(said.segments)
    spelled = as_spelled(written)
    times = [time for segment in said.segments for time in _times(segment)]
    taken: list[Span] = []
    found: list[Sighting] = []
    for kind, view, span in _find_all(written, spelled, said, watched):
        first, last = view.words(span)
        if any(first <= end and last >= start for start, end in taken):
            continue
        taken.append((first, last))
        masked = _mask(kind, view.text[span[0] : span[1]])
        start_ms, end_ms = times[first][0], times[last][1]
        found.append(Sighting(kind=kind, start_ms=start_ms, end_ms=end_ms, masked=masked))
    return found


def _times(segment: SaidSegment) -> Sequence[Span]:
    """When each word is heard; where nobody has measured that, it is somewhere in its caption."""
    if segment.words:
        return [(word.start_ms, word.end_ms) for word in segment.words]
    return [(segment.start_ms, segment.end_ms) for _word in segment.timed_words]


def _find_all(
    written: View, spelled: View, said: Wording, watched: Sequence[str]
) -> Iterator[tuple[FindingKind, View, Span]]:
    for view in (written, spelled):
        for span in secrets.find_keys(view.text):
            yield FindingKind.KEY, view, span
    for span in passwords.find_passwords(spelled):
        yield FindingKind.PASSWORD, spelled, span
    for kind, found in (
        (FindingKind.CARD, people.find_cards(written, spelled)),
        (FindingKind.EMAIL, people.find_emails(written, spelled)),
        (FindingKind.PHONE, people.find_phones(written, spelled, said.language)),
        (FindingKind.WATCHED, _find_watched(written, watched)),
    ):
        for view, span in found:
            yield kind, view, span


def _find_watched(written: View, watched: Sequence[str]) -> Iterator[tuple[View, Span]]:
    """Whole words, whatever their case; other forms of a word are other words."""
    if not watched:
        return
    longest_first = sorted(watched, key=len, reverse=True)
    forms = "|".join(r"\s+".join(map(re.escape, word.split())) for word in longest_first)
    for match in re.finditer(rf"(?<!\w)(?:{forms})(?!\w)", written.text, re.IGNORECASE):
        yield written, match.span()


def _mask(kind: FindingKind, said: str) -> str:
    count = LAST_SIGNS.get(kind)
    if count:
        return f"{HIDDEN}{said[-count:]}"
    return next(filter(str.isalnum, said), "") + HIDDEN
