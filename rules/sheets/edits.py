"""A score sheet with some thresholds in other places."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rules.canonical import book_content
from rules.rulebook import Rulebook

if TYPE_CHECKING:
    from collections.abc import Mapping

Place = tuple[str, int]
"""Id of a band and the number of one of its comparisons, in reading order from 0."""


def with_thresholds(book: Rulebook, moved: Mapping[Place, str]) -> Rulebook:
    """Return the book with thresholds moved; its problems are those of the new thresholds.

    Args:
        book: A sound book.
        moved: New threshold by place; a place the book does not have is ignored.
    """
    content = book_content(book)
    for line in content["lines"]:
        for band in line.get("bands", ()):
            _move(band["when"], band["id"], 0, moved)
    return Rulebook.from_content(content)


def _move(clause: dict[str, Any], band: str, place: int, moved: Mapping[Place, str]) -> int:
    """Move what is to be moved in a clause and return the number of the comparison after it."""
    if "operator" in clause:
        clause["value"] = moved.get((band, place), clause["value"])
        return place + 1
    for member in clause.get("all") or clause["any"]:
        place = _move(member, band, place, moved)
    return place
