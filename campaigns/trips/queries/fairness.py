"""What dealers were given against what they buy: the fairness report, for the manufacturer's money roles.

Given is what trips booked and hospitality noted, with VAT; purchases are sell-in of the same months, net and
without VAT. Classes are those of the newest run up to the last month.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from campaigns.trips.model import Spread, share_bp, spread_of
from portal.db import fetch
from portal.network.scope import in_scope
from portal.sales.model import Level, Side

# ruff: noqa: S608  names come from code; values are bound

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portal.access import Viewer
    from rules.months import Month

CLASSES = ("EI", "EII", "EIII", "EIV", "")
MONTHS = 12


@dataclass(frozen=True, slots=True)
class Given:
    """What one dealer was given in twelve months.

    Attributes:
        code: Class, empty for none.
        purchases_minor: Sell-in net of returns, supply value.
        trips_minor, hosted_minor: Booked by trips, noted as hospitality; with VAT.
        trips: Trips on which somebody of the dealer came along.
    """

    dealer_id: int
    dealer_code: str
    dealer_name: str
    code: str
    purchases_minor: int
    trips_minor: int
    hosted_minor: int
    trips: int

    @property
    def total_minor(self) -> int:
        """Everything given."""
        return self.trips_minor + self.hosted_minor

    @property
    def share_bp(self) -> int | None:
        """Given as a share of purchases, basis points; None without purchases."""
        return share_bp(self.total_minor, self.purchases_minor)


@dataclass(frozen=True, slots=True)
class ClassFairness:
    """One class.

    Attributes:
        dealers: Dealers of the class.
        given_to: Of them, those who were given anything.
        purchases_minor, total_minor: Sums.
        spread: How far what was given lies apart among those who were given anything; None under the floor.
        is_enough: Whether enough were given anything for a spread to be said.
    """

    code: str
    dealers: int
    given_to: int
    purchases_minor: int
    total_minor: int
    spread: Spread | None
    is_enough: bool

    @property
    def share_bp(self) -> int | None:
        """Given to the class as a share of what it buys."""
        return share_bp(self.total_minor, self.purchases_minor)


@dataclass(frozen=True, slots=True)
class CriterionLine:
    """How many a rule invited to trips of the months, or left out; by hand stands apart.

    Attributes:
        source: ``rule`` or ``hand``.
        book_sha256, outcome: The book and which of its rules decided, as stored.
    """

    trip_id: int
    title: str
    title_en: str
    source: str
    book_sha256: str
    outcome: str
    invited: int
    left_out: int


async def list_given(viewer: Viewer, policy: str, month: Month) -> list[Given]:
    """Return every dealer of the viewer's part with purchases or anything given in twelve months.

    Those given most stand first.

    Args:
        viewer: Who asks.
        policy: Policy under which he asks.
        month: The last of the twelve months.
    """
    seen = in_scope(viewer, "a", policy=policy)
    first, last = month.shift(1 - MONTHS).first_on, month.last_on
    rows = await fetch(
        "select a.id as dealer_id, a.code as dealer_code, a.name as dealer_name,"
        " coalesce(c.code, '') as code, coalesce(m.net, 0) as purchases_minor,"
        " coalesce(b.given, 0) as trips_minor, coalesce(h.given, 0) as hosted_minor,"
        " coalesce(b.trips, 0) as trips"
        " from account a"
        " left join (select account, sum(net_minor) as net from account_month where level = {} and side = {}"
        " and month_on >= {} and month_on <= {} group by account) m on m.account = a.id"
        " left join (select dealer, sum(amount_minor) as given, count(distinct trip) as trips"
        " from trip_benefit"
        " where booked_on >= {} and booked_on <= {} group by dealer) b on b.dealer = a.id"
        " left join (select dealer, sum(supply_minor + vat_minor) as given from hospitality"
        " where happened_on >= {} and happened_on <= {} group by dealer) h on h.dealer = a.id"
        " left join account_class c on c.account = a.id and c.level = 'dealer' and c.month_on ="
        " (select max(r.month_on) from segment_run r where r.level = 'dealer' and r.month_on <= {})"
        f" where a.kind = 'dealer' and a.merged_into is null and {seen.sql}"
        " and (m.net is not null or b.given is not null or h.given is not null)"
        " order by coalesce(b.given, 0) + coalesce(h.given, 0) desc, a.name, a.id",
        *(Level.SELL_IN.value, Side.BUYER.value, first, month.first_on, first, last, first, last),
        *(month.first_on, *seen.args),
    )
    names = ("purchases_minor", "trips_minor", "hosted_minor", "trips")
    return [Given(**{**row, **{name: int(row[name]) for name in names}}) for row in rows]


def by_class(given: Sequence[Given], least: int) -> list[ClassFairness]:
    """Return the classes that occur, EI first; under the floor no spread is said.

    Args:
        given: Dealers.
        least: Least number of dealers who were given anything, setting ``trip_fairness_least``.
    """
    found = []
    for code in CLASSES:
        inside = [one for one in given if one.code == code]
        amounts = [one.total_minor for one in inside if one.total_minor]
        if inside:
            enough = len(amounts) >= least
            found.append(
                ClassFairness(
                    code=code,
                    dealers=len(inside),
                    given_to=len(amounts),
                    purchases_minor=sum(one.purchases_minor for one in inside),
                    total_minor=sum(one.total_minor for one in inside),
                    spread=spread_of(amounts) if enough else None,
                    is_enough=enough,
                )
            )
    return found


async def list_criteria(viewer: Viewer, policy: str, month: Month) -> list[CriterionLine]:
    """Return how rules and people invited to the trips that began in twelve months, by trip and outcome."""
    seen = in_scope(viewer, "a", policy=policy)
    first, last = month.shift(1 - MONTHS).first_on, month.shift(1).first_on
    rows = await fetch(
        "select t.id as trip_id, o.title, o.title_en, i.source, i.book_sha256, i.outcome,"
        " sum(case when i.is_invited then 1 else 0 end) as invited,"
        " sum(case when i.is_invited then 0 else 1 end) as left_out, o.starts_at"
        " from occasion_invitation i join occasion o on o.id = i.occasion join trip t on t.occasion = o.id"
        f" join account a on a.id = i.dealer where o.starts_at >= {{}} and o.starts_at < {{}} and {seen.sql}"
        " group by t.id, o.title, o.title_en, i.source, i.book_sha256, i.outcome, o.starts_at"
        " order by o.starts_at desc, t.id, i.source desc, invited desc, i.outcome",
        *(*_instants(first, last, viewer), *seen.args),
    )
    names = ("trip_id", "title", "title_en", "source", "book_sha256", "outcome")
    return [
        CriterionLine(
            **{name: row[name] for name in names},
            invited=int(row["invited"]),
            left_out=int(row["left_out"]),
        )
        for row in rows
    ]


def _instants(first: dt.date, last: dt.date, viewer: Viewer) -> tuple[dt.datetime, dt.datetime]:
    zone = ZoneInfo(viewer.zone)
    return dt.datetime.combine(first, dt.time(), zone), dt.datetime.combine(last, dt.time(), zone)
