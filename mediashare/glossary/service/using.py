"""Notes which entries recognition came upon, so that those come first."""

from collections.abc import Mapping

from sqlalchemy import update
from sqlalchemy.orm import Session

from mediashare.glossary.models import GlossaryEntry

# A chunk is half a minute of speech, in which nobody says more terms than that.
MOST_COUNTED = 20


def count_uses(session: Session, uses: Mapping[str, int]) -> None:
    """Add how often each entry, by its id, was met in one chunk: the most frequent of them, in one
    order for everybody, so that two workers never wait for each other crosswise."""
    frequent = sorted(uses, key=lambda ident: (-uses[ident], ident))[:MOST_COUNTED]
    for ident in sorted(frequent):
        session.execute(
            update(GlossaryEntry)
            .where(GlossaryEntry.id == ident)
            .values(uses=GlossaryEntry.uses + uses[ident])
            .execution_options(synchronize_session=False)
        )
