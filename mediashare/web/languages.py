"""In which language pages speak: the one chosen in this browser, else what the browser asks for.

Sentences stand in the code in English; translations/ holds the others (docs/translating.md).
"""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar, cast

import flask
from flask import Flask, Response, request
from flask_babel import Babel, get_locale, gettext, ngettext
from jinja2 import pass_context
from jinja2.runtime import Context
from werkzeug.datastructures import LanguageAccept

from mediashare.sentences import Sentence, StoredSentence, stored
from mediashare.web import rendering
from mediashare.web.rendering import DIST
from mediashare.web.stored import found_again

Shown = TypeVar("Shown")

# By the names that they have for themselves.
LANGUAGES = {"en": "English", "de": "Deutsch"}
ENGLISH = "en"
COOKIE = "language"
HTML = "text/html"


def install(app: Flask) -> None:
    """Let templates and views translate; static/build.mjs has compiled the catalogues."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(DIST / "translations")
    Babel(app, locale_selector=_choose)
    app.jinja_env.globals.update(page_language=current, page_languages=LANGUAGES)
    app.jinja_env.filters.update(translated=translated, stored=translated_stored)
    # A sentence that a page shows as it is, or inside another one, needs no filter.
    app.jinja_env.finalize = translated
    for name in ("gettext", "ngettext"):
        find = cast("Callable[..., str]", app.jinja_env.globals[name])
        app.jinja_env.globals[name] = _with_values(find)

    @app.after_request
    def tell_caches(response: Response) -> Response:
        if response.mimetype == HTML:
            response.vary.add("Accept-Language")
        return response


def current() -> str:
    """The language of this answer, as `lang` of a page names it."""
    locale = get_locale()
    return locale.language if locale else ENGLISH


def translated(text: Shown) -> Shown | str:
    """A sentence that was said elsewhere, in the language of this answer; anything else as it
    is."""
    if not isinstance(text, Sentence) or not text:
        return text
    if isinstance(text, StoredSentence):
        return translated(found_again(str(text), current()))
    values = {name: _translated_value(value) for name, value in text.values.items()}
    if text.many is not None:
        return str(ngettext(text.one, text.many, **values))
    return str(gettext(text.one, **values)) if values else str(gettext(text.one))


def translated_stored(text: str | None) -> str | None:
    """A sentence that comes from the database, in the language of this answer."""
    return None if text is None else translated(stored(text))


def flash(sentence: str, category: str = "message") -> None:
    """Have the next page say this. Translated now: the session keeps plain text."""
    flask.flash(translated(sentence), category)


def _with_values(find: Callable[..., str]) -> Callable[..., str]:
    """What templates call for a translation, which puts sentences in in the same language."""

    @pass_context
    def find_and_fill(context: Context, *words: object, **values: object) -> str:
        return find(context, *words, **{name: translated(each) for name, each in values.items()})

    return find_and_fill


def _translated_value(value: object) -> object:
    return rendering.date(value) if isinstance(value, datetime) else translated(value)


def _choose() -> str:
    chosen = request.cookies.get(COOKIE)
    if chosen in LANGUAGES:
        return chosen
    asked: LanguageAccept = request.accept_languages
    return asked.best_match(list(LANGUAGES)) or ENGLISH
