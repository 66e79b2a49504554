"""Templates of the print documents: translated, escaped, with a missing value as an error."""

from __future__ import annotations

import functools
import gettext
import hashlib
import io
from pathlib import Path
from typing import TYPE_CHECKING

import segno
from babel.messages.pofile import read_po
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from portal.web.printing import text

if TYPE_CHECKING:
    from collections.abc import Mapping

PORTAL = Path(__file__).resolve().parents[2]
TEMPLATES = PORTAL / "templates" / "print"
LOCALES = PORTAL / "locale"


class PrintWords(gettext.NullTranslations):
    """Translations of the print documents, read from the catalogue of one locale."""

    def __init__(self, words: Mapping[str, str]) -> None:
        super().__init__()
        self._words = words

    def gettext(self, message: str) -> str:
        """Return the translation, or the English text where there is none."""
        return self._words.get(message) or message


@functools.cache
def words(locale: str) -> PrintWords:
    """Load the translations of the print documents; English is the source language."""
    catalogue = LOCALES / locale / "LC_MESSAGES" / "parts" / "print.po"
    if not catalogue.is_file():
        return PrintWords({})
    with catalogue.open("rb") as source:
        entries = read_po(source, locale=locale)
    return PrintWords({str(entry.id): str(entry.string) for entry in entries if entry.id})


@functools.cache
def environment(locale: str) -> Environment:
    """Return the template environment for one locale."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.install_gettext_translations(words(locale), newstyle=True)  # type: ignore[attr-defined]
    made.filters.update(name=text.name, short_name=text.short_name, note=text.note, prose=text.prose)
    made.globals["qr"] = qr
    return made


def qr(address: str, title: str) -> Markup:
    """Draw an address as a QR code with an alternative text."""
    drawing = io.BytesIO()
    code = segno.make(address, error="m", micro=False)
    code.save(
        drawing,
        kind="svg",
        xmldecl=False,
        border=0,
        omitsize=True,
        svgclass="qr",
        lineclass=None,
        title=title,
    )
    return Markup(drawing.getvalue().decode())  # noqa: S704  drawn by segno, which escapes the title


@functools.cache
def template_version() -> str:
    """Hash everything that turns data into HTML: templates, styles, filters, charts, translations."""
    digest = hashlib.sha256()
    folders = (TEMPLATES, Path(__file__).parent, LOCALES / "ko" / "LC_MESSAGES" / "parts")
    for path in sorted(path for folder in folders for path in folder.glob("*.*") if path.is_file()):
        if path.suffix in {".html", ".css", ".py"} or path.name == "print.po":
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
