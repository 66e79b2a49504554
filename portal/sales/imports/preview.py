"""What a staged batch would do, row by row: the file's values, and beside them what is stored."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from portal.db import engine_kind, fetch
from portal.sales.imports.model import SAMPLE_ROWS, ImportKind

# ruff: noqa: S608  the pieces joined here come from the tables below; values are bound

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portal.db.sql import Row
    from portal.sales.imports.batch import Batch


class Tab(StrEnum):
    """Which rows of a batch are looked at."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    CONFLICT = "conflict"
    UNKNOWN = "unknown"
    ERRORS = "errors"


_STATES = {Tab.CHANGED: "2", Tab.SAME: "3, 5, 6", Tab.CONFLICT: "4", Tab.UNKNOWN: "7"}
_ACCOUNT_OF = "(select k.code from account k where k.id = {})"


@dataclass(frozen=True, slots=True)
class Stored:
    """Where the stored side of a row comes from.

    Attributes:
        joins: Joins on ``m.target``.
        values: Column → expression over them, as comparable text or number.
    """

    joins: str
    values: dict[str, str]


def _account(kind: str, columns: Sequence[str]) -> Stored:
    named = {
        "name": "a.name",
        "region": "(select r.code from region r where r.id = a.region)",
        "area": "a.area",
        "state": "a.state",
        "dealer": _ACCOUNT_OF.format("a.dealer"),
    }
    return Stored(
        f"left join account a on a.id = m.target left join {kind} t on t.account = m.target",
        named | {column: f"t.{column}" for column in columns},
    )


STORED = {
    ImportKind.REGIONS: Stored(
        "left join region r on r.id = m.target left join region u on u.id = r.parent",
        {"name": "r.name", "name_en": "r.name_en", "parent": "u.code"},
    ),
    ImportKind.DEALERS: _account(
        "dealer", ("business_number", "opened_on", "address", "phone", "payment_terms_days")
    ),
    ImportKind.OUTLETS: _account("outlet", ("business_number", "address", "phone")),
    ImportKind.TERMINALS: _account("terminal", ("channel", "trade_type", "address", "phone")),
    ImportKind.PRODUCTS: Stored(
        "left join product p on p.id = m.target",
        {name: f"p.{name}" for name in ("name", "category", "vendor_code", "vendor_name", "pack_units",
                                        "volume_ml", "status", "launched_on")},
    ),
    ImportKind.ORDERS: Stored(
        "left join document_line l on l.id = m.target",
        {
            "day": "l.business_on",
            "buyer": _ACCOUNT_OF.format("l.buyer"),
            "product": "(select p.code from product p where p.id = l.product)",
            "quantity": "l.quantity",
            "amount": "l.amount_minor",
            "vat": "l.vat_minor",
            "deposit": "l.deposit_minor",
        },
    ),
    ImportKind.PAYMENTS: Stored(
        "left join payment p on p.id = m.target",
        {"account": _ACCOUNT_OF.format("p.account"), "day": "p.paid_on", "amount": "p.amount_minor"},
    ),
    ImportKind.TARGETS: Stored("left join target t on t.id = m.target", {"amount": "t.amount_minor"}),
    ImportKind.CONTACTS: Stored(
        "left join contact c on c.id = m.target left join person q on q.id = c.person",
        {"role": "c.title", "mobile": "q.mobile", "email": "q.email"},
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cell:
    """A value of the file and, where it differs, what is stored instead."""

    value: Any
    before: Any = None
    differs: bool = False


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """A row of the file.

    Attributes:
        row_no: Its number in the file, from 1.
        cells: Column → cell.
        note: Why it is what it is: ``repeats`` an earlier row of this file (``first_row``), or empty.
    """

    row_no: int
    cells: dict[str, Cell]
    note: str = ""
    first_row: int | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """A page of rows: their columns in the file's order, and where the next page starts."""

    columns: tuple[str, ...]
    rows: tuple[PreviewRow, ...]
    next_after: int | None


async def preview_rows(batch: Batch, tab: Tab, after: int = 0, limit: int = SAMPLE_ROWS) -> Preview:
    """Return staged rows of one tab, in the file's order.

    Args:
        batch: A staged batch.
        tab: Any but ``ERRORS``, whose rows were never staged.
        after: Row number to go on after.
        limit: Rows of a page.
    """
    columns = await _given(batch)
    stored = STORED[batch.kind]
    known = {name: sql for name, sql in stored.values.items() if name in columns}
    picked = [f"s.c_{name} as c_{name}" for name in columns] + [
        f"{sql} as o_{name}" for name, sql in known.items()
    ]
    where = "m.row_no is null" if tab is Tab.NEW else f"m.state in ({_STATES[tab]})"
    rows = await fetch(
        f"select s.row_no as row_no, m.target as target, m.first_row as first_row, {', '.join(picked)}"
        f" from {batch.stage.rows} s left join {batch.stage.marks} m on m.row_no = s.row_no {stored.joins}"
        f" where {where} and s.row_no > {{}} order by s.row_no limit {limit + 1}",
        after,
    )
    shown = tuple(_row(row, columns, known) for row in rows[:limit])
    return Preview(columns, shown, shown[-1].row_no if len(rows) > limit else None)


async def _given(batch: Batch) -> tuple[str, ...]:
    """Return the columns that hold anything in this file."""
    if engine_kind() == "postgres":
        rows = await fetch(
            "select column_name as name from information_schema.columns where table_name = {}"
            " order by ordinal_position",
            batch.stage.rows,
        )
    else:
        rows = await fetch("select name from pragma_table_info({}) order by cid", batch.stage.rows)
    names = [row["name"].removeprefix("c_") for row in rows if row["name"].startswith("c_")]
    counts = ", ".join(f"max(case when c_{name} is not null then 1 else 0 end) as c_{name}" for name in names)
    found = (await fetch(f"select {counts} from (select * from {batch.stage.rows} limit 10000) s"))[0]
    return tuple(name for name in names if found[f"c_{name}"])


def _row(row: Row, columns: Sequence[str], known: dict[str, str]) -> PreviewRow:
    cells = {name: _cell(row, name, compared=name in known and row["target"] is not None) for name in columns}
    note = "repeats" if row["first_row"] is not None else ""
    return PreviewRow(row["row_no"], cells, note, row["first_row"])


def _cell(row: Row, name: str, *, compared: bool) -> Cell:
    value = _plain(row[f"c_{name}"])
    if not compared or value is None:
        return Cell(value)
    before = _plain(row[f"o_{name}"])
    return Cell(value, before, differs=value != before)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value
