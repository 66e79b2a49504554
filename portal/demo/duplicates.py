"""Second records of a few shops of the demo: the same shop as the ERP and as a person wrote it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from portal import db
from portal.demo.plan import LAST_MONTH
from portal.network.indexing import index_accounts
from portal.network.service.duplicates import look_at

if TYPE_CHECKING:
    from collections.abc import Callable

_STORY = "D-0001"
_HOW: tuple[tuple[str, Callable[[str], str], bool, bool], ...] = (
    ("manufacturer", lambda name: f"(주){name}", True, True),
    ("manufacturer", lambda name: name.replace(" ", ""), True, False),
    ("dealer", lambda name: f"{name} 본점", True, True),
    ("dealer", lambda name: name, False, True),
)
"""Whose record the second one is, how its name is written, whether it has the telephone and the address."""


async def write_duplicates() -> None:
    """Write second records of four retail points of the story's dealer, and look for pairs."""
    shops = await db.fetch(
        "select a.id, a.name, a.region, a.area, a.dealer, t.phone, t.address, t.channel from account a"
        " join terminal t on t.account = a.id join account d on d.id = a.dealer and d.code = {}"
        " where a.owner = 'manufacturer' and t.phone <> '' and t.address <> '' order by a.id limit {}",
        *(_STORY, len(_HOW)),
    )
    at = dt.datetime.combine(LAST_MONTH.last_on, dt.time(8), dt.UTC)
    made: list[int] = []
    async with db.unit_of_work():
        for number, (shop, (owner, name, has_phone, has_address)) in enumerate(
            zip(shops, _HOW, strict=False)
        ):
            twin = await db.fetch_value(
                "insert into account (kind, code, name, region, area, dealer, owner, created_at, updated_at)"
                " values ('terminal', {}, {}, {}, {}, {}, {}, {}, {}) returning id",
                *(f"N-{number + 1:04}", name(shop["name"]), shop["region"], shop["area"], shop["dealer"]),
                *(owner, at, at),
            )
            phone = shop["phone"] if has_phone else ""
            address = f"{shop['address']} 1층" if has_address else ""
            await db.execute(
                "insert into terminal (account, channel, phone, address) values ({}, {}, {}, {})",
                *(twin, shop["channel"], phone, address),
            )
            made += [twin, shop["id"]]
        await index_accounts(made)
        if made:
            await look_at(made)
