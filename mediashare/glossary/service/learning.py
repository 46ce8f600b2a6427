"""Learns from what people correct in transcripts: made twice, a correction is proposed."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from mediashare import clock
from mediashare.glossary import policy
from mediashare.glossary import queries as glossary_queries
from mediashare.glossary.models import TERM_LENGTH, GlossaryProposal, ProposalState
from mediashare.glossary.policy.everyday import is_everyday
from mediashare.text import clean_visible

# Whole sentences that somebody has put better are no terms.
MOST_WORDS = 5
# A single letter stands for too much.
SHORTEST_SOUND = 2
# So many corrections that were made only once are remembered for each glossary, the latest.
MOST_REMEMBERED = 1000
EDGES = ' \t.,;:!?…"“”()[]{}'


@dataclass(frozen=True)
class Correction:
    """Some recognised words, and what somebody has made of them."""

    before: str
    after: str


def propose(
    session: Session,
    corrections: Iterable[Correction],
    *,
    group_ids: Sequence[str],
    language: str | None,
    made_by_id: str | None,
) -> int:
    """Count corrections that somebody has made, and propose those that were made twice: to the
    glossaries of these groups, or, without any, to the house's. How many are newly proposed.

    Leave out what must stay private: whoever keeps the glossary reads the words. Not counted is
    what is no term: longer texts, and a single everyday word that was heard. What was dismissed,
    or is in the glossary already, is not proposed again.
    """
    made = Counter(filter(None, map(_clean, corrections)))
    places: Sequence[str | None] = sorted(set(group_ids)) or [None]
    proposed = 0
    for place in places:
        # In one order for everybody, so that nobody waits for another crosswise.
        for correction in sorted(made, key=_key):
            if not _is_known(session, place, correction):
                row = _find_or_add(session, place, correction)
                proposed += _count(row, correction, made[correction], language)
                row.made_by_id = made_by_id
        session.flush()
        _forget_oldest(session, place)
    return proposed


def forget(session: Session, corrections: Iterable[Correction]) -> None:
    """What somebody has taken out of a recording is proposed nowhere, however often it was
    corrected; entries that people have made of it stay theirs."""
    keys = {_key(one) for one in map(_clean, corrections) if one is not None}
    if keys:
        session.execute(
            delete(GlossaryProposal)
            .where(GlossaryProposal.key.in_(keys), GlossaryProposal.state == ProposalState.OPEN)
            .execution_options(synchronize_session=False)
        )


def _clean(correction: Correction) -> Correction | None:
    """The correction without the punctuation around it; None for what is no matter of terms."""
    before, after = (
        " ".join(clean_visible(text).split()).strip(EDGES)
        for text in (correction.before, correction.after)
    )
    is_short = all(
        0 < len(text) <= TERM_LENGTH and len(text.split()) <= MOST_WORDS for text in (before, after)
    )
    is_short = is_short and len(before) >= SHORTEST_SOUND
    is_everyday_word = len(before.split()) == 1 and is_everyday(before)
    if not is_short or before == after or is_everyday_word or not any(map(str.isalnum, after)):
        return None
    return Correction(before, after)


def _is_known(session: Session, place: str | None, correction: Correction) -> bool:
    """Whether the glossary, or the house's, which counts everywhere, replaces this already."""
    entries = (glossary_queries.find_entry(session, of, correction.after) for of in (place, None))
    known = {policy.key_of(sound) for entry in entries if entry for sound in entry.sounds_like}
    return policy.key_of(correction.before) in known


def _find_or_add(session: Session, place: str | None, correction: Correction) -> GlossaryProposal:
    """The row that counts this correction, locked."""
    found = _find(session, place, correction)
    if found is not None:
        return found
    row = GlossaryProposal(group_id=place, key=_key(correction), times=0, state=ProposalState.OPEN)
    row.heard, row.term = correction.before, correction.after
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        # Somebody else has made the same correction for the first time at this moment.
        other = _find(session, place, correction)
        if other is None:
            raise
        return other
    return row


def _find(session: Session, place: str | None, correction: Correction) -> GlossaryProposal | None:
    return session.scalar(
        select(GlossaryProposal)
        .where(
            GlossaryProposal.key == _key(correction),
            glossary_queries.belongs_to(GlossaryProposal.group_id, place),
        )
        .with_for_update()
    )


def _count(row: GlossaryProposal, correction: Correction, times: int, language: str | None) -> bool:
    """Count it so many times more; whether it is proposed from now on."""
    if row.state is ProposalState.ACCEPTED:
        # The entry was removed meanwhile, and people go on correcting.
        row.state, row.times = ProposalState.OPEN, 0
    before = row.times
    # The latest spelling counts; a language does as long as it is always the same.
    row.language = language if before == 0 or row.language == language else None
    row.heard, row.term = correction.before, correction.after
    row.times, row.updated_at = before + times, clock.now()
    often = glossary_queries.OFTEN
    return row.state is ProposalState.OPEN and before < often <= row.times


def _forget_oldest(session: Session, place: str | None) -> None:
    once = (
        glossary_queries.belongs_to(GlossaryProposal.group_id, place),
        GlossaryProposal.state == ProposalState.OPEN,
        GlossaryProposal.times < glossary_queries.OFTEN,
    )
    count = session.scalar(select(func.count()).select_from(GlossaryProposal).where(*once)) or 0
    if count > MOST_REMEMBERED:
        oldest = (
            select(GlossaryProposal.id)
            .where(*once)
            .order_by(GlossaryProposal.updated_at, GlossaryProposal.id)
            .limit(count - MOST_REMEMBERED)
        )
        session.execute(
            delete(GlossaryProposal)
            .where(GlossaryProposal.id.in_(session.scalars(oldest).all()))
            .execution_options(synchronize_session=False)
        )


def _key(correction: Correction) -> str:
    return f"{policy.key_of(correction.before)}\t{policy.key_of(correction.after)}"
