"""The one JSON text of a programme's content."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rules.rebate.conditions import conditions_content

if TYPE_CHECKING:
    from rules.rebate.model import Basis, Component, Tier
    from rules.rebate.program import Program


def program_content(program: Program) -> dict[str, Any]:
    """Return everything that decides or explains an amount, in the form of a programme file."""
    content: dict[str, Any] = {
        "program": program.code,
        "version": program.version,
        "label": dict(program.label),
        "currency": program.currency,
        "beneficiary": program.beneficiary,
        "amounts": program.amounts,
        "effective_from": program.effective_from.isoformat(),
        "effective_until": program.effective_until.isoformat(),
        "period": program.period,
        "rounding": {"mode": program.rounding.mode, "quantum_minor": program.rounding.quantum_minor},
        "stacking": program.stacking,
        "components": [_component(component) for component in program.components],
        "calendar": [{"kind": pay.kind, "after_month": pay.after_month} for pay in program.calendar],
        "clause": dict(program.clause),
        "tax_document": program.tax_document,
    }
    if program.clawback:
        back = program.clawback
        content["clawback"] = {"window_months": back.window_months, "carry_forward": back.carry_forward}
    if program.conditions:
        content["conditions"] = conditions_content(program.conditions)
    lists = {"goods": program.goods, "alongside": program.alongside}
    return content | {key: list(names) for key, names in lists.items() if names}


def _component(component: Component) -> dict[str, Any]:
    content: dict[str, Any] = {
        "id": component.id,
        "label": dict(component.label),
        "basis": _basis(component.basis),
        "mode": component.mode,
        "boundary": component.boundary,
        "tiers": [_tier(tier) for tier in component.tiers],
    }
    if component.basis.measure == "growth":
        content["pays_on"] = component.pays_on
    if component.every_month:
        content["every_month"] = True
    if component.tables:
        content["tables"] = {
            name: [_tier(tier) for tier in tiers] for name, tiers in component.tables.items()
        }
    if component.multiplier:
        content["multiplier"] = dict(component.multiplier)
    limits = {"cap_minor": component.cap_minor, "floor_minor": component.floor_minor}
    content |= {key: limit for key, limit in limits.items() if limit is not None}
    return content if component.paid_at == "every" else {**content, "paid_at": component.paid_at}


def _basis(basis: Basis) -> dict[str, Any]:
    content: dict[str, Any] = {"measure": basis.measure, "level": basis.level, "window": basis.window}
    lists = {"categories": basis.categories, "products": basis.products, "vendors": basis.vendors}
    return content | {key: list(codes) for key, codes in lists.items() if codes}


def _tier(tier: Tier) -> dict[str, int]:
    numbers = {
        "rate_bp": tier.rate_bp,
        "amount_minor": tier.amount_minor,
        "per_unit_minor": tier.per_unit_minor,
    }
    return {"from": tier.from_} | {key: number for key, number in numbers.items() if number is not None}
