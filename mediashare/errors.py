"""The categories of failure; slices subclass them with the sentence people read."""

from collections.abc import Mapping

from mediashare.sentences import said, together


class MediashareError(Exception):
    """Base of all expected failures: `sentence` is for the person who caused it, and
    `str(error)` the same in English."""

    message = said("Something went wrong.")

    def __init__(self, message: str | None = None) -> None:
        self.sentence = message or self.message
        super().__init__(self.sentence)


class NotFoundError(MediashareError):
    """It does not exist, or this person may not know that it does (both look the same)."""

    message = said("We could not find that. It may have been removed, or you may not have access.")


class NotSignedInError(MediashareError):
    """Nobody is signed in, or the token is not valid (any more)."""

    message = said("Please sign in first.")


class NotAllowedError(MediashareError):
    """The person may see the thing but not do this to it."""

    message = said("You are not allowed to do that.")


class InvalidInputError(MediashareError):
    """What was sent can't be accepted; `errors` names each field and what is wrong with it."""

    message = said("Some of what you sent can't be used.")

    def __init__(
        self, message: str | None = None, *, errors: Mapping[str, str] | None = None
    ) -> None:
        self.errors = dict(errors or {})
        super().__init__(message or together(self.errors.values()) or None)


class TooLargeError(InvalidInputError):
    """More bytes than the limit allows."""

    message = said("That is too large.")


class ConflictError(MediashareError):
    """The thing is in a state, or was changed meanwhile, so that this can't be done."""

    message = said("That has changed in the meantime. Reload the page and try again.")


class TooManyRequestsError(MediashareError):
    """A rate limit was reached; `retry_after` seconds until it is worth trying again."""

    message = said("That was a bit often. Please wait a moment and try again.")

    def __init__(self, retry_after: int, message: str | None = None) -> None:
        self.retry_after = retry_after
        super().__init__(message)


class UnavailableError(MediashareError):
    """Something we depend on does not answer right now; trying again later may work."""

    message = said("This is not available at the moment. Please try again in a minute.")


class StorageFullError(UnavailableError):
    """There is no room for more bytes."""

    message = said("There is no space left to store this. What was stored so far is kept.")
