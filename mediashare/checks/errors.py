"""What can go wrong around the check before publishing, in the words people read."""

from mediashare.errors import ConflictError, NotFoundError


class FindingNotFoundError(NotFoundError):
    """Nothing like that was found in this episode."""

    message = "There is no such finding, or you do not have access to it."


class FindingGoneError(ConflictError):
    """The words have changed since: there is nothing left to decide."""

    message = "This is not said any more. There is nothing left to decide."


class FindingMutedError(ConflictError):
    """Its words are gone, so that keeping them would promise what nobody hears."""

    message = "This is muted. Take the mute back on the edit page if others may hear it."


class WordNotFoundError(NotFoundError):
    """Nobody watches this word."""

    message = "This word is not watched, or not any more."


class WordKnownError(ConflictError):
    """Each word is watched once."""

    message = "This word is watched already."


class TooManyWordsError(ConflictError):
    """More words than a list can keep an eye on."""

    message = "More words can't be watched. Remove some first."
