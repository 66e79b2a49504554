"""A line of a statement in words, so that anybody can calculate it again by hand."""

from __future__ import annotations

from decimal import Decimal, localcontext
from fractions import Fraction
from types import MappingProxyType
from typing import TYPE_CHECKING

from rules.rebate.calculation import earned, paid_on

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rules.kpis import Locale, Text
    from rules.money import RoundingMode
    from rules.rebate.model import Amounts, Component, LineAmount, Note, TaxDocument, Tier
    from rules.rebate.program import Program
    from rules.verify.tiers import Boundary

WITHOUT_DECIMALS = frozenset({"KRW", "JPY", "VND", "CLP", "ISK", "PYG", "UGX"})
"""Currencies whose minor unit is the unit itself. Source: ISO 4217."""
BP_PER_PERCENT = 100
SIGNS: Mapping[Boundary, str] = MappingProxyType({"inclusive": "≥", "exclusive": ">"})
PLACES = 60
MINUS = "−"


def _text(ko: str, en: str) -> Text:
    return MappingProxyType({"ko": ko, "en": en})


AMOUNTS: Mapping[Amounts, Text] = MappingProxyType(
    {
        "supply": _text("공급가액", "supply value, without VAT"),
        "vat_included": _text("부가세 포함", "VAT included"),
    }
)
TAX_DOCUMENTS: Mapping[TaxDocument, Text] = MappingProxyType(
    {
        "payment_record": _text("지급 증빙(세금계산서 아님)", "record of payment, no tax invoice"),
        "tax_invoice": _text("세금계산서", "tax invoice"),
        "amended_tax_invoice": _text("수정 세금계산서(매출 에누리)", "amended tax invoice (price reduction)"),
    }
)
UNITS: Text = _text("개", "units")
ROUNDINGS: Mapping[RoundingMode, Text] = MappingProxyType(
    {
        "half_away": _text("{quantum} 단위로 반올림", "rounded to {quantum}, halves up in size"),
        "half_even": _text("{quantum} 단위로 반올림(절반은 짝수)", "rounded to {quantum}, halves to even"),
        "down": _text("{quantum} 미만 버림", "cut to {quantum}"),
        "up": _text("{quantum} 단위로 올림", "raised to {quantum}"),
        "floor": _text("{quantum} 단위로 내림", "rounded down to {quantum}"),
        "ceiling": _text("{quantum} 단위로 올림(큰 쪽)", "rounded up to {quantum}"),
    }
)
NOTES: Mapping[Note, Text] = MappingProxyType(
    {
        "missing": _text("실적 자료가 아직 없습니다", "the figures are not in yet"),
        "no_comparison": _text("비교할 실적이 없습니다", "there is nothing to compare with"),
        "month_without_order": _text(
            "주문이 없는 달이 있습니다 (주문한 달 {months}개월)",
            "a month has no order ({months} months have one)",
        ),
        "not_eligible": _text("지급 대상 조건에 해당하지 않습니다", "the conditions are not met"),
        "not_accepted": _text(
            "시행일 전에 조건에 동의하지 않아 지급하지 않습니다",
            "nothing is paid: the terms were not accepted before their first day",
        ),
        "replaced": _text(
            "새 조건이 시작되기 전까지의 실적만 계산했습니다", "only sales before the new terms began count"
        ),
        "undecided": _text(
            "담당자가 지급 조건을 확인하고 있습니다", "a person has yet to decide about the conditions"
        ),
        "other_tiers": _text(
            "조건에 따라 구간표 {table} 적용", "by the tier table {table}, as the conditions say"
        ),
        "below_first_tier": _text("첫 구간 {edge}에 이르지 않았습니다", "below the first tier, {edge}"),
        "returns_exceed_sales": _text("반품이 매출보다 많습니다", "returns exceed sales"),
        "multiplied": _text("배율 적용", "with its multiplier"),
        "grade_unknown": _text("등급이 없어 배율 없이 계산", "no grade, so no multiplier"),
        "reduced": _text("약정한 비율만큼 감액", "less the agreed reduction"),
        "capped": _text("상한 {cap} 적용", "limited to {cap}"),
        "raised_to_floor": _text("하한 {floor} 적용", "raised to {floor}"),
        "stacked_out": _text("다른 항목이 적용되어 제외", "another line counts instead"),
    }
)


def explain(line: LineAmount, program: Program, locale: Locale) -> str:
    """Return one line of a statement in words: what was measured, rate, limits, rounding, amount."""
    return "; ".join(derivation(line, program, locale))


