"""The KPI of training offered to the monthly evaluation: modules passed of those assigned.

A dealer is assigned the modules of the sessions that ended and were held in the month, to which he is invited
and whose course has a test; a module is passed when somebody of the dealer came and passed that test. Nothing
assigned: missing, never zero. Having attended counts for nothing by itself, and no shipped rulebook scores
this. Formula in words: docs/algorithms/training-facts.md.
"""

from __future__ import annotations

import datetime as dt
from types import MappingProxyType
from typing import TYPE_CHECKING

from portal.db import fetch
from rules.facts import Measure
from rules.kpis import Kpi, catalogue

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from zoneinfo import ZoneInfo

    from rules.months import Month

CODE = "training_passed"


class TrainingFacts:
    """Fact source of training.

    Args:
        zone: Business zone in which a month begins and ends.
    """

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone

    def kpis(self) -> Mapping[str, Kpi]:
        """Return the KPI offered, by code."""
        return MappingProxyType({CODE: catalogue()[CODE]})

    async def measures(self, month: Month, groups: Sequence[Sequence[int]]) -> Mapping[str, Measure]:
        """Measure a month.

        Args:
            month: Month to measure.
            groups: Dealer account ids of each subject, in the order the column shall have.
        """
        parts = await _passed_by_dealer(*_bounds(month, self._zone))
        rows = []
        for group in groups:
            known = [parts[dealer] for dealer in group if dealer in parts]
            rows.append((sum(p for p, _ in known), sum(a for _, a in known), bool(known)))
        return {
            CODE: Measure(
                numerator=[passed for passed, _, _ in rows],
                denominator=[assigned for _, assigned, _ in rows],
                n=[assigned for _, assigned, _ in rows],
                missing=[not known for _, _, known in rows],
            )
        }


def _bounds(month: Month, zone: ZoneInfo) -> tuple[dt.datetime, dt.datetime]:
    first = dt.datetime.combine(month.first_on, dt.time.min, zone)
    after = dt.datetime.combine(month.last_on + dt.timedelta(days=1), dt.time.min, zone)
    return first.astimezone(dt.UTC), after.astimezone(dt.UTC)


async def _passed_by_dealer(starts_at: dt.datetime, ends_at: dt.datetime) -> dict[int, tuple[int, int]]:
    """Return by dealer how many modules were passed and assigned; a module of two sessions counts once."""
    rows = await fetch(
        "select x.dealer, count(*) as assigned, sum(x.passed) as passed from"
        " (select i.dealer, b.module, max(case when p.dealer is null then 0 else 1 end) as passed"
        " from occasion o join training_session t on t.occasion = o.id"
        " join occasion_invitation i on i.occasion = o.id and i.is_invited"
        " join session_block b on b.session = t.id"
        " left join (select distinct e.occasion, e.dealer from test_attempt a"
        " join enrollment e on e.id = a.enrollment"
        " where a.kind = 'post' and a.passed and e.state = 'confirmed'"
        " and exists (select 1 from door_record d where d.enrollment = e.id and d.kind = 'in'"
        " and d.guest_position = 0 and d.undone_at is null)) p on p.occasion = o.id and p.dealer = i.dealer"
        " where o.state = 'held' and o.ends_at > {} and o.ends_at <= {}"
        " and exists (select 1 from course_question q where q.course = t.course and q.in_post"
        " and q.archived_at is null)"
        " group by i.dealer, b.module) x group by x.dealer",
        starts_at,
        ends_at,
    )
    return {row["dealer"]: (int(row["passed"]), row["assigned"]) for row in rows}
