"""What can go wrong with an episode as a whole."""

from mediashare.errors import NotFoundError
from mediashare.sentences import said


class StepNotFoundError(NotFoundError):
    """No such step in the processing of this episode."""

    message = said("There is no such step.")
