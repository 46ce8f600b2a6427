"""In which language pages speak: the one chosen in this browser, else what the browser asks for.

Sentences stand in the code in English; translations/ holds the others (docs/translating.md).
"""

from flask import Flask, Response, request
from flask_babel import Babel, get_locale, gettext, ngettext
from werkzeug.datastructures import LanguageAccept

from mediashare.sentences import Sentence
from mediashare.web.rendering import DIST

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
    app.jinja_env.filters["translated"] = translated

    @app.after_request
    def tell_caches(response: Response) -> Response:
        if response.mimetype == HTML:
            response.vary.add("Accept-Language")
        return response


def current() -> str:
    """The language of this answer, as `lang` of a page names it."""
    locale = get_locale()
    return locale.language if locale else ENGLISH


def translated(text: str) -> str:
    """A sentence that was said elsewhere, in the language of this answer; any other text as it
    is."""
    if not isinstance(text, Sentence):
        return text
    values = {name: _translated_value(value) for name, value in text.values.items()}
    if text.many is not None:
        return str(ngettext(text.one, text.many, **values))
    return str(gettext(text.one, **values)) if values else str(gettext(text.one))


def _translated_value(value: object) -> object:
    return translated(value) if isinstance(value, str) else value


def _choose() -> str:
    chosen = request.cookies.get(COOKIE)
    if chosen in LANGUAGES:
        return chosen
    asked: LanguageAccept = request.accept_languages
    return asked.best_match(list(LANGUAGES)) or ENGLISH
