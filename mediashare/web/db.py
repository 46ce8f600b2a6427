"""The database session of this request, and the one block in which it may write."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask, g
from sqlalchemy.orm import Session

from mediashare.db.session import begin_writing
from mediashare.web.parts import parts


def session() -> Session:
    """The session of this request, for reading."""
    if "session" not in g:
        g.session = parts().database.sessions()
    found: Session = g.session
    return found


@contextmanager
def committing() -> Iterator[Session]:
    """The write transaction of this request: commits at its end, rolls back if it raises.

    What was read before is read again inside it, so that decisions rest on what is true now.
    """
    current = session()
    current.rollback()
    current.expire_all()
    begin_writing(current)
    try:
        yield current
        current.commit()
    except BaseException:
        current.rollback()
        raise


def release() -> None:
    """Give the connection back before a long answer, such as a stream of media bytes."""
    found: Session | None = g.pop("session", None)
    if found is not None:
        found.close()


def install(app: Flask) -> None:
    """Close each request's session at its end."""

    @app.teardown_appcontext
    def close(_error: BaseException | None) -> None:
        release()
