"""What can go wrong in a discussion, in the words people read."""

from mediashare.errors import ConflictError, NotAllowedError, NotFoundError
from mediashare.sentences import said


class CommentNotFoundError(NotFoundError):
    """No such comment, or one that this viewer may not read."""

    message = said("There is no such comment, or you do not have access to it.")


class NotYourCommentError(NotAllowedError):
    """Only who wrote it changes it."""

    message = said("Only the person who wrote this comment can change it.")


class DiscussionClosedError(ConflictError):
    """The episode is not published, not ready or hidden."""

    message = said("This episode can't be discussed at the moment: it is not published.")


class CommentHiddenError(ConflictError):
    """What a moderator has hidden stays as it is, so that it can be looked at again."""

    message = said("A moderator has hidden this comment. It can't be changed, only deleted.")
