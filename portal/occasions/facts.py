"""What rules about invitations may ask about a dealer; what is not known is left out, never zero.

Names and meanings: docs/algorithms/seats.md, section "Invitations by rule".
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import numpy as np

from portal.db import fetch
from portal.plans.facts import FieldFacts
from rules.months import Month

if TYPE_CHECKING:
    from collections.abc import Collection

Inputs = dict[int, dict[str, Any]]
_PLAN = "plan_completion"
_BACK_DAYS = 365
# A percentage with one decimal from numerator and denominator, half away from zero.
_TENTHS = 1_000


async def dealer_inputs(dealer_ids: Collection[int], as_of: dt.date) -> Inputs:
    """Return the facts of dealers by name, as people write them.

    ``trainings_attended``, ``trips_attended``: occasions of the 365 days before at which somebody of the
    dealer came in. ``grade``: of the last published month. ``class``: of the last classed month.
    ``plan_completion``: percent, of the month before ``as_of``. ``region``: its path.

    Args:
        dealer_ids: Accounts of dealers.
        as_of: Day of the decision; what happened on it or later does not count.
    """
    wanted = sorted(set(dealer_ids))
    found: Inputs = {number: {"trainings_attended": "0", "trips_attended": "0"} for number in wanted}
    for source in (_attended, _grades, _classes, _regions):
        for dealer, name, value in await source(as_of):
            if dealer in found:
                found[dealer][name] = value
    for dealer, value in (await _plans(wanted, as_of)).items():
        found[dealer][_PLAN] = value
    return found


Facts = list[tuple[int, str, Any]]


async def _attended(as_of: dt.date) -> Facts:
    until = dt.datetime.combine(as_of, dt.time(), dt.UTC)
    rows = await fetch(
        "select e.dealer, o.kind, count(distinct o.id) as n from enrollment e join occasion o"
        " on o.id = e.occasion where o.starts_at >= {} and o.starts_at < {} and e.state = 'confirmed'"
        " and exists (select 1 from door_record d where d.enrollment = e.id and d.kind = 'in'"
        " and d.undone_at is null) group by e.dealer, o.kind",
        until - dt.timedelta(days=_BACK_DAYS),
        until,
    )
    names = {"training": "trainings_attended", "trip": "trips_attended"}
    return [(row["dealer"], names[row["kind"]], str(row["n"])) for row in rows]


async def _grades(as_of: dt.date) -> Facts:
    rows = await fetch(
        "select s.account_id, s.grade from scorecard s join evaluation_run r on r.id = s.run"
        " where r.subject_kind = 'dealer' and r.state in ('published', 'closed') and s.account_id is not null"
        " and s.grade <> '' and r.month_on = (select max(month_on) from evaluation_run"
        " where subject_kind = 'dealer' and state in ('published', 'closed') and month_on < {})"
        " order by r.id",
        as_of,
    )
    return [(row["account_id"], "grade", row["grade"]) for row in rows]


async def _classes(as_of: dt.date) -> Facts:
    rows = await fetch(
        "select account, code from account_class where level = 'dealer' and code <> ''"
        " and month_on = (select max(month_on) from account_class where level = 'dealer' and month_on < {})",
        as_of,
    )
    return [(row["account"], "class", row["code"]) for row in rows]


async def _regions(_: dt.date) -> Facts:
    rows = await fetch(
        "select a.id, r.path from account a join region r on r.id = a.region where a.kind = 'dealer'"
    )
    return [(row["id"], "region", row["path"]) for row in rows]


async def _plans(dealer_ids: list[int], as_of: dt.date) -> dict[int, str]:
    month = Month.of(as_of.replace(day=1) - dt.timedelta(days=1))
    measured = (await FieldFacts().measures(month, [(number,) for number in dealer_ids]))[_PLAN]
    found = {}
    columns = (
        np.asarray(part).tolist() for part in (measured.numerator, measured.denominator, measured.missing)
    )
    for dealer, done, planned, missing in zip(dealer_ids, *columns, strict=True):
        if not missing and planned > 0:
            tenths = (2 * done * _TENTHS + planned) // (2 * planned)
            found[dealer] = f"{tenths // 10}.{tenths % 10}"
    return found
