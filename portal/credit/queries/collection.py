"""The collection log of a dealer: what was said, what became of promises, who follows up."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.access import Role
from portal.credit.conduct import promise_state
from portal.credit.model import Channel, PromiseState
from portal.credit.queries.entries import PAYMENT
from portal.db import as_date, fetch

if TYPE_CHECKING:
    from portal.credit.queries.dealers import DealerHead
    from portal.credit.queries.entries import DealerAccount

SHOWN = 50


@dataclass(frozen=True, slots=True)
class ContactRow:
    """A talk with a dealer about money that is open.

    Attributes:
        promise: What became of the promise; None where none was made.
        owner: Name of who follows it up; empty where nobody does.
        actor: Name of who wrote it down.
        is_open: Whether a follow-up is still to be done.
    """

    id: int
    held_on: dt.date
    channel: Channel
    text: str
    promised_minor: int | None
    promised_on: dt.date | None
    promise: PromiseState | None
    owner: str
    due_on: dt.date | None
    actor: str
    is_open: bool


async def list_contacts(account: DealerAccount) -> tuple[ContactRow, ...]:
    """Return the newest talks with a dealer; the caller has checked that the viewer may see them."""
    rows = await fetch(
        "select c.id, c.held_on, c.channel, c.text, c.promised_minor, c.promised_on, c.due_on, c.done_at,"
        " coalesce(o.name, '') as owner, coalesce(u.name, '') as actor from credit_contact c"
        " left join login_user o on o.id = c.owner_user_id left join login_user u on u.id = c.actor_user_id"
        " where c.account = {} order by c.held_on desc, c.id desc limit {}",
        account.account_id,
        SHOWN,
    )
    payments = [(entry.on, -entry.amount_minor) for entry in account.entries if entry.kind == PAYMENT]
    found = []
    for row in rows:
        held_on = as_date(row["held_on"]) or dt.date.min
        promised_on, due_on = as_date(row["promised_on"]), as_date(row["due_on"])
        promise = None
        if row["promised_minor"] is not None and promised_on is not None:
            span = (held_on, promised_on)
            promise = promise_state(row["promised_minor"], span, payments, account.standing.as_of)
        found.append(
            ContactRow(
                row["id"],
                held_on,
                Channel(row["channel"]),
                row["text"],
                row["promised_minor"],
                promised_on,
                promise,
                row["owner"],
                due_on,
                row["actor"],
                due_on is not None and row["done_at"] is None,
            )
        )
    return tuple(found)


async def list_owners(dealer: DealerHead, on: dt.date) -> list[tuple[int, str]]:
    """Return who may follow up with a dealer: finance, his region's managers and representatives, by name."""
    rows = await fetch(
        "select distinct u.id, u.name from login_user u join role_grant g on g.user_id = u.id"
        " left join region r on r.id = g.region_id where u.active and g.state = 'active' and (g.role = {}"
        " or (g.role = {} and substr({}, 1, length(r.path)) = r.path)"
        " or (g.role = {} and (g.account_id = {} or exists (select 1 from representative_assignment a"
        " where a.user_id = u.id and a.dealer = {} and a.from_on <= {}"
        " and (a.to_on is null or a.to_on > {}))))) order by u.name, u.id",
        Role.FINANCE.value,
        Role.REGIONAL_MANAGER.value,
        dealer.region_path or "",
        Role.SALES_REPRESENTATIVE.value,
        dealer.id,
        dealer.id,
        on,
        on,
    )
    return [(row["id"], row["name"]) for row in rows]
