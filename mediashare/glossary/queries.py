"""Find glossaries, their entries, and what is proposed for them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from mediashare.accounts.policy import Viewer
from mediashare.db.paging import (
    BadCursorError,
    Page,
    PageRequest,
    decode_cursor,
    encode_cursor,
)
from mediashare.glossary import policy
from mediashare.glossary.errors import EntryNotFoundError, ProposalNotFoundError
from mediashare.glossary.models import (
    GlossaryEntry,
    GlossaryProposal,
    GlossarySound,
    ProposalState,
)
from mediashare.glossary.policy import Place, Term
from mediashare.groups.errors import GroupNotFoundError
from mediashare.groups.models import Group, Membership

HOUSE = "house"
# What people have corrected so often is proposed.
OFTEN = 2
# Nobody reads more of them at once; the rest follow when these are decided about.
MOST_PROPOSED = 100


@dataclass(frozen=True)
class Alike:
    """A term, and other words for it."""

    term: str
    sounds_like: Sequence[str]


def list_terms(session: Session, group_ids: Sequence[str]) -> Sequence[Term]:
    """The entries of the house and of these groups."""
    entries = session.scalars(
        select(GlossaryEntry)
        .where(or_(GlossaryEntry.group_id.is_(None), GlossaryEntry.group_id.in_(group_ids)))
        .order_by(GlossaryEntry.id)
    )
    return [
        Term(
            ident=entry.id,
            term=entry.term,
            sounds_like=tuple(entry.sounds_like),
            language=entry.language,
            is_of_group=entry.group_id is not None,
            uses=entry.uses,
            created_at=entry.created_at,
        )
        for entry in entries
    ]


def list_alike(session: Session, viewer: Viewer, keys: Collection[str]) -> Sequence[Alike]:
    """What stands in the glossaries that the viewer may read under one of these keys, whether it is
    the term or what it sounds like."""
    sounding = select(GlossarySound.entry_id).where(GlossarySound.key.in_(keys))
    own = select(Membership.group_id).where(Membership.user_id == viewer.id)
    is_readable: ColumnElement[bool] = GlossaryEntry.group_id.in_(own)
    if policy.may_read(viewer, Place()):
        is_readable = or_(is_readable, GlossaryEntry.group_id.is_(None))
    rows = session.execute(
        select(GlossaryEntry.term, GlossaryEntry.sounds_like)
        .where(is_readable, or_(GlossaryEntry.key.in_(keys), GlossaryEntry.id.in_(sounding)))
        .order_by(GlossaryEntry.key, GlossaryEntry.id)
    )
    return [Alike(row.term, tuple(row.sounds_like)) for row in rows]


def get_place(session: Session, viewer: Viewer, ident: str) -> Place:
    """The house, or the group with this id; raises GroupNotFoundError unless the viewer may read
    its glossary."""
    place = Place() if ident == HOUSE else _find_group(session, viewer, ident)
    if place is None or not policy.may_read(viewer, place):
        raise GroupNotFoundError
    return place


def list_places(session: Session, viewer: Viewer) -> Sequence[Place]:
    """The glossaries that the viewer may read: the house's, and those of their groups by name."""
    rows = session.execute(
        select(Group, Membership)
        .join(Membership, Membership.group_id == Group.id)
        .where(Membership.user_id == viewer.id)
        .order_by(Group.name, Group.id)
    )
    places = [Place(), *(Place(*row) for row in rows)]
    return [place for place in places if policy.may_read(viewer, place)]


def count_entries(session: Session, places: Sequence[Place]) -> dict[str | None, int]:
    """How many entries each of these glossaries has, by the id of its group."""
    groups = [place.group_id for place in places if place.group_id]
    rows = session.execute(
        select(GlossaryEntry.group_id, func.count())
        .where(or_(GlossaryEntry.group_id.is_(None), GlossaryEntry.group_id.in_(groups)))
        .group_by(GlossaryEntry.group_id)
    )
    return {row[0]: row[1] for row in rows}


def list_entries(session: Session, place: Place, page: PageRequest) -> Page[GlossaryEntry]:
    """The entries of a glossary by term."""
    query = select(GlossaryEntry).where(belongs_to(GlossaryEntry.group_id, place.group_id))
    if page.cursor:
        query = query.where(GlossaryEntry.key > _read_cursor(page.cursor))
    found = session.scalars(query.order_by(GlossaryEntry.key).limit(page.limit + 1)).all()
    items = found[: page.limit]
    if len(found) <= page.limit:
        return Page(items)
    # Terms may hold what can't be printed, such as the joiners of some scripts; cursors may not.
    return Page(items, encode_cursor(items[-1].key.encode().hex()))


def get_entry(session: Session, place: Place, ident: str) -> GlossaryEntry:
    """The entry of this glossary with this id; raises EntryNotFoundError."""
    entry = session.scalar(
        select(GlossaryEntry).where(
            GlossaryEntry.id == ident, belongs_to(GlossaryEntry.group_id, place.group_id)
        )
    )
    if entry is None:
        raise EntryNotFoundError
    return entry


def find_entry(session: Session, group_id: str | None, term: str) -> GlossaryEntry | None:
    """The entry of a glossary for this term, in whatever case it is written."""
    return session.scalar(
        select(GlossaryEntry).where(
            GlossaryEntry.key == policy.key_of(term), belongs_to(GlossaryEntry.group_id, group_id)
        )
    )


def list_proposals(session: Session, place: Place) -> Sequence[GlossaryProposal]:
    """What people have corrected often enough and nobody has decided about, most often first."""
    return session.scalars(
        select(GlossaryProposal)
        .where(
            belongs_to(GlossaryProposal.group_id, place.group_id),
            GlossaryProposal.state == ProposalState.OPEN,
            GlossaryProposal.times >= OFTEN,
        )
        .order_by(GlossaryProposal.times.desc(), GlossaryProposal.key)
        .limit(MOST_PROPOSED)
    ).all()


def get_proposal(session: Session, place: Place, ident: str) -> GlossaryProposal:
    """What is proposed for this glossary under this id; raises ProposalNotFoundError."""
    proposal = session.scalar(
        select(GlossaryProposal).where(
            GlossaryProposal.id == ident,
            belongs_to(GlossaryProposal.group_id, place.group_id),
            GlossaryProposal.state == ProposalState.OPEN,
            GlossaryProposal.times >= OFTEN,
        )
    )
    if proposal is None:
        raise ProposalNotFoundError
    return proposal


def belongs_to(
    column: InstrumentedAttribute[str | None], group_id: str | None
) -> ColumnElement[bool]:
    """The condition under which a row is of this group, or of the house."""
    return column.is_(None) if group_id is None else column == group_id


def _read_cursor(cursor: str) -> str:
    [key] = decode_cursor(cursor, (str,))
    try:
        return bytes.fromhex(key).decode().replace("\0", "")
    except ValueError as error:
        raise BadCursorError from error


def _find_group(session: Session, viewer: Viewer, ident: str) -> Place | None:
    row = session.execute(
        select(Group, Membership)
        .join(Membership, Membership.group_id == Group.id)
        .where(Group.id == ident, Membership.user_id == viewer.id)
    ).one_or_none()
    return Place(*row) if row else None
