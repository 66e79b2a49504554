"""The documents behind a measured value: what was added up above and below the line.

Documents are shown as they stand now; the scorecard keeps the facts as they were when it was computed.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from portal.db import as_date, fetch, fetch_one
from portal.errors import NotFound
from portal.evaluations.model import SubjectKind
from portal.network.scope import Condition, sell_through_open, visible_accounts
from portal.paging import PAGE_SIZE, Cursor, Page, in_batches, page_of
from portal.sales.model import DocumentKind, Level, LineKind

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from portal.access import Viewer
    from portal.db.sql import Row
    from portal.evaluations.queries.sheets import Sheet

EXPORT_BATCH = 2000


@dataclass(frozen=True, slots=True)
class Part:
    """One side of a KPI as documents.

    Attributes:
        name: Name in URLs.
        first: First month, relative to the evaluated one.
        last: Last month, inclusive, relative to the evaluated one.
        kind: Only documents of this kind; None is any.
        source: ``sales`` are documents of the dealer's own level, ``due`` what fell due, ``paid`` payments.
    """

    name: str
    first: int = 0
    last: int = 0
    kind: DocumentKind | None = None
    source: str = "sales"


THIS, LAST_YEAR = Part("this"), Part("last_year", -12, -12)
PARTS: dict[str, tuple[Part, ...]] = {
    "yoy_growth": (THIS, LAST_YEAR),
    "active_terminals_yoy": (THIS, LAST_YEAR),
    "stability": (Part("window", -11, 0),),
    "return_rate": (Part("returns", kind=DocumentKind.RETURN), THIS),
    "sales_attainment": (THIS,),
    "collection_rate": (Part("paid", source="paid"), Part("due", source="due")),
}


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A document or payment.

    Attributes:
        on: Business day, due date or day of payment.
        kind: Kind of document; None for a payment.
        buyer: Name of the buyer; empty when the viewer may not see it, or for a payment.
        amount_minor: Supply value; of what fell due with VAT and deposits.
    """

    id: int
    on: dt.date
    number: str
    kind: DocumentKind | None
    buyer: str
    lines: int
    amount_minor: int


@dataclass(frozen=True, slots=True)
class DocumentTotal:
    """All documents of a part: how many, and the sum of their amounts."""

    documents: int
    amount_minor: int


@dataclass(frozen=True)
class Behind:
    """Where the documents of one part of one scorecard are.

    Attributes:
        part: The part.
        sql: A grouped select of the columns of ``DocumentRow`` with ``{}`` places, without an order.
        args: Its values.
    """

    part: Part
    sql: str
    args: tuple[Any, ...]


def part_of(kpi: str, name: str) -> Part:
    """Return a part of a KPI, its first one when no name is given; NotFound when it has none."""
    for part in PARTS.get(kpi, ()):
        if name in ("", part.name):
            return part
    raise NotFound


async def find_behind(viewer: Viewer, sheet: Sheet, part: Part) -> Behind | None:
    """Say where the documents of a part are; None when what they show is not shared with the viewer."""
    dealers = await _dealers(viewer, sheet)
    level = sheet.facts["sales_level"].value_scaled if "sales_level" in sheet.facts else None
    month = sheet.head.month
    first, last = month.shift(part.first).first_on, month.shift(part.last).last_on
    if part.source == "paid":
        return _payments(dealers, part, first, last)
    if part.source == "due":
        return _lines(viewer, dealers, part, Level.SELL_IN, (first, last))
    if level is None:
        return None
    if level == Level.SELL_THROUGH and not viewer.is_dealer_side:
        dealers = await _sharing(dealers)
    return _lines(viewer, dealers, part, Level(level), (first, last)) if dealers else None


async def _dealers(viewer: Viewer, sheet: Sheet) -> list[int]:
    """Return the dealers that were added up; of a representative those assigned at the month's end."""
    if sheet.head.kind is SubjectKind.DEALER and sheet.head.account_id is not None:
        return [sheet.head.account_id]
    day = sheet.head.month.last_on
    seen = Condition("1 = 1") if sheet.head.user_id == viewer.user_id else visible_accounts(viewer, "a")
    rows = await fetch(
        "select ra.dealer from representative_assignment ra join account a on a.id = ra.dealer"  # noqa: S608  from code
        " where ra.user_id = {} and ra.from_on <= {} and (ra.to_on is null or ra.to_on > {})"
        f" and {seen.sql} order by ra.dealer",
        sheet.head.user_id,
        day,
        day,
        *seen.args,
    )
    return [row["dealer"] for row in rows]


