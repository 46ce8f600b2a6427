"""Security headers on every answer, errors and media included."""

from flask import Flask, Response, g, request

from mediashare.config import Settings

YEAR_S = 365 * 24 * 3600
NO_DEVICES = "camera=(), microphone=(), display-capture=(), geolocation=()"
# For the one page that records.
OWN_DEVICES = "camera=(self), microphone=(self), display-capture=(self), geolocation=()"


def content_security_policy(settings: Settings, *, framed_by: str = "'none'") -> str:
    """The policy of our pages: ourselves, and media from the configured store, nothing else; and
    who may show them in a frame."""
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
            f"frame-ancestors {framed_by}",
        )
    )


def let_be_framed(response: Response, settings: Settings) -> None:
    """The sites that the settings name may show this answer in a frame, and so may we."""
    framed_by = " ".join(("'self'", *settings.embed_sources))
    policy = content_security_policy(settings, framed_by=framed_by)
    response.headers["Content-Security-Policy"] = policy
    g.is_framed = True


def install(app: Flask, settings: Settings) -> None:
    """Add the headers to every answer; a view that sets one itself keeps its own."""
    policy = content_security_policy(settings)

    @app.after_request
    def add(response: Response) -> Response:
        headers = response.headers
        headers.setdefault("Content-Security-Policy", policy)
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("Referrer-Policy", "same-origin")
        # It can't name several sites, and browsers that know frame-ancestors do without.
        if not g.get("is_framed"):
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
