"""What the pages of plans show: figures, the month as a calendar, a day's route, reasons in words."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from portal.plans import words
from portal.plans.model import PlanState
from portal.plans.queries.days import DayRow
from portal.web import formats
from portal.web.i18n import current_locale, gettext, translate
from rules.planning import (
    Candidate,
    Decision,
    hours_text,
    reason_text,
    violation_text,
    working_days,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from portal.plans.queries.plans import PlanRow
    from rules.kpis import Locale
    from rules.planning import PlanRequest, Violation

Row = dict[str, Any]
BASIS_POINTS, MINUTE, WEEK = 10_000, 60, 7
STOPS_SHOWN = 4


@dataclass(frozen=True, slots=True)
class Cell:
    """A day of the calendar.

    Attributes:
        inside: Whether it lies in the plan's month.
        note: Name of the holiday, or why nobody works; empty for a working day.
        works: Whether the person works.
        stops: The first stops.
        more: How many more there are.
    """

    on: dt.date
    inside: bool
    note: str = ""
    works: bool = False
    day: DayRow | None = None
    stops: tuple[Row, ...] = ()
    more: int = 0


def place_of(plan: PlanRow) -> str:
    """Return the dealer for whose people a plan is, or the plan's region in the current language."""
    if plan.dealer is not None:
        return plan.dealer_name
    english = current_locale() == "en" and plan.region_name_en
    return plan.region_name_en if english else plan.region_name


def title_of(plan: PlanRow) -> str:
    """Return what a plan is called."""
    return f"{formats.month(plan.month)} · {place_of(plan)}"


def named(people: Iterable[Row]) -> list[Row]:
    """Return people with a number in place of names the viewer may not know."""
    return [
        row if row["name"] else {**row, "name": translate("Person %(number)s", number=number)}
        for number, row in enumerate(people, 1)
    ]


def waited_days(plan: PlanRow, today: dt.date, zone: str) -> int | None:
    """Return for how many days a proposal has waited for its answer; None when it awaits none."""
    if plan.offered_at is None or plan.state is not PlanState.OFFERED:
        return None
    return max(0, (today - plan.offered_at.astimezone(ZoneInfo(zone)).date()).days)


def state_word(plan: PlanRow, today: dt.date) -> str:
    """Return where a plan stands in English: a proposal nobody answered in its month stays unanswered."""
    if plan.state is PlanState.OFFERED:
        return "No answer came" if plan.month.last_on < today else words.STATES[plan.state]
    if plan.dealer is not None and plan.state is PlanState.APPROVED:
        return "Accepted by the dealer" if plan.is_proposal else "In effect"
    if plan.is_proposal and plan.state is PlanState.REPLACED:
        return "Answered with an own plan"
    return words.STATES[plan.state]


def use_bp(people: Sequence[Row]) -> int | None:
    """Return minutes planned ÷ minutes people have, in basis points; None without any."""
    have = sum(row["working_days"] * row["day_minutes"] * MINUTE for row in people)
    used = sum(int(row["travel_seconds"]) + int(row["visit_seconds"]) for row in people)
    return used * BASIS_POINTS // have if have else None


def route_bp(people: Sequence[Row]) -> int | None:
    """Return the length of all routes ÷ that of nearest neighbour, in basis points; None without routes."""
    simple = sum(int(row["nearest_seconds"]) for row in people)
    return sum(int(row["travel_seconds"]) for row in people) * BASIS_POINTS // simple if simple else None


def more_said(plan: PlanRow) -> str:
    """Say what those that come next would cost at least."""
    if not plan.more_accounts:
        return gettext("Nobody was left out for lack of room.")
    return translate(
        "The next %(count)s would take %(visits)s visits and at least %(hours)s people-hours more.",
        count=plan.more_accounts,
        visits=plan.more_visits,
        hours=hours_text(plan.more_seconds),
    )


def calendar(
    request: PlanRequest,
    user_id: int,
    days: Sequence[DayRow],
    stops: Sequence[Row],
    shown: int = STOPS_SHOWN,
) -> list[list[Cell]]:
    """Return the month of a person as weeks of seven days, Monday first, with so many stops named a day."""
    person = next((one for one in request.representatives if one.key == str(user_id)), None)
    works = set(working_days(request, person)) if person else set()
    away = person.away_on if person else frozenset()
    by_day = {day.on: day for day in days}
    first = request.month.first_on - dt.timedelta(days=request.month.first_on.weekday())
    weeks = []
    while first <= request.month.last_on:
        weeks.append([first + dt.timedelta(days=number) for number in range(WEEK)])
        first += dt.timedelta(days=WEEK)
    cells: dict[dt.date, Cell] = {}
    for day in (day for week in weeks for day in week):
        if request.month.first_on <= day <= request.month.last_on:
            note = request.holidays.get(day, "") or (gettext("Away") if day in away else "")
            own = tuple(stop for stop in stops if stop["day_on"] == day)
            rest = max(0, len(own) - shown)
            cells[day] = Cell(
                day,
                inside=True,
                note=note,
                works=day in works,
                day=by_day.get(day),
                stops=own[:shown],
                more=rest,
            )
    return [[cells.get(day) or Cell(day, inside=False) for day in week] for week in weeks]


def decided(row: Row, locale: Locale | None = None) -> str:
    """Say why a candidate is in the plan or not; what people did stands before what was computed."""
    language: Locale = locale or ("en" if current_locale() == "en" else "ko")
    visits = {"planned": row["asked"], "planned_fewer": row["open_days"]}.get(row["reason"], 0)
    days = (dt.date.min,) * visits
    decision = Decision(
        str(row["account"]), row["reason"], days, row["asked"], row["open_days"], row["short_seconds"]
    )
    candidate = Candidate(
        str(row["account"]), "", None, row["asked"], row["visit_minutes"], row["score"], row["class_code"]
    )
    computed = reason_text(decision, candidate, language)
    if not row["by_hand"]:
        return computed
    if row["planned"]:
        return translate(
            "Added by hand: visits %(count)s. Computed: %(reason)s", count=row["planned"], reason=computed
        )
    return translate("Taken out by hand. Computed: %(reason)s", reason=computed)


def parts_of(row: Row) -> list[tuple[str, int]]:
    """Return the points of a candidate by part, named."""
    found: Mapping[str, int] = json.loads(row["score_parts"] or "{}")
    return [(gettext(words.PARTS.get(name, name)), points) for name, points in found.items()]


def wrongs(
    found: Iterable[Violation], names: Mapping[str, str], people: Mapping[str, str]
) -> list[tuple[str, str]]:
    """Return what is wrong in words with the day it is about (ISO, or empty); keys become names."""
    language: Locale = "en" if current_locale() == "en" else "ko"
    return [
        (
            one.on.isoformat() if one.on else "",
            violation_text(
                replace(
                    one,
                    key=names.get(one.key, one.key),
                    representative=people.get(one.representative, one.representative),
                ),
                language,
            ).replace("  ", " "),
        )
        for one in found
    ]


def weekdays() -> list[str]:
    """Return the short names of weekdays in the current language, Monday first."""
    return [
        *(gettext("Mon"), gettext("Tue"), gettext("Wed"), gettext("Thu"), gettext("Fri")),
        *(gettext("Sat"), gettext("Sun")),
    ]
