"""Programmes for tests: made from plain data, or read from the files beside."""

from __future__ import annotations

from pathlib import Path

from rules.rebate import BasisValue, Program

FOLDER = Path(__file__).parent / "programs"
SHIPPED = sorted((Path(__file__).parents[3] / "rules" / "books" / "programs").glob("*.yaml"))
LABEL = {"ko": "누적 매입", "en": "Purchases"}


def line(name="volume", measure="net", tiers=((0, 200),), mode="retroactive", basis=None, **more):
    """A component as plain data; tiers are pairs of edge and rate, amount or amount per unit."""
    given = "amount_minor" if mode == "step" else "per_unit_minor" if measure == "quantity" else "rate_bp"
    about = {"categories": ["FOCUS"]} if measure in ("mix", "new_products") else {}
    pays_on = {"pays_on": "increment"} if measure == "growth" else {}
    return {
        "id": name,
        "label": LABEL,
        "basis": {"measure": measure, "level": "sell_in", "window": "period", **about, **(basis or {})},
        "mode": mode,
        "boundary": "inclusive",
        "tiers": [{"from": edge, given: number} for edge, number in tiers],
        **pays_on,
        **more,
    }


def choosing(*tables):
    """Conditions that choose a tier table by the number of outlets: the first for 0, the second for 1 …"""
    outlets = {
        "type": "numeric",
        "scale": 0,
        "unit": "",
        "range": ["0", "9999"],
        "missing": "no_match",
        "label": {"ko": "거래 2차점", "en": "Outlets served"},
    }
    return {
        "hit_policy": "first",
        "inputs": {"outlets": outlets},
        "rules": [
            {
                "id": table,
                "label": {"ko": table, "en": table},
                "when": {"all": [{"name": "outlets", "operator": "equal_to", "value": str(number)}]},
                "then": [{"name": "use_tiers", "params": {"tiers": table}}],
            }
            for number, table in enumerate(tables)
        ],
    }


def tiers_of(measure, mode, tiers):
    """Tiers as plain data, from pairs of edge and what is given."""
    return line(measure=measure, mode=mode, tiers=tiers)["tiers"]


def content(*lines, **more):
    """A programme of a quarter as plain data."""
    return {
        "program": "test",
        "version": "1",
        "label": {"ko": "시험", "en": "Test"},
        "currency": "KRW",
        "beneficiary": "dealer",
        "amounts": "supply",
        "effective_from": "2026-10-01",
        "effective_until": "2026-12-31",
        "period": "quarter",
        "rounding": {"mode": "down", "quantum_minor": 1},
        "stacking": "sum",
        "components": list(lines) or [line()],
        "calendar": [{"kind": "partial", "after_month": 1}, {"kind": "final", "after_month": 3}],
        "clawback": {"window_months": 12, "carry_forward": True},
        "clause": {"ko": "계약서 제1조", "en": "Contract, article 1"},
        "tax_document": "payment_record",
        **more,
    }


def program(*lines, **more):
    """A sound programme of a quarter."""
    made = Program.from_content(content(*lines, **more))
    made.require_sound()
    return made


def worked_example():
    """2 % from 5,000 and 4 % from 10,000 on everything, October to December 2026."""
    return Program.load(FOLDER / "worked-example.yaml")


def of(value, **more):
    """A value of the component ``volume``."""
    return {"volume": BasisValue(value, **more)}
