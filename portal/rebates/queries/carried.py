"""What a posted settlement comes to for each beneficiary: paid, set off against what was carried, carried.

The ledger needs no rule for it, because a balance below zero is proposed to nobody; this says it in numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.db import fetch
from portal.network.scope import visible_accounts
from portal.rebates.queries.settlements import get_settlement, shown_to
from portal.rebates.queries.versions import program_of
from rules.rebate import payout

if TYPE_CHECKING:
    from portal.access import Viewer


SHOWN = 50


@dataclass(frozen=True, slots=True)
class SettledPayout:
    """What one settlement did to what a beneficiary is owed; amounts in minor units.

    Attributes:
        before_minor: Owed before it, over all programmes; negative is what was carried until then.
        due_minor: What it posted.
        pay_minor: Owed after it; negative where the programme asks back at once.
        carried_minor: Negative or 0: set off against the next settlements.
    """

    account_id: int
    code: str
    name: str
    before_minor: int
    due_minor: int
    pay_minor: int
    carried_minor: int


@dataclass(frozen=True, slots=True)
class Carried:
    """What a settlement carried or set off, over the beneficiaries a viewer may see; in minor units.

    Attributes:
        rows: Where something was carried before or is carried now, the largest first, at most ``SHOWN``.
        accounts: How many there are.
        before_minor: Carried until then, together; at most 0.
        carried_minor: Carried on, together; at most 0.
    """

    rows: tuple[SettledPayout, ...]
    accounts: int
    before_minor: int
    carried_minor: int


async def carried_by(viewer: Viewer, settlement_id: int) -> Carried:
    """Return what a posted settlement set off or carried on; empty where nothing was.

    Raises:
        NotFound: There is no such settlement.
    """
    every = await settled_payouts(viewer, settlement_id)
    found = sorted(
        (row for row in every if row.carried_minor or row.before_minor < 0),
        key=lambda row: (row.carried_minor, row.before_minor, row.code),
    )
    return Carried(
        tuple(found[:SHOWN]),
        len(found),
        sum(min(0, row.before_minor) for row in found),
        sum(row.carried_minor for row in found),
    )


async def settled_payouts(viewer: Viewer, settlement_id: int) -> list[SettledPayout]:
    """Return what a posted settlement comes to, for beneficiaries the viewer may see, by account code.

    Raises:
        NotFound: There is no such settlement.
    """
    settlement = await get_settlement(settlement_id)
    program = await program_of(settlement.version_id)
    seen = visible_accounts(viewer, "a") & shown_to(viewer)
    rows = await fetch(
        "select a.id, a.code, a.name, -sum(case when o.settlement = s.id then p.amount_minor else 0 end) as due,"  # noqa: S608, E501  from code
        " -sum(case when o.settlement = s.id then 0 else p.amount_minor end) as before"
        " from rebate_settlement s join ledger_operation q on q.settlement = s.id"
        " join account a on a.id = q.account join ledger_account l on l.account = a.id and l.kind = 'payable'"
        " join ledger_posting p on p.ledger_account = l.id"
        " join ledger_operation o on o.id = p.operation and (o.settlement = s.id or o.id < q.id)"
        f" where s.id = {{}} and s.state = 'posted' and {seen.sql}"
        " and q.id = (select min(f.id) from ledger_operation f where f.settlement = s.id"
        " and f.account = q.account) group by a.id, a.code, a.name order by a.code",
        settlement_id,
        *seen.args,
    )
    found = []
    for row in rows:
        before, due = int(row["before"]), int(row["due"])
        split = payout({"due": due, "before": max(0, before)}, min(0, before), program.clawback)
        found.append(
            SettledPayout(
                row["id"], row["code"], row["name"], before, due, split.pay_minor, split.carried_minor
            )
        )
    return found
