"""What can go wrong around playlists, in the words people read."""

from mediashare.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from mediashare.sentences import said


class PlaylistNotFoundError(NotFoundError):
    """No such playlist, or one that this viewer may not know of."""

    message = said("There is no such playlist, or you do not have access to it.")


class ItemNotFoundError(NotFoundError):
    """No such item, or an episode that this viewer may not see."""

    message = said("This is not in the playlist any more.")


class NotYourPlaylistError(NotAllowedError):
    """Only who has started it changes a playlist, whatever others tend."""

    message = said("Only the person who started this playlist can change it.")


class AlreadyThereError(ConflictError):
    """The same span of the same episode is in the list."""

    message = said("This is in the playlist already.")


class OrderChangedError(ConflictError):
    """Somebody put the items in order who did not see them as they are now."""

    message = said("The playlist has changed in the meantime. Look at it again, then order it.")


class PlaylistFullError(ConflictError):
    """Nobody plays longer lists to their end."""

    def __init__(self, title: str, most: int) -> None:
        super().__init__(
            said("“%(title)s” has %(most)s items. Remove one first.", title=title, most=most)
        )


class TooManyPlaylistsError(ConflictError):
    """Nobody finds their way among more."""

    def __init__(self, most: int) -> None:
        super().__init__(said("You have %(most)s playlists. Delete one first.", most=most))


class NotAddedError(InvalidInputError):
    """What was named can't be added, for the reason given."""
