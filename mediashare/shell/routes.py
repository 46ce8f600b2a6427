"""What a browser needs to install mediashare, what it remembers of how pages are to be shown, and
the page of all components for who builds it."""

from collections.abc import Container
from urllib.parse import urlsplit

from flask import (
    Blueprint,
    Response,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from mediashare.accounts import forms as accounts_forms
from mediashare.accounts import login
from mediashare.accounts import policy as accounts_policy
from mediashare.sentences import said
from mediashare.shell import views
from mediashare.web import languages
from mediashare.web.languages import translated
from mediashare.web.parts import parts
from mediashare.web.rendering import DIST, asset_url

blueprint = Blueprint("shell", __name__)

CANVAS, INK = "#f3f4f0", "#0e1214"
PNG, SVG = "image/png", "image/svg+xml"
# Each browser takes what it can; the one with room around it may be cut to any shape.
ICONS = (
    ("icon.svg", SVG, "any", "any"),
    ("icon-192.png", PNG, "192x192", "any"),
    ("icon-512.png", PNG, "512x512", "any"),
    ("icon-512-maskable.png", PNG, "512x512", "maskable"),
)
DESCRIPTION = said("Short clips of what people know, with every spoken word to be found.")
REVALIDATED = "no-cache"
BLOCK = 1024 * 1024
# Which theme this browser shows, where that is not to be the system's.
THEME, YEAR_S = "theme", 365 * 24 * 3600


@blueprint.app_template_global("chosen_theme")
def chosen_theme() -> str | None:
    """The theme that this browser is to show; None for that of the system."""
    chosen = request.cookies.get(THEME)
    return chosen if chosen in views.THEMES else None


@blueprint.post("/theme")
def choose_theme() -> ResponseReturnValue:
    """Remember a theme in this browser, or leave it to the system again."""
    return _remember(THEME, views.THEMES)


@blueprint.post("/language")
def choose_language() -> ResponseReturnValue:
    """Remember a language in this browser, or leave it to what the browser asks for again."""
    return _remember(languages.COOKIE, languages.LANGUAGES)


def _remember(name: str, offered: Container[str]) -> ResponseReturnValue:
    """Keep what the form says of `name` in a cookie of that name, unless it is not offered."""
    answer = redirect(_page_before(), 303)
    chosen, is_https = request.form.get(name, ""), parts().settings.is_https
    if chosen in offered:
        answer.set_cookie(
            name, chosen, max_age=YEAR_S, secure=is_https, httponly=True, samesite="Lax"
        )
    else:
        answer.delete_cookie(name, secure=is_https, httponly=True, samesite="Lax")
    return answer


def _page_before() -> str:
    """The page on which this was chosen, as the browser says. A field of the form would make pages
    of what one may not see differ from pages of what does not exist."""
    try:
        before = urlsplit(request.referrer or "")
    except ValueError:
        return "/"
    query = f"?{before.query}" if before.query else ""
    is_own = before.netloc == request.host
    return accounts_forms.read_next(f"{before.path}{query}" if is_own else None)


@blueprint.get("/manifest.webmanifest")
def manifest() -> ResponseReturnValue:
    """Name, icons and colours of the installed site, and what other apps may share into it."""
    answer = jsonify(
        id="/",
        name="mediashare",
        short_name="mediashare",
        description=translated(DESCRIPTION),
        start_url="/",
        scope="/",
        display="standalone",
        background_color=CANVAS,
        theme_color=INK,
        icons=[
            {"src": asset_url(name), "type": kind, "sizes": sizes, "purpose": purpose}
            for name, kind, sizes, purpose in ICONS
        ],
        shortcuts=[
            {"name": translated(said("Record")), "url": url_for("pages.record")},
            {"name": translated(said("Upload")), "url": url_for("pages.upload")},
        ],
        share_target={
            "action": url_for("shell.share"),
            "method": "POST",
            "enctype": "multipart/form-data",
            "params": {"files": [{"name": "files", "accept": ["audio/*", "video/*"]}]},
        },
    )
    answer.mimetype = "application/manifest+json"
    answer.vary.add("Accept-Language")
    answer.headers["Cache-Control"] = REVALIDATED
    return answer


@blueprint.get("/service-worker.js")
def service_worker() -> Response:
    """Stands at the root, because a service worker sees to no page above its own address."""
    script = (DIST / "service-worker.js").read_bytes()
    return Response(script, mimetype="text/javascript", headers={"Cache-Control": REVALIDATED})


@blueprint.get("/offline")
def offline() -> str:
    """What is shown where there is no connection. The service worker keeps it as nobody in
    particular sees it."""
    return render_template("shell/offline.html")


@blueprint.get("/styleguide")
@login.role_required(accounts_policy.is_admin)
def components() -> str:
    """Every component of the pages, in both themes."""
    return render_template("shell/components.html", **views.components())


@blueprint.get("/share")
def share() -> ResponseReturnValue:
    """Where shared files arrive: the service worker takes them before they come here (see
    static/js/service-worker.js). Who comes here all the same may choose them by hand."""
    return redirect(url_for("pages.upload"), 303)


@blueprint.post("/share")
def take_share() -> ResponseReturnValue:
    """Where they arrive while the service worker is not there yet, or not any more. Any site can
    send something here in somebody's name, so that nothing of it is kept: the upload page says that
    it is lost, and how to go on. Browsers that are not heard out show an error instead."""
    if login.current_viewer().is_signed_in:
        while request.stream.read(BLOCK):
            pass
    return redirect(url_for("pages.upload", shared="lost"), 303)
