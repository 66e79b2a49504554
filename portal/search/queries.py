"""Finding records by text, as a condition other slices put into their own queries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from portal.db import engine_kind
from portal.search.model import KEY_STEP, Finder, Hit, RecordKind, Term, terms_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portal.access import Viewer

_FINDERS: list[Finder] = []


@dataclass(frozen=True, slots=True)
class Group:
    """Hits of one kind.

    Attributes:
        finder: Whose hits they are: kind, label and the list where all of them are.
        hits: Best first.
        has_more: Whether the list has more of them.
    """

    finder: Finder
    hits: tuple[Hit, ...]
    has_more: bool


def register_finder(finder: Finder) -> None:
    """Add a slice's answers to the search page, after those registered before; again is no harm."""
    if all(type(known) is not type(finder) or known.kind != finder.kind for known in _FINDERS):
        _FINDERS.append(finder)


async def list_groups(viewer: Viewer, text: str, limit: int, *, with_people: bool = True) -> list[Group]:
    """Return the best hits of every kind that has any, at most ``limit`` each."""
    if not terms_of(text):
        return []
    asked = [finder for finder in _FINDERS if with_people or not finder.is_personal]
    found = [await finder.find(viewer, text, limit + 1) for finder in asked]
    return [
        Group(finder, tuple(hits[:limit]), len(hits) > limit)
        for finder, hits in zip(asked, found, strict=True)
        if hits
    ]


def matching(kind: RecordKind, text: str, record: str) -> tuple[str, tuple[Any, ...]]:
    """Say in SQL that a record is found by a text.

    Args:
        kind: What the record is.
        text: What a person typed; nothing searchable in it finds nothing.
        record: SQL expression of the record's id; from code.

    Returns:
        A condition and the values of its ``{}`` places.
    """
    terms = terms_of(text)
    if not terms:
        return "1 = 0", ()
    indexed = [term for term in terms if term.grams]
    parts = [_found_by_grams(kind, indexed, record)] if indexed else []
    parts += [_found_by_reading(kind, term, record) for term in terms if not term.grams]
    return " and ".join(sql for sql, _ in parts), tuple(value for _, args in parts for value in args)


def _found_by_grams(kind: RecordKind, terms: Sequence[Term], record: str) -> tuple[str, tuple[Any, ...]]:
    if engine_kind() == "sqlite":
        phrases = " AND ".join(f'"{" ".join(term.grams)}"' for term in terms)
        sql = (
            f"{record} in (select rowid / {KEY_STEP} from search_fts"  # noqa: S608  constants and code
            f" where search_fts match {{}} and rowid % {KEY_STEP} = {int(kind)})"
        )
        return sql, (phrases,)
    grams = sorted({gram for term in terms for gram in term.grams})
    reads = "".join(f" and e.{_column(term)} like {{}}" for term in terms)
    sql = (
        f"{record} in (select e.id / {KEY_STEP} from search_entry e"  # noqa: S608  constants and code
        f" where string_to_array(e.grams, ' ') @> cast({{}} as text[])"
        f" and e.id % {KEY_STEP} = {int(kind)}{reads})"
    )
    return sql, (grams, *(_pattern(term) for term in terms))


def _found_by_reading(kind: RecordKind, term: Term, record: str) -> tuple[str, tuple[Any, ...]]:
    """A single letter or lone consonant is in most names: reading them in list order ends soon."""
    sql = (
        f"exists (select 1 from search_entry e where e.id = {record} * {KEY_STEP} + {int(kind)}"  # noqa: S608  from code
        f" and e.{_column(term)} like {{}})"
    )
    return sql, (_pattern(term),)


def _column(term: Term) -> str:
    return "initials" if term.by_initials else "folded"


def _pattern(term: Term) -> str:
    return f"%{term.text}%"  # a term is letters and digits only: nothing in it has a meaning for LIKE
