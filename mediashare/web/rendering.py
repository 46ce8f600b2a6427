"""What every template can use: assets, icons, and how times, dates and sizes are written."""

import json
from datetime import datetime
from pathlib import Path

from babel import Locale
from babel.numbers import get_decimal_symbol
from flask import Flask, current_app, url_for
from flask_babel import format_date, get_locale, gettext, ngettext
from jinja2 import StrictUndefined
from markupsafe import Markup, escape

from mediashare import clock
from mediashare.web import markdown

DIST = Path(__file__).resolve().parents[2] / "static" / "dist"
AVATAR_COLOURS = "abcdef"
MINUTE_S, HOUR_S, DAY_S = 60, 3600, 24 * 3600
MONTH_DAYS = 31
# Languages in which we write dates otherwise than is usual.
DATES = {"en": "d MMM y"}
_KEY = "mediashare.assets"


class AssetsMissingError(Exception):
    """The front end was not built."""

    def __init__(self) -> None:
        super().__init__("static/dist/manifest.json is missing: run `make assets`")


def install(app: Flask) -> None:
    """Make templates strict and give them our filters and functions."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    assets = _Assets(reload=app.debug)
    app.extensions[_KEY] = assets
    app.jinja_env.filters.update(
        clock=clock_time,
        ago=ago,
        date=date,
        size=size,
        initials=initials,
        colour=colour,
        markdown=markdown.render,
    )
    app.jinja_env.globals.update(asset=assets.url, icon=assets.icon)


def asset_url(name: str) -> str:
    """The address of a built file, for what is not a template."""
    assets: _Assets = current_app.extensions[_KEY]
    return assets.url(name)


class _Assets:
    """Finds built files by the manifest that static/build.mjs writes."""

    def __init__(self, *, reload: bool) -> None:
        self._reload = reload
        self._manifest: dict[str, str] = {}

    def url(self, name: str) -> str:
        if self._reload or not self._manifest:
            try:
                self._manifest = json.loads((DIST / "manifest.json").read_text())
            except FileNotFoundError as error:
                raise AssetsMissingError from error
        return url_for("static", filename=self._manifest[name])

    def icon(self, name: str) -> Markup:
        """An icon of the sprite, drawn for the eye only; the control around it has the name."""
        sprite = escape(self.url("icons.svg"))
        return Markup(  # noqa: S704 - the sprite's address is escaped, names are ours
            f'<svg class="i" viewBox="0 0 24 24" aria-hidden="true">'
            f'<use href="{sprite}#i-{escape(name)}"/></svg>'
        )


def clock_time(seconds: float) -> str:
    """A media time: 1:37, or 1:02:03 from an hour on."""
    whole = max(0, int(seconds))
    hours, minutes, rest = whole // 3600, whole % 3600 // 60, whole % 60
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def ago(moment: datetime) -> str:
    """How long ago, in words, for the recent past; the date beyond a month."""
    passed = (clock.now() - moment).total_seconds()
    if passed < MINUTE_S:
        return str(gettext("just now"))
    if passed < HOUR_S:
        return str(ngettext("%(num)s minute ago", "%(num)s minutes ago", int(passed / MINUTE_S)))
    if passed < DAY_S:
        return str(ngettext("%(num)s hour ago", "%(num)s hours ago", int(passed / HOUR_S)))
    if passed <= MONTH_DAYS * DAY_S:
        return str(ngettext("%(num)s day ago", "%(num)s days ago", int(passed / DAY_S)))
    return date(moment)


def date(moment: datetime) -> str:
    """12 Nov 2026."""
    return str(format_date(moment, DATES.get(_locale().language, "medium")))


def size(number: float) -> str:
    """A file size in decimal units, as operating systems show it."""
    for unit in ("bytes", "kB", "MB", "GB"):
        if number < 1000:  # noqa: PLR2004 - decimal units
            return _whole(number, unit) if unit in {"bytes", "kB"} else _broken(number, unit)
        number /= 1000
    return _broken(number, "TB")


def _whole(number: float, unit: str) -> str:
    shown = f"{number:.0f}"
    return str(gettext("%(number)s bytes", number=shown)) if unit == "bytes" else f"{shown} {unit}"


def _broken(number: float, unit: str) -> str:
    return f"{number:.1f} {unit}".replace(".", get_decimal_symbol(_locale()))


def _locale() -> Locale:
    return get_locale() or Locale("en")


def initials(name: str) -> str:
    """The first letters of the first and last word of a name."""
    words = name.split() or ["?"]
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


def colour(key: object) -> str:
    """One of the avatar colours, always the same one for the same key."""
    return AVATAR_COLOURS[sum(str(key).encode()) % len(AVATAR_COLOURS)]
