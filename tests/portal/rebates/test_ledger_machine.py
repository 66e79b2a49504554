"""Anything people do in any order: the ledger always holds what a small dictionary says it must.

Sales come late or are returned, programmes change, settlements are repeated, undone, paid, clawed back,
months are closed. Each example has its own programme and dealers, so the ledger is never emptied.
"""

from __future__ import annotations

import datetime as dt
import itertools
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from portal.db import execute, fetch_value, unit_of_work
from portal.errors import Conflict, Invalid
from portal.jobs.worker import work_once
from portal.rebates.calculations import entry_of
from portal.rebates.model import SettlementKind
from portal.rebates.queries.ledger import balance_of, balances_of, list_defects, list_movements
from portal.rebates.queries.payouts import get_payout, list_owed, payout_lines_of
from portal.rebates.queries.settlements import get_settlement, lines_of, results_sha256
from portal.rebates.service.bookings import adjust, reverse_operation
from portal.rebates.service.ledger import post
from portal.rebates.service.payouts import (
    Acknowledgement,
    acknowledge_payout,
    approve_payout,
    export_payout,
    propose_payout,
)
from portal.rebates.service.periods import approve_period_close, request_period_close
from portal.rebates.service.settlements import (
    accrue,
    cancel_settlement,
    open_correction,
    open_settlement,
    post_settlement,
)
from portal.rebates.service.versions import install_version
from rules.months import Month
from tests.portal.rebates.campaign import campaign
from tests.portal.rebates.world import EXAMPLE, World, new_dealer, sell_within

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

TODAY = dt.date(9999, 1, 1)
QUARTERS = (("2026-10-01", "2026-12-31"), ("2027-01-01", "2027-03-31"))
TIERS = (((5_000, 200), (20_000, 400)), ((4_000, 300), (15_000, 700)))
AMOUNTS = (-9_001, -4_000, -1, 1_000, 3_000, 4_000, 4_999, 5_001, 11_000, 20_000, 25_003)
NIGHTLY = int(os.environ.get("LEDGER_EXAMPLES", "10000"))
"""Examples of the nightly campaign; fewer run it in parts, each with other examples."""
NIGHTLY_STEPS = 100
DEFECTS_EVERY = 25
"""The proof over the whole ledger reads every example before, so it is made now and then."""
_numbers = itertools.count(1)


@dataclass
class Books:
    """The oracle: what a person with a pencil would hold for one dealer."""

    sales: dict[int, int] = field(default_factory=dict)
    settled: dict[int, int] = field(default_factory=dict)
    accrued: dict[int, int] = field(default_factory=dict)
    other: int = 0
    paid: int = 0

    @property
    def balance(self) -> tuple[int, int, int]:
        owed = sum(self.settled.values()) + self.other - self.paid
        return owed, sum(self.accrued.values()), self.paid

    def earned(self, version: int, months: int) -> int:
        total = sum(self.sales.get(version * 3 + month, 0) for month in range(months))
        rate = max((rate for edge, rate in TIERS[version] if abs(total) >= edge), default=0)
        amount = abs(total) * rate // 10_000
        return -amount if total < 0 else amount

    def book(self, version: int, months: int, *, accrual: bool) -> None:
        settled, earned = self.settled.get(version, 0), self.earned(version, months)
        due = 0 if accrual else max(earned - settled, -max(0, settled))
        self.settled[version] = settled + due
        self.accrued[version] = max(0, earned - settled - due)


