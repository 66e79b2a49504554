"""One account: what is known of it, who supplies it, whom it supplies, what is said about it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from portal.db import fetch, fetch_one
from portal.errors import NotFound
from portal.network.model import Kind, Owner, State
from portal.network.policies import EDIT, EDIT_DEALERS
from portal.network.scope import (
    Condition,
    family,
    in_scope,
    living,
    open_to_manufacturer,
    today,
    visible_accounts,
)

if TYPE_CHECKING:
    from portal.access import Viewer

DOWNSTREAM_SHOWN = 50
NOTES_SHOWN = 50


@dataclass(frozen=True, slots=True)
class AccountDetail:
    """An account with what only its kind has; what it has not is empty or None.

    Attributes:
        version: Goes up with every change; a form sends it back.
        business_number: 사업자등록번호, ten digits.
        is_stub: Named by a sales file before the master was imported.
        sell_through_owner: Whose feed a dealer's sell-through comes from.
        merged_into: The account this one was merged into, or None.
    """

    id: int
    kind: Kind
    code: str
    name: str
    state: State
    area: str
    region_id: int | None
    region: str
    region_en: str
    region_path: str | None
    dealer_id: int | None
    dealer: str
    dealer_code: str
    owner: Owner
    is_stub: bool
    version: int
    updated_at: dt.datetime
    business_number: str | None
    opened_on: dt.date | None
    address: str
    phone: str
    payment_terms_days: int | None
    sell_through_owner: Owner | None
    channel: str
    trade_type: str
    latitude_micro: int | None
    longitude_micro: int | None
    merged_into: int | None = None

    @property
    def is_dealers_own(self) -> bool:
        """Whether the record belongs to the dealer."""
        return self.owner is Owner.DEALER

    @property
    def coordinates(self) -> str:
        """Latitude and longitude in degrees with six places, as forms take them; empty when not known."""
        if self.latitude_micro is None or self.longitude_micro is None:
            return ""
        return f"{self.latitude_micro / 1e6:.6f}, {self.longitude_micro / 1e6:.6f}"


_DETAIL = (
    "select a.id, a.kind, a.code, a.name, a.state, a.area, a.region as region_id,"
    " coalesce(r.name, '') as region, coalesce(r.name_en, '') as region_en, r.path as region_path,"
    " a.dealer as dealer_id, coalesce(b.name, '') as dealer, coalesce(b.code, '') as dealer_code,"
    " a.owner, a.is_stub, a.version, a.updated_at,"
    " coalesce(d.business_number, o.business_number) as business_number, d.opened_on,"
    " coalesce(d.address, o.address, t.address, '') as address,"
    " coalesce(d.phone, o.phone, t.phone, '') as phone, d.payment_terms_days, d.sell_through_owner,"
    " coalesce(t.channel, '') as channel, coalesce(t.trade_type, '') as trade_type, a.merged_into,"
    " coalesce(o.latitude_micro, t.latitude_micro) as latitude_micro,"
    " coalesce(o.longitude_micro, t.longitude_micro) as longitude_micro"
    " from account a left join region r on r.id = a.region left join account b on b.id = a.dealer"
    " left join dealer d on d.account = a.id left join outlet o on o.account = a.id"
    " left join terminal t on t.account = a.id"
)


async def get_account(viewer: Viewer, account_id: int, kind: Kind | None = None) -> AccountDetail:
    """Return an account the viewer may see.

    Raises:
        NotFound: There is none of this kind, or not for this viewer.
    """
    seen = visible_accounts(viewer, "a")
    row = await fetch_one(f"{_DETAIL} where a.id = {{}} and {seen.sql}", account_id, *seen.args)
    if row is None or (kind is not None and row["kind"] != kind):
        raise NotFound
    return AccountDetail(
        **{
            **row,
            "kind": Kind(row["kind"]),
            "state": State(row["state"]),
            "owner": Owner(row["owner"]),
            "is_stub": bool(row["is_stub"]),
            "sell_through_owner": row["sell_through_owner"] and Owner(row["sell_through_owner"]),
        }
    )


async def get_editable(viewer: Viewer, account_id: int) -> AccountDetail:
    """Return an account the viewer may change.

    Raises:
        NotFound: It is not the viewer's to change.
    """
    account = await get_account(viewer, account_id)
    if not may_edit(viewer, account) or not await is_editable_scope(viewer, account):
        raise NotFound
    return account


def edit_policy(kind: Kind) -> str:
    """Return the policy that changing an account of a kind needs."""
    return EDIT_DEALERS if kind is Kind.DEALER else EDIT


def may_edit(viewer: Viewer, account: AccountDetail) -> bool:
    """Tell whether the viewer's side keeps this record: each side changes what is its own."""
    side = Owner.DEALER if viewer.is_dealer_side else Owner.MANUFACTURER
    return viewer.allowed(edit_policy(account.kind)) and account.owner is side


async def is_editable_scope(viewer: Viewer, account: AccountDetail) -> bool:
    """Tell whether the account stands, in the part of the network where the viewer may change records."""
    scope = in_scope(viewer, "a", policy=edit_policy(account.kind)) & living(viewer, "a")
    return bool(
        await fetch(f"select 1 from account a where a.id = {{}} and {scope.sql}", account.id, *scope.args)  # noqa: S608  from code
    )


@dataclass(frozen=True, slots=True)
class SupplyRow:
    """The other party of a supply link.

    Attributes:
        from_on: First day, inclusive.
        to_on: Day of the end, exclusive; None while it goes on.
        source: How it is known: recorded, observed or told.
        is_own: Whether the link is the account's own and not that of one merged into it.
    """

    id: int
    account_id: int
    kind: Kind
    code: str
    name: str
    state: State
    from_on: dt.date
    to_on: dt.date | None
    is_primary: bool
    source: str = "recorded"
    is_own: bool = True


