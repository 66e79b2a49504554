"""Write the demo's products, documents, payments and targets, one month in one transaction."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import numpy as np

from portal import db
from portal.demo.plan import generator, months
from portal.demo.trade import PRODUCTS, MonthTrade, sell_in, sell_through
from portal.demo.truths import BY_DEALER
from portal.demo.write_network import dealer_id, opened_at, terminal_id
from portal.sales.model import DocumentKind, Level

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from portal.demo.network import Network
    from rules.months import Month

SOURCE_ID, SOURCE_CODE = 1, "demo-erp"
_VAT_PERCENT = 10
_ON_TIME_SHARE = 0.93
_TARGET_GROWTH_PERCENT = 105
_TARGET_QUANTUM = 100_000
# One dealer in nine has not answered: his target stays 미응답 and his attainment 해당 없음.
_ONE_IN_NINE, _WITHOUT_ANSWER = 9, 7
_DOCUMENT_COLUMNS = "id source level kind number seller buyer business_on due_on batch".split()
_LINE_COLUMNS = (
    "source kind number line_no document level line_kind seller buyer business_on product quantity"
    " amount_minor vat_minor deposit_minor batch source_row"
).split()


def _number(letter: str, month: Month, position: int) -> str:
    """Return the number of a month's document at a position."""
    return f"{letter}{str(month).replace('-', '')}-{position + 1:07d}"


