"""Finding records by text, as a condition other slices put into their own queries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from portal.db import engine_kind, fetch_value
from portal.search.model import KEY_STEP, Finder, Hit, RecordKind, Term, terms_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portal.access import Viewer

_FINDERS: list[Finder] = []
_COMMON = 5000
"""Records that hold a word, above which a list is read in its own order instead."""


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
    return _condition(kind, terms, record, by_grams=True)


async def narrowed(kind: RecordKind, text: str, record: str) -> tuple[str, tuple[Any, ...]]:
    """Say the same as ``matching`` for a list read in its own order a page at a time.

    Words that very many records hold are read in list order, which ends at the page's last row, instead of
    gathering all of their records first; one more statement finds out.
    """
    terms = terms_of(text)
    indexed = [term for term in terms if term.grams]
    if not indexed or not await _is_common(kind, indexed):
        return matching(kind, text, record)
    return _condition(kind, terms, record, by_grams=False)


def _condition(
    kind: RecordKind, terms: Sequence[Term], record: str, *, by_grams: bool
) -> tuple[str, tuple[Any, ...]]:
    indexed = [term for term in terms if term.grams and by_grams]
    parts = [_found_by_grams(kind, indexed, record)] if indexed else []
    parts += [_found_by_reading(kind, term, record) for term in terms if not (term.grams and by_grams)]
    return " and ".join(sql for sql, _ in parts), tuple(value for _, args in parts for value in args)


async def _is_common(kind: RecordKind, terms: Sequence[Term]) -> bool:
    source, args = _gram_rows(kind, terms)
    sql = f"select count(*) as n from (select 1 {source} limit {_COMMON + 1}) c"  # noqa: S608  constants and code
    return int(await fetch_value(sql, *args)) > _COMMON


def _gram_rows(kind: RecordKind, terms: Sequence[Term]) -> tuple[str, tuple[Any, ...]]:
    """Return FROM and WHERE of the entries that hold all grams; on PostgreSQL a little more than exact."""
    marks = () if kind is RecordKind.TERMINAL else (kind.gram,)  # nearly all are terminals: it tells nothing
    if engine_kind() == "sqlite":
        phrases = " AND ".join(f'"{phrase}"' for phrase in (*marks, *(" ".join(t.grams) for t in terms)))
        where = f"where search_fts match {{}} and rowid % {KEY_STEP} = {int(kind)}"
        return f"from search_fts {where}", (phrases,)
    grams = sorted({*marks, *(gram for term in terms for gram in term.grams)})
    where = f"where string_to_array(e.grams, ' ') @> cast({{}} as text[]) and e.id % {KEY_STEP} = {int(kind)}"
    return f"from search_entry e {where}", (grams,)


def _found_by_grams(kind: RecordKind, terms: Sequence[Term], record: str) -> tuple[str, tuple[Any, ...]]:
    source, args = _gram_rows(kind, terms)
    if engine_kind() == "sqlite":
        return f"{record} in (select rowid / {KEY_STEP} {source})", args
    reads = "".join(f" and e.{_column(term)} like {{}}" for term in terms)
    sql = f"{record} in (select e.id / {KEY_STEP} {source}{reads})"
    return sql, (*args, *(_pattern(term) for term in terms))


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
