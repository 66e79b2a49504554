"""What a trip costs, and what was booked as given to dealers; for the manufacturer's money roles alone."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from campaigns.trips.model import CostCategory, CostKind, per_head
from portal.db import as_date, fetch, fetch_one
from portal.errors import NotFound

if TYPE_CHECKING:
    from portal.db.sql import Row


@dataclass(frozen=True, slots=True)
class CostRow:
    """An amount of a trip.

    Attributes:
        receipt_id: Stored file, or None.
        is_booked: Whether a booking counted it: it stays, and a counter entry takes it back.
        is_reversed: Whether a counter entry took it back.
        reverses: The entry it takes back, or None.
    """

    id: int
    kind: CostKind
    category: CostCategory
    text: str
    on_day: dt.date
    supply_minor: int
    vat_minor: int
    for_dealers: bool
    receipt_id: int | None
    is_booked: bool
    is_reversed: bool
    reverses: int | None
    who: str

    @property
    def total_minor(self) -> int:
        """What was paid: supply value and VAT, which cannot be deducted for hospitality."""
        return self.supply_minor + self.vat_minor


@dataclass(frozen=True, slots=True)
class BookingRow:
    """One booking of the benefit."""

    id: int
    number: int
    total_minor: int
    heads: int
    dealers: int
    reason: str
    who: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class DealerBenefit:
    """What one dealer was given by a trip, over all bookings, and the heads of the newest one."""

    dealer_id: int
    dealer_code: str
    dealer_name: str
    heads: int
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Costs:
    """A trip's amounts added up; all with VAT.

    Attributes:
        planned_minor, spent_minor: Everything.
        for_dealers_minor: What was spent for dealers' people.
        heads: Heads the door saw.
        booked_minor: What is booked to dealers so far.
    """

    planned_minor: int
    spent_minor: int
    for_dealers_minor: int
    heads: int
    booked_minor: int

    @property
    def cost_per_head_minor(self) -> int | None:
        """Real cost per head: everything spent over the heads that came."""
        return per_head(self.spent_minor, self.heads)

    @property
    def benefit_per_head_minor(self) -> int | None:
        """What one head was given."""
        return per_head(self.for_dealers_minor, self.heads)

    @property
    def is_settled(self) -> bool:
        """Whether the bookings are what was spent for those who came."""
        return self.booked_minor == (self.for_dealers_minor if self.heads else 0)


async def list_costs(trip_id: int) -> list[CostRow]:
    """Return a trip's amounts, planned before spent, by day; the caller has checked the trip."""
    rows = await fetch(
        "select c.id, c.kind, c.category, c.text, c.on_day, c.supply_minor, c.vat_minor, c.for_dealers,"
        " c.receipt as receipt_id, c.booking_id, c.reverses, coalesce(u.name, '') as who,"
        " exists (select 1 from trip_cost x where x.reverses = c.id) as is_reversed"
        " from trip_cost c left join login_user u on u.id = c.created_by_user_id where c.trip = {}"
        " order by c.kind, c.on_day, c.id",
        trip_id,
    )
    return [_cost(row) for row in rows]


async def get_cost(trip_id: int, cost_id: int) -> CostRow:
    """Return one amount of a trip.

    Raises:
        NotFound: The trip has none with this id.
    """
    for cost in await list_costs(trip_id):
        if cost.id == cost_id:
            return cost
    raise NotFound


def _cost(row: Row) -> CostRow:
    return CostRow(
        id=row["id"],
        kind=CostKind(row["kind"]),
        category=CostCategory(row["category"]),
        text=row["text"],
        on_day=as_date(row["on_day"]) or dt.date.min,
        supply_minor=row["supply_minor"],
        vat_minor=row["vat_minor"],
        for_dealers=bool(row["for_dealers"]),
        receipt_id=row["receipt_id"],
        is_booked=row["booking_id"] is not None,
        is_reversed=bool(row["is_reversed"]),
        reverses=row["reverses"],
        who=row["who"],
    )


async def list_bookings(trip_id: int) -> list[BookingRow]:
    """Return a trip's bookings in order."""
    rows = await fetch(
        "select b.id, b.number, b.total_minor, b.heads, b.dealers, b.reason, b.at,"
        " coalesce(u.name, '') as who from trip_booking b left join login_user u on u.id = b.actor_user_id"
        " where b.trip = {} order by b.number",
        trip_id,
    )
    return [BookingRow(**row) for row in rows]


async def list_benefits(trip_id: int) -> list[DealerBenefit]:
    """Return what each dealer was given by a trip, by name; who was given nothing in the end is left out."""
    rows = await fetch(
        "select b.dealer, a.code, a.name, sum(b.amount_minor) as amount_minor, (select x.heads"
        " from trip_benefit x where x.trip = {} and x.dealer = b.dealer order by x.id desc limit 1) as heads"
        " from trip_benefit b join account a on a.id = b.dealer where b.trip = {}"
        " group by b.dealer, a.code, a.name having sum(b.amount_minor) <> 0 order by a.name, b.dealer",
        trip_id,
        trip_id,
    )
    return [
        DealerBenefit(row["dealer"], row["code"], row["name"], row["heads"], int(row["amount_minor"]))
        for row in rows
    ]


async def booked_by_dealer(trip_id: int) -> dict[int, int]:
    """Return dealer → what is booked to him so far; no scope."""
    rows = await fetch(
        "select dealer, sum(amount_minor) as amount_minor from trip_benefit where trip = {} group by dealer",
        trip_id,
    )
    return {row["dealer"]: int(row["amount_minor"]) for row in rows}


async def sums_of(trip_id: int, heads: int) -> Costs:
    """Return a trip's amounts added up, over the heads the door saw."""
    row = await fetch_one(
        "select coalesce(sum(case when kind = 'planned' then supply_minor + vat_minor else 0 end), 0)"
        " as planned,"
        " coalesce(sum(case when kind = 'spent' then supply_minor + vat_minor else 0 end), 0) as spent,"
        " coalesce(sum(case when kind = 'spent' and for_dealers then supply_minor + vat_minor else 0 end), 0)"
        " as given, (select coalesce(sum(b.amount_minor), 0) from trip_benefit b where b.trip = {}) as booked"
        " from trip_cost where trip = {}",
        trip_id,
        trip_id,
    ) or {"planned": 0, "spent": 0, "given": 0, "booked": 0}
    return Costs(int(row["planned"]), int(row["spent"]), int(row["given"]), heads, int(row["booked"]))
