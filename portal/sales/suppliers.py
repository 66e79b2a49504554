"""Which dealer and which outlet stand behind a buyer on a day, read from the dated supply links."""

# ruff: noqa: S608  the pieces joined here are constants of this module; values are bound

from __future__ import annotations

_LATER_FROM = "case when up.from_on > own.from_on then up.from_on else own.from_on end"
_EARLIER_TO = (
    "case when own.to_on is null then up.to_on when up.to_on is null or own.to_on < up.to_on"
    " then own.to_on else up.to_on end"
)

DEALER_LINKS = (
    "select own.buyer as buyer, own.from_on as from_on, own.to_on as to_on, own.supplier as dealer,"
    " own.is_primary as is_primary"
    " from supply_link own join account d on d.id = own.supplier and d.kind = 'dealer'"
    " union all"
    f" select own.buyer, {_LATER_FROM}, {_EARLIER_TO}, up.supplier, own.is_primary"
    " from supply_link own join account o on o.id = own.supplier and o.kind = 'outlet'"
    " join supply_link up on up.buyer = own.supplier"
    " join account d on d.id = up.supplier and d.kind = 'dealer'"
    " where (own.to_on is null or own.to_on > up.from_on) and (up.to_on is null or up.to_on > own.from_on)"
)
"""Buyer, from_on (inclusive), to_on (exclusive, null = open), dealer, is_primary: dealer → terminal and
dealer → outlet → terminal alike; an outlet's own links are among them."""

OUTLET_LINKS = (
    "select own.buyer as buyer, own.from_on as from_on, own.to_on as to_on, own.supplier as outlet,"
    " own.is_primary as is_primary"
    " from supply_link own join account o on o.id = own.supplier and o.kind = 'outlet'"
)
"""Buyer, from_on (inclusive), to_on (exclusive, null = open), outlet, is_primary."""


def supplier_on(links: str, column: str, buyer: str, day: str) -> str:
    """Return a scalar subquery: the supplier of a buyer on a day, the primary and latest link first.

    Args:
        links: Table or view with the columns above.
        column: ``dealer`` or ``outlet``.
        buyer: SQL of the buyer's account id.
        day: SQL of the business day.
    """
    return (
        f"(select k.{column} from {links} k where k.buyer = {buyer} and k.from_on <= {day}"
        f" and (k.to_on is null or k.to_on > {day})"
        f" order by k.is_primary desc, k.from_on desc, k.{column} limit 1)"
    )
