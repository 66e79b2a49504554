"""Terms around the tiers that get worse inside a promised period: limits, lines dropped, new demands."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from rules.fairness.case import Case, Found
from rules.fairness.material import material
from rules.kpis import Text
from rules.rebate.decisions import tier_book

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rules.fairness import Pack
    from rules.rebate.model import Component
    from rules.rebate.program import Program
    from rules.verify import Finding

Worse = tuple[Text, str, str]
NONE = "—"
DROPPED: Text = MappingProxyType({"ko": "항목 삭제", "en": "line dropped"})
STACKING: Text = MappingProxyType({"ko": "중복 적용 방식", "en": "stacking"})
CAP: Text = MappingProxyType({"ko": "상한", "en": "cap"})
FLOOR: Text = MappingProxyType({"ko": "하한", "en": "floor"})
EVERY_MONTH: Text = MappingProxyType({"ko": "매월 주문 조건", "en": "an order in every month"})
PAID_AT: Text = MappingProxyType({"ko": "지급 시기", "en": "when it is paid"})
FACTOR: Text = MappingProxyType({"ko": "등급별 배율", "en": "multiplier by grade"})
TABLE: Text = MappingProxyType({"ko": "구간표 삭제", "en": "tier table dropped"})
CONDITIONS: Text = MappingProxyType({"ko": "새 조건", "en": "new conditions"})


def broken_promises(program: Program, base: Program | None, packs: Sequence[Pack]) -> Iterator[Finding]:
    """Report what gets worse beside the tiers when a version begins before the one before it ends.

    Source: 대리점법 제9조 제1항, 시행령 제6조; the packs' articles on worsening are cited.
    """
    if base is None or not base.effective_from < program.effective_from <= base.effective_until:
        return
    days = {
        "first": str(program.effective_from),
        "from": str(base.effective_from),
        "until": str(base.effective_until),
    }
    for pack in packs:
        for article in pack.articles:
            if article.check == "worsening":
                case = Case(pack, material(tier_book(program, program.components[0])))
                for what, before, after in _worse(program, base):
                    values: dict[str, str | Text] = {**days, "what": what, "before": before, "after": after}
                    yield case.finding(article, Found((), values=values))


def _worse(program: Program, base: Program) -> Iterator[Worse]:
    now = {component.id: component for component in program.components}
    for component in base.components:
        if component.id not in now:
            yield DROPPED, component.id, NONE
        else:
            yield from _worse_line(component, now[component.id])
    if program.stacking not in (base.stacking, "sum"):
        yield STACKING, base.stacking, program.stacking
    if program.conditions and not base.conditions:
        yield CONDITIONS, NONE, program.code


def _worse_line(old: Component, new: Component) -> Iterator[Worse]:
    if new.cap_minor is not None and (old.cap_minor is None or new.cap_minor < old.cap_minor):
        yield CAP, _amount(old.cap_minor), _amount(new.cap_minor)
    if old.floor_minor is not None and (new.floor_minor is None or new.floor_minor < old.floor_minor):
        yield FLOOR, _amount(old.floor_minor), _amount(new.floor_minor)
    if new.every_month and not old.every_month:
        yield EVERY_MONTH, NONE, new.id
    if new.paid_at == "final" and old.paid_at == "every":
        yield PAID_AT, old.paid_at, new.paid_at
    for table in sorted((old.tables or {}).keys() - (new.tables or {}).keys()):
        yield TABLE, table, NONE
    if (old.multiplier is None) != (new.multiplier is None):
        yield FACTOR, _factors(old), _factors(new)


def _amount(limit: int | None) -> str:
    return NONE if limit is None else f"{limit:,}"


def _factors(component: Component) -> str:
    return ", ".join(f"{grade} {factor}" for grade, factor in (component.multiplier or {}).items()) or NONE
