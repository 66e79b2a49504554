"""Where the rules of a document stand, so that a finding can point at them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rules.documents import Document, Path
    from rules.verify.findings import PlaceOf

NOWHERE = (0, 0)


def places_in(document: Document) -> PlaceOf:
    """Return the place of every rule, row, band and line of a document by its id; (0, 0) for unknown ids."""
    places: dict[str, tuple[int, int]] = {}
    _collect(document, document.content, (), places)
    return lambda name: places.get(name, NOWHERE)


def _collect(document: Document, content: Any, path: Path, places: dict[str, tuple[int, int]]) -> None:
    if isinstance(content, dict):
        name = content.get("id", path[-1] if path == ("else",) else None)
        if isinstance(name, str):
            places.setdefault(name, document.places.get(path, NOWHERE))
        for key, member in content.items():
            _collect(document, member, (*path, key), places)
    elif isinstance(content, list):
        for place, member in enumerate(content):
            _collect(document, member, (*path, place), places)
