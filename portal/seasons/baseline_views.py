"""What pages of natural sales show: methods with error, range and derivation, and their chart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from portal.seasons.natural import BY_HAND, TOTAL
from portal.web import formats
from portal.web.charts import Series, lines
from portal.web.i18n import current_locale, gettext
from rules.months import months_between

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from markupsafe import Markup

    from portal.seasons.natural import MethodResult, NaturalSales
    from portal.seasons.queries.baselines import BaselineRow
    from portal.seasons.queries.sales import DealerRow, History
    from portal.seasons.queries.seasons import SeasonRow
    from rules.kpis import Locale
    from rules.months import Month

_SHOWN_METHODS = 2
_PAST_MONTHS = 18


def total_view(
    season: SeasonRow,
    dealers: Sequence[DealerRow],
    found: NaturalSales | None,
    histories: Mapping[int, History],
    chosen: Mapping[int, BaselineRow],
) -> dict[str, Any]:
    """Return the sum by every method and a row for each dealer."""
    rows = [
        {
            "dealer": dealer,
            "level": int(histories[dealer.id].level),
            "amounts": [result.total_minor for result in found.results[dealer.id]] if found else [],
            "chosen": chosen.get(dealer.id),
        }
        for dealer in dealers
    ]
    whole = _whole(histories)
    return {
        "rows": rows,
        "methods": method_views(found.results[TOTAL]) if found else [],
        "chart": _chart(found.results[TOTAL], whole, season) if found else "",
        "least_wrong": found.least_wrong if found else None,
        "history": found,
        "chosen_count": len(chosen),
        "chosen_minor": sum(row.amount_minor for row in chosen.values()),
        "months": season.months,
    }


def dealer_view(
    season: SeasonRow, found: NaturalSales | None, history: History, account: int
) -> dict[str, Any]:
    """Return one dealer by every method."""
    results = found.results[account] if found else ()
    return {
        "level": int(history.level),
        "methods": method_views(results),
        "chart": _chart(results, history.amounts, season) if results else "",
        "least_wrong": found.least_wrong if found else None,
        "history": found,
        "months": season.months,
    }


def method_views(results: Sequence[MethodResult]) -> list[dict[str, Any]]:
    """Return methods as a table shows them."""
    language = _language()
    return [
        {
            "code": result.method,
            "label": result.label[language],
            "months": list(result.months.values()),
            "total_minor": result.total_minor,
            "low_minor": result.low_minor,
            "high_minor": result.high_minor,
            "wape_bp": result.error.wape_bp if result.error else None,
            "bias_bp": result.error.bias_bp if result.error else None,
            "n": result.error.points if result.error else 0,
            "words": result.words[language],
        }
        for result in results
    ]


def method_label(code: str) -> str:
    """Return a method's name in the current language, or the code of one that is gone."""
    from rules.seasons import METHODS  # noqa: PLC0415  numbers are slow to load where only words are needed

    if code == BY_HAND:
        return gettext("Entered by hand")
    language = _language()
    return next((method.label[language] for method in METHODS if method.code == code), code)


def _language() -> Locale:
    return "ko" if current_locale() == "ko" else "en"


def _whole(histories: Mapping[int, History]) -> dict[Month, int]:
    sums: dict[Month, int] = {}
    for history in histories.values():
        for month, net in history.amounts.items():
            sums[month] = sums.get(month, 0) + net
    return sums


def _chart(results: Sequence[MethodResult], sold: Mapping[Month, int], season: SeasonRow) -> Markup | str:
    """Draw what was sold and what two methods expect, over the months before and of the season."""
    shown = [result for result in results if result.total_minor is not None][-_SHOWN_METHODS:]
    if not shown:
        return ""
    months = months_between(season.months[0].shift(-_PAST_MONTHS), season.months[-1])
    language = _language()
    series = [Series(gettext("Sold"), [sold.get(month) for month in months])]
    series += [
        Series(result.label[language], [result.months.get(month) for month in months]) for result in shown
    ]
    top = max((value for one in series for value in one.values if value is not None), default=1)
    labels = [str(month.first_on.month) for month in months]
    axis = [formats.money_short(share) for share in (0, top // 2, top)]
    return lines(series, labels, gettext("Sold, and expected without anything new"), axis, width=720)
