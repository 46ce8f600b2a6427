"""What can go wrong around accounts, in the words people read."""

from mediashare.errors import ConflictError, InvalidInputError, NotFoundError, NotSignedInError
from mediashare.sentences import said


class WrongPasswordError(NotSignedInError):
    """Unknown address, wrong password and disabled account all look the same."""

    message = said("That e-mail address and password do not match an account.")


class WrongCurrentPasswordError(InvalidInputError):
    """The password that confirms an important step is not the person's."""

    def __init__(self) -> None:
        super().__init__(errors={"current": said("That is not your current password.")})


class EmailTakenError(ConflictError):
    """One account per address."""

    message = said("There is already an account with that e-mail address.")


class WeakPasswordError(InvalidInputError):
    """Too short, too long or too common."""

    def __init__(self, sentence: str) -> None:
        super().__init__(errors={"password": sentence})


class InvitationGoneError(NotFoundError):
    """Used, expired, withdrawn or never made: all the same."""

    message = said("This invitation is not valid any more. Ask for a new one.")


class PersonNotFoundError(NotFoundError):
    """No such person, or one that this viewer may not know of."""

    message = said("There is nobody by that name here.")


class SessionNotFoundError(NotFoundError):
    """Ended already, or somebody else's."""

    message = said("That session has already ended.")


class TokenNotFoundError(NotFoundError):
    """Revoked already, or somebody else's."""

    message = said("That token has already been revoked.")


class NotYourselfError(ConflictError):
    """Admins do not change their own role or disable themselves."""

    message = said("Ask another admin to change your own account.")
