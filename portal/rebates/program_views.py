"""A programme in plain words: what it measures, its tiers, sums worked out, what the checks found."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from portal.rulebooks.words import SIGNS as SIGN_WORDS
from portal.web.i18n import current_locale, gettext, translate
from rules.rebate import BasisValue, Program, Terms, calculate, explain
from rules.rebate.problem_words import program_problem_text
from rules.rebate.words import (
    AMOUNTS,
    ROUNDINGS,
    SIGNS,
    TAX_DOCUMENTS,
    amount_text,
    edge_text,
    percent_text,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rules.documents import Problem
    from rules.kpis import Locale, Text
    from rules.rebate import Component, Tier
    from rules.verify import Finding

View = dict[str, Any]
TONES = {"block": "low", "warn": "mid", "info": "blue"}
MEASURES = {
    "net": "Purchases, returns taken off",
    "quantity": "Quantity, returns taken off",
    "growth": "Growth over the same months a year before",
    "mix": "Share of the chosen goods",
    "new_products": "Sales of new products",
}
LEVELS = {"sell_in": "Sales to the dealer", "sell_through": "Sales by the dealer"}
WINDOWS = {"period": "of the settlement period", "program": "since the programme began"}
MODES = {
    "retroactive": "The rate reached counts for everything",
    "marginal": "Each tier's rate counts for its own slice",
    "step": "A fixed amount for the tier reached",
}
BOUNDARIES = {
    "inclusive": "A figure equal to the edge is in the tier",
    "exclusive": "A figure equal to the edge is still below it",
}
PERIODS = {
    "month": "Every month",
    "quarter": "Every quarter",
    "half": "Every half-year",
    "year": "Every year",
    "span": "Once, for the whole programme",
}
STACKINGS = {
    "sum": "All lines are added up",
    "max": "Only the largest line counts",
    "exclusive": "Only the first line that pays counts",
}
BENEFICIARIES = {"dealer": "Dealers", "outlet": "Outlets", "terminal": "Retail points"}
CELLS = {
    "from": "Where the tier begins",
    "rate_bp": "Rate (1 % is 100)",
    "amount_minor": "Amount",
    "per_unit_minor": "Each unit, amount",
    "cap_minor": "At most",
    "floor_minor": "At least",
    "quantum_minor": "Rounded to",
    "after_month": "Settled after months",
    "window_months": "Months that can be taken back",
}
"""Names on the page of keys that problems name."""
_KEY = re.compile(r"'?(\w+)'?:? ")
_LONG = re.compile(r"(?<![0-9A-Za-z_.-])[1-9][0-9]{4,29}(?![0-9A-Za-z_.-])")
PAYMENTS = {"partial": "Partial settlement", "final": "Final settlement"}


def locale() -> Locale:
    """Return the language of the page as the rules name it."""
    return "en" if current_locale() == "en" else "ko"


def said(text: Text | None) -> str:
    """Return a text of the rules in the language of the page."""
    return text[locale()] if text else ""


def words_of(text: str, program: Program) -> str:
    """Write amounts of the rules the way Korean pages do: 27,000원."""
    return text.replace(" KRW", "원") if program.currency == "KRW" and locale() == "ko" else text


def program_view(program: Program, names: Mapping[str, str] | None = None) -> View:
    """Return a sound programme to read: terms, lines with their tiers, worked examples.

    Args:
        program: The programme.
        names: Names of other programmes by code, for those that may count the same sales.
    """
    return {
        "code": program.code,
        "label": said(program.label),
        "version": program.version,
        "currency": program.currency,
        "from_on": program.effective_from,
        "until_on": program.effective_until,
        "sha256": program.sha256,
        "terms": list(_terms(program, names or {})),
        "components": [_component_view(program, component) for component in program.components],
    }


def _terms(program: Program, names: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    yield gettext("For"), gettext(BENEFICIARIES[program.beneficiary])
    yield gettext("Amounts"), AMOUNTS[program.amounts][locale()]
    yield gettext("Settled"), gettext(PERIODS[program.period])
    yield (
        gettext("Calendar"),
        ", ".join(
            translate(
                "%(kind)s after month %(month)s", kind=gettext(PAYMENTS[one.kind]), month=one.after_month
            )
            for one in program.calendar
        ),
    )
    yield gettext("Several lines"), gettext(STACKINGS[program.stacking])
    quantum = amount_text(program.rounding.quantum_minor, program.currency)
    rule = ROUNDINGS[program.rounding.mode][locale()].format(quantum=quantum)
    yield gettext("Rounding rule"), words_of(rule, program)
    yield gettext("Too much paid"), _clawback(program)
    yield gettext("Contract clause"), said(program.clause)
    yield gettext("Tax document"), TAX_DOCUMENTS[program.tax_document][locale()]
    if program.alongside:
        yield gettext("Counts beside"), ", ".join(names.get(code, code) for code in program.alongside)
    if program.goods:
        yield gettext("Regulated goods"), ", ".join(program.goods)
    if program.conditions:
        yield gettext("Who takes part"), said(program.conditions.label)


def _clawback(program: Program) -> str:
    back = program.clawback
    if back is None:
        return gettext("Nothing is taken back")
    text = (
        "Set off against later payments, payments of %(months)s months at most"
        if back.carry_forward
        else "Asked back at once, payments of %(months)s months at most"
    )
    return translate(text, months=back.window_months)


def _component_view(program: Program, component: Component) -> View:
    basis = component.basis
    return {
        "id": component.id,
        "label": said(component.label),
        "measure": gettext(MEASURES[basis.measure]),
        "level": gettext(LEVELS[basis.level]),
        "window": gettext(WINDOWS[basis.window]),
        "goods": ", ".join([*basis.categories, *basis.products, *basis.vendors]),
        "mode": gettext(MODES[component.mode]),
        "boundary": gettext(BOUNDARIES[component.boundary]),
        "extras": [words_of(text, program) for text in _extras(program, component)],
        "tiers": _tiers_view(program, component),
        "tables": [
            {"name": name, "tiers": _tiers_view(program, each)} for name, each in component.variants() if name
        ],
        "examples": list(_examples(program, component)),
    }


def _tiers_view(program: Program, component: Component) -> list[View]:
    return [
        {
            "sign": SIGNS[component.boundary],
            "from": words_of(edge_text(component, tier, program.currency, locale()), program),
            "gives": words_of(given_text(tier, program.currency), program),
        }
        for tier in component.tiers
    ]


def given_text(tier: Tier, currency: str) -> str:
    """Return what a tier gives: a rate, an amount, or an amount for each unit."""
    if tier.rate_bp is not None:
        return percent_text(tier.rate_bp)
    amount = amount_text(tier.given, currency)
    return translate("%(amount)s each", amount=amount) if tier.per_unit_minor is not None else amount


def _extras(program: Program, component: Component) -> Iterator[str]:
    if component.basis.measure == "growth":
        growth = {"value": "Paid on the whole amount", "increment": "Paid on the increase only"}
        yield gettext(growth[component.pays_on])
    if component.every_month:
        yield gettext("An order in every month is needed")
    if component.multiplier:
        factors = ", ".join(f"{name} × {percent_text(bp)}" for name, bp in component.multiplier.items())
        yield translate("Multiplier by grade: %(factors)s", factors=factors)
    if component.cap_minor is not None:
        yield translate("At most %(amount)s", amount=amount_text(component.cap_minor, program.currency))
    if component.floor_minor is not None:
        yield translate(
            "At least %(amount)s where anything is paid",
            amount=amount_text(component.floor_minor, program.currency),
        )
    if component.paid_at == "final":
        yield gettext("Paid with the final settlement only")


def _examples(program: Program, component: Component) -> Iterator[str]:
    """Yield sums worked out below the first tier, on its edge and above the last one."""
    alone = replace(program, components=(component,), stacking="sum", conditions=None)
    grade = next(iter(component.multiplier), None) if component.multiplier else None
    for value in _example_values(program, component):
        (line,) = calculate(alone, {component.id: value}, grade, Terms()).lines
        yield words_of(explain(line, alone, locale()), program)


def _example_values(program: Program, component: Component) -> Iterator[BasisValue]:
    first, last = component.tiers[0].from_, component.tiers[-1].from_
    months, beyond = program.window_months(component), int(component.boundary == "exclusive")
    if not component.by_share:
        above = last + (last // 4 or 10_000)
        for value in sorted({first * 9 // 10, first + beyond, above}):
            yield BasisValue(value, None, months)
        return
    whole = 100_000_000
    for share in sorted({first * 9 // 10, first, last + 500}):
        value = whole * share // 10_000 + (whole if component.basis.measure == "growth" else 0)
        yield BasisValue(value + beyond, whole, months)


def choices_view() -> dict[str, list[tuple[str, str]]]:
    """Return what each closed cell of the editor may hold, with its words."""
    tables: dict[str, Mapping[str, str]] = {
        "measure": MEASURES,
        "level": LEVELS,
        "window": WINDOWS,
        "mode": MODES,
        "boundary": BOUNDARIES,
        "period": PERIODS,
        "stacking": STACKINGS,
        "beneficiary": BENEFICIARIES,
    }
    found = {name: [(code, gettext(word)) for code, word in table.items()] for name, table in tables.items()}
    rules: dict[str, Mapping[Any, Text]] = {"amounts": AMOUNTS, "tax_document": TAX_DOCUMENTS}
    found |= {name: [(code, text[locale()]) for code, text in table.items()] for name, table in rules.items()}
    found["sign"] = [(code, gettext(word)) for code, word in SIGN_WORDS.items()]
    found["rounding_mode"] = [(code, text[locale()].format(quantum="n")) for code, text in ROUNDINGS.items()]
    return found


def findings_view(program: Program, findings: Sequence[Finding]) -> View:
    """Return problems of the text and findings of the checks, those that block first."""
    every = [_problem_view(problem) for problem in program.problems]
    for finding in findings:
        view = finding_view(finding)
        view |= {"text": words_of(view["text"], program)}
        view |= {"witness": [words_of(text, program) for text in view["witness"]]}
        every.append(view)
    blocking = sum(view["blocks"] for view in every)
    return {"findings": every, "blocking": blocking, "ok": blocking == 0}


def _problem_view(problem: Problem) -> View:
    return {
        "tone": "low",
        "blocks": True,
        "text": _named(said(program_problem_text(problem.message))),
        "article": "",
        "witness": [],
        "cell": "",
        "line": problem.line,
        "column": problem.column,
    }


def _named(text: str) -> str:
    """Write the cell a problem is about by its name on the page, and long numbers with separators."""
    found = _KEY.match(text)
    if found and found[1] in CELLS:
        text = f"{gettext(CELLS[found[1]])}: {text[found.end() :]}"
    return _LONG.sub(lambda number: f"{int(number[0]):,}", text)


def finding_view(finding: Finding) -> View:
    """Return one finding in the language of the page, with the law it rests on."""
    return {
        "tone": TONES[finding.severity],
        "blocks": finding.severity == "block",
        "text": said(finding.message),
        "article": said(finding.article),
        "witness": [said(witness.words) for witness in finding.witness],
        "cell": "",
        "line": finding.line,
        "column": finding.column,
    }


def differences_view(before: Program, after: Program) -> list[View]:
    """Return what differs between two versions, as rows of what, before and after in words."""
    rows = list(_differences(gettext("Programme"), _heading(before), _heading(after)))
    rows += _differences("", dict(_terms(before, {})), dict(_terms(after, {})))
    old = {component.id: component for component in before.components}
    new = {component.id: component for component in after.components}
    for name in [*old, *(name for name in new if name not in old)]:
        rows += _differences(
            said((new.get(name) or old[name]).label),
            _flat(before, old[name]) if name in old else {},
            _flat(after, new[name]) if name in new else {},
        )
    return rows


def _heading(program: Program) -> dict[str, str]:
    return {
        gettext("Name"): said(program.label),
        gettext("First day"): program.effective_from.isoformat(),
        gettext("Last day"): program.effective_until.isoformat(),
        gettext("Currency"): program.currency,
    }


def _flat(program: Program, component: Component) -> dict[str, str]:
    view = _component_view(program, component)
    flat = {
        gettext("Measure"): f"{view['measure']}, {view['level']}, {view['window']}",
        gettext("Goods"): view["goods"],
        gettext("How it counts"): view["mode"],
        gettext("On the edge"): view["boundary"],
        gettext("Conditions and limits"): "; ".join(view["extras"]),
    }
    flat |= {gettext("Tiers"): _in_one_line(view["tiers"])}
    return flat | {
        translate("Tier table %(name)s", name=table["name"]): _in_one_line(table["tiers"])
        for table in view["tables"]
    }


def _in_one_line(tiers: list[View]) -> str:
    return "; ".join(f"{tier['sign']} {tier['from']} → {tier['gives']}" for tier in tiers)


def _differences(where: str, before: dict[str, str], after: dict[str, str]) -> Iterator[View]:
    for name in [*before, *(name for name in after if name not in before)]:
        old, new = before.get(name, ""), after.get(name, "")
        if old != new:
            yield {"where": where, "what": name, "before": old or "–", "after": new or "–"}
