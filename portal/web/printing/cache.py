"""The name of a finished PDF: equal when, and only when, printing again would give the same bytes."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import msgspec

from portal.web.printing.environment import template_version

if TYPE_CHECKING:
    from portal.web.printing.pool import PrintEngine


def cache_key(kind: str, data: Any, locale: str, engine: PrintEngine, templates: str = "") -> str:
    """Hash all that decides the bytes of a document.

    Args:
        kind: Kind of document, such as ``scorecard``.
        data: Frozen dataclasses or plain values; what the document shows.
        locale: Language of the document.
        engine: Fonts and libraries (``PrintPool.engine``).
        templates: Version of templates and code; by default that of the running portal.

    Returns:
        A SHA-256 in hexadecimal, usable as a file name.
    """
    parts = (kind, locale, engine, templates or template_version(), data)
    return hashlib.sha256(msgspec.json.encode(parts, order="deterministic")).hexdigest()
