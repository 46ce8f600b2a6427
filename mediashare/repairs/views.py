"""How fixes look: differences word by word, who did what, and what programs are told."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from mediashare.accounts.models import User
from mediashare.library import views as library_views
from mediashare.repairs.errors import ClashError
from mediashare.repairs.models import FixState
from mediashare.repairs.queries import ShownFix, ShownLine
from mediashare.repairs.service import Place
from mediashare.sentences import said, together
from mediashare.text import compare_words
from mediashare.web.json_api import iso, seconds

ACCEPTED = said("Suggested by %(author)s, accepted by %(decider)s")
REJECTED = said("Suggested by %(author)s, rejected by %(decider)s")


@dataclass(frozen=True)
class Difference:
    """Some words: `kept`, or only before (`gone`), or only after (`new`)."""

    kind: str
    text: str


def differences(before: str, after: str) -> Iterator[Difference]:
    """What was changed from one line to another, word by word."""
    old, new = before.split(), after.split()
    for is_same, here, there in compare_words(old, new):
        if is_same:
            yield Difference("kept", " ".join(old[here]))
            continue
        if old[here]:
            yield Difference("gone", " ".join(old[here]))
        if new[there]:
            yield Difference("new", " ".join(new[there]))


def credit(shown: ShownFix) -> str:
    """Who has fixed something, and who decided about it, in a sentence."""
    fix = shown.fix
    author = _name(fix.author)
    sentence = said("Fixed by %(author)s", author=author)
    if fix.decided_by_id is not None:
        pattern = REJECTED if fix.state is FixState.REJECTED else ACCEPTED
        sentence = said(pattern, author=author, decider=_name(fix.decided_by))
    elif fix.state is FixState.SUGGESTED:
        sentence = said("Suggested by %(author)s", author=author)
    if not fix.undone_at:
        return sentence
    return together([sentence, said("undone by %(name)s", name=_name(fix.undone_by))], ", ")


def fix_json(shown: ShownFix) -> dict[str, Any]:
    """A fix; lines that are not played at present, or not for who asks, say nothing."""
    fix = shown.fix
    return {
        "id": fix.id,
        "episode_id": fix.episode_id,
        "state": fix.state.value,
        "author": _person(fix.author),
        "wanted": fix.wanted if shown.has_words else None,
        "replacement": fix.replacement if shown.has_words else None,
        "lines": [_line_json(line, is_open=shown.is_open) for line in shown.lines],
        "created_at": iso(fix.created_at),
        "decided_by": _person(fix.decided_by),
        "decided_at": iso(fix.decided_at),
        "undone_by": _person(fix.undone_by),
        "undone_at": iso(fix.undone_at),
    }


def places_json(places: Sequence[Place]) -> dict[str, Any]:
    """What a fix everywhere would change."""
    return {
        "places": sum(count for _segment, _text, count in places),
        "lines": [
            {
                "segment": str(segment.id),
                "start": seconds(segment.start_ms),
                "before": segment.text,
                "after": text,
            }
            for segment, text, _count in places
        ],
    }


def clash_json(error: ClashError) -> dict[str, str]:
    """Both texts, for whoever decides."""
    return {"now": error.now, "yours": error.yours}


def _line_json(shown: ShownLine, *, is_open: bool) -> dict[str, Any]:
    segment, line = shown.segment, shown.line
    return {
        "segment": str(segment.id) if segment else None,
        "start": seconds(segment.start_ms) if segment else None,
        "before": line.before if segment and is_open else None,
        "after": line.after if segment and is_open else None,
    }


def _name(person: User | None) -> str:
    return person.name if person else said("somebody")


def _person(person: User | None) -> dict[str, Any] | None:
    return library_views.person_json(person) if person else None
