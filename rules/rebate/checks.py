"""Is a programme logical and lawful? Tiers that fall, terms that are forbidden, sales counted twice."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from types import MappingProxyType
from typing import TYPE_CHECKING

from rules.fairness import Period as Term
from rules.fairness import lint, shipped_packs
from rules.money import BASIS_POINTS
from rules.rebate.decisions import factor_book, tier_book
from rules.rebate.promises import broken_promises
from rules.verify import Finding, check_tiers
from rules.verify.findings import filled, placed

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from rules.fairness import Pack
    from rules.fairness.material import Book
    from rules.kpis import Text
    from rules.rebate.model import Basis, Component
    from rules.rebate.program import Program

AMOUNTS = ("net", "new_products")
COUNTED_TWICE: Text = MappingProxyType(
    {
        "ko": "{one}, {other}: 같은 매출이 두 프로그램에 함께 계산됩니다. 대상 품목이나 기간을 나누거나, "
        "함께 적용한다고 적으십시오.",
        "en": "{one} and {other} count the same sales. Divide the goods or the days, "
        "or say that they apply alongside each other.",
    }
)


def check_program(
    program: Program,
    base: Program | None = None,
    *,
    packs: Sequence[Pack] | None = None,
    upstream: Sequence[Book] = (),
    goods: Collection[str] = (),
    others: Sequence[Program] = (),
) -> tuple[Finding, ...]:
    """Check a programme before it is published, and again before it is settled.

    Args:
        program: A sound programme.
        base: The version in force before it, for terms that get worse.
        packs: Compliance packs; the shipped ones when left out.
        upstream: Books whose results it reads: the evaluation behind a grade.
        goods: Topics of regulated goods the installation sells, for example ``liquor``.
        others: Programmes of the same accounts, for sales that are counted twice.

    Returns:
        Findings, those that block first.

    Raises:
        RulebookError: The programme or a book has problems.
    """
    program.require_sound()
    laws = shipped_packs() if packs is None else tuple(packs)
    sold = {*goods, *program.goods}
    found = [finding for component in program.components for finding in check_component(component, program)]
    for book, before in _books(program, base):
        term = _term(program, base)
        found += lint(book, laws, before, upstream=upstream, period=term, goods=sold)
    found += broken_promises(program, base, laws)
    found += double_counted((program, *others))
    return placed(found, None)


def check_component(component: Component, program: Program) -> tuple[Finding, ...]:
    """Report every edge where the payout of a line falls (block) or jumps (info), in each of its tables."""
    return tuple(finding for name, each in component.variants() for finding in _check(each, program, name))


def _check(component: Component, program: Program, table: str) -> tuple[Finding, ...]:
    """Report what is wrong with one table of tiers; shares are compared by their rates."""
    rounding = program.rounding
    if component.by_share:
        steps = tuple((tier.from_, tier.given) for tier in component.tiers)
        found = check_tiers(steps, "step", component.boundary, unit="bp")
        found = tuple(finding for finding in found if finding.severity == "block")
    else:
        scale = 1 if component.basis.measure in AMOUNTS or component.mode == "step" else BASIS_POINTS
        tiers = tuple((tier.from_, tier.given * scale) for tier in component.tiers)
        found = check_tiers(tiers, component.mode, component.boundary, rounding.mode, rounding.quantum_minor)
    about = (component.id, table) if table else (component.id,)
    return tuple(replace(finding, rules=about) for finding in found)


def _books(program: Program, base: Program | None) -> Iterator[tuple[Book, Book | None]]:
    """Yield what the programme decides as books, each with its counterpart in the version before."""
    for component in program.components:
        before = _same(base, component.id)
        for table, each in component.variants():
            yield tier_book(program, each), before and tier_book(before[0], before[1].using(table))
        if component.multiplier:
            graded = before if before and before[1].multiplier else None
            yield factor_book(program, component), graded and factor_book(*graded)
    if program.conditions:
        yield program.conditions, base.conditions if base else None


def _same(base: Program | None, name: str) -> tuple[Program, Component] | None:
    """Return a component of the version before, with that version."""
    if base is None:
        return None
    return next(((base, component) for component in base.components if component.id == name), None)


def _term(program: Program, base: Program | None) -> Term | None:
    """Return the settlement period of the version before that the new version begins in."""
    if base is None or not base.covers(program.effective_from):
        return None
    period = base.period_of(program.effective_from)
    return Term(period.first_on, period.last_on)


def double_counted(programs: Sequence[Program]) -> tuple[Finding, ...]:
    """Report every two programmes that count the same sales of the same days without saying so.

    Versions of one programme replace each other and are not compared.
    """
    found = []
    for one, other in combinations(programs, 2):
        allowed = other.code in one.alongside or one.code in other.alongside or one.code == other.code
        apart = one.effective_until < other.effective_from or other.effective_until < one.effective_from
        if allowed or apart or one.beneficiary != other.beneficiary:
            continue
        pairs = ((mine.basis, theirs.basis) for mine in one.components for theirs in other.components)
        if any(_meet(mine, theirs) for mine, theirs in pairs):
            text = filled(COUNTED_TWICE, one=one.label, other=other.label)
            found.append(Finding("warn", "counted_twice", (one.code, other.code), text))
    return tuple(found)


def _meet(one: Basis, other: Basis) -> bool:
    """Tell whether some sale may count in both; goods of different kinds of list may be the same."""
    lists = (
        (one.categories, other.categories),
        (one.products, other.products),
        (one.vendors, other.vendors),
    )
    apart = any(mine and theirs and not set(mine) & set(theirs) for mine, theirs in lists)
    return one.level == other.level and not apart
