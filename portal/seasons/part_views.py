"""A split over outlets and retail points as the page shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from portal.seasons.parts import amounts_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from portal.seasons.model import Part
    from portal.seasons.queries.parts import BuyerRow
    from portal.seasons.queries.targets import ProductRow, TargetRow
    from rules.months import Month

SHOWN = 300
"""Buyers on the page; a longer list is worked on as a workbook."""


def parts_view(
    target: TargetRow,
    buyers: Sequence[BuyerRow],
    parts: Sequence[Part],
    products: Mapping[int, ProductRow],
    months: Sequence[Month],
) -> dict[str, Any]:
    """Return buyers with amount, lock, history and products by month, and what is not the viewer's to see.

    Args:
        target: The version that is split.
        buyers: Whom the viewer may see.
        parts: All parts of the version.
        products: Its products.
        months: Months of the season.
    """
    amounts, known = amounts_of(parts), {buyer.id for buyer in buyers}
    locked = {part.buyer for part in parts if part.is_locked}
    rows = [
        {
            "buyer": buyer,
            "amount_minor": amounts.get(buyer.id, 0),
            "share_bp": amounts.get(buyer.id, 0) * 10_000 // target.amount_minor
            if target.amount_minor
            else 0,
            "locked": buyer.id in locked,
        }
        for buyer in buyers[:SHOWN]
    ]
    return {
        "rows": rows,
        "beyond": max(0, len(buyers) - SHOWN),
        "hidden_minor": sum(amount for buyer, amount in amounts.items() if buyer not in known),
        "split_minor": sum(amounts.values()),
        "is_split": bool(parts),
        "products": _by_product(parts, products, months),
    }


def _by_product(
    parts: Sequence[Part], products: Mapping[int, ProductRow], months: Sequence[Month]
) -> dict[int, list[dict[str, Any]]]:
    """Return by buyer what he carries of each product by month."""
    amounts: dict[tuple[int, int], dict[Month, int]] = {}
    for part in parts:
        amounts.setdefault((part.buyer, part.product), {})[part.month] = part.amount_minor
    found: dict[int, list[dict[str, Any]]] = {}
    for product in products.values():
        for (buyer, number), own in amounts.items():
            if number == product.id:
                row = {"name": product.name, "months": [own.get(month, 0) for month in months]}
                found.setdefault(buyer, []).append({**row, "sum_minor": sum(own.values())})
    return found
