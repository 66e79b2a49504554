"""What programme files have beyond rulebooks: lists of names and truth values."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rules.fields import Fields


def names(part: Fields, key: str) -> tuple[str, ...]:
    """Return a list of different texts, empty where the key is not given."""
    if key not in part.content:
        return ()
    found = [name for name in part.members(key) if isinstance(name, str) and name.strip()]
    if len(found) != len(part.members(key)) or len(found) != len(set(found)):
        part.complain(key, f"{key!r} must be a list of different texts")
    return tuple(found)


def flag(part: Fields, key: str) -> bool:
    """Return a truth value."""
    value = part.value(key)
    if key in part.content and not isinstance(value, bool):
        part.complain(key, f"{key!r} must be true or false: {value!r}")
    return value is True
