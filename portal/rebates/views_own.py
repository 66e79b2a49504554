"""What a dealer's own pages of incentives show: what is coming, where he stands, a statement line by line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from portal.errors import Message
from portal.rebates import words
from portal.rebates.model import Acceptance, SettlementKind
from portal.rebates.program_views import given_text, locale, said
from portal.web import formats
from portal.web.i18n import gettext, translate
from portal.web.ladder import Ladder, Step, draw
from rules.lifecycle import State
from rules.months import Month
from rules.rebate.words import AMOUNTS, UNITS, percent_text

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from portal.rebates.queries.ledger import Movement
    from portal.rebates.queries.own import OwnSettlement, Payment
    from portal.rebates.queries.running import Running
    from portal.rebates.queries.statements import ProgramOfAccount, StandingRow
    from portal.rebates.queries.versions import Version
    from rules.rebate import Component, Program

View = dict[str, Any]
PATH = "/my/rebates"
TAX_STEPS = {
    "payment_record": Message("Nothing to send in: we send you a record of the payment, not a tax invoice."),
    "tax_invoice": Message("Please issue a tax invoice to us for this amount; VAT comes on top of it."),
    "amended_tax_invoice": Message(
        "We issue an amended tax invoice (price reduction); your input VAT falls with it."
    ),
}


def own_path(version_id: int, rest: str = "") -> str:
    """Return the address of one of a version's own pages."""
    return f"{PATH}/{version_id}{rest}"


def size_text(component: Component, size: int | None) -> str:
    """Write what is measured: an amount, or units."""
    if size is None or component.basis.measure != "quantity":
        return formats.money(size)
    return f"{size:,} {UNITS[locale()]}"


def paid_in(payments: Sequence[Payment], year: int) -> int:
    """Add up what was paid in a calendar year; what came back is not paid."""
    return sum(
        payment.amount_minor
        for payment in payments
        if payment.state == "paid" and payment.paid_on is not None and payment.paid_on.year == year
    )


def coming(running: Sequence[Running], payments: Sequence[Payment], payable: int, day: dt.date) -> list[View]:
    """Return what is still to come, the surest first: on its way, booked, and each next settlement."""
    rows: list[View] = [
        {
            "what": gettext("On its way to your bank") if payment.is_approved else gettext("Being prepared"),
            "when": gettext("within the next bank run"),
            "amount_minor": payment.amount_minor,
            "sure": True,
        }
        for payment in payments
        if payment.state == "open"
    ]
    booked = payable - sum(payment.amount_minor for payment in payments if payment.state == "open")
    if booked > 0:
        rows.append(
            {
                "what": gettext("Booked as owed to you"),
                "when": gettext("with the next payout"),
                "amount_minor": booked,
                "sure": True,
            }
        )
    for one in running:
        next_on = next_settlement(one.program, day)
        if next_on is not None and one.version.standing is State.ACTIVE:
            rows.append(
                {
                    "what": said(one.program.label),
                    "when": translate("settled after %(day)s", day=formats.day(next_on)),
                    "amount_minor": one.accrued_minor,
                    "sure": False,
                }
            )
    return rows


def next_settlement(program: Program, day: dt.date) -> dt.date | None:
    """Return the last day the calendar's next settlement counts, from a day on; None after the last one."""
    for period in program.periods():
        first = Month.of(period.first_on)
        for payment in program.calendar:
            last_on = first.shift(payment.after_month - 1).last_on
            if last_on >= day:
                return last_on
    return None


def card_view(one: Running, day: dt.date) -> View:
    """Return the card of a version: its state, and for each component how far it is and what comes next."""
    program, version = one.program, one.version
    rows = {row.component: row for row in one.standings}
    as_of = next((row.as_of_on for row in one.standings), None)
    standing = standing_view(version)
    return {
        "href": own_path(version.id),
        "id": version.id,
        "statement_href": own_path(version.id, "/statement"),
        "label": said(program.label),
        "version": version.label,
        "state": standing["label"],
        "tone": standing["tone"],
        "from_on": program.effective_from,
        "until_on": program.effective_until,
        "is_ahead": version.standing is State.SCHEDULED,
        "accepted": one.binding is not Acceptance.NONE,
        "by_contract": one.binding is Acceptance.CONTRACT,
        "as_of": as_of,
        "earned_minor": sum(row.amount_minor for row in one.standings),
        "projected_minor": sum(row.projected_minor for row in one.standings),
        "projected_on": _end(program, day),
        "amounts": AMOUNTS[program.amounts][locale()],
        "components": [
            component_view(program, component, rows[component.id], day)
            for component in program.components
            if component.id in rows
        ],
    }


def _end(program: Program, day: dt.date) -> dt.date:
    return program.period_of(day).last_on if program.covers(day) else program.effective_until


