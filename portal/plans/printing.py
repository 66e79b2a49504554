"""Plans and route sheets on paper: the values of the screens, put into the printing package's documents."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from portal.plans import words
from portal.plans.model import Evidence, Indicator
from portal.plans.views import (
    calendar,
    decided,
    more_said,
    named,
    place_of,
    route_bp,
    state_word,
    use_bp,
    weekdays,
)
from portal.web import formats
from portal.web.i18n import LOCALES, choose, gettext, in_locale, translate
from portal.web.printing.plan import (
    STYLESHEET,
    PaperCell,
    PaperLine,
    PaperMonth,
    PaperStop,
    PlanDocument,
    RouteDocument,
    plan_metadata,
    render_plan,
    render_route,
    route_metadata,
)
from portal.web.printing.pool import PrintPool

if TYPE_CHECKING:
    from portal.plans.queries.papers import PlanPaper, RoutePaper
    from portal.plans.queries.plans import PlanRow
    from portal.plans.views import Cell
    from portal.settings import Settings

Row = dict[str, Any]
MINUTE = 60
STOPS_PRINTED = 9


def plan_document(paper: PlanPaper, settings: Settings) -> PlanDocument:
    """Fill the document with what the screens show, in the current language."""
    plan, people = paper.plan, named(paper.people)
    signed = f"{plan.approver} {formats.instant(plan.approved_at)}" if plan.approver else ""
    return PlanDocument(
        manufacturer=choose(settings.company_name, settings.company_name_en),
        title=formats.month(plan.month),
        place=place_of(plan),
        state=gettext(state_word(plan, paper.as_of.date())),
        people=gettext("Dealer’s own people") if plan.is_dealers else gettext("Representatives"),
        figures=(
            (gettext("Outlets visited"), formats.number(plan.outlets)),
            (gettext("Number of visits"), formats.number(plan.visits)),
            (gettext("People-days"), formats.number(sum(row["working_days"] for row in people))),
            (gettext("Use of capacity"), formats.percent_bp(use_bp(people))),
            (gettext("Length of routes"), formats.percent_bp(route_bp(people))),
        ),
        more=more_said(plan),
        months=tuple(_month(paper, row) for row in people),
        lines=tuple(_line(row) for row in paper.lines),
        omitted=paper.omitted,
        reasons=tuple(
            (gettext(words.REASONS[code]) if code else gettext("Put in or taken out by hand"), count)
            for code, count in sorted(paper.reasons.items(), key=lambda pair: -pair[1])
        ),
        signatures=((gettext("Planner"), plan.creator), (_decider(plan), signed)),
        weekdays=tuple(weekdays()),
        sha256=plan.inputs_sha256,
        as_of=paper.as_of,
        verify_url=f"{settings.public_url.rstrip('/')}{'/my' if plan.is_dealers else ''}/plans/{plan.id}",
        zone=settings.business_zone,
    )


def _decider(plan: PlanRow) -> str:
    return gettext("Regional manager") if plan.dealer is None else gettext("Dealer")


def route_document(paper: RoutePaper, settings: Settings) -> RouteDocument:
    """Fill the route sheet with what the screens show, in the current language."""
    day, base = paper.day, settings.public_url.rstrip("/")
    figures = translate(
        "on the road %(travel)s min · visits %(visits)s min · of %(all)s",
        travel=day.travel_seconds // MINUTE,
        visits=day.visit_seconds // MINUTE,
        all=day.capacity_seconds // MINUTE,
    )
    nearest = translate("nearest neighbour %(minutes)s min", minutes=day.nearest_seconds // MINUTE)
    return RouteDocument(
        manufacturer=choose(settings.company_name, settings.company_name_en),
        person=named([paper.person])[0]["name"],
        on=day.on,
        figures=f"{figures} · {nearest}",
        stops=tuple(_stop(row) for row in paper.stops),
        as_of=paper.as_of,
        verify_url=f"{base}/plans/{paper.plan.id}?person={day.user_id}&day={day.on.isoformat()}",
        zone=settings.business_zone,
    )


async def print_plan(paper: PlanPaper, settings: Settings, locale: str) -> bytes:
    """Return a plan as PDF; an unknown language prints Korean.

    Raises:
        portal.web.printing.failures.PrintFailure: It could not be printed in time or at all.
    """
    language = "en" if locale == LOCALES[1] else "ko"
    with in_locale(language):
        document = plan_document(paper, settings)
        html, metadata = render_plan(document, language), plan_metadata(document, language)
    return (await pool_of(settings).render(html, STYLESHEET, metadata)).pdf


async def print_route(paper: RoutePaper, settings: Settings, locale: str) -> bytes:
    """Return a route sheet as PDF; an unknown language prints Korean.

    Raises:
        portal.web.printing.failures.PrintFailure: It could not be printed in time or at all.
    """
    language = "en" if locale == LOCALES[1] else "ko"
    with in_locale(language):
        document = route_document(paper, settings)
        html, metadata = render_route(document, language), route_metadata(document, language)
    return (await pool_of(settings).render(html, STYLESHEET, metadata)).pdf


def pool_of(settings: Settings) -> PrintPool:
    """Return the process's pool of printing processes."""
    return _pool(settings.print_workers, settings.print_wall_seconds, settings.print_memory_bytes)


@cache
def _pool(workers: int, seconds: int, memory_bytes: int) -> PrintPool:
    from portal.settings import Settings  # noqa: PLC0415  only to hand the three limits on

    limits = {"print_workers": workers, "print_wall_seconds": seconds, "print_memory_bytes": memory_bytes}
    return PrintPool.from_settings(Settings.model_validate(limits))


def _month(paper: PlanPaper, person: Row) -> PaperMonth:
    days, stops = paper.days[person["user_id"]]
    weeks = calendar(paper.request, person["user_id"], days, stops, STOPS_PRINTED)
    figures = translate("%(count)s visits", count=formats.number(person["visits"]))
    use = formats.percent_bp(use_bp([person]))
    return PaperMonth(
        person["name"],
        f"{figures} · {gettext('Use of capacity')} {use}",
        tuple(tuple(_cell(cell) for cell in week) for week in weeks),
    )


def _cell(cell: Cell) -> PaperCell:
    if not cell.inside:
        return PaperCell(0)
    day = cell.day
    used = f"{day.used_seconds // MINUTE}/{day.capacity_seconds // MINUTE}" if day else ""
    names = tuple(stop["name"] or "–" for stop in cell.stops)
    over = bool(day and day.over_seconds)
    return PaperCell(cell.on.day, cell.note, cell.works, used, over, names, cell.more)


def _line(row: Row) -> PaperLine:
    return PaperLine(
        row["name"],
        row["code"],
        row["person"] or "–",
        row["class_code"],
        row["score"],
        f"{row['planned']}/{row['asked']}",
        "" if row["reason"] == "planned" and not row["by_hand"] else decided(row),
        terms_said(row),
        bool(row["is_target"]),
    )


def terms_said(row: Row) -> str:
    """Say what a line is measured by and what counts as proof, with the goal if there is one."""
    goal = "" if row["goal"] is None else f" · {formats.number(row['goal'])}"
    indicator, evidence = Indicator(row["indicator"]), Evidence(row["evidence"])
    return f"{gettext(words.INDICATORS[indicator])} · {gettext(words.EVIDENCES[evidence])}{goal}"


def _stop(row: Row) -> PaperStop:
    return PaperStop(
        row["place"] + 1,
        row["name"] or "–",
        row["code"],
        row["address"],
        row["phone"],
        row["class_code"],
        row["visit_minutes"],
        terms_said(row),
        bool(row["is_target"]),
    )