def derivation(line: LineAmount, program: Program, locale: Locale) -> list[str]:
    """Return the steps of ``explain`` in the order of the arithmetic: the measure first, the amount last."""
    component = program.component(line.component).using(line.table)
    parts = [f"{component.label[locale]}: {_basis(line, component, program, locale)}"]
    notes = [note_text(note, line, program, locale) for note in line.notes]
    amount = amount_text(line.amount_minor, program.currency)
    if line.tier is None:
        return [*parts, *notes, amount]
    first = earned(component, line.basis, component.tiers.index(line.tier))
    before = Fraction(first.numerator, first.denominator)
    formula = _formula(line, component, line.tier, program, locale)
    parts += [f"{formula} = {exact_text(before, program.currency)}", *notes]
    if line.exact != before:
        parts.append(f"= {exact_text(line.exact, program.currency)}")
    quantum = amount_text(program.rounding.quantum_minor, program.currency)
    rounding = ROUNDINGS[program.rounding.mode][locale].format(quantum=quantum)
    return [*parts, f"{rounding}: {amount}"]


def note_text(note: Note, line: LineAmount, program: Program, locale: Locale) -> str:
    """Return a note in words, with the number it is about."""
    component = program.component(line.component).using(line.table)
    return NOTES[note][locale].format(
        table=line.table or "",
        months=line.basis.months_with_orders,
        edge=edge_text(component, component.tiers[0], program.currency, locale),
        cap=amount_text(component.cap_minor or 0, program.currency),
        floor=amount_text(component.floor_minor or 0, program.currency),
    )


def edge_text(component: Component, tier: Tier, currency: str, locale: Locale) -> str:
    """Write the edge of a tier: an amount, units, or a share in percent."""
    if component.by_share:
        return percent_text(tier.from_)
    return _size_text(component, tier.from_, currency, locale)


def amount_text(minor: int, currency: str) -> str:
    """Write minor units the way people read them, with the currency."""
    if currency in WITHOUT_DECIMALS:
        return f"{minor:,} {currency}".replace("-", MINUS)
    return f"{Decimal(minor).scaleb(-2):,.2f} {currency}".replace("-", MINUS)


def exact_text(exact: Fraction, currency: str) -> str:
    """Write an exact amount in full; rates are in basis points, so its decimals end."""
    places = 0 if currency in WITHOUT_DECIMALS else 2
    with localcontext(prec=PLACES):
        number = Decimal(exact.numerator) / Decimal(exact.denominator) / 10**places
        text = f"{number:,f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return f"{text} {currency}".replace("-", MINUS)


def percent_text(basis_points: int) -> str:
    """Write basis points as percent: 250 as ``2.5 %``."""
    whole, rest = divmod(basis_points, BP_PER_PERCENT)
    return f"{whole}{f'.{rest:02d}'.rstrip('0') if rest else ''} %"


def _size_text(component: Component, size: int, currency: str, locale: Locale) -> str:
    if component.basis.measure == "quantity":
        return f"{size:,} {UNITS[locale]}".replace("-", MINUS)
    return amount_text(size, currency)


def _basis(line: LineAmount, component: Component, program: Program, locale: Locale) -> str:
    """Return what was measured, and for shares what it is compared with."""
    value = _size_text(component, line.basis.value, program.currency, locale)
    kind = "" if component.basis.measure == "quantity" else f" ({AMOUNTS[program.amounts][locale]})"
    if component.by_share and line.basis.compare is not None:
        return f"{value} / {amount_text(line.basis.compare, program.currency)}{kind}"
    return f"{value}{kind}"


def _formula(line: LineAmount, component: Component, tier: Tier, program: Program, locale: Locale) -> str:
    if component.mode == "step":
        return f"{SIGNS[component.boundary]} {edge_text(component, tier, program.currency, locale)}"
    if component.mode == "retroactive":
        base = _size_text(component, paid_on(component, line.basis), program.currency, locale)
        return f"{base} × {_rate(tier, program)}"
    return " + ".join(_slices(line, component, tier, program, locale))


def _slices(
    line: LineAmount, component: Component, tier: Tier, program: Program, locale: Locale
) -> Iterator[str]:
    size, sign = abs(line.basis.value), MINUS if line.basis.value < 0 else ""
    tiers = component.tiers[: component.tiers.index(tier) + 1]
    ends = [above.from_ for above in tiers[1:]] + [size]
    for step, end in zip(tiers, ends, strict=True):
        part = _size_text(component, end - step.from_, program.currency, locale)
        yield f"{sign}{part} × {_rate(step, program)}"


def _rate(tier: Tier, program: Program) -> str:
    if tier.rate_bp is not None:
        return percent_text(tier.rate_bp)
    return amount_text(tier.given, program.currency)
