"""The dealers of both groups with what is on record before and after, as a file; shares in percent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from portal.occasions.loyalty import Measure
from portal.web.formats import percent_bp
from portal.web.i18n import choose, gettext
from portal.web.spreadsheet import Column

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from portal.occasions.loyalty import LoyaltyDealer


def columns() -> list[Column]:
    """Return the columns in the current language."""
    return [
        Column("code", gettext("Dealer code"), 12),
        Column("name", gettext("Dealer"), 24),
        Column("region", gettext("Region"), 14),
        Column("class", gettext("Class"), 10),
        Column("group", gettext("Group"), 14),
        Column("bought_before", gettext("Purchases against a year earlier, before"), 20),
        Column("bought_after", gettext("Purchases against a year earlier, after"), 20),
        Column("plans_before", gettext("Plans met before"), 14),
        Column("plans_after", gettext("Plans met after"), 14),
    ]


async def lines(dealers: Sequence[LoyaltyDealer]) -> AsyncIterator[list[dict[str, Any]]]:
    """Yield the dealers as one batch."""
    yield [_line(one) for one in dealers]


def _line(one: LoyaltyDealer) -> dict[str, Any]:
    bought, plans = one.known(Measure.PURCHASES), one.known(Measure.PLANS)
    return {
        "code": one.code,
        "name": one.name,
        "region": choose(one.region_name, one.region_name_en),
        "class": one.class_code,
        "group": gettext("came") if one.came else gettext("compared with"),
        "bought_before": _percent(bought.before_bp),
        "bought_after": _percent(bought.after_bp),
        "plans_before": _percent(plans.before_bp),
        "plans_after": _percent(plans.after_bp),
    }


def _percent(basis_points: int | None) -> str:
    return "" if basis_points is None else percent_bp(basis_points)
