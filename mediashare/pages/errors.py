"""What can go wrong with an episode as a whole."""

from mediashare.errors import NotFoundError


class StepNotFoundError(NotFoundError):
    """No such step in the processing of this episode."""

    message = "There is no such step."
