"""Turns away what no text has and no database keeps: the character NUL."""

from flask import Flask, request

from mediashare.errors import InvalidInputError, NotFoundError
from mediashare.sentences import said

FORM = "application/x-www-form-urlencoded"


def install(app: Flask) -> None:
    """Check addresses and forms of every request, once it is known who asks, so that they are told
    on a page of theirs; JSON is checked where it is read."""
    app.before_request(_check)


def _check() -> None:
    if "\0" in request.path:
        raise NotFoundError
    fields = list(request.args.items(multi=True))
    if request.mimetype == FORM:
        fields += request.form.items(multi=True)
    odd = {name for name, value in fields if "\0" in name + value}
    if odd:
        raise InvalidInputError(
            errors={
                name.replace("\0", ""): said("This holds a character that is no text.")
                for name in odd
            }
        )
