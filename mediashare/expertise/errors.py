"""What can go wrong with topics."""

from mediashare.errors import InvalidInputError
from mediashare.sentences import said


class TooManyTopicsError(InvalidInputError):
    """Somebody hides more topics than anybody has."""

    def __init__(self, most: int) -> None:
        sentence = said("You can hide at most %(most)s topics.", most=most)
        super().__init__(errors={"topic": sentence})
