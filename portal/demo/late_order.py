"""An order of September that was read late: named in a dealer's appeal, counted by a correction."""

from __future__ import annotations

import datetime as dt

from portal import db
from portal.demo.trade import PRODUCTS
from portal.demo.truths import STORY_DEALER
from portal.demo.write_network import dealer_id
from portal.demo.write_trade import SOURCE_ID
from portal.sales import totals
from portal.sales.model import DocumentKind, Level, LineKind

NUMBER = "I202609-9000001"
ORDERED_ON, READ_ON, PAID_ON = dt.date(2026, 9, 30), dt.date(2026, 10, 26), dt.date(2026, 10, 30)
CASES, PRODUCT = 60, 11
_VAT_PERCENT = 10
AMOUNT_MINOR = CASES * PRODUCTS[PRODUCT].case_won
"""Supply value of the order, in won."""
_VAT_MINOR = AMOUNT_MINOR * _VAT_PERCENT // 100


async def write_late_order() -> None:
    """Write the order with its import batch and its payment, and bring the totals of September up to date."""
    buyer = dealer_id(STORY_DEALER)
    at = dt.datetime.combine(READ_ON, dt.time(1), dt.UTC)
    async with db.unit_of_work():
        batch = await db.fetch_value(
            "insert into import_batch (kind, source, mode, state, file_name, rows_read, rows_new,"
            " period_from, period_to, created_at, applied_at, actor_user_id)"
            " values ('orders', {}, 'add', 'applied', {}, 1, 1, {}, {}, {}, {},"
            " (select id from login_user where login = 'finance')) returning id",
            SOURCE_ID,
            f"{ORDERED_ON:%Y-%m}-late.csv",
            ORDERED_ON,
            ORDERED_ON,
            at,
            at,
        )
        await _write_document(buyer, batch)
        await db.insert_rows(
            "payment",
            "source number account paid_on amount_minor batch document_number".split(),
            [(SOURCE_ID, "P-LATE-0001", buyer, PAID_ON, AMOUNT_MINOR + _VAT_MINOR, batch, NUMBER)],
        )
        await totals.begin_touching()
        await totals.touch_lines("document_line", "batch = {}", batch)
        await totals.recompute()
        await totals.end_touching()


async def _write_document(buyer: int, batch: int) -> None:
    level, kind = int(Level.SELL_IN), int(DocumentKind.ORDER)
    document = await db.fetch_value(
        "insert into document (source, level, kind, number, buyer, business_on, due_on, batch)"
        " values ({}, {}, {}, {}, {}, {}, {}, {}) returning id",
        SOURCE_ID,
        level,
        kind,
        NUMBER,
        buyer,
        ORDERED_ON,
        PAID_ON,
        batch,
    )
    columns = (
        "source kind number line_no document level line_kind buyer business_on product quantity amount_minor"
        " vat_minor deposit_minor batch source_row"
    ).split()
    line = (
        SOURCE_ID, kind, NUMBER, 1, document, level, int(LineKind.GOODS), buyer, ORDERED_ON, PRODUCT + 1,
        CASES, AMOUNT_MINOR, _VAT_MINOR, 0, batch, 1,
    )  # fmt: skip
    await db.insert_rows("document_line", columns, [line])
