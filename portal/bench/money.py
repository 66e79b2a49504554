"""An incentive of five lines for 10,000 dealers beside business-rules with Decimal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from typing import TYPE_CHECKING, Any

import numpy as np

from portal.bench.engines import BusinessRules
from rules.decisions.model import RuleSet
from rules.rebate import BasisColumn, Program, calculate_many
from rules.rebate.decisions import tier_rules

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from rules.rebate import Component, Tier

DEALERS = 10_000
SEED = 20261122
OURS, THEIRS = "ours, money", "business-rules run_all + Decimal"
QUANTUM = 10
MILLION = 1_000_000
# id, measure, mode, key of a tier's number, largest value, tiers
LINES = (
    (
        "volume",
        "net",
        "retroactive",
        "rate_bp",
        400 * MILLION,
        ((30, 100), (60, 150), (120, 200), (240, 250)),
    ),
    ("slices", "net", "marginal", "rate_bp", 400 * MILLION, ((0, 25), (50, 50), (100, 75), (200, 100))),
    ("focus", "new_products", "step", "amount_minor", 80 * MILLION, ((5, 1), (10, 2), (20, 4), (40, 8))),
    (
        "through",
        "new_products",
        "retroactive",
        "rate_bp",
        90 * MILLION,
        ((1, 33), (7, 66), (30, 99), (60, 130)),
    ),
    (
        "units",
        "quantity",
        "marginal",
        "per_unit_minor",
        60_000,
        ((100, 15), (900, 25), (9_000, 35), (30_000, 45)),
    ),
)
CAP, FLOOR = 2 * MILLION, 10_000


def money_program() -> Program:
    """Return a programme of five lines with four tiers each, one with a cap and one with a floor."""
    label = {"ko": "장려금", "en": "Incentive"}
    content = {
        "program": "bench",
        "version": "1",
        "label": label,
        "currency": "KRW",
        "beneficiary": "dealer",
        "amounts": "supply",
        "effective_from": "2026-10-01",
        "effective_until": "2026-12-31",
        "period": "quarter",
        "rounding": {"mode": "down", "quantum_minor": QUANTUM},
        "stacking": "sum",
        "components": [_component(*line) for line in LINES],
        "calendar": [{"kind": "final", "after_month": 3}],
        "clause": label,
        "tax_document": "payment_record",
    }
    return Program.from_content(content)


def _component(
    name: str, measure: str, mode: str, key: str, _: int, tiers: Sequence[tuple[int, int]]
) -> dict[str, Any]:
    size = 1 if measure == "quantity" else MILLION
    paid = 100_000 if mode == "step" else 1
    limits = {"slices": {"cap_minor": CAP}, "through": {"floor_minor": FLOOR}}
    return {
        "id": name,
        "label": {"ko": name, "en": name},
        "basis": {"measure": measure, "level": "sell_in", "window": "period", "categories": [name]},
        "mode": mode,
        "boundary": "inclusive",
        "tiers": [{"from": edge * size, key: number * paid} for edge, number in tiers],
        **limits.get(name, {}),
    }


def made_up_sales(dealers: int) -> dict[str, NDArray[np.int64]]:
    """Return what dealers bought, by component; one in fifty sent back more than it took."""
    random = np.random.default_rng(SEED)
    sales = {}
    for name, _, _, _, largest, _ in LINES:
        values = random.integers(0, largest, dealers)
        returned = random.random(dealers) < 1 / 50
        sales[name] = np.where(returned, -values // 100, values)
    return sales


@dataclass
class DecimalMoney:
    """The incentive as an application would write it: ``run_all`` finds the tiers, ``Decimal`` pays.

    Args:
        program: The programme.
        dealers: Sales of each dealer by component.
    """

    program: Program
    dealers: Sequence[Mapping[str, int]]

    def __post_init__(self) -> None:
        sets = [tier_rules(component) for component in self.program.components]
        variables = {name: one for rules in sets for name, one in rules.variables.items()}
        ruleset = RuleSet(variables, tuple(rule for rules in sets for rule in rules.rules))
        sizes = [{name: abs(value) for name, value in dealer.items()} for dealer in self.dealers]
        steps = {part.id for part in self.program.components if part.mode == "step"}
        for size, dealer in zip(sizes, self.dealers, strict=True):
            size.update({name: max(0, dealer[name]) for name in steps})
        self._engine = BusinessRules(ruleset, sizes)

    def __call__(self) -> list[list[int]]:
        """Return the amount of every line of every dealer."""
        return [
            [
                self._amount(component, dealer[component.id], self._reached(component, place, fired))
                for place, component in enumerate(self.program.components)
            ]
            for dealer, fired in zip(self.dealers, self._engine(), strict=True)
        ]

    @staticmethod
    def _reached(component: Component, place: int, fired: int) -> tuple[Tier, ...]:
        """Return the tiers reached; every line has as many rules, the highest tier first."""
        count = len(component.tiers)
        bits = fired >> (place * count) & ((1 << count) - 1)
        return component.tiers[: bits.bit_count()]

    def _amount(self, component: Component, value: int, reached: tuple[Tier, ...]) -> int:
        if not reached:
            return 0
        base, unit = Decimal(abs(value)), Decimal(1 if reached[-1].rate_bp is None else 10_000)
        if component.mode == "step":
            amount = Decimal(reached[-1].given)
        elif component.mode == "retroactive":
            amount = base * reached[-1].given / unit
        else:
            ends = [Decimal(tier.from_) for tier in reached[1:]] + [base]
            amount = sum(
                ((end - tier.from_) * tier.given / unit for tier, end in zip(reached, ends, strict=True)),
                Decimal(0),
            )
        if component.floor_minor is not None and value > 0:
            amount = max(amount, Decimal(component.floor_minor))
        if component.cap_minor is not None:
            amount = min(amount, Decimal(component.cap_minor))
        rounded = int((amount / QUANTUM).quantize(Decimal(1), rounding=ROUND_DOWN)) * QUANTUM
        return -rounded if value < 0 else rounded


def money_sides(dealers: int, sample: int) -> tuple[dict[str, tuple[Callable[[], object], int]], bool]:
    """Return both sides with their number of dealers, and whether they pay the same.

    Args:
        dealers: Calculated at once by ours.
        sample: First dealers of those, calculated by the other side.
    """
    program, sales = money_program(), made_up_sales(dealers)
    columns = {name: BasisColumn(values) for name, values in sales.items()}
    first = [
        {name: int(values[row]) for name, values in sales.items()} for row in range(min(sample, dealers))
    ]
    theirs = DecimalMoney(program, first)
    found = calculate_many(program, columns)
    ours = [[int(line[row]) for line in found.amounts.values()] for row in range(len(first))]
    sides: dict[str, tuple[Callable[[], object], int]] = {
        OURS: (lambda: calculate_many(program, columns), dealers),
        THEIRS: (theirs, len(first)),
    }
    return sides, ours == theirs()
