"""Supply links: who supplies whom, from when to when; a buyer may have several suppliers at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from portal.audit.model import Subject
from portal.audit.service import record
from portal.db import execute, fetch_one, fetch_value, unit_of_work
from portal.errors import Invalid, NotFound
from portal.network.model import SUPPLIERS_OF, Kind
from portal.network.policies import EDIT
from portal.network.queries.accounts import find_by_code, get_editable

if TYPE_CHECKING:
    import datetime as dt

    from portal.access import Viewer
    from portal.network.commands import SupplyCommand
    from portal.network.queries.accounts import AccountDetail


async def start_supply(viewer: Viewer, buyer_id: int, command: SupplyCommand) -> int:
    """Say that somebody supplies an account from a day on, and return the link's id.

    Raises:
        NotFound: The buyer is not the viewer's to change.
        Invalid: No such supplier is known to the viewer, or it cannot supply this kind, or it does already.
    """
    async with unit_of_work():
        buyer = await get_editable(viewer, buyer_id)
        if command.supplier_kind not in SUPPLIERS_OF[buyer.kind]:
            raise Invalid.of("supplier", "This kind of account cannot supply that one.")
        supplier = await find_by_code(viewer, command.supplier_kind, command.supplier_code)
        if supplier is None:
            raise Invalid.of("supplier", "There is no supplier with this code.")
        await _refuse_overlap(supplier["id"], buyer_id, command.from_on)
        if command.is_primary:
            await execute(
                "update supply_link set is_primary = false where buyer = {} and to_on is null", buyer_id
            )
        link_id = await fetch_value(
            "insert into supply_link (supplier, buyer, from_on, is_primary, source)"
            " values ({}, {}, {}, {}, {}) returning id",
            *(supplier["id"], buyer_id, command.from_on, command.is_primary, command.source),
        )
        await record(
            viewer.signature(EDIT, buyer.region_path, buyer.dealer_id),
            "network.supply_started",
            Subject.of("account", buyer_id),
            {
                "supplier": (None, command.supplier_code),
                "from_on": (None, command.from_on),
                "source": (None, command.source),
                "is_primary": (None, command.is_primary),
            },
        )
    return int(link_id)


async def make_main(viewer: Viewer, link_id: int) -> int:
    """Make a present supplier the main one, and return the buyer's id.

    Raises:
        NotFound: The link is unknown, ended, or not the viewer's to change.
    """
    async with unit_of_work():
        link, buyer = await _running_link(viewer, link_id)
        await execute(
            "update supply_link set is_primary = false where buyer = {} and to_on is null", buyer.id
        )
        await execute("update supply_link set is_primary = true where id = {}", link_id)
        await record(
            viewer.signature(EDIT, buyer.region_path, buyer.dealer_id),
            "network.supply_main",
            Subject.of("account", buyer.id),
            {"main_supplier": (None, link["code"])},
        )
    return buyer.id


async def _running_link(viewer: Viewer, link_id: int) -> tuple[dict[str, Any], AccountDetail]:
    """Return a link that goes on, and its buyer, for somebody who may change both."""
    link = await fetch_one(
        "select l.buyer, l.from_on, s.kind, s.code from supply_link l join account s on s.id = l.supplier"
        " where l.id = {} and l.to_on is null",
        link_id,
    )
    if link is None:
        raise NotFound
    buyer = await get_editable(viewer, link["buyer"])
    if await find_by_code(viewer, Kind(link["kind"]), link["code"]) is None:
        raise NotFound
    return link, buyer


async def _refuse_overlap(supplier_id: int, buyer_id: int, from_on: dt.date) -> None:
    running = await fetch_value(
        "select 1 from supply_link where supplier = {} and buyer = {} and (to_on is null or to_on > {})",
        *(supplier_id, buyer_id, from_on),
    )
    if running:
        raise Invalid.of("supplier", "This supplier supplies the account at that time already.")


async def end_supply(viewer: Viewer, link_id: int, to_on: dt.date) -> int:
    """End a supply link and return the buyer's id.

    Args:
        viewer: Who does it.
        link_id: The link.
        to_on: First day on which it no longer holds.

    Raises:
        NotFound: The link is unknown, ended already, or not the viewer's to change.
        Invalid: The end is not after the beginning.
    """
    async with unit_of_work():
        link, buyer = await _running_link(viewer, link_id)
        if to_on <= link["from_on"]:
            raise Invalid.of("to_on", "The end must be after the beginning.")
        await execute("update supply_link set to_on = {} where id = {}", to_on, link_id)
        await record(
            viewer.signature(EDIT, buyer.region_path, buyer.dealer_id),
            "network.supply_ended",
            Subject.of("account", buyer.id),
            {"supplier": (link["code"], None), "to_on": (None, to_on)},
        )
    return buyer.id
