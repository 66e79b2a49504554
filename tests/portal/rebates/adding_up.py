"""Whether statements add up: line by line, on screen, on paper, and with what the ledger says."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from portal.access import Grant, Role, Viewer
from portal.db import fetch
from portal.rebates.printing import Paper, document_of
from portal.rebates.queries.statements import Statement, statement_of
from portal.rebates.views_statement import statement_view
from portal.settings import Settings
from rules.money import divide


@dataclass
class Seen:
    """How many statements of each state were looked at, of how many dealers, and what does not add up."""

    states: dict[str, int] = field(default_factory=dict)
    dealers: set[int] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)

    def expect(self, where: str, found: object, wanted: object) -> None:
        if found != wanted:
            self.wrong.append(f"{where}: {found} is not {wanted}")


async def look_at_every_statement() -> Seen:
    """Open every statement there is as its dealer's owner does, and as it is printed."""
    seen, booked, stored = Seen(), await _booked(), await _stored()
    settlements = await fetch(
        "select s.id, s.version, s.state, s.total_minor, s.delta_minor from rebate_settlement s"
        " where s.kind <> 'accrual' and s.state in ('draft', 'posting', 'posted') order by s.id"
    )
    for row in settlements:
        number, state = row["id"], row["state"]
        accounts = [account for settlement, account in stored if settlement == number]
        shown = [await _statement(seen, account, row["version"], number) for account in accounts]
        for one in shown:
            key, where = (number, one.account_id), f"{one.account_id} in {number}"
            seen.expect(f"rows of {where}", one.earned_minor, stored[key])
            if state == "posted":
                seen.expect(f"ledger of {where}", one.due_minor, booked.get(key, 0))
        seen.dealers.update(accounts)
        seen.states[state] = seen.states.get(state, 0) + len(shown)
        sums = (sum(one.earned_minor for one in shown), sum(one.due_minor for one in shown))
        seen.expect(f"settlement {number}", sums, (row["total_minor"], row["delta_minor"]))
    return seen


async def _statement(seen: Seen, account: int, version: int, settlement: int) -> Statement:
    owner = Viewer(0, "owner", "owner", grants=(Grant(Role.DEALER_OWNER, account_id=account),))
    statement = await statement_of(account, version, owner, settlement)
    where, rounding = f"{account} in {settlement}", statement.program.rounding
    for line in (one.line for one in statement.lines):
        exact = Fraction(0) if "stacked_out" in line.notes else line.exact
        again = divide(exact.numerator, exact.denominator, rounding.mode, rounding.quantum_minor)
        seen.expect(f"line {line.component} of {where}", line.amount_minor, again)
    view = statement_view(statement, {}, [], may_appeal=True)
    screen = [
        [line[name] for line in view["lines"]] for name in ("amount_minor", "paid_minor", "delta_minor")
    ]
    said = [view[name] for name in ("earned_minor", "before_minor", "due_minor")]
    seen.expect(f"screen of {where}", [sum(column) for column in screen], said)
    assert statement.settlement is not None
    paper = document_of(Paper(statement, statement.settlement, {}), Settings(), "ko")
    printed = [(line.amount_minor, line.paid_minor, line.delta_minor) for line in paper.lines]
    sums = [sum(column) for column in zip(*printed, strict=True)]
    seen.expect(f"paper of {where}", sums, [paper.earned_minor, paper.paid_minor, paper.due_minor])
    seen.expect(f"paper and screen of {where}", sums, said)
    return statement


async def _booked() -> dict[tuple[int, int], int]:
    """Return what the ledger made payable, by settlement and account."""
    rows = await fetch(
        "select o.settlement, o.account, -sum(p.amount_minor) as amount from ledger_operation o"
        " join ledger_posting p on p.operation = o.id join ledger_account l on l.id = p.ledger_account"
        " where o.settlement is not null and l.kind = 'payable' group by o.settlement, o.account"
    )
    return {(row["settlement"], row["account"]): int(row["amount"]) for row in rows}


async def _stored() -> dict[tuple[int, int], int]:
    """Return what the stored lines add up to, by settlement and account."""
    rows = await fetch(
        "select settlement, account, sum(amount_minor) as amount from rebate_settlement_line"
        " group by settlement, account order by settlement, account"
    )
    return {(row["settlement"], row["account"]): int(row["amount"]) for row in rows}
