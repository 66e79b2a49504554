"""Schema that tables cannot say: triggers, functions, full-text indexes, as SQL text per database.

A slice's ``tables.py`` registers statements here; creating a schema runs them after its tables, and a
migration carries its own frozen copy. The drift test compares the two results.
"""

from __future__ import annotations

from dataclasses import dataclass

_REGISTERED: list[Extra] = []


@dataclass(frozen=True)
class Extra:
    """A named piece of schema.

    Attributes:
        name: Unique, for messages and ordering.
        sqlite: Statements for SQLite, run in order.
        postgres: Statements for PostgreSQL, run in order.
    """

    name: str
    sqlite: tuple[str, ...]
    postgres: tuple[str, ...]


def register(extra: Extra) -> None:
    """Add a piece of schema to what every new database gets."""
    _REGISTERED.append(extra)


def statements(dialect: str) -> list[str]:
    """Return all registered statements for ``sqlite`` or ``postgresql``, by name of the extra."""
    ordered = sorted(_REGISTERED, key=lambda extra: extra.name)
    return [text for extra in ordered for text in (extra.sqlite if dialect == "sqlite" else extra.postgres)]
