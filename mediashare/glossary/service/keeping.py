"""Entries that people make, change and remove, and decisions about what is proposed."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, select, true
from sqlalchemy.orm import Session

from mediashare import clock
from mediashare.accounts.policy import Viewer
from mediashare.audit import service as audit_service
from mediashare.glossary import policy
from mediashare.glossary import queries as glossary_queries
from mediashare.glossary.errors import (
    GlossaryFullError,
    NotKeeperError,
    SoundsFullError,
    SoundTakenError,
    TermTakenError,
)
from mediashare.glossary.models import (
    GlossaryEntry,
    GlossaryProposal,
    GlossarySound,
    ProposalState,
)
from mediashare.glossary.policy import Place
from mediashare.groups.models import Group

MOST_ENTRIES, MOST_SOUNDS = 1000, 10


@dataclass(frozen=True)
class EntryDetails:
    """What somebody says about a term, checked by glossary/forms.py."""

    term: str
    sounds_like: Sequence[str] = ()
    language: str | None = None
    note: str = ""


def add_entry(session: Session, viewer: Viewer, place: Place, new: EntryDetails) -> GlossaryEntry:
    """A new entry, by whoever keeps the glossary."""
    _begin(session, viewer, place)
    if glossary_queries.find_entry(session, place.group_id, new.term) is not None:
        raise TermTakenError(new.term)
    entry = _add(session, viewer, place, new)
    _record(session, viewer, "glossary_entry_added", place, entry)
    return entry


def change_entry(
    session: Session, viewer: Viewer, place: Place, ident: str, new: EntryDetails
) -> GlossaryEntry:
    """An entry as its keeper wants it now; how often it was met stays known."""
    _begin(session, viewer, place)
    entry = glossary_queries.get_entry(session, place, ident)
    other = glossary_queries.find_entry(session, place.group_id, new.term)
    if other is not None and other.id != entry.id:
        raise TermTakenError(new.term)
    _refuse_taken_sounds(session, place, new.sounds_like, but=entry.id)
    _write(entry, new)
    keep_sounds(session, entry)
    _record(session, viewer, "glossary_entry_changed", place, entry)
    return entry


def remove_entry(session: Session, viewer: Viewer, place: Place, ident: str) -> None:
    """Recognition is told of it no more; what was replaced stays replaced."""
    _begin(session, viewer, place)
    entry = glossary_queries.get_entry(session, place, ident)
    session.delete(entry)
    _record(session, viewer, "glossary_entry_removed", place, entry)


def accept(session: Session, viewer: Viewer, place: Place, ident: str) -> GlossaryEntry:
    """What people have corrected becomes an entry, or one more sound of the entry that is there."""
    _begin(session, viewer, place)
    proposal = glossary_queries.get_proposal(session, place, ident)
    entry = glossary_queries.find_entry(session, place.group_id, proposal.term)
    if entry is None:
        new = EntryDetails(proposal.term, (proposal.heard,), proposal.language)
        entry = _add(session, viewer, place, new)
    elif policy.key_of(proposal.heard) not in map(policy.key_of, entry.sounds_like):
        sounds = [*entry.sounds_like, proposal.heard]
        if len(sounds) > MOST_SOUNDS:
            raise SoundsFullError(entry.term, MOST_SOUNDS)
        _refuse_taken_sounds(session, place, sounds, but=entry.id)
        entry.sounds_like, entry.updated_at = sounds, clock.now()
        keep_sounds(session, entry)
    _decide(proposal, ProposalState.ACCEPTED)
    _record(session, viewer, "glossary_proposal_accepted", place, entry)
    return entry


def dismiss(session: Session, viewer: Viewer, place: Place, ident: str) -> None:
    """What people have corrected is no matter for the glossary, and is not proposed again."""
    _begin(session, viewer, place)
    proposal = glossary_queries.get_proposal(session, place, ident)
    _decide(proposal, ProposalState.DISMISSED)
    _record(session, viewer, "glossary_proposal_dismissed", place, proposal)


def keep_sounds(session: Session, entry: GlossaryEntry) -> None:
    """Have an entry found by what it sounds like now, and by nothing else."""
    session.flush()
    session.execute(delete(GlossarySound).where(GlossarySound.entry_id == entry.id))
    keys = {policy.key_of(sound) for sound in entry.sounds_like}
    session.add_all(GlossarySound(entry_id=entry.id, key=key) for key in sorted(keys))


def _begin(session: Session, viewer: Viewer, place: Place) -> None:
    """Only keepers change a glossary. A group's is locked, so that two of them come one after the
    other; in that of the house, which nothing can be locked for, the database refuses a second."""
    if not policy.may_keep(viewer, place):
        raise NotKeeperError
    if place.group_id is not None:
        session.scalar(select(Group.id).where(Group.id == place.group_id).with_for_update())


def _add(session: Session, viewer: Viewer, place: Place, new: EntryDetails) -> GlossaryEntry:
    of_place = glossary_queries.belongs_to(GlossaryEntry.group_id, place.group_id)
    count = session.scalar(select(func.count()).select_from(GlossaryEntry).where(of_place))
    if (count or 0) >= MOST_ENTRIES:
        raise GlossaryFullError(MOST_ENTRIES)
    _refuse_taken_sounds(session, place, new.sounds_like)
    entry = GlossaryEntry(group_id=place.group_id, created_by_id=viewer.id)
    _write(entry, new)
    session.add(entry)
    keep_sounds(session, entry)
    return entry


def _write(entry: GlossaryEntry, new: EntryDetails) -> None:
    entry.term, entry.key = new.term, policy.key_of(new.term)
    entry.sounds_like = list(new.sounds_like)
    entry.language, entry.note = new.language, new.note
    entry.updated_at = clock.now()


def _refuse_taken_sounds(
    session: Session, place: Place, sounds: Sequence[str], *, but: str | None = None
) -> None:
    wanted = {policy.key_of(sound): sound for sound in sounds}
    taken = session.execute(
        select(GlossarySound.key, GlossaryEntry.term)
        .join(GlossaryEntry, GlossaryEntry.id == GlossarySound.entry_id)
        .where(
            glossary_queries.belongs_to(GlossaryEntry.group_id, place.group_id),
            GlossarySound.key.in_(wanted),
            GlossaryEntry.id != but if but else true(),
        )
        .order_by(GlossarySound.key)
        .limit(1)
    ).first()
    if taken is not None:
        raise SoundTakenError(wanted[taken.key], taken.term)


def _decide(proposal: GlossaryProposal, state: ProposalState) -> None:
    proposal.state, proposal.updated_at = state, clock.now()


def _record(
    session: Session,
    viewer: Viewer,
    action: str,
    place: Place,
    about: GlossaryEntry | GlossaryProposal,
) -> None:
    audit_service.record(
        session,
        action,
        actor_id=viewer.id,
        subject=("glossary", place.ident),
        entry_id=about.id,
        term=about.term,
    )
