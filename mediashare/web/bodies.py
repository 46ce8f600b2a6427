"""How large a request may be: small, except where it may carry a whole recording. Of those there
may be so many at once."""

from flask import Flask, g, request

from mediashare.config import Settings
from mediashare.web.csrf import SAFE_METHODS
from mediashare.web.parts import parts
from mediashare.web.streams import Place

# By endpoint. Resumable uploads check more on their own, but reading the stream checks this. What
# is shared is heard out and forgotten.
WHOLE_FILES = frozenset(
    {
        *("pages.upload", "shell.take_share"),
        *("uploads_api.create", "uploads_api.append", "uploads_api.override"),
    }
)
PICTURES = frozenset({"pages.send_poster", "media_api.send_poster"})
FORM_BYTES = 4 * 1024 * 1024
PICTURE_BYTES = 12 * 1024 * 1024


def install(app: Flask, settings: Settings) -> None:
    """Let signed-in people send whole recordings, and pictures. Runs before anything reads the
    form."""
    largest = dict.fromkeys(WHOLE_FILES, settings.max_upload_bytes + FORM_BYTES)
    largest |= dict.fromkeys(PICTURES, PICTURE_BYTES)

    @app.before_request
    def allow() -> None:
        viewer = g.get("viewer")
        if request.endpoint in largest and viewer is not None and viewer.is_signed_in:
            request.max_content_length = largest[request.endpoint]
            if request.method not in SAFE_METHODS:
                g.place = parts().streams.enter(viewer.id)

    @app.teardown_request
    def leave(_error: BaseException | None) -> None:
        place: Place | None = g.pop("place", None)
        if place is not None:
            place.leave()