async def _sharing(dealers: Sequence[int]) -> list[int]:
    if not dealers:
        return []
    marks = ", ".join("{}" for _ in dealers)
    rows = await fetch(
        f"select a.id from account a where a.id in ({marks}) and {sell_through_open('a.id')}",  # noqa: S608  from code
        *dealers,
    )
    return [row["id"] for row in rows]


def _lines(
    viewer: Viewer, dealers: Sequence[int], part: Part, level: Level, span: tuple[dt.date, dt.date]
) -> Behind:
    due = part.source == "due"
    seen = visible_accounts(viewer, "b")
    party = "l.seller" if level is Level.SELL_THROUGH else "l.buyer"
    marks = ", ".join("{}" for _ in dealers) or "null"
    amount = "l.amount_minor + l.vat_minor + l.deposit_minor" if due else "l.amount_minor"
    day = "d.due_on" if due else "l.business_on"
    joined = (
        " join document d on d.source = l.source and d.kind = l.kind and d.number = l.number"
        " and d.id = l.document"
    )
    kinds = "" if due else f" and l.line_kind = {int(LineKind.GOODS)}"
    kinds += f" and l.kind = {int(part.kind)}" if part.kind else ""
    sql = (
        f"select l.document as id, {day} as on_day, l.number, l.kind,"  # noqa: S608  from code
        f" case when {seen.sql} then b.name else '' end as buyer, count(*) as lines,"
        f" sum({amount}) as amount_minor from document_line l left join account b on b.id = l.buyer"
        f"{joined if due else ''} where l.level = {int(level)} and {party} in ({marks}){kinds}"
        f" and {day} >= {{}} and {day} <= {{}}"
        f" group by l.document, {day}, l.number, l.kind, b.id, b.name"
    )
    return Behind(part, sql, (*seen.args, *dealers, *span))


def _payments(dealers: Sequence[int], part: Part, first: dt.date, last: dt.date) -> Behind:
    marks = ", ".join("{}" for _ in dealers) or "null"
    sql = (
        "select p.id, p.paid_on as on_day, p.number, 0 as kind, '' as buyer, 1 as lines, p.amount_minor"  # noqa: S608  places only
        f" from payment p where p.account in ({marks}) and p.paid_on >= {{}} and p.paid_on <= {{}}"
    )
    return Behind(part, sql, (*dealers, first, last))


async def total_of(behind: Behind) -> DocumentTotal:
    """Add the documents of a part up."""
    row = await fetch_one(
        "select count(*) as documents, coalesce(sum(x.amount_minor), 0) as amount_minor"  # noqa: S608  from code
        f" from ({behind.sql}) x",
        *behind.args,
    )
    found = row or {"documents": 0, "amount_minor": 0}
    return DocumentTotal(int(found["documents"]), int(found["amount_minor"]))


async def list_documents(behind: Behind, cursor: Cursor, *, limit: int = PAGE_SIZE) -> Page[DocumentRow]:
    """Return a page of the documents of a part, oldest first."""
    sign, order = ("<", "desc") if cursor.backwards else (">", "asc")
    where = ""
    args: tuple[Any, ...] = ()
    if cursor.key:
        day, number = dt.date.fromisoformat(str(cursor.key[0])), cursor.key[1]
        where = f" where x.on_day {sign} {{}} or (x.on_day = {{}} and x.id {sign} {{}})"
        args = (day, day, number)
    rows = await fetch(
        f"select * from ({behind.sql}) x{where} order by x.on_day {order}, x.id {order} limit {limit + 1}",  # noqa: S608  from code
        *behind.args,
        *args,
    )
    return page_of([_row(row) for row in rows], cursor, lambda row: (row.on.isoformat(), row.id), limit=limit)


async def iter_documents(behind: Behind) -> AsyncIterator[list[dict[str, Any]]]:
    """Yield all documents of a part in batches, as rows for a file."""

    async def read(cursor: Cursor) -> Sequence[DocumentRow]:
        return (await list_documents(behind, cursor, limit=EXPORT_BATCH)).rows

    async for rows in in_batches(read, lambda row: (row.on.isoformat(), row.id), EXPORT_BATCH):
        yield [
            {"on": row.on, "number": row.number, "kind": row.kind, "buyer": row.buyer,
             "lines": row.lines, "amount_minor": row.amount_minor}
            for row in rows
        ]  # fmt: skip


def _row(row: Row) -> DocumentRow:
    return DocumentRow(
        id=row["id"],
        on=as_date(row["on_day"]) or dt.date.min,
        number=row["number"],
        kind=DocumentKind(row["kind"]) if row["kind"] else None,
        buyer=row["buyer"],
        lines=row["lines"],
        amount_minor=int(row["amount_minor"]),
    )