def component_view(program: Program, component: Component, row: StandingRow, day: dt.date) -> View:
    """Return where a beneficiary stands with a component: the bar, the distance and its worth, the end."""
    component = component.using(row.tier_table)
    until = program.effective_until if component.basis.window == "program" else _end(program, day)
    label = said(component.label)
    ahead = row.next_from is not None and row.distance is not None
    way = _ladder(program, component, row, label)
    return {
        "label": label,
        "basis": size_text(component, row.basis),
        "missing": row.basis is None,
        "earned_minor": row.amount_minor,
        "ladder": way,
        "bar": draw(way) if way else "",
        "next": translate(
            "%(distance)s more by %(day)s",
            distance=size_text(component, row.distance),
            day=formats.day(until),
        ),
        "next_gain": row.gain_minor if ahead else None,
        "is_last": row.basis is not None and row.next_from is None and len(component.tiers) > 1,
        "projected": size_text(component, row.projected_basis),
        "projected_minor": row.projected_minor,
    }


def _ladder(program: Program, component: Component, row: StandingRow, label: str) -> Ladder | None:
    if row.basis is None or component.by_share:
        return None
    steps = tuple(
        Step(
            tier.from_,
            formats.money_short(tier.from_) if component.basis.measure != "quantity" else f"{tier.from_:,}",
            given_short(tier.rate_bp, given_text(tier, program.currency)),
        )
        for tier in component.tiers
    )
    text = translate("%(label)s: %(basis)s so far", label=label, basis=size_text(component, row.basis))
    return Ladder(row.basis, row.projected_basis, steps, text)


def given_short(rate_bp: int | None, given: str) -> str:
    """Write what a tier gives in few letters."""
    return given if rate_bp is None else percent_text(rate_bp)


def statement_path(one: OwnSettlement) -> str:
    """Return the address of a settlement's statement."""
    return own_path(one.version_id, f"/statement?settlement={one.id}")


def settlement_title(one: OwnSettlement) -> str:
    """Name a settlement by its last month and its kind."""
    return f"{formats.month(one.through_on)} {gettext(words.SETTLEMENT_KINDS[one.kind])}"


def settlement_row(one: OwnSettlement, program: Program) -> View:
    """Return a settlement for the list of statements."""
    return {
        "href": statement_path(one),
        "title": settlement_title(one),
        "label": said(program.label),
        "delta_minor": one.delta_minor,
        "is_preview": one.is_preview,
        "preview_until_on": one.preview_until_on,
    }


def past_row(one: ProgramOfAccount, program: Program) -> View:
    """Return a programme that is over."""
    return {
        "href": own_path(one.version_id),
        "label": said(program.label),
        "from_on": one.effective_from,
        "until_on": one.effective_until,
    }


MOVED = {
    "accrual": Message("Expected to date was brought up to date"),
    "settlement": Message("Settled: now owed to you"),
    "adjustment": Message("Adjusted by agreement of two people"),
    "reversal": Message("A booking was undone"),
    "payout": Message("Paid to you"),
}


def movement_view(row: Movement, labels: Mapping[int, Program]) -> View:
    """Return a booking in plain words."""
    program = labels.get(row.version_id or 0)
    component = component_label(program, row.component) if program else ""
    return {
        "id": row.id,
        "at": row.at,
        "booked_on": row.booked_on,
        "what": translate(MOVED[row.kind.value]),
        "about": " · ".join(part for part in (said(program.label) if program else "", component) if part),
        "reason": row.reason,
        "payable_minor": row.payable_minor,
        "accrued_minor": row.accrued_minor,
    }


def component_label(program: Program, name: str) -> str:
    """Return the name of a component; empty for one the programme no longer has."""
    return next((said(one.label) for one in program.components if one.id == name), "")


def standing_view(version: Version) -> View:
    """Return what the calendar makes of a version, as words and a tone."""
    state = version.standing
    label = gettext(words.STANDINGS[state]) if state in words.STANDINGS else ""
    if state is State.SCHEDULED:
        label = gettext("Ahead")
    return {"label": label, "tone": words.STATE_TONES.get(str(state or ""), "")}


def calendar_view(program: Program) -> list[View]:
    """Return every settlement of the programme with the last day that counts for it."""
    return [
        {
            "kind": gettext(words.SETTLEMENT_KINDS[SettlementKind(payment.kind)]),
            "on": Month.of(period.first_on).shift(payment.after_month - 1).last_on,
        }
        for period in program.periods()
        for payment in program.calendar
    ]


def tax_step(program: Program) -> str:
    """Say what a dealer does about the tax document of a payout."""
    return translate(TAX_STEPS[program.tax_document])


def family_view(version: Version) -> View:
    """Return a version for the list of a programme's versions."""
    view = standing_view(version)
    return {
        "href": own_path(version.id),
        "label": version.label,
        "term": version.term,
        "state": view["label"],
        "tone": view["tone"],
    }
