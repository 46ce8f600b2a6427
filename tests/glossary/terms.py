"""Makes terms as recognition gets them."""

from datetime import UTC, datetime
from typing import Any

from mediashare.glossary.policy import Term

OLD = datetime(2026, 1, 1, tzinfo=UTC)


def make_term(term: str, *sounds: str, **values: Any) -> Term:
    given: dict[str, Any] = {
        "language": None,
        "is_of_group": False,
        "uses": 0,
        "created_at": OLD,
        **values,
    }
    return Term(ident=given.pop("ident", term), term=term, sounds_like=sounds, **given)
