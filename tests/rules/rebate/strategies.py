"""Random programmes with values for them, and what they pay in Decimal, written the textbook way."""

from __future__ import annotations

from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Decimal,
    localcontext,
)

from hypothesis import strategies as st

from rules.rebate import BasisValue, Terms
from tests.rules.rebate.programs import choosing, line, program, tiers_of

ROUNDINGS = {
    "half_away": ROUND_HALF_UP,
    "half_even": ROUND_HALF_EVEN,
    "down": ROUND_DOWN,
    "up": ROUND_UP,
    "floor": ROUND_FLOOR,
    "ceiling": ROUND_CEILING,
}
GRADES = (None, "S", "A", "D")
FACTOR = st.sampled_from([0, 1, 3_333, 10_000, 12_345, 100_000])
AMOUNT = st.one_of(st.integers(0, 300), st.integers(0, 10**7), st.integers(0, 10**15))


@st.composite
def lines(draw, name):
    """A component of any shape."""
    measure = draw(st.sampled_from(["net", "quantity", "growth", "mix", "new_products"]))
    shares = measure in ("growth", "mix")
    mode = draw(st.sampled_from(["retroactive", "step"] if shares else ["retroactive", "marginal", "step"]))
    edge = st.integers(0, 20_000) if shares else AMOUNT
    edges = sorted(draw(st.lists(edge, min_size=1, max_size=5, unique=True)))
    number = (
        st.integers(0, 10_000)
        if mode != "step" and measure != "quantity"
        else AMOUNT.map(lambda n: n % 10**12)
    )
    more = {"boundary": draw(st.sampled_from(["inclusive", "exclusive"]))}
    if measure == "growth":
        more["pays_on"] = draw(st.sampled_from(["value", "increment"]))
    if draw(st.booleans()):
        more["every_month"] = True
    if draw(st.booleans()):
        more["multiplier"] = {"S": draw(FACTOR), "A": draw(FACTOR)}
    limits = sorted(draw(st.lists(st.integers(1, 10**6), min_size=2, max_size=2)))
    for key, limit in zip(("floor_minor", "cap_minor"), limits, strict=True):
        if draw(st.booleans()):
            more[key] = limit * 1_000
    tiers = [(edge, draw(number)) for edge in edges]
    if draw(st.booleans()):
        others = sorted(draw(st.lists(edge, min_size=1, max_size=4, unique=True)))
        more["tables"] = {"other": tiers_of(measure, mode, [(each, draw(number)) for each in others])}
    return line(name, measure, tiers, mode, **more)


@st.composite
def programs(draw):
    """A sound programme of one to three lines."""
    parts = [draw(lines(name)) for name in ("volume", "second", "third")[: draw(st.integers(1, 3))]]
    rounding = {
        "mode": draw(st.sampled_from(sorted(ROUNDINGS))),
        "quantum_minor": draw(st.sampled_from([1, 10, 1_000])),
    }
    stacking = draw(st.sampled_from(["sum", "max", "exclusive"]))
    more = {"conditions": choosing("other")} if any("tables" in part for part in parts) else {}
    return program(*parts, rounding=rounding, stacking=stacking, **more)


@st.composite
def values(draw, component):
    """A value for a component, often near an edge, sometimes below 0."""
    near = st.builds(
        lambda tier, more: tier.from_ + more, st.sampled_from(component.tiers), st.integers(-1, 1)
    )
    size = st.one_of(near, AMOUNT)
    value = draw(st.one_of(size, size.map(lambda n: -n), st.integers(-(10**19), 10**19)))
    compare = draw(st.one_of(st.none(), st.integers(-5, 10**6), st.just(value), AMOUNT))
    if compare and component.by_share and draw(st.booleans()):
        edge = draw(st.sampled_from(component.tiers)).from_
        extra = 10_000 if component.basis.measure == "growth" else 0
        value = compare * (edge + extra) // 10_000 + draw(st.integers(-1, 1))
    return BasisValue(value, compare, draw(st.integers(0, 3)), draw(st.booleans()) and draw(st.booleans()))


REASONS = st.sampled_from([None, "not_accepted", "replaced", "undecided"])
TABLES = st.sampled_from([None, "other", "nobody_has_it"])
TERMS = st.builds(Terms, st.booleans(), FACTOR, st.integers(0, 10_000), REASONS, TABLES) | st.just(Terms())


def textbook(made, found, grade, terms):
    """Amount of every line: quotients and products of Decimal with 120 digits, rounded once."""
    with localcontext(prec=120):
        amounts = [_line(made, part, found[part.id], grade, terms) for part in made.components]
    earning = [place for place, amount in enumerate(amounts) if amount]
    if made.stacking == "sum" or not earning:
        return amounts
    chosen = earning[0]
    if made.stacking == "max":
        best = max(amounts) if max(amounts) > 0 else min(amounts)
        chosen = amounts.index(best)
    return [amount if place == chosen else 0 for place, amount in enumerate(amounts)]


def _line(made, part, value, grade, terms):
    if value.missing or not terms.eligible or (part.every_month and value.months_with_orders < 3):
        return 0
    growth, shares = part.basis.measure == "growth", part.basis.measure in ("growth", "mix")
    if shares and (value.compare is None or value.compare <= 0):
        return 0
    size, compare = Decimal(value.value), Decimal(value.compare or 0)
    sign = -1 if size < 0 and not shares and part.mode != "step" else 1
    measure = (size - compare if growth else size) * 10_000 / compare if shares else sign * size
    reached = [
        tier
        for tier in (part.tables or {}).get(terms.table, part.tiers)
        if (measure >= tier.from_ if part.boundary == "inclusive" else measure > tier.from_)
    ]
    if not reached:
        return 0
    amount = sign * _before_factors(
        part, reached, size - compare if part.pays_on == "increment" else size * sign
    )
    for factor in (
        (part.multiplier or {}).get(grade, 10_000),
        terms.multiplier_bp,
        10_000 - terms.reduction_bp,
    ):
        amount = amount * factor / 10_000
    if part.floor_minor is not None and 0 < amount < part.floor_minor:
        amount = Decimal(part.floor_minor)
    if part.cap_minor is not None:
        amount = max(-Decimal(part.cap_minor), min(Decimal(part.cap_minor), amount))
    step = made.rounding.quantum_minor
    return int((amount / step).quantize(Decimal(1), rounding=ROUNDINGS[made.rounding.mode])) * step


def _before_factors(part, reached, base):
    def rate(tier):
        return Decimal(tier.given) / (1 if tier.rate_bp is None else 10_000)

    if part.mode == "step":
        return Decimal(reached[-1].given)
    if part.mode == "retroactive":
        return base * rate(reached[-1])
    tops = [Decimal(tier.from_) for tier in reached[1:]] + [base]
    return sum(((top - tier.from_) * rate(tier) for tier, top in zip(reached, tops, strict=True)), Decimal(0))
