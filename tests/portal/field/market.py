"""What happens in the market of the field's tests: lists, visits, orders, totals, as rows."""

from __future__ import annotations

import datetime as dt
import io
from typing import TYPE_CHECKING

from openpyxl import load_workbook

from portal.db import fetch_value, insert_rows, unit_of_work
from tests.portal.field.conftest import OWN, key
from tests.portal.plans.conftest import NOW, REP

if TYPE_CHECKING:
    import httpx


def at(day: dt.date) -> dt.datetime:
    """Return noon of a day, UTC."""
    return dt.datetime.combine(day, dt.time(12), dt.UTC)


async def listed(account: int, day: dt.date, **more: object) -> None:
    """Put an account on the target list on a day."""
    values = {"score_parts": "{}", "added_by_user_id": 1, **more}
    async with unit_of_work():
        await insert_rows(
            "target_account", ("account", "added_at", *values), [(account, at(day), *values.values())]
        )


async def visited(account: int, day: dt.date, outcome: str = "met", **more: object) -> int:
    """Log a visit as a row; ``owner="dealer"`` makes it the dealer's."""
    values = {"owner": "manufacturer", "visitor_user_id": REP, "note": "", **more}
    names = ("client_key", "account", "visited_on", "visited_at", "outcome", "created_at", *values)
    async with unit_of_work():
        return int(
            await fetch_value(
                f"insert into visit ({', '.join(names)}) values ({', '.join('{}' for _ in names)})"
                " returning id",
                *(key(), account, day, at(day), outcome, NOW, *values.values()),
            )
        )


async def ordered(account: int, *days: dt.date) -> None:
    """Let an account buy on days."""
    async with unit_of_work():
        known = int(await fetch_value("select coalesce(max(id), 0) from document"))
        await insert_rows(
            "document",
            ("id", "source", "level", "kind", "number", "buyer", "business_on", "batch"),
            [(known + n, 1, 2, 1, f"O-{known + n}", account, day, 1) for n, day in enumerate(days, 1)],
        )


async def reported(month_on: dt.date, dealer: int = OWN, owner: str = "manufacturer") -> None:
    """Let a dealer have sales lines in a month, from our feed unless ``owner`` says his own."""
    async with unit_of_work():
        if await fetch_value("select count(*) from dealer where account = {}", dealer) == 0:
            await insert_rows("dealer", ("account", "sell_through_owner"), [(dealer, owner)])
        await insert_rows(
            "account_month",
            "account month_on level side lines documents net_minor returns_minor quantity active".split(),
            [(dealer, month_on, 2, 2, 1, 1, 1, 0, 1, 1)],
        )


async def share(dealer: int, purpose: str) -> None:
    """Let a dealer open one kind of his records."""
    async with unit_of_work():
        await insert_rows("sharing_grant", ("dealer", "purpose", "granted_at"), [(dealer, purpose, NOW)])


def cells(answer: httpx.Response) -> list[list[object]]:
    """Return the rows of an XLSX file, the headings first."""
    sheet = load_workbook(io.BytesIO(answer.content)).active
    return [list(row) for row in sheet.iter_rows(values_only=True)]
