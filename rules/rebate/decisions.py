"""What a programme decides, as decision books: the form in which rules are proven, linted and compared."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from rules.decisions.book import DecisionBook
from rules.decisions.model import Action, Rule, RuleSet, Variable
from rules.reading import GRADE_NAMES
from rules.terms import Condition

if TYPE_CHECKING:
    from rules.kpis import Text
    from rules.rebate.model import Component, Tier
    from rules.rebate.program import Program

RANGE = 10**16
GRADE: Text = MappingProxyType({"ko": "등급", "en": "Grade"})


def tier_rules(component: Component) -> RuleSet:
    """Return the tiers of a line as rules, the highest first: which tier does a value reach?"""
    basis = component.basis
    about = (*basis.categories, *basis.products, *basis.vendors)
    variable = Variable(component.id, "numeric", component.label, lowest=-RANGE, highest=RANGE, topics=about)
    operator = "greater_than_or_equal_to" if component.boundary == "inclusive" else "greater_than"
    rules = tuple(
        Rule(
            f"{component.id}.{number}",
            component.label,
            Condition(component.id, operator, str(tier.from_)),
            (_given(tier),),
        )
        for number, tier in reversed(tuple(enumerate(component.tiers, start=1)))
    )
    return RuleSet({component.id: variable}, rules, "first")


def tier_book(program: Program, component: Component) -> DecisionBook:
    """Return the tiers of a line as a book in force with the programme."""
    return _book(program, tier_rules(component))


def factor_book(program: Program, component: Component) -> DecisionBook:
    """Return the multiplier of a line as a book that reads the grade."""
    variable = Variable("grade", "string", GRADE, options=GRADE_NAMES)
    rules = tuple(
        Rule(
            f"{component.id}.{grade}",
            component.label,
            Condition("grade", "equal_to", grade),
            (Action("set_multiplier_bp", {"multiplier_bp": factor}),),
        )
        for grade, factor in (component.multiplier or {}).items()
    )
    return _book(program, RuleSet({"grade": variable}, rules, "first"))


def _given(tier: Tier) -> Action:
    if tier.rate_bp is not None:
        return Action("set_rate_bp", {"rate_bp": tier.rate_bp})
    return Action("set_amount_minor", {"amount_minor": tier.given})


def _book(program: Program, ruleset: RuleSet) -> DecisionBook:
    return DecisionBook(
        decision=program.code,
        version=program.version,
        label=program.label,
        subject=program.beneficiary,
        effective_from=program.effective_from,
        effective_until=program.effective_until,
        change=None,
        ruleset=ruleset,
        table=None,
        kpis=MappingProxyType({}),
    )
