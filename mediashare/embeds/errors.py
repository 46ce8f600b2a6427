"""What can go wrong with embedding."""

from mediashare.errors import NotFoundError
from mediashare.sentences import said


class NothingToEmbedError(NotFoundError):
    """The address is no clip's, or no other site may show any."""

    message = said("There is nothing to embed at this address.")
