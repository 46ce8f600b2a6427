"""What can go wrong around chapters and summaries, in the words people read."""

from mediashare.errors import ConflictError
from mediashare.sentences import said


class NothingProposedError(ConflictError):
    """Somebody has removed or replaced it meanwhile, or it was never there."""

    message = said("There is nothing here to keep any more. Reload the page.")
