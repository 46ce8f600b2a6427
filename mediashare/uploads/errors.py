"""What can go wrong on the way in, in the words people read."""

from mediashare.errors import (
    ConflictError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    TooLargeError,
)
from mediashare.sentences import said


class UploadNotFoundError(NotFoundError):
    """No such upload, somebody else's, expired, or taken back: all the same."""

    message = said("There is no such upload. It may have expired; please start it again.")


class UploadNotAllowedError(NotAllowedError):
    """Guests look and listen; members contribute."""

    message = said("Only members can upload.")


class UploadTooLargeError(TooLargeError):
    """More bytes than one recording may have, or than the upload has announced."""

    message = said("This file is larger than an upload may be here.")


class QuotaExceededError(TooLargeError):
    """The person's recordings would take more than their share."""

    message = said("You have no room left for this file. Delete an episode or an upload first.")


class OffsetMismatchError(ConflictError):
    """The bytes do not follow on what is there."""

    message = said(
        "These bytes do not follow on what has arrived. Ask for the offset and go on there."
    )


class UploadBusyError(ConflictError):
    """Another request is sending bytes to this upload right now."""

    message = said("Another request is still sending to this upload. Please try again in a moment.")


class LengthSetError(ConflictError):
    """A length, once set, never changes."""

    message = said("The length of this upload is already set and can't change.")


class UploadNotCompleteError(ConflictError):
    """Only what has arrived as a whole can become an episode."""

    message = said("This upload has not arrived completely yet.")


class UploadUsedError(ConflictError):
    """One upload becomes one episode: this one, so that a client that asks twice can find it."""

    message = said("This upload has already become an episode.")

    def __init__(self, episode_id: str) -> None:
        self.episode_id = episode_id
        super().__init__()


class ChecksumMismatchError(InvalidInputError):
    """The bytes that arrived are not those that were sent; none of them is kept."""

    message = said("The bytes were damaged on the way. Please send them again.")


class ProtocolError(InvalidInputError):
    """A header that the tus protocol asks for is missing or can't be understood."""
