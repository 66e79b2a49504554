"""The values of a sales-incentive programme: components with their tiers, and what a calculation gives.

Amounts are integer minor units of the programme's currency, quantities whole units, shares and rates basis
points (10,000 = 100 %).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from rules.kpis import Text
from rules.money import RoundingMode
from rules.verify.tiers import Boundary, TierMode

Beneficiary = Literal["dealer", "outlet", "terminal"]
Amounts = Literal["supply", "vat_included"]
PeriodKind = Literal["month", "quarter", "half", "year", "span"]
Stacking = Literal["sum", "max", "exclusive"]
Measure = Literal["net", "quantity", "growth", "mix", "new_products"]
Level = Literal["sell_in", "sell_through"]
Window = Literal["period", "program"]
PaysOn = Literal["value", "increment"]
PaidAt = Literal["every", "final"]
PaymentKind = Literal["partial", "final"]
TaxDocument = Literal["payment_record", "tax_invoice", "amended_tax_invoice"]
Note = Literal[
    "missing",
    "no_comparison",
    "month_without_order",
    "not_eligible",
    "not_accepted",
    "replaced",
    "undecided",
    "other_tiers",
    "below_first_tier",
    "returns_exceed_sales",
    "multiplied",
    "grade_unknown",
    "reduced",
    "capped",
    "raised_to_floor",
    "stacked_out",
]
UNKNOWN: frozenset[Note] = frozenset({"missing", "undecided"})
"""Notes of lines that say nothing yet: what was posted stays as it is."""
TAKES_NOTHING_BACK: frozenset[Note] = frozenset({"not_eligible", "not_accepted", "replaced"})
"""Notes of barred lines that earn nothing more and cost nothing that was posted."""
SHARES: tuple[Measure, ...] = ("growth", "mix")
"""Measures whose tiers are edges of a share of a comparison value."""


@dataclass(frozen=True, slots=True)
class Period:
    """Days of one settlement period, both inclusive, whole months."""

    first_on: dt.date
    last_on: dt.date


@dataclass(frozen=True, slots=True)
class Rounding:
    """How each printed line is rounded, once.

    Attributes:
        mode: Direction, see ``rules.money.divide``.
        quantum_minor: To a multiple of this, at least 1.
    """

    mode: RoundingMode
    quantum_minor: int


@dataclass(frozen=True, slots=True)
class Tier:
    """What is paid from an edge on; exactly one of the three numbers is given.

    Attributes:
        from_: Edge: minor units, units, or basis points of the comparison value for growth and mix.
        rate_bp: Share of the amount the line pays on.
        amount_minor: A fixed amount.
        per_unit_minor: An amount for each unit.
    """

    from_: int
    rate_bp: int | None = None
    amount_minor: int | None = None
    per_unit_minor: int | None = None

    @property
    def given(self) -> int:
        """The one number that is given."""
        numbers = (self.rate_bp, self.amount_minor, self.per_unit_minor)
        return next(number for number in numbers if number is not None)


@dataclass(frozen=True, slots=True)
class Basis:
    """What is measured, over which sales.

    Attributes:
        measure: ``net`` and ``new_products`` are amounts less returns, ``quantity`` units less returned ones,
            ``growth`` compares with the same months a year before, ``mix`` the chosen goods with all goods.
        level: Sales to the dealer (``sell_in``) or by the dealer (``sell_through``).
        window: Months that count: those of the settlement period, or all since the programme began.
        categories: Codes of categories that count; empty for all.
        products: Codes of products that count; empty for all.
        vendors: Codes of vendors that count; empty for all.
    """

    measure: Measure
    level: Level
    window: Window
    categories: tuple[str, ...]
    products: tuple[str, ...]
    vendors: tuple[str, ...]

    def selects(self, category: str, product: str, vendor: str) -> bool:
        """Tell whether a sale of some goods counts: every list that is given names it."""
        given = ((self.categories, category), (self.products, product), (self.vendors, vendor))
        return all(not chosen or code in chosen for chosen, code in given)


@dataclass(frozen=True, slots=True)
class Component:
    """One line of a programme.

    Attributes:
        id: Name within the programme.
        label: Name on the statement, by locale.
        basis: What is measured.
        mode: ``retroactive`` pays the rate reached on everything, ``marginal`` each tier's rate on its own
            slice, ``step`` a fixed amount.
        tiers: Edges rising from 0 or more; below the first nothing is paid.
        boundary: Whether a value equal to an edge is in the tier (``inclusive``) or still below it.
        pays_on: For growth: the whole ``value``, or the ``increment`` over the year before.
        every_month: Whether every month of the window needs an order.
        multiplier: Factor in basis points by grade; None for none.
        cap_minor: The line pays at most this, and takes back at most this; None for no limit.
        floor_minor: A line that pays anything pays at least this; None for no limit.
        paid_at: With every settlement, or only with the final one (year-end bonus).
        tables: Tier tables that conditions may choose instead of ``tiers``, by name; None for none.
    """

    id: str
    label: Text
    basis: Basis
    mode: TierMode
    tiers: tuple[Tier, ...]
    boundary: Boundary
    pays_on: PaysOn = "value"
    every_month: bool = False
    multiplier: Mapping[str, int] | None = None
    cap_minor: int | None = None
    floor_minor: int | None = None
    paid_at: PaidAt = "every"
    tables: Mapping[str, tuple[Tier, ...]] | None = None

    def using(self, table: str | None) -> Component:
        """Return the line with the tiers of a table in the place of its own; itself where it has no such."""
        if not table or table not in (self.tables or {}):
            return self
        return replace(self, tiers=(self.tables or {})[table])

    def variants(self) -> Iterator[tuple[str, Component]]:
        """Yield the line with its own tiers, under an empty name, and with those of each of its tables."""
        yield "", self
        for name in self.tables or {}:
            yield name, self.using(name)

    @property
    def by_share(self) -> bool:
        """Whether the tiers are edges of a share."""
        return self.basis.measure in SHARES


@dataclass(frozen=True, slots=True)
class Payment:
    """A settlement of the calendar: what kind, and after which month of the period, from 1."""

    kind: PaymentKind
    after_month: int


@dataclass(frozen=True, slots=True)
class Clawback:
    """How too much paid is taken back.

    Attributes:
        window_months: Only payments of this many months before a settlement are taken back.
        carry_forward: Set off against later payments; otherwise asked back at once.
    """

    window_months: int
    carry_forward: bool


@dataclass(frozen=True, slots=True)
class BasisValue:
    """What was measured for one account and one component.

    Attributes:
        value: Minor units or units; negative where returns exceed sales.
        compare: The year before for growth, all goods for mix; None where nothing is known.
        months_with_orders: Months of the window with at least one document of kind order.
        missing: The measure is not available, for example no sell-through was reported.
        months: Months of the window that have passed; None for the whole period.
    """

    value: int
    compare: int | None = None
    months_with_orders: int = 0
    missing: bool = False
    months: int | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """What the conditions of a programme decided for one account.

    Attributes:
        eligible: Whether it takes part.
        multiplier_bp: Factor on every line.
        reduction_bp: Share taken off every line, 0 to 10,000.
        reason: Why it does not take part; with an eligible account, a note on every line that pays.
        table: Tier table of the lines that have one of this name; None for their own tiers.
    """

    eligible: bool = True
    multiplier_bp: int = 10_000
    reduction_bp: int = 0
    reason: Note | None = None
    table: str | None = None


@dataclass(frozen=True, slots=True)
class LineAmount:
    """One printed line.

    Attributes:
        component: Its component's id.
        basis: What was measured.
        tier: The tier reached; None below the first.
        exact: The amount before its one rounding, in minor units; limits and factors are inside.
        amount_minor: The amount that counts; 0 for a line that stacking leaves out.
        notes: What else decided, in the order of the arithmetic.
        table: Tier table the tier is of; None for the line's own tiers.
    """

    component: str
    basis: BasisValue
    tier: Tier | None
    exact: Fraction
    amount_minor: int
    notes: tuple[Note, ...] = ()
    table: str | None = None


@dataclass(frozen=True, slots=True)
class NextTier:
    """The next tier within reach.

    Attributes:
        tier: The tier.
        distance: Least further sales that reach it, in minor units or units.
        gain_minor: What the line then pays more.
    """

    tier: Tier
    distance: int
    gain_minor: int
