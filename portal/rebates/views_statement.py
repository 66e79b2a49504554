"""A statement line by line, each with the steps that derive it, and the appeals against its lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from portal.rebates import words
from portal.rebates.model import SettlementKind
from portal.rebates.program_views import given_text, locale, said, words_of
from portal.rebates.views_own import (
    PATH,
    component_label,
    own_path,
    settlement_title,
    size_text,
    statement_path,
    tax_step,
)
from portal.web.i18n import gettext, translate
from rules.rebate import BasisValue, LineAmount, derivation
from rules.rebate.words import AMOUNTS, TAX_DOCUMENTS, edge_text, percent_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from portal.rebates.queries.own import Appeal, Before, OwnSettlement
    from portal.rebates.queries.settlements import Line
    from portal.rebates.queries.statements import Statement, StatementLine
    from rules.rebate import Component, Program
    from rules.rebate.model import Note

View = dict[str, Any]


def settlement_tabs(found: Sequence[OwnSettlement], chosen_id: int) -> list[View]:
    """Return the settlements of a version to choose from, the newest first."""
    return [
        {"href": statement_path(one), "label": settlement_title(one), "current": one.id == chosen_id}
        for one in found
    ]


def statement_view(
    statement: Statement, before: Mapping[str, Before], appeals: Sequence[Appeal], *, may_appeal: bool
) -> View:
    """Return a statement as its page shows it; the lines' amounts add up to ``earned_minor``."""
    program, settlement = statement.program, statement.settlement
    latest = {appeal.line_id: appeal for appeal in reversed(appeals)}
    kind = settlement.kind if settlement else None
    return {
        "label": said(program.label),
        "version": statement.label,
        "kind": gettext(words.SETTLEMENT_KINDS[kind]) if kind else "",
        "is_correction": kind is SettlementKind.CORRECTION,
        "is_preview": statement.is_preview,
        "preview_until": settlement.preview_until_on if settlement else None,
        "settlement": settlement,
        "amounts": AMOUNTS[program.amounts][locale()],
        "lines": [
            {
                **line_view(line, program, before.get(line.line.component)),
                **_appeal_of(latest.get(line.line.id)),
                "appeal_href": f"{PATH}/lines/{line.line.id}/appeal" if may_appeal else "",
            }
            for line in statement.lines
        ],
        "earned_minor": statement.earned_minor,
        "due_minor": statement.due_minor,
        "before_minor": sum(line.line.paid_minor for line in statement.lines),
        "tax_document": TAX_DOCUMENTS[program.tax_document][locale()],
        "tax_step": tax_step(program),
        "clause": said(program.clause),
        "sha256": program.sha256,
    }


def _appeal_of(appeal: Appeal | None) -> View:
    return {"appeal": appeal, "appeal_state": gettext(words.OUTCOMES[appeal.outcome]) if appeal else ""}


def line_view(one: StatementLine, program: Program, before: Before | None) -> View:
    """Return a line with every step that derives its amount, and what it posts against what was settled."""
    line, component = one.line, one.component
    measure, *steps = [
        words_of(step, program) for step in derivation(amount_of(line, component), program, locale())
    ]
    return {
        "id": line.id,
        "label": said(component.label),
        "measure": measure.partition(": ")[2],
        "tier": tier_text(line, program, component),
        "factor": factor_text(line, component),
        "steps": steps,
        "amount_minor": line.amount_minor,
        "paid_minor": line.paid_minor,
        "delta_minor": line.delta_minor,
        "delta_note": delta_note(line, component, program),
        "before": before,
        "before_basis": size_text(component, before.basis) if before else "",
        "basis": size_text(component, None if line.is_missing else line.basis),
        "documents_href": "" if line.is_missing else f"{PATH}/lines/{line.id}/documents",
    }


def amount_of(line: Line, component: Component) -> LineAmount:
    """Return a stored line as the rules calculate it, so that they can say it in words."""
    value = BasisValue(line.basis, line.compare, line.months_with_orders, missing=line.is_missing)
    table = line.tier_table or None
    tier = None if line.tier is None else component.using(table).tiers[line.tier]
    notes = cast("tuple[Note, ...]", line.notes)
    return LineAmount(line.component, value, tier, line.exact, line.amount_minor, notes, table)


def tier_text(line: Line, program: Program, component: Component) -> str:
    """Say which tier was reached and what it gives; empty below the first."""
    if line.tier is None:
        return ""
    tier = component.using(line.tier_table).tiers[line.tier]
    edge = words_of(edge_text(component, tier, program.currency, locale()), program)
    gives = words_of(given_text(tier, program.currency), program)
    if component.boundary == "exclusive":
        return translate("Above %(edge)s: %(gives)s", edge=edge, gives=gives)
    return translate("From %(edge)s: %(gives)s", edge=edge, gives=gives)


def factor_text(line: Line, component: Component) -> str:
    """Say by which factor a grade multiplies the line; empty without one."""
    if "multiplied" not in line.notes or not component.multiplier or line.grade not in component.multiplier:
        return ""
    factor = percent_text(component.multiplier[line.grade])
    return translate("Grade %(grade)s: × %(factor)s", grade=line.grade, factor=factor)


def delta_note(line: Line, component: Component, program: Program) -> str:
    """Say why a line posts something else than earned less settled; empty when it does not."""
    if line.amount_minor - line.paid_minor == line.delta_minor:
        return ""
    if line.is_missing:
        return gettext("The figures are not in yet, so nothing changes until they are.")
    if component.paid_at == "final" and line.amount_minor > line.paid_minor:
        return gettext("This line is paid with the final settlement.")
    if program.clawback is None:
        return gettext("Nothing is taken back by this programme.")
    months = program.clawback.window_months
    return translate("Only payments of the last %(months)s months are taken back.", months=months)


def appeal_view(appeal: Appeal, program: Program) -> View:
    """Return an appeal with its answer and what the correction made of the line."""
    return {
        "appeal": appeal,
        "label": said(program.label),
        "component": component_label(program, appeal.component),
        "outcome": gettext(words.OUTCOMES[appeal.outcome]),
        "tone": words.OUTCOME_TONES[appeal.outcome],
        "statement_href": own_path(appeal.version_id, f"/statement?settlement={appeal.settlement_id}"),
        "correction_href": own_path(appeal.version_id, f"/statement?settlement={appeal.correction_id}")
        if appeal.after_minor is not None
        else "",
        "evidence_href": f"{PATH}/appeals/{appeal.id}/file" if appeal.evidence_name else "",
    }


def appealed_view(line: Line, program: Program) -> View:
    """Return the line an appeal is about."""
    component = program.component(line.component)
    steps = derivation(amount_of(line, component), program, locale())
    return {
        "label": said(component.label),
        "program_label": said(program.label),
        "steps": [words_of(step, program) for step in steps[1:]],
        "measure": words_of(steps[0], program).partition(": ")[2],
        "amount_minor": line.amount_minor,
    }
