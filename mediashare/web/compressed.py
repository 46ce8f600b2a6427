"""Built files of the front end go out compressed to browsers that take them so, and are the same
for everybody."""

from pathlib import Path

from flask import Flask, Response, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin


class _SessionsOfPages(SecureCookieSessionInterface):
    """Leaves built files alone: if their answers varied with the cookie, each change of it, such as
    signing in, would have browsers fetch them all again."""

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if request.endpoint != "static":
            super().save_session(app, session, response)


class CompressedStatics(Flask):
    """Serves `name.gz`, which static/build.mjs has made beside `name`, in the place of `name`."""

    session_interface = _SessionsOfPages()

    def send_static_file(self, filename: str) -> Response:
        packed = Path(str(self.static_folder), f"{filename}.gz")
        if not packed.is_file():
            return super().send_static_file(filename)
        takes = request.accept_encodings.quality("gzip") > 0
        # The answer says itself, by its ending, that it is compressed and what it is inside.
        answer = super().send_static_file(f"{filename}.gz" if takes else filename)
        answer.vary.add("Accept-Encoding")
        return answer
