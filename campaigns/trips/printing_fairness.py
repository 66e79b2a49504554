"""The fairness report on paper: what its page shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from campaigns.trips.policies import FAIRNESS
from campaigns.trips.printing import language, now, print_paper
from campaigns.trips.queries.fairness import MONTHS, by_class, list_criteria, list_given
from campaigns.trips.standing import labels_of
from portal.web import formats
from portal.web.i18n import choose, gettext, in_locale, translate
from portal.web.printing.trip import UPRIGHT, PaperColumn, PaperSection, TripPaper

if TYPE_CHECKING:
    from campaigns.trips.queries.fairness import ClassFairness, CriterionLine, Given
    from portal.access import Viewer
    from portal.settings import Settings
    from rules.months import Month

_DEALERS_SHOWN = 60


async def print_fairness(viewer: Viewer, month: Month, settings: Settings, locale: str) -> bytes:
    """Return the fairness report of twelve months as PDF.

    Raises:
        portal.web.printing.failures.PrintFailure: It could not be printed in time or at all.
    """
    given = await list_given(viewer, FAIRNESS, month)
    criteria = await list_criteria(viewer, FAIRNESS, month)
    classes = by_class(given, settings.trip_fairness_least)
    labels = await labels_of(criteria, locale)
    some = [one for one in given if one.total_minor]
    with in_locale(language(locale)):
        sections = (
            _classes(classes, settings.trip_fairness_least),
            PaperSection(
                gettext("Invited and left out, by criterion"),
                "",
                (
                    PaperColumn(gettext("Name of the trip"), "xl"),
                    PaperColumn(gettext("By which rule")),
                    PaperColumn(gettext("Invited"), "m", is_number=True),
                    PaperColumn(gettext("Left out"), "m", is_number=True),
                ),
                tuple(
                    (
                        choose(line.title, line.title_en),
                        gettext("by hand")
                        if line.source == "hand"
                        else labels.get((line.book_sha256, line.outcome))
                        or line.outcome
                        or gettext("no rule"),
                        str(line.invited),
                        str(line.left_out),
                    )
                    for line in criteria
                ),
            ),
            _dealers(some),
        )
        first, last = formats.month(month.shift(1 - MONTHS)), formats.month(month)
        paper = TripPaper(
            manufacturer=choose(settings.company_name, settings.company_name_en),
            what=gettext("Fairness report"),
            title=gettext("Fairness of trips and hospitality"),
            subtitle=f"{first} – {last}",
            facts=(
                (gettext("Dealers"), formats.number(len(given))),
                (gettext("Given anything"), formats.number(len(some))),
                (gettext("Given altogether"), formats.money(sum(one.total_minor for one in some))),
            ),
            sections=sections,
            closing=gettext(
                "Given is what trips booked and hospitality noted, with VAT. Purchases are net of returns,"
                " without VAT. Not for dealers."
            ),
            verify_url=f"{settings.public_url.rstrip('/')}/trips/fairness?until={month}",
            as_of=now(),
            zone=settings.business_zone,
        )
        return await print_paper(paper, settings, locale, UPRIGHT)


def _rule(line: CriterionLine, labels: dict[tuple[str, str], str]) -> str:
    if line.source == "hand":
        return gettext("by hand")
    return labels.get((line.book_sha256, line.outcome)) or line.outcome or gettext("no rule")


def _classes(classes: list[ClassFairness], least: int) -> PaperSection:
    few = translate("too few to say (under %(count)s)", count=least)
    return PaperSection(
        gettext("By class"),
        gettext("Among those who were given anything. The middle half lies between the two figures."),
        (
            PaperColumn(gettext("Class"), "xs"),
            PaperColumn("n", "xs", is_number=True),
            PaperColumn(gettext("Given anything"), "s", is_number=True),
            PaperColumn(gettext("Share of purchases"), "s", is_number=True),
            PaperColumn(gettext("Least"), "m", is_number=True),
            PaperColumn(gettext("Middle"), "m", is_number=True),
            PaperColumn(gettext("Most"), "m", is_number=True),
            PaperColumn(gettext("Middle half")),
        ),
        tuple(
            (
                one.code or gettext("no class"),
                str(one.dealers),
                str(one.given_to),
                formats.percent_bp(one.share_bp),
                *_spread(one, few),
            )
            for one in classes
        ),
    )


def _spread(one: ClassFairness, few: str) -> tuple[str, str, str, str]:
    spread = one.spread
    if spread is None:
        return "–", "–", "–", few
    half = "–"
    if spread.low is not None and spread.high is not None:
        half = f"{formats.money(spread.low)} – {formats.money(spread.high)}"
    return formats.money(spread.least), formats.money(spread.median), formats.money(spread.most), half


def _dealers(given: list[Given]) -> PaperSection:
    return PaperSection(
        gettext("Dealers given most"),
        translate("%(shown)s of %(count)s", shown=min(len(given), _DEALERS_SHOWN), count=len(given)),
        (
            PaperColumn(gettext("Dealer")),
            PaperColumn(gettext("Class"), "s"),
            PaperColumn(gettext("Purchases of 12 months"), "l", is_number=True),
            PaperColumn(gettext("Given by trips"), "m", is_number=True),
            PaperColumn(gettext("Hospitality"), "m", is_number=True),
            PaperColumn(gettext("Share of purchases"), "s", is_number=True),
        ),
        tuple(
            (
                one.dealer_name,
                one.code or "–",
                formats.money(one.purchases_minor),
                formats.money(one.trips_minor),
                formats.money(one.hosted_minor),
                formats.percent_bp(one.share_bp),
            )
            for one in given[:_DEALERS_SHOWN]
        ),
    )
