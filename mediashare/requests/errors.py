"""What can go wrong around requests, in the words people read."""

from mediashare.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from mediashare.sentences import said


class RequestNotFoundError(NotFoundError):
    """No such request, or one that this viewer may not know of."""

    message = said("There is no such request, or you do not have access to it.")


class AnswerNotFoundError(NotFoundError):
    """No such answer, or a clip that this viewer may not see."""

    message = said("There is no such answer, or you do not have access to it.")


class NotYourRequestError(NotAllowedError):
    """Only who asked, or who tends the place, decides what answers a request."""

    message = said(
        "Only the person who asked can do this, or who tends the place where it was asked."
    )


class NotYourAnswerError(NotAllowedError):
    """Only who offered it takes an answer back."""

    message = said("Only the person who offered this clip can take it back.")


class RequestSettledError(ConflictError):
    """Answered or closed: whoever asked may open it again."""

    message = said("This request is not open any more.")


class AnswerOfferedError(ConflictError):
    """The same clip at the same moment is offered already."""

    message = said("This clip is offered already.")


class TooManyAnswersError(ConflictError):
    """Nobody looks through more."""

    message = said("This request has as many answers as anybody would look through.")


class NotOfferedError(InvalidInputError):
    """What was named can't be offered, for the reason given."""

    def __init__(self, sentence: str) -> None:
        super().__init__(errors={"link": sentence})
