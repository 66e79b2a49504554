"""What the rehearsal screen says about money: the programme that is paid, and what a move changes in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from portal.evaluations.incentives import HIGHEST_BP, LOWEST_BP, Incentive
from portal.evaluations.model import SubjectKind
from portal.evaluations.views import locale
from portal.web import formats
from portal.web.i18n import gettext
from rules.reading import GRADE_NAMES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portal.evaluations.rehearsal import Past
    from rules.sheets.payments import Paid

PAYS, FACTOR = "pays", "f."


@dataclass(frozen=True)
class Worth:
    """What grades are taken to be worth.

    Attributes:
        kind: Whose grades; only dealers are paid incentives.
        incentives: Programmes there are.
        incentive: The one that is paid; None for none.
        factors_bp: Multipliers by grade tried instead of the programme's own.
    """

    kind: SubjectKind = SubjectKind.DEALER
    incentives: tuple[Incentive, ...] = ()
    incentive: Incentive | None = None
    factors_bp: Mapping[str, int] = field(default_factory=dict)

    @property
    def by_grade(self) -> bool:
        """Whether what is paid depends on the grade."""
        return self.incentive is not None and (self.incentive.by_grade or bool(self.factors_bp))


def asked_worth(
    kind: SubjectKind, incentives: Sequence[Incentive], query: Sequence[tuple[str, str]]
) -> Worth:
    """Read programme and multipliers of a URL; unasked, the first that pays by grade is chosen."""
    values = dict(query)
    first = next((one for one in incentives if one.by_grade), None)
    chosen = next((one for one in incentives if one.key == values.get(PAYS)), None)
    incentive = chosen if PAYS in values else first
    factors = {grade: _basis_points(values.get(f"{FACTOR}{grade}", "")) for grade in GRADE_NAMES}
    given = {grade: factor for grade, factor in factors.items() if factor is not None}
    return Worth(kind, tuple(incentives), incentive, given if incentive else {})


def _basis_points(text: str) -> int | None:
    """Read a share in per cent as basis points; None for what is none or out of bounds."""
    try:
        number = Decimal(text.strip()[:12]) * 100
    except InvalidOperation:
        return None
    return int(number) if number.is_finite() and LOWEST_BP <= number <= HIGHEST_BP else None


def worth_view(worth: Worth) -> dict[str, Any]:
    """Return the choice of programmes, multipliers by grade, and why no money is shown."""
    return {
        "choices": [(one.key, _named(one)) for one in worth.incentives],
        "chosen": worth.incentive.key if worth.incentive else "",
        "name": _named(worth.incentive) if worth.incentive else "",
        "factors": [(grade, _percent(worth.factors_bp.get(grade))) for grade in GRADE_NAMES],
        "reason": _reason(worth),
    }


def _named(incentive: Incentive) -> str:
    return f"{incentive.label[locale()]} ({incentive.version})"


def _percent(factor_bp: int | None) -> str:
    return "" if factor_bp is None else f"{(Decimal(factor_bp) / 100).normalize():f}"


def _reason(worth: Worth) -> str:
    """Say why there is no difference in money; nothing when there can be one."""
    if worth.kind is SubjectKind.REPRESENTATIVE:
        return gettext("Incentives are paid to dealers, so grades of representatives move no money.")
    if not worth.incentives:
        return gettext("No incentive programme is approved, so grades move no money.")
    if worth.incentive is None:
        names = ", ".join(_named(one) for one in worth.incentives)
        if any(one.by_grade for one in worth.incentives):
            return gettext("No programme is chosen, so no money is shown.")
        return gettext("No incentive depends on the grade, so grades move no money: %(names)s.") % {
            "names": names
        }
    if not worth.by_grade:
        return gettext("%(name)s does not depend on the grade: every grade is paid the same.") % {
            "name": _named(worth.incentive)
        }
    return ""


def money_view(past: Past, paid: Paid | None, names: Mapping[str, str]) -> dict[str, Any] | None:
    """Return what a move changes in money; dealers without a name are left out."""
    if paid is None:
        return None
    subjects = past.history.subjects
    return {
        "base": formats.money(paid.base_minor),
        "candidate": formats.money(paid.candidate_minor),
        "difference": signed_money(paid.difference_minor),
        "more": paid.more,
        "less": paid.less,
        "people": [
            (
                title,
                [
                    (names[subjects[place]], subjects[place], signed_money(gain))
                    for place, gain in rows
                    if subjects[place] in names
                ],
            )
            for title, rows in (
                (gettext("Who loses most"), paid.losers()),
                (gettext("Who gains most"), paid.winners()),
            )
            if rows
        ],
    }


def signed_money(minor: int) -> str:
    """Return a difference of money with its sign."""
    return f"{'+' if minor > 0 else ''}{formats.money(minor)}"
