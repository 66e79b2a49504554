"""How templates write values and sentences: the same text as stock Jinja writes, in a fraction of the time.

Stock generated code turns every value into a ``Markup`` object, which costs more than escaping it, although
the pieces of a page are only joined. And a sentence is looked up, marked safe and formatted each time it is
shown, although without parameters it is the same until the process ends.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from jinja2.compiler import CodeGenerator
from markupsafe import Markup, escape

from portal.web.assets import asset
from portal.web.i18n import catalogue, current_locale

if TYPE_CHECKING:
    from jinja2 import nodes
    from jinja2.compiler import Frame

_SENTENCES_KEPT = 4096
_needs_escaping = re.compile("[&<>'\"]").search


def shown(value: Any) -> str:
    """Return a value as HTML: what needs no escaping as it is, everything else as Jinja does it."""
    kind = value.__class__
    if kind is Markup or (kind is str and _needs_escaping(value) is None):
        text: str = value
        return text
    return str(value) if kind is int else escape(value)


class PageCode(CodeGenerator):
    """Jinja's code generator, with ``shown`` where stock code calls ``escape``."""

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:  # noqa: N802  Jinja's name
        """Make ``shown`` known to the module of a template."""
        self.writeline("from portal.web.output import shown")
        super().visit_Template(node, frame)

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src is not None:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("shown(")


@lru_cache(_SENTENCES_KEPT)
def _sentence(locale: str, msgid: str) -> Markup:
    return Markup(catalogue(locale).gettext(msgid))  # noqa: S704  sentences come from code and catalogue


@lru_cache(_SENTENCES_KEPT)
def _finished(locale: str, msgid: str) -> Markup:
    return _sentence(locale, msgid) % {}


@lru_cache(_SENTENCES_KEPT)
def icon(name: str, label: str = "") -> Markup:
    """Return a picture of the icon sprite; without a label it is decoration that screen readers skip."""
    said = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
    use = f'<use href="{asset("icons.svg")}#{escape(name)}"/>'
    return Markup(f'<svg class="i" viewBox="0 0 24 24" {said}>{use}</svg>')  # noqa: S704  parts are escaped


def sentence(msgid: str, **params: Any) -> Markup:
    """Return a sentence in the current language with its places filled; values in them are escaped.

    It does what ``_`` of Jinja's i18n extension does where everything is escaped.
    """
    locale = current_locale()
    return _sentence(locale, msgid) % params if params else _finished(locale, msgid)
