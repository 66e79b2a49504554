"""What decides beside the figures: whether terms bind an account, and what their conditions make of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from portal.db import fetch
from portal.errors import Invalid
from portal.evaluations.model import Subject, SubjectKind
from portal.evaluations.sources import measure as measure_facts
from portal.evaluations.sources import offered_kpis
from portal.rebates.queries.acceptance import bindings_of
from portal.rebates.queries.basis import measure
from rules.facts import FactTable
from rules.months import Month
from rules.rebate import Terms, terms_decided

if TYPE_CHECKING:
    from collections.abc import Collection

    from portal.rebates.queries.basis import Values
    from rules.decisions.book import DecisionBook
    from rules.decisions.model import FactInput
    from rules.rebate import Program

Decided = dict[int, Terms]
NOT_ACCEPTED = Terms(eligible=False, reason="not_accepted")
REPLACED = Terms(eligible=False, reason="replaced")


def require_measured(program: Program) -> None:
    """Refuse conditions on what nobody measures, so that no settlement has to guess.

    Raises:
        Invalid: An input is no measure of the monthly evaluation, or the programme is not for dealers.
    """
    book = program.conditions
    if book is None:
        return
    if program.beneficiary != "dealer":
        raise Invalid.of(
            "text", "Only programmes for dealers have conditions: facts are measured for dealers."
        )
    known = offered_kpis()
    unknown = sorted(name for name in book.ruleset.variables if book.kpis.get(name) not in known)
    if unknown:
        raise Invalid.of("text", "Nobody measures these inputs of the conditions: %(names)s.",
                         names=", ".join(unknown))  # fmt: skip


async def decide(
    version_id: int, program: Program, through_on: dt.date, values: Values, as_of: dt.datetime
) -> tuple[Values, Decided]:
    """Return what counts for each account and the terms it has; accounts with neutral terms are left out.

    Where later terms of the programme bind an account from a day inside the period, only what was sold before
    that day counts: no sale counts in two versions.

    Args:
        version_id: The version.
        program: Its programme.
        through_on: Last day that counts.
        values: What was measured through that day.
        as_of: Moment of the measurement, for the facts behind conditions.

    Raises:
        FactError: An input of the conditions that must be there is missing.
        HitError: Rules of the conditions contradict each other.
    """
    bindings = await bindings_of(version_id, through_on)
    first_on = program.period_of(through_on).first_on
    counted, terms = dict(values), await _conditions(program, through_on, list(values), as_of)
    ended: dict[dt.date, list[int]] = {}
    for account in values:
        until = bindings.until(account)
        if not bindings.binds(account):
            terms[account] = NOT_ACCEPTED
        elif until is not None and until <= first_on:
            terms[account] = REPLACED
        elif until is not None:
            ended.setdefault(until, []).append(account)
    for until, accounts in ended.items():
        counted |= await measure(program, until - dt.timedelta(days=1), accounts)
        terms |= {account: _cut_short(terms.get(account, Terms())) for account in accounts}
    return counted, {account: decided for account, decided in terms.items() if decided != Terms()}


def _cut_short(terms: Terms) -> Terms:
    if not terms.eligible:
        return terms
    return replace(terms, reason="replaced")


async def _conditions(
    program: Program, through_on: dt.date, account_ids: Collection[int], as_of: dt.datetime
) -> Decided:
    """Decide the conditions for every account by the facts of the month of a day."""
    if program.conditions is None or not account_ids:
        return {}
    return decided_by(program.conditions, await facts_of(account_ids, Month.of(through_on), as_of))


@dataclass(frozen=True, slots=True)
class MonthFacts:
    """What was measured of dealers in a month; ``keys`` names the row of each account."""

    table: FactTable
    keys: Mapping[int, str]


async def facts_of(account_ids: Collection[int], month: Month, as_of: dt.datetime) -> MonthFacts:
    """Measure the facts of a month behind conditions, for some dealers.

    Args:
        account_ids: Dealers.
        month: The month.
        as_of: Moment of the measurement.
    """
    codes = {
        row["id"]: row["code"] for row in await fetch("select id, code from account where kind = 'dealer'")
    }
    keys = {account: codes[account] for account in account_ids}
    subjects = [Subject(code, account, None, (account,)) for account, code in keys.items()]
    return MonthFacts(await measure_facts(SubjectKind.DEALER, month, as_of, subjects), keys)


def decided_by(conditions: DecisionBook, facts: MonthFacts) -> Decided:
    """Decide conditions for every account by the facts of a month.

    Raises:
        FactError: An input that must be there is missing.
        HitError: Rules of the conditions contradict each other.
    """
    decision, table = conditions.compile(), facts.table
    return {
        account: terms_decided(decision.evaluate(_inputs(conditions, table, table.row(key))))
        for account, key in facts.keys.items()
    }


def _inputs(book: DecisionBook, facts: FactTable, row: int) -> Mapping[str, FactInput]:
    """Return the measured value of each input, quantised as its KPI is."""
    return {name: facts.columns[book.kpis[name]].at(row).value_scaled for name in book.ruleset.variables}
