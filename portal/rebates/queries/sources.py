"""The sales behind a settled line: months, their documents, and the lines of a document.

Documents are shown as they stand now; a settlement keeps the figure it was calculated from.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from portal.db import as_date, fetch, fetch_one
from portal.errors import NotFound
from portal.paging import PAGE_SIZE, Cursor, Page, in_batches, page_of
from portal.rebates.queries.basis import LEVELS, Span, window_of
from portal.sales.model import DocumentKind, LineKind
from portal.sales.totals import month_of

# ruff: noqa: S608  names come from code; values are bound

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from portal.db.sql import Row
    from rules.rebate import Component, Program

PARTS = ("this", "compare")
BATCH = 2000


@dataclass(frozen=True)
class Source:
    """Which goods lines of one account a figure adds up.

    Attributes:
        where: Condition over ``document_line l`` joined with ``product p``.
        args: Its values.
        value: SQL of what is added up: an amount, or a quantity.
        is_quantity: Whether it counts units.
    """

    where: str
    args: tuple[Any, ...]
    value: str
    is_quantity: bool


@dataclass(frozen=True, slots=True)
class MonthOfSales:
    """What a month adds, in minor units or units."""

    month_on: dt.date
    documents: int
    value: int


@dataclass(frozen=True, slots=True)
class SourceDocument:
    """A document and what it adds."""

    id: int
    on: dt.date
    number: str
    kind: DocumentKind
    lines: int
    value: int


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """A line of a document; ``counts`` tells whether it is part of the figure."""

    line_no: int
    code: str
    name: str
    quantity: int
    amount_minor: int
    vat_minor: int
    deposit_minor: int
    is_deposit: bool
    counts: bool


@dataclass(frozen=True, slots=True)
class OpenedDocument:
    """A document with every line on it."""

    id: int
    on: dt.date
    number: str
    kind: DocumentKind
    lines: tuple[DocumentLine, ...]


def parts_of(component: Component) -> tuple[str, ...]:
    """Return the names of the figures a component is made of: the measure, and what it is compared with."""
    return PARTS if component.by_share else PARTS[:1]


def source_of(
    program: Program, component: Component, account_id: int, through_on: dt.date, part: str = "this"
) -> Source:
    """Say which lines a component's figure adds up.

    Args:
        program: The version.
        component: One of its components.
        account_id: The beneficiary.
        through_on: Last day of the settlement; whole months count.
        part: ``this``, or ``compare`` for the year before (growth) or all goods (mix).

    Raises:
        NotFound: The component has no such part.
    """
    if part not in parts_of(component):
        raise NotFound
    basis, span = component.basis, window_of(program, component, through_on)
    if part == "compare" and basis.measure == "growth":
        span = span.a_year_before
    whole = part == "compare" and basis.measure == "mix"
    seller = program.beneficiary == "dealer" and basis.level == "sell_through"
    value = "l.amount_minor + l.vat_minor" if program.amounts == "vat_included" else "l.amount_minor"
    where, args = _chosen(component, whole=whole)
    return Source(
        f"l.level = {{}} and l.line_kind = {LineKind.GOODS.value}"
        f" and l.{'seller' if seller else 'buyer'} = {{}}"
        f" and l.business_on >= {{}} and l.business_on <= {{}}{where}",
        (LEVELS[basis.level].value, account_id, *_days(span), *args),
        "l.quantity" if basis.measure == "quantity" else value,
        basis.measure == "quantity",
    )


def _days(span: Span) -> tuple[dt.date, dt.date]:
    return span.first.first_on, span.last.last_on


def _chosen(component: Component, *, whole: bool) -> tuple[str, tuple[str, ...]]:
    basis = component.basis
    if whole:
        return "", ()
    given = (("category", basis.categories), ("code", basis.products), ("vendor_code", basis.vendors))
    sql = "".join(
        f" and p.{column} in ({', '.join('{}' for _ in codes)})" for column, codes in given if codes
    )
    return sql, tuple(code for _, codes in given for code in codes)


async def months_of(source: Source) -> list[MonthOfSales]:
    """Add the figure up by month, the first month first."""
    month = month_of("l.business_on")
    rows = await fetch(
        f"select {month} as month_on, count(distinct l.document) as documents, sum({source.value}) as value"
        f" from document_line l join product p on p.id = l.product where {source.where}"
        f" group by {month} order by {month}",
        *source.args,
    )
    return [
        MonthOfSales(as_date(row["month_on"]) or dt.date.min, row["documents"], int(row["value"]))
        for row in rows
    ]


async def list_source_documents(
    source: Source, cursor: Cursor, month: tuple[dt.date, dt.date] | None = None, limit: int = PAGE_SIZE
) -> Page[SourceDocument]:
    """Return a page of documents, the oldest first; of one month only when its days are given."""
    where, args = source.where, source.args
    if month is not None:
        where, args = f"{where} and l.business_on >= {{}} and l.business_on <= {{}}", (*args, *month)
    sign, order = ("<", "desc") if cursor.backwards else (">", "asc")
    after = ""
    key: tuple[Any, ...] = ()
    if cursor.key:
        day, number = dt.date.fromisoformat(str(cursor.key[0])), cursor.key[1]
        after = f" where x.on_day {sign} {{}} or (x.on_day = {{}} and x.id {sign} {{}})"
        key = (day, day, number)
    rows = await fetch(
        "select * from (select l.document as id, l.business_on as on_day, l.number, l.kind,"
        f" count(*) as lines, sum({source.value}) as value"
        f" from document_line l join product p on p.id = l.product where {where}"
        f" group by l.document, l.business_on, l.number, l.kind) x{after}"
        f" order by x.on_day {order}, x.id {order} limit {limit + 1}",
        *args,
        *key,
    )
    return page_of(
        [_document(row) for row in rows], cursor, lambda row: (row.on.isoformat(), row.id), limit=limit
    )


async def iter_source_documents(source: Source) -> AsyncIterator[list[dict[str, Any]]]:
    """Yield every document of a figure in batches, as rows for a file."""

    async def read(cursor: Cursor) -> Sequence[SourceDocument]:
        return (await list_source_documents(source, cursor, limit=BATCH)).rows

    async for rows in in_batches(read, lambda row: (row.on.isoformat(), row.id), BATCH):
        yield [
            {"on": row.on, "number": row.number, "kind": row.kind, "lines": row.lines, "value": row.value}
            for row in rows
        ]


async def open_document(source: Source, document_id: int) -> OpenedDocument:
    """Return a document of a figure with all its lines, those that do not count among them.

    Raises:
        NotFound: The document adds nothing to the figure.
    """
    head = await fetch_one(
        "select l.source, l.kind, l.number, l.business_on from document_line l"
        f" join product p on p.id = l.product where l.document = {{}} and {source.where} limit 1",
        document_id,
        *source.args,
    )
    if head is None:
        raise NotFound
    rows = await fetch(
        "select l.line_no, p.code, p.name, l.quantity, l.amount_minor, l.vat_minor, l.deposit_minor,"
        f" l.line_kind, case when {source.where} then 1 else 0 end as counts from document_line l"
        " join product p on p.id = l.product where l.source = {} and l.kind = {} and l.number = {}"
        " and l.document = {} order by l.line_no",
        *source.args,
        head["source"],
        head["kind"],
        head["number"],
        document_id,
    )
    return OpenedDocument(
        document_id,
        as_date(head["business_on"]) or dt.date.min,
        head["number"],
        DocumentKind(head["kind"]),
        tuple(_line(row) for row in rows),
    )


def _document(row: Row) -> SourceDocument:
    return SourceDocument(
        row["id"],
        as_date(row["on_day"]) or dt.date.min,
        row["number"],
        DocumentKind(row["kind"]),
        row["lines"],
        int(row["value"]),
    )


def _line(row: Row) -> DocumentLine:
    return DocumentLine(
        row["line_no"],
        row["code"],
        row["name"],
        row["quantity"],
        row["amount_minor"],
        row["vat_minor"],
        row["deposit_minor"],
        row["line_kind"] == LineKind.DEPOSIT,
        bool(row["counts"]),
    )