async def list_suppliers(viewer: Viewer, account_id: int) -> tuple[SupplyRow, ...]:
    """Return who supplies and supplied an account, without parties hidden from the viewer.

    Present ones come first, the main one before others. Links of accounts merged into it are among them.
    """
    stands = living(viewer, "a")
    where = family(viewer, account_id, "l.buyer")
    where &= Condition(f"({stands.sql} or l.to_on is not null)", stands.args)
    order = "is_own desc, case when l.to_on is null then 0 else 1 end, l.is_primary desc, l.from_on desc"
    return await _links(viewer, "l.supplier", account_id, where, order)


async def list_buyers(viewer: Viewer, account_id: int) -> tuple[SupplyRow, ...]:
    """Return whom an account supplies today, by name, at most ``DOWNSTREAM_SHOWN``."""
    on = today(viewer)
    where = Condition(
        "l.supplier = {} and l.from_on <= {} and (l.to_on is null or l.to_on > {})", (account_id, on, on)
    )
    return await _links(viewer, "l.buyer", account_id, where & living(viewer, "a"), "a.name, a.id")


async def _links(
    viewer: Viewer, other: str, own_id: int, where: Condition, order: str
) -> tuple[SupplyRow, ...]:
    both = where & visible_accounts(viewer, "a")
    rows = await fetch(
        "select l.id, a.id as account_id, a.kind, a.code, a.name, a.state, l.from_on, l.to_on, l.is_primary,"  # noqa: S608  from code
        " l.source, case when l.buyer = {} or l.supplier = {} then 1 else 0 end as is_own"
        f" from supply_link l join account a on a.id = {other} where {both.sql}"
        f" order by {order} limit {DOWNSTREAM_SHOWN}",
        *(own_id, own_id, *both.args),
    )
    return tuple(
        SupplyRow(
            **{
                **row,
                "kind": Kind(row["kind"]),
                "state": State(row["state"]),
                "is_primary": bool(row["is_primary"]),
                "is_own": bool(row["is_own"]),
            }
        )
        for row in rows
    )


@dataclass(frozen=True, slots=True)
class DownstreamCount:
    """How many accounts of a kind a dealer has; the manufacturer sees this much without any sharing.

    Attributes:
        total: All of them that are not closed.
        hidden: Those that the viewer may not see one by one.
    """

    kind: Kind
    total: int
    hidden: int


async def count_downstream(viewer: Viewer, dealer_id: int) -> dict[Kind, DownstreamCount]:
    """Count a dealer's outlets and terminals, shared or not.

    The caller has checked that the viewer may see the dealer.
    """
    open_now = "1 = 1" if viewer.is_dealer_side else open_to_manufacturer("a")
    rows = await fetch(
        "select a.kind, count(*) as total,"  # noqa: S608  from code
        f" coalesce(sum(case when {open_now} then 0 else 1 end), 0) as hidden"
        " from account a where a.dealer = {} and a.kind in ('outlet', 'terminal')"
        " and a.state <> 'closed' and a.merged_into is null group by a.kind",
        dealer_id,
    )
    found = {
        Kind(row["kind"]): DownstreamCount(Kind(row["kind"]), row["total"], row["hidden"]) for row in rows
    }
    return {kind: found.get(kind, DownstreamCount(kind, 0, 0)) for kind in (Kind.OUTLET, Kind.TERMINAL)}


@dataclass(frozen=True, slots=True)
class NoteRow:
    """A note on an account."""

    id: int
    author: str
    text: str
    at: dt.datetime


async def list_notes(viewer: Viewer, account_id: int) -> tuple[NoteRow, ...]:
    """Return the newest notes of the viewer's own side; the caller has checked that he sees the account.

    Notes on accounts merged into it are among them.
    """
    side = Owner.DEALER if viewer.is_dealer_side else Owner.MANUFACTURER
    own = family(viewer, account_id, "n.account")
    rows = await fetch(
        "select n.id, coalesce(u.name, '') as author, n.text, n.at from account_note n"  # noqa: S608  from code
        " left join login_user u on u.id = n.author_user_id"
        f" where {own.sql} and n.side = {{}} order by n.at desc, n.id desc limit {NOTES_SHOWN}",
        *(*own.args, side.value),
    )
    return tuple(NoteRow(**row) for row in rows)


@dataclass(frozen=True, slots=True)
class StateRow:
    """A change of life-cycle state."""

    state: State
    from_on: dt.date
    reason: str
    actor: str


async def list_states(account_id: int) -> tuple[StateRow, ...]:
    """Return an account's states, newest first; the caller has checked that the viewer sees the account."""
    rows = await fetch(
        "select s.state, s.from_on, s.reason, coalesce(u.name, '') as actor from account_state s"
        " left join login_user u on u.id = s.actor_user_id where s.account = {} order by s.id desc limit 50",
        account_id,
    )
    return tuple(StateRow(**{**row, "state": State(row["state"])}) for row in rows)


async def find_by_code(viewer: Viewer, kind: Kind, code: str) -> dict[str, Any] | None:
    """Return id, name, dealer and region of an account the viewer may see, or None.

    The code of a merged account leads to the one it was merged into.
    """
    seen, itself = visible_accounts(viewer, "a"), living(viewer, "x")
    return await fetch_one(
        "select a.id, a.name, a.kind, a.dealer, a.region, a.owner from account x"  # noqa: S608  from code
        f" join account a on a.id = case when {itself.sql} then x.id else x.merged_into end"
        f" where x.kind = {{}} and x.code = {{}} and {seen.sql}",
        *(*itself.args, kind.value, code, *seen.args),
    )
