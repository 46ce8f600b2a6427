"""What can go wrong around the check before publishing, in the words people read."""

from mediashare.errors import ConflictError, NotFoundError
from mediashare.sentences import said


class FindingNotFoundError(NotFoundError):
    """Nothing like that was found in this episode."""

    message = said("There is no such finding, or you do not have access to it.")


class FindingGoneError(ConflictError):
    """The words have changed since: there is nothing left to decide."""

    message = said("This is not said any more. There is nothing left to decide.")


class FindingMutedError(ConflictError):
    """Its words are gone, so that keeping them would promise what nobody hears."""

    message = said("This is muted. Take the mute back on the edit page if others may hear it.")


class WordNotFoundError(NotFoundError):
    """Nobody watches this word."""

    message = said("This word is not watched, or not any more.")


class WordKnownError(ConflictError):
    """Each word is watched once."""

    message = said("This word is watched already.")


class TooManyWordsError(ConflictError):
    """More words than a list can keep an eye on."""

    message = said("More words can't be watched. Remove some first.")
