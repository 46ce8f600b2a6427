"""What every template can use: assets, icons, and how times, dates, sizes and numbers are written
in the language of the answer."""

import json
from datetime import datetime
from pathlib import Path

from babel import Locale, dates, numbers
from flask import Flask, current_app, url_for
from flask_babel import get_locale, gettext, ngettext
from jinja2 import StrictUndefined
from markupsafe import Markup, escape

from mediashare import clock
from mediashare.web import markdown

DIST = Path(__file__).resolve().parents[2] / "static" / "dist"
AVATAR_COLOURS = "abcdef"
MINUTE_S, HOUR_S, DAY_S = 60, 3600, 24 * 3600
MONTH_S = 31 * DAY_S
SIZE_STEP, SIZE_UNITS = 1000, ("kB", "MB", "GB", "TB")
ENGLISH = Locale("en")
# English without a country would be American; everywhere else the customs of the language hold.
ENGLISH_DATE, DATE_PARTS = "d MMM y", "yMMMd"
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
        number=number,
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
    passed = int((clock.now() - moment).total_seconds())
    if passed < MINUTE_S:
        return str(gettext("just now"))
    if passed < HOUR_S:
        return str(ngettext("%(num)s minute ago", "%(num)s minutes ago", passed // MINUTE_S))
    if passed < DAY_S:
        return str(ngettext("%(num)s hour ago", "%(num)s hours ago", passed // HOUR_S))
    if passed <= MONTH_S:
        return str(ngettext("%(num)s day ago", "%(num)s days ago", passed // DAY_S))
    return date(moment)


def date(moment: datetime) -> str:
    """12 Nov 2026."""
    locale = _locale()
    if locale.language == ENGLISH.language:
        return dates.format_date(moment, ENGLISH_DATE, locale)
    return dates.format_skeleton(DATE_PARTS, moment, locale=locale)


def number(value: float, places: int = 0) -> str:
    """12,345, or with so many decimal places: 4.3."""
    return _written(value, places, "#,##0")


def size(count: float) -> str:
    """A file size in decimal units, as operating systems show it."""
    if count < SIZE_STEP:
        return str(gettext("%(count)s bytes", count=_written(count)))
    *units, last = SIZE_UNITS
    for unit in units:
        count /= SIZE_STEP
        if count < SIZE_STEP:
            return f"{_written(count, 0 if unit == 'kB' else 1)} {unit}"
    return f"{_written(count / SIZE_STEP, 1)} {last}"


def _written(value: float, places: int = 0, whole: str = "0") -> str:
    pattern = f"{whole}.{'0' * places}" if places else whole
    return numbers.format_decimal(round(value, places), pattern, _locale())


def _locale() -> Locale:
    locale: Locale | None = get_locale()
    return locale or ENGLISH


def initials(name: str) -> str:
    """The first letters of the first and last word of a name."""
    words = name.split() or ["?"]
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


def colour(key: object) -> str:
    """One of the avatar colours, always the same one for the same key."""
    return AVATAR_COLOURS[sum(str(key).encode()) % len(AVATAR_COLOURS)]
