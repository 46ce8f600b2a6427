"""How glossaries look to programs, and what keepers should think about."""

from collections.abc import Sequence
from typing import Any

from mediashare.glossary.models import GlossaryEntry, GlossaryProposal
from mediashare.glossary.policy.everyday import is_everyday
from mediashare.sentences import said
from mediashare.web.json_api import iso
from mediashare.web.languages import translated

WARNING = said(
    "“%(sound)s” is what people say every day: it becomes “%(term)s” wherever it is recognised."
)


def warnings(entry: GlossaryEntry | GlossaryProposal) -> Sequence[str]:
    """What an entry would replace that is hardly meant."""
    sounds = [entry.heard] if isinstance(entry, GlossaryProposal) else entry.sounds_like
    return [said(WARNING, sound=sound, term=entry.term) for sound in sounds if is_everyday(sound)]


def entry_json(entry: GlossaryEntry) -> dict[str, Any]:
    """An entry as the API shows it."""
    return {
        "id": entry.id,
        "term": entry.term,
        "sounds_like": list(entry.sounds_like),
        "language": entry.language,
        "note": entry.note,
        "uses": entry.uses,
        "created_at": iso(entry.created_at),
        "updated_at": iso(entry.updated_at),
        "warnings": [translated(one) for one in warnings(entry)],
    }


def proposal_json(proposal: GlossaryProposal) -> dict[str, Any]:
    """What people have corrected, as the API shows it."""
    return {
        "id": proposal.id,
        "heard": proposal.heard,
        "term": proposal.term,
        "language": proposal.language,
        "times": proposal.times,
        "warnings": [translated(one) for one in warnings(proposal)],
    }
