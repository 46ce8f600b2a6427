"""What can go wrong around glossaries, in the words people read."""

from mediashare.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from mediashare.sentences import said


class EntryNotFoundError(NotFoundError):
    """It was removed, or is in a glossary that the person may not read."""

    message = said("There is no such entry in this glossary any more.")


class ProposalNotFoundError(NotFoundError):
    """Somebody else has decided about it, or it never was one."""

    message = said("This proposal has been decided about already.")


class NotKeeperError(NotAllowedError):
    """Whoever reads a glossary need not keep it."""

    message = said("The house's glossary is kept by admins, a group's by its stewards.")


class TermTakenError(InvalidInputError):
    """A glossary has a term once."""

    def __init__(self, term: str) -> None:
        super().__init__(
            errors={"term": said("“%(term)s” is in this glossary already.", term=term)}
        )


class SoundTakenError(InvalidInputError):
    """What is heard can stand for one term only."""

    def __init__(self, sound: str, term: str) -> None:
        sentence = said(
            "“%(sound)s” is what “%(term)s” sounds like already.", sound=sound, term=term
        )
        super().__init__(errors={"sounds_like": sentence})


class SoundsFullError(ConflictError):
    """A term that sounds like everything is no help."""

    def __init__(self, term: str, most: int) -> None:
        super().__init__(
            said(
                "“%(term)s” sounds like %(most)s things already. Remove one of them first.",
                term=term,
                most=most,
            )
        )


class GlossaryFullError(ConflictError):
    """Beyond some number nobody looks after them any more, and recognition gets slower."""

    def __init__(self, most: int) -> None:
        super().__init__(
            said("A glossary has at most %(most)s entries. Remove some first.", most=most)
        )
