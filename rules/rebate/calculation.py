"""What one account earns by a programme, in whole numbers; docs/algorithms/rebate.md says it in words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from rules.errors import FactError
from rules.money import BASIS_POINTS, divide
from rules.rebate.model import TAKES_NOTHING_BACK, UNKNOWN, LineAmount, Terms
from rules.rebate.program import Program

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rules.rebate.model import BasisValue, Component, Note, Stacking

NEUTRAL = Terms()


@dataclass(frozen=True, slots=True)
class Calculation:
    """What one account earns: cumulative, before anything that was paid is taken off.

    Attributes:
        program: The version it was calculated by.
        lines: One per component, in programme order.
        total_minor: Sum of the lines' amounts, nothing else.
    """

    program: Program
    lines: tuple[LineAmount, ...]
    total_minor: int

    @property
    def barred(self) -> tuple[str, ...]:
        """Ids of the components that acceptance, later terms or conditions keep from earning more."""
        return tuple(
            line.component
            for line in self.lines
            if line.tier is None and TAKES_NOTHING_BACK & set(line.notes)
        )

    @property
    def missing(self) -> tuple[str, ...]:
        """Ids of the components with no measure, or not decided by a person yet: the total is not final."""
        return tuple(line.component for line in self.lines if UNKNOWN & set(line.notes))


@dataclass(frozen=True, slots=True)
class Share:
    """An exact amount as numerator over denominator, in minor units; the denominator is at least 1."""

    numerator: int
    denominator: int

    def times(self, factor_bp: int) -> Share:
        """Multiply by a factor in basis points."""
        return Share(self.numerator * factor_bp, self.denominator * BASIS_POINTS)


def calculate(
    program: Program,
    values: Mapping[str, BasisValue],
    grade: str | None = None,
    terms: Terms | None = None,
) -> Calculation:
    """Calculate every line of one account, each rounded once, and their sum.

    Args:
        program: A sound programme.
        values: What was measured, by component id; every component needs an entry.
        grade: Grade of the account, for components with a multiplier.
        terms: What the programme's conditions decided; may be left out where it has none.

    Raises:
        RulebookError: The programme has problems.
        FactError: A component without a value, a value for an unknown component, or conditions undecided.
    """
    program.require_sound()
    names = {component.id for component in program.components}
    if wrong := sorted(names ^ values.keys()):
        raise FactError(f"{program.name}: values and components differ: {', '.join(wrong)}")
    require_decided(program, terms)
    decided = terms or NEUTRAL
    lines = [
        _line(program, component, values[component.id], grade, decided) for component in program.components
    ]
    counted = stacked(program.stacking, [line.amount_minor for line in lines])
    lines = [line if counts else _left_out(line) for line, counts in zip(lines, counted, strict=True)]
    return Calculation(program, tuple(lines), sum(line.amount_minor for line in lines))


def require_decided(program: Program, terms: object | None) -> None:
    """Refuse to pay by a programme with conditions that nobody decided; FactError."""
    if program.conditions is not None and terms is None:
        raise FactError(f"{program.name}: its conditions are not decided")


def _line(
    program: Program, component: Component, value: BasisValue, grade: str | None, terms: Terms
) -> LineAmount:
    """Calculate a line by the tiers its terms choose; it notes a table where that decided anything."""
    if terms.table not in (component.tables or {}):
        return _worked_out(program, component, value, grade, terms)
    line = _worked_out(program, component.using(terms.table), value, grade, terms)
    if line.tier is None and "below_first_tier" not in line.notes:
        return line
    return replace(line, table=terms.table, notes=("other_tiers", *line.notes))


def _worked_out(
    program: Program, component: Component, value: BasisValue, grade: str | None, terms: Terms
) -> LineAmount:
    if (barred := _barred(program, component, value, terms)) is not None:
        return LineAmount(component.id, value, None, Fraction(0), 0, (barred,))
    place = reached(component, value)
    if place < 0:
        return LineAmount(component.id, value, None, Fraction(0), 0, ("below_first_tier",))
    share, notes = _with_factors(component, earned(component, value, place), grade, terms)
    if value.value < 0:
        notes = ["returns_exceed_sales", *notes]
    share, limits = _limited(component, share)
    rounding = program.rounding
    amount = divide(share.numerator, share.denominator, rounding.mode, rounding.quantum_minor)
    exact = Fraction(share.numerator, share.denominator)
    return LineAmount(component.id, value, component.tiers[place], exact, amount, (*notes, *limits))


def _barred(program: Program, component: Component, value: BasisValue, terms: Terms) -> Note | None:
    """Return why a line pays nothing whatever its tiers say; None when it may pay."""
    if value.missing:
        return "missing"
    if not terms.eligible:
        return terms.reason or "not_eligible"
    months = program.window_months(component) if value.months is None else value.months
    if component.every_month and value.months_with_orders < months:
        return "month_without_order"
    if component.by_share and (value.compare is None or value.compare <= 0):
        return "no_comparison"
    return None


def reached(component: Component, value: BasisValue) -> int:
    """Return the place of the tier a value reaches, −1 below the first.

    Returns beyond sales reach the tier that the same sales would reach; a fixed amount has no such twin.
    """
    inclusive = component.boundary == "inclusive"
    if component.by_share:
        have, per = share_of(component, value)
        edges = [tier.from_ * per for tier in component.tiers]
    else:
        have = value.value if component.mode == "step" else abs(value.value)
        edges = [tier.from_ for tier in component.tiers]
    return sum(have >= edge if inclusive else have > edge for edge in edges) - 1


def share_of(component: Component, value: BasisValue) -> tuple[int, int]:
    """Return the two sides of "share ≥ edge": part × 10,000, and the whole that an edge is multiplied by."""
    whole = value.compare or 0
    part = value.value - whole if component.basis.measure == "growth" else value.value
    return part * BASIS_POINTS, whole


def earned(component: Component, value: BasisValue, place: int) -> Share:
    """Return what a value earns in a tier, before factors and limits."""
    tier = component.tiers[place]
    if component.mode == "step":
        return Share(tier.given, 1)
    unit = 1 if tier.rate_bp is None else BASIS_POINTS
    base = paid_on(component, value)
    if component.mode == "retroactive":
        return Share(base * tier.given, unit)
    size, tiers = abs(base), component.tiers[: place + 1]
    ends = [tier.from_ for tier in tiers[1:]] + [size]
    slices = zip(tiers, ends, strict=True)
    total = sum((end - tier.from_) * tier.given for tier, end in slices)
    return Share(-total if base < 0 else total, unit)


def paid_on(component: Component, value: BasisValue) -> int:
    """Return the amount or quantity a rate is paid on."""
    return value.value - (value.compare or 0) if component.pays_on == "increment" else value.value


def _with_factors(
    component: Component, share: Share, grade: str | None, terms: Terms
) -> tuple[Share, list[Note]]:
    notes: list[Note] = []
    if component.multiplier is not None:
        known = grade in component.multiplier
        share = share.times(component.multiplier[grade] if grade is not None and known else BASIS_POINTS)
        notes.append("multiplied" if known else "grade_unknown")
    if terms.multiplier_bp != BASIS_POINTS:
        share = share.times(terms.multiplier_bp)
        notes.append("multiplied")
    if terms.reduction_bp:
        share = share.times(BASIS_POINTS - terms.reduction_bp)
        notes.append("reduced")
    if terms.reason:
        notes.append(terms.reason)
    return share, list(dict.fromkeys(notes))


def _limited(component: Component, share: Share) -> tuple[Share, tuple[Note, ...]]:
    cap, floor = component.cap_minor, component.floor_minor
    if cap is not None and abs(share.numerator) > cap * share.denominator:
        return Share(cap if share.numerator > 0 else -cap, 1), ("capped",)
    if floor is not None and 0 < share.numerator < floor * share.denominator:
        return Share(floor, 1), ("raised_to_floor",)
    return share, ()


def stacked(stacking: Stacking, amounts: list[int]) -> list[bool]:
    """Tell which lines count.

    ``max`` keeps the largest amount, or where none is positive the largest take-back; ``exclusive`` the first
    that is not 0. On ties the earlier line counts.
    """
    if stacking == "sum" or not any(amounts):
        return [True] * len(amounts)
    if stacking == "exclusive":
        chosen = next(place for place, amount in enumerate(amounts) if amount)
    else:
        best = max(amounts) if max(amounts) > 0 else min(amounts)
        chosen = amounts.index(best)
    return [place == chosen for place in range(len(amounts))]


def _left_out(line: LineAmount) -> LineAmount:
    return replace(line, amount_minor=0, notes=(*line.notes, "stacked_out")) if line.amount_minor else line
