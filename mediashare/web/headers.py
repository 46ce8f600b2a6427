"""Security headers on every answer, errors and media included."""

from flask import Flask, Response, request

from mediashare.config import Settings

YEAR_S = 365 * 24 * 3600
NO_DEVICES = "camera=(), microphone=(), display-capture=(), geolocation=()"
# For the one page that records.
OWN_DEVICES = "camera=(self), microphone=(self), display-capture=(self), geolocation=()"


def content_security_policy(settings: Settings) -> str:
    """The policy of our pages: ourselves, and media from the configured store, nothing else."""
    store = f" {settings.media_origin}" if settings.media_origin else ""
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "font-src 'self'",
            f"img-src 'self' data: blob:{store}",
            f"media-src 'self' blob:{store}",
            f"connect-src 'self'{store}",
            "worker-src 'self' blob:",
            "manifest-src 'self'",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


def install(app: Flask, settings: Settings) -> None:
    """Add the headers to every answer; a view that sets one itself keeps its own."""
    policy = content_security_policy(settings)

    @app.after_request
    def add(response: Response) -> Response:
        headers = response.headers
        headers.setdefault("Content-Security-Policy", policy)
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("Referrer-Policy", "same-origin")
        headers.setdefault("X-Frame-Options", "DENY")
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        headers.setdefault("Permissions-Policy", NO_DEVICES)
        if settings.is_https:
            headers.setdefault("Strict-Transport-Security", f"max-age={YEAR_S}; includeSubDomains")
        if request.endpoint != "static":
            # What a person sees is theirs alone: no cache in between may keep it.
            headers.setdefault("Cache-Control", "no-store")
            response.vary.add("Cookie")
        return response
