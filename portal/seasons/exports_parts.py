"""A dealer's target by outlet and product as a workbook, laid out like all dealers': out, edited, in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from portal.web.i18n import gettext
from portal.web.spreadsheet import Column

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from portal.seasons.model import Part
    from portal.seasons.queries.parts import BuyerRow
    from portal.seasons.queries.seasons import SeasonRow
    from portal.seasons.queries.targets import ProductRow
    from rules.months import Month

_BATCH = 500


def part_columns(season: SeasonRow) -> list[Column]:
    """Return the columns in the current language; months are headed ``2026-10``, amounts are minor units."""
    return [
        Column("buyer_code", gettext("Outlet code")),
        Column("buyer", gettext("Outlet or retail point"), 24),
        Column("product_code", gettext("Product code")),
        Column("product", gettext("Product"), 28),
        *(Column(str(month), str(month), 14) for month in season.months),
        Column("sum", gettext("Season"), 16),
    ]


async def part_rows(
    parts: Sequence[Part],
    buyers: Sequence[BuyerRow],
    products: Mapping[int, ProductRow],
    months: Sequence[Month],
) -> AsyncIterator[list[dict[str, Any]]]:
    """Yield every buyer and product of a target, the largest buyers first, in batches; 0 without a part.

    Args:
        parts: Parts of a version.
        buyers: Whom the file names.
        products: Products of the version.
        months: Months of the season.
    """
    amounts = {(part.buyer, part.product, part.month): part.amount_minor for part in parts}
    batch: list[dict[str, Any]] = []
    for buyer in buyers:
        for product in products.values():
            own = {str(month): amounts.get((buyer.id, product.id, month), 0) for month in months}
            batch.append(
                {
                    "buyer_code": buyer.code,
                    "buyer": buyer.name,
                    "product_code": product.code,
                    "product": product.name,
                    **own,
                    "sum": sum(own.values()),
                }
            )
        if len(batch) >= _BATCH:
            yield batch
            batch = []
    yield batch
