"""How large a request may be: small, except where it may carry a whole recording."""

from flask import Flask, g, request

from mediashare.config import Settings

# By endpoint. Resumable uploads check more on their own, but reading the stream checks this.
WHOLE_FILES = frozenset(
    {"pages.upload", "uploads_api.create", "uploads_api.append", "uploads_api.override"}
)
FORM_BYTES = 4 * 1024 * 1024


def install(app: Flask, settings: Settings) -> None:
    """Let signed-in people send whole recordings. Runs before anything reads the form."""

    @app.before_request
    def allow() -> None:
        viewer = g.get("viewer")
        if request.endpoint in WHOLE_FILES and viewer is not None and viewer.is_signed_in:
            request.max_content_length = settings.max_upload_bytes + FORM_BYTES