class LedgerMachine(RuleBasedStateMachine):
    """What people do, against the oracle."""

    world: World
    run: Callable[[Coroutine[Any, Any, Any]], Any]

    @initialize()
    def begin(self) -> None:
        self.number = next(_numbers)
        self.finance, self.second = self.world.people["finance"], self.world.people["second"]
        self.dealers: dict[int, Books] = {}
        self.versions: list[int] = []
        self.settled: set[tuple[int, int]] = set()
        self.adjusted = 0
        # Closed months stay closed, so each example books into months of its own.
        first = Month.parse("2027-01").shift(6 * self.number)
        self.booking = [first.shift(place) for place in range(6)]
        self.closed: set[str] = set()
        self.last: list[int] = []
        self.run(self._begin())
        self.add_version()

    async def _begin(self) -> None:
        async with unit_of_work():
            # Dealers of other examples trade no more, so that an example settles only its own.
            await execute("update account set state = 'closed' where state <> 'closed'")
            await execute("delete from account_month")
            # Nor do their programmes run: each would be compared with those of this example.
            await execute("update rebate_version set state = 'cancelled' where state = 'approved'")
            self.dealers = {await new_dealer(f"M{self.number}-{place}"): Books() for place in range(2)}

    def _open_months(self) -> list[Month]:
        return [month for month in self.booking if str(month) not in self.closed]

    def add_version(self) -> None:
        place = len(self.versions)
        first, last = QUARTERS[place]
        text = EXAMPLE.replace("program: example", f"program: example_{self.number}")
        text = text.replace("2026-10-01", first).replace("2026-12-31", last).replace("2026.4", str(place))
        for (edge, rate), (old, old_rate) in zip(TIERS[place], TIERS[0], strict=True):
            text = text.replace(f"{{from: {old}, rate_bp: {old_rate}}}", f"{{from: {edge}, rate_bp: {rate}}}")
        people = self.world.people
        self.versions.append(
            self.run(
                install_version(
                    text,
                    dt.date(2026, 9, 1),
                    people["author"].signature("rebates.author"),
                    people["approver"].signature("rebates.approve"),
                )
            )
        )

    @precondition(lambda self: len(self.versions) == 1)
    @rule()
    def change_rules(self) -> None:
        self.add_version()

    @rule(
        dealer=st.integers(0, 1), first=st.integers(0, 5), nets=st.lists(st.sampled_from(AMOUNTS), max_size=3)
    )
    def sell_or_take_back(self, dealer: int, first: int, nets: list[int]) -> None:
        account, books = list(self.dealers.items())[dealer]
        months = [(first + place) % 6 for place in range(len(nets))]
        for month, net in zip(months, nets, strict=True):
            books.sales[month] = books.sales.get(month, 0) + net
        if months:
            self.run(self._sell(account, {month: books.sales[month] for month in months}))

    async def _sell(self, account: int, sales: dict[int, int]) -> None:
        async with unit_of_work():
            for month, net in sales.items():
                await sell_within(account, str(Month.parse("2026-10").shift(month)), net)

    async def _work(self) -> None:
        assert await work_once("machine")

    @rule(version=st.integers(0, 1), month=st.integers(1, 3))
    def accrue(self, version: int, month: int) -> None:
        if version >= len(self.versions):
            return
        day = Month.parse(QUARTERS[version][0][:7]).shift(month - 1).last_on
        self.last.append(self.run(accrue(None, self.versions[version], day)))
        self.run(self._work())
        for books in self.dealers.values():
            books.book(version, month, accrual=True)

    @rule(
        version=st.integers(0, 1), month=st.integers(1, 3), booked=st.integers(0, 5), cancel=st.integers(0, 5)
    )
    def settle(self, version: int, month: int, booked: int, cancel: int) -> None:
        if version >= len(self.versions):
            return
        kind = SettlementKind.FINAL if month == 3 else SettlementKind.PARTIAL
        through = Month.parse(QUARTERS[version][0][:7]).shift(month - 1)
        opening = open_settlement(self.finance, self.versions[version], kind, through, TODAY)
        if (version, month) in self.settled:
            with pytest.raises(Conflict):
                self.run(opening)
            return
        if self._book(self.run(opening), self.booking[booked], cancelled=cancel == 0):
            self.settled.add((version, month))
            for books in self.dealers.values():
                books.book(version, month, accrual=False)

    @rule(version=st.integers(0, 1), booked=st.integers(0, 5))
    def correct(self, version: int, booked: int) -> None:
        done = [month for settled, month in self.settled if settled == version]
        if version >= len(self.versions) or not done:
            return
        period = dt.date.fromisoformat(QUARTERS[version][0])
        opening = open_correction(self.finance, self.versions[version], period, "late")
        latest = self.run(self._latest(version))
        if self._book(self.run(opening), self.booking[booked], cancelled=False):
            for books in self.dealers.values():
                books.book(version, latest, accrual=False)

    async def _latest(self, version: int) -> int:
        through = await fetch_value(
            "select through_on from rebate_settlement where version = {} and state = 'posted'"
            " and kind <> 'accrual' order by id desc limit 1",
            self.versions[version],
        )
        return int((dt.date.fromisoformat(str(through)).month - 1) % 3 + 1)

    def _book(self, settlement: int, booked: Month, *, cancelled: bool) -> bool:
        self.run(self._work())
        if cancelled:
            self.run(cancel_settlement(self.finance, settlement, "again"))
            return False
        if str(booked) in self.closed:
            with pytest.raises(Invalid):
                self.run(post_settlement(self.finance, settlement, booked))
            self.run(cancel_settlement(self.finance, settlement, "closed"))
            return False
        self.run(post_settlement(self.finance, settlement, booked))
        self.run(self._work())
        self.last.append(settlement)
        return True

    @precondition(lambda self: self.last)
    @rule()
    def run_again(self) -> None:
        """What was booked and is booked again changes nothing, not one byte."""

        async def again() -> None:
            settlement = await get_settlement(self.last[-1])
            assert await results_sha256(settlement.id) == settlement.results_sha256
            lines = await lines_of(settlement.id)
            assert settlement.booked_on is not None
            entries = [entry_of(settlement, line, settlement.booked_on) for line in lines]
            async with unit_of_work():
                await post([entry for entry in entries if entry], None)

        self.run(again())

    @rule(dealer=st.integers(0, 1), place=st.integers(0, 3), booked=st.integers(0, 5))
    def undo(self, dealer: int, place: int, booked: int) -> None:
        account, books = list(self.dealers.items())[dealer]
        moves = self.run(list_movements(self.finance, account))
        undone = {move.reverses for move in moves}
        open_ = [m for m in moves if m.id not in undone and m.kind not in ("reversal", "payout")]
        if not open_:
            return
        move = open_[place % len(open_)]
        if str(self.booking[booked]) in self.closed:
            with pytest.raises(Invalid):
                self.run(reverse_operation(self.finance, move.id, self.booking[booked], "wrong"))
            return
        self.run(reverse_operation(self.finance, move.id, self.booking[booked], "wrong"))
        if move.version_id is None:
            books.other -= move.payable_minor
            return
        version = self.versions.index(move.version_id)
        books.settled[version] = books.settled.get(version, 0) - move.payable_minor
        books.accrued[version] = books.accrued.get(version, 0) - move.accrued_minor

    @rule(dealer=st.integers(0, 1), amount=st.integers(-500, 500).filter(bool), twice=st.booleans())
    def adjust(self, dealer: int, amount: int, twice: bool) -> None:
        months = self._open_months()
        account, books = list(self.dealers.items())[dealer]
        self.adjusted += 1
        key = f"{self.number}-{self.adjusted}"
        for _ in range(1 + twice):
            self.run(adjust(self.finance, self.second, account, amount, months[-1], "agreed", key))
        books.other += amount

    @rule(twice=st.booleans())
    def pay(self, twice: bool) -> None:
        accounts = tuple(self.dealers)
        owed = {account: books.balance[0] for account, books in self.dealers.items() if books.balance[0] > 0}
        assert {each.account_id: each.amount_minor for each in self.run(list_owed(accounts))} == owed
        if not owed:
            return
        paid_on = self._open_months()[-1].first_on
        payout = self.run(propose_payout(self.finance, accounts))
        self.run(approve_payout(self.second, payout, self.run(get_payout(payout)).content_sha256))
        self.run(export_payout(self.finance, payout))
        said = [
            Acknowledgement(line.id, f"R{line.id}", paid_on, line.amount_minor)
            for line in self.run(payout_lines_of(payout))
        ]
        for _ in range(1 + twice):
            self.run(acknowledge_payout(None, payout, said))
        for account, amount in owed.items():
            self.dealers[account].paid += amount

    @precondition(lambda self: len(self._open_months()) > 2)
    @rule(really=st.integers(0, 4))
    def close(self, really: int) -> None:
        if really:
            return
        month = self._open_months()[0]
        self.run(request_period_close(self.finance, month, TODAY))
        self.run(approve_period_close(self.second, month))
        self.closed.add(str(month))

    @invariant()
    def the_ledger_agrees(self) -> None:
        for account, held in self.run(balances_of(tuple(self.dealers))).items():
            books = self.dealers[account]
            assert (held.payable_minor, held.accrued_minor, held.paid_minor) == books.balance

    def teardown(self) -> None:
        for account in self.dealers:
            held, moves = (
                self.run(balance_of(account)),
                self.run(list_movements(self.finance, account, 10_000)),
            )
            replayed = sum(move.payable_minor for move in moves), sum(move.accrued_minor for move in moves)
            assert replayed == (held.payable_minor, held.accrued_minor)
        if self.number % DEFECTS_EVERY == 0:
            assert self.run(list_defects()) == []


async def _campaign(world: World, url: str, examples: int, steps: int) -> None:
    machine = type("Machine", (LedgerMachine,), {"world": world})
    await campaign(machine, url, examples, steps, derandomize=steps < NIGHTLY_STEPS)


async def test_the_ledger_holds_what_a_pencil_says(world: World, database: str) -> None:
    await _campaign(world, database, 500, 50)


@pytest.mark.nightly
async def test_ten_thousand_examples(world: World, database: str) -> None:
    await _campaign(world, database, NIGHTLY, NIGHTLY_STEPS)
