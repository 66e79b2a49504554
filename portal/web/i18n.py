"""Sentences in the reader's language: English msgids, Korean from the compiled catalogue.

The locale belongs to the request (a ``ContextVar``), so templates, messages of errors and charts agree
without passing it around. Catalogues are merged from ``locale/ko/LC_MESSAGES/parts/*.po`` by the asset build.
"""

from __future__ import annotations

import gettext as _gettext
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jinja2 import Environment

    from portal.errors import Message

LOCALES = ("ko", "en")
DEFAULT_LOCALE = "ko"
_FOLDER = Path(__file__).parents[1] / "locale"
_LOCALE: ContextVar[str] = ContextVar("locale", default=DEFAULT_LOCALE)


def set_locale(locale: str) -> None:
    """Choose the language of the rest of this request; an unknown one becomes the default."""
    _LOCALE.set(locale if locale in LOCALES else DEFAULT_LOCALE)


def current_locale() -> str:
    """Return ``ko`` or ``en``."""
    return _LOCALE.get()


@contextmanager
def in_locale(locale: str) -> Iterator[None]:
    """Use another language inside the block, for documents that name theirs."""
    mark = _LOCALE.set(locale if locale in LOCALES else DEFAULT_LOCALE)
    try:
        yield
    finally:
        _LOCALE.reset(mark)


@cache
def catalogue(locale: str) -> _gettext.NullTranslations:
    """Return the compiled catalogue of a locale; English and a missing file give the msgids themselves."""
    if locale == "en":
        return _gettext.NullTranslations()
    return _gettext.translation("messages", _FOLDER, languages=[locale], fallback=True)


def gettext(msgid: str) -> str:
    """Return the sentence in the current language, its ``%(name)s`` places still open."""
    return catalogue(_LOCALE.get()).gettext(msgid)


def ngettext(singular: str, plural: str, count: int) -> str:
    """Return the sentence for a count in the current language; Korean has one form."""
    return catalogue(_LOCALE.get()).ngettext(singular, plural, count)


def pgettext(context: str, msgid: str) -> str:
    """Return the sentence for a msgid that means different things in different places."""
    return catalogue(_LOCALE.get()).pgettext(context, msgid)


def translate(text: str | Message, **params: Any) -> str:
    """Return a sentence or message in the current language with its places filled.

    Params that are messages themselves are translated first.
    """
    if not isinstance(text, str):
        params = {**text.params, **params}
        text = text.text
    filled = {
        name: value if isinstance(value, str | int) else _shown(value) for name, value in params.items()
    }
    translated = gettext(text)
    return translated % filled if filled else translated


def _shown(value: Any) -> Any:
    return translate(value) if hasattr(value, "params") and hasattr(value, "text") else value


def choose(korean: str, english: str) -> str:
    """Return whichever of two given texts fits the current language; English falls back to Korean."""
    return english or korean if _LOCALE.get() == "en" else korean


def install(environment: Environment) -> None:
    """Give a Jinja environment ``_``, ``gettext``, ``ngettext``, ``pgettext`` and ``{% trans %}``."""
    environment.add_extension("jinja2.ext.i18n")
    environment.install_gettext_callables(  # type: ignore[attr-defined]  # added by the extension
        gettext, ngettext, newstyle=True, pgettext=pgettext
    )
    environment.filters["said"] = translate
    environment.globals["locale_of_page"] = current_locale