class TradeWriter:
    """Writes month after month, keeping the running document number."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._next_document = 1
        self._net_by_month: dict[str, Any] = {}

    async def write_masters(self) -> None:
        """Write the products, the source system and one import batch per month."""
        at = opened_at()
        products = [
            (
                i + 1,
                product.code,
                product.name,
                product.category,
                "HANBIT",
                "한빛음료",
                True,
                product.pack_units,
                product.volume_ml,
                "active",
                dt.date.fromisoformat(product.launched_on) if product.launched_on else None,
                False,
                at,
            )
            for i, product in enumerate(PRODUCTS)
        ]
        batches = [
            (i + 1, "orders", SOURCE_ID, "add", "applied", f"{month}.csv", at, at)
            for i, month in enumerate(months())
        ]
        columns = (
            "id code name category vendor_code vendor_name is_own pack_units volume_ml status launched_on"
            " is_stub updated_at"
        ).split()
        async with db.unit_of_work():
            await db.insert_rows("product", columns, products)
            await db.insert_rows("import_source", ("id", "code"), [(SOURCE_ID, SOURCE_CODE)])
            batch_columns = "id kind source mode state file_name created_at applied_at".split()
            await db.insert_rows("import_batch", batch_columns, batches)

    async def write_month(self, index: int) -> None:
        """Write the documents, payments and targets of the month at a position."""
        month = months()[index]
        through = sell_through(self._network, month)
        into = sell_in(self._network, through)
        self._net_by_month[str(month)] = through.net_by_seller(self._network.size.dealers)
        async with db.unit_of_work():
            await self._write(through, Level.SELL_THROUGH, index)
            first = self._next_document
            await self._write(into, Level.SELL_IN, index)
            await self._write_payments(into, first, index)
            await self._write_targets(index)
            await self._write_batch(index, len(through.quantity) + len(into.quantity))

    async def _write(self, trade: MonthTrade, level: Level, index: int) -> None:
        buyer_of: Callable[[int], int] = (
            dealer_id if level is Level.SELL_IN else lambda position: terminal_id(self._network, position)
        )
        letter = "I" if level is Level.SELL_IN else "S"
        first = self._next_document
        days = [trade.month.first_on + dt.timedelta(days=day) for day in range(31)]
        on = [days[day - 1] for day in trade.day.tolist()]
        kinds = [
            int(DocumentKind.RETURN if flag else DocumentKind.ORDER) for flag in trade.is_return.tolist()
        ]
        numbers = [_number(letter, trade.month, i) for i in range(len(on))]
        buyers = [buyer_of(position) for position in trade.buyer.tolist()]
        sellers = [None if position < 0 else dealer_id(position) for position in trade.seller.tolist()]
        terms = [30 + 15 * (position % 3) for position in trade.buyer.tolist()]

        def documents() -> Iterator[tuple[Any, ...]]:
            for i, day in enumerate(on):
                due = day + dt.timedelta(days=terms[i]) if level is Level.SELL_IN else None
                yield (
                    first + i, SOURCE_ID, int(level), kinds[i], numbers[i], sellers[i], buyers[i], day, due,
                    index + 1,
                )  # fmt: skip

        def lines() -> Iterator[tuple[Any, ...]]:
            columns = zip(
                trade.line_document.tolist(),
                trade.line_no.tolist(),
                trade.product.tolist(),
                trade.quantity.tolist(),
                trade.amount_minor.tolist(),
                strict=True,
            )
            for row, (i, line_no, product, quantity, amount) in enumerate(columns, start=1):
                yield (
                    SOURCE_ID, kinds[i], numbers[i], line_no, first + i, int(level), 1, sellers[i], buyers[i],
                    on[i], product + 1, quantity, amount, amount * _VAT_PERCENT // 100, 0, index + 1, row,
                )  # fmt: skip

        await db.insert_rows("document", _DOCUMENT_COLUMNS, documents())
        await db.insert_rows("document_line", _LINE_COLUMNS, lines())
        self._next_document += len(on)

    async def _write_batch(self, index: int, rows: int) -> None:
        """Complete the month's import: so many rows, read on the second day after the month."""
        month = months()[index]
        at = dt.datetime.combine(month.last_on + dt.timedelta(days=2), dt.time(0, 40), dt.UTC)
        await db.execute(
            "update import_batch set rows_read = {}, rows_new = {}, period_from = {}, period_to = {},"
            " created_at = {}, applied_at = {}, actor_user_id ="
            " (select id from login_user where login = 'finance') where id = {}",
            rows,
            rows,
            month.first_on,
            month.last_on,
            at,
            at,
            index + 1,
        )

    async def _write_payments(self, into: MonthTrade, first: int, index: int) -> None:
        """Pay each sell-in document by name, VAT included, on its due day or late; the last stay open."""
        rng = generator(8, self._network.size.dealers, index)
        late = rng.random(len(into.buyer)) >= _ON_TIME_SHARE
        delay = rng.integers(5, 45, len(into.buyer))
        amount = np.zeros(len(into.buyer), dtype=np.int64)
        vat = into.amount_minor * _VAT_PERCENT // 100
        np.add.at(amount, into.line_document, into.amount_minor + vat)
        last = months()[-1].last_on

        def rows() -> Iterator[tuple[Any, ...]]:
            for i, position in enumerate(into.buyer.tolist()):
                on = into.month.first_on + dt.timedelta(days=int(into.day[i]) - 1 + 30 + 15 * (position % 3))
                paid_on = on + dt.timedelta(days=int(delay[i])) if late[i] else on
                if paid_on <= last:
                    yield (
                        SOURCE_ID, f"P{first + i:09d}", dealer_id(position), paid_on, int(amount[i]),
                        index + 1, _number("I", into.month, i),
                    )  # fmt: skip

        await db.insert_rows(
            "payment", "source number account paid_on amount_minor batch document_number".split(), rows()
        )

    async def _write_targets(self, index: int) -> None:
        """Agree targets for the second year: last year's month and five per cent, in steps of 100,000 won."""
        month = months()[index]
        last_year = self._net_by_month.get(str(month.shift(-12)))
        if last_year is None:
            return
        rows = []
        for position, net in enumerate(last_year.tolist()):
            truth = BY_DEALER.get(position)
            if net <= 0 or (truth is not None and not truth.has_targets):
                continue
            amount = net * _TARGET_GROWTH_PERCENT // 100 // _TARGET_QUANTUM * _TARGET_QUANTUM
            agreed = position % _ONE_IN_NINE != _WITHOUT_ANSWER
            accepted = dt.datetime.combine(month.first_on, dt.time(0), dt.UTC) if agreed else None
            rows.append((dealer_id(position), month.first_on, max(amount, _TARGET_QUANTUM), accepted))
        await db.insert_rows("target", ("account", "month_on", "amount_minor", "accepted_at"), rows)
