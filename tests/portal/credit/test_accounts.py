"""What a dealer owes, from documents and payments as they are stored, on both databases."""

from __future__ import annotations

import datetime as dt

import pytest

from portal.credit.commands import PurposeCommand, TermsCommand
from portal.credit.model import ContractState, data_day
from portal.credit.queries.entries import DealerAccount, last_payment_on, read_accounts
from portal.credit.service.purposes import name_purpose
from portal.credit.service.standings import refresh_all
from portal.credit.service.terms import agree_terms
from portal.db import execute, fetch_one, unit_of_work
from portal.errors import Invalid, NotFound
from tests.portal.credit.conftest import (
    BANK,
    CORRECTION,
    DEPOSIT,
    ERP,
    FAR,
    OTHER,
    OWN,
    RETURN,
    RULES,
    TODAY,
    World,
    day,
)


async def own(as_of: dt.date = TODAY, account: int = OWN) -> DealerAccount:
    return (await read_accounts([account], as_of, RULES))[account]


def terms(
    from_on: dt.date,
    limit: int | None = 1000,
    days: int = 30,
    signed: dt.date | None = None,
    reason: str = "계약",
) -> TermsCommand:
    return TermsCommand(from_on, limit, days, signed, "C-1", reason)


async def test_balance_is_invoices_with_vat_and_deposits_less_credit_notes_and_payments(
    world: World,
) -> None:
    await world.document("I1", "04-01", (1000, 100, 30), (500, 50, 0), due="05-01")
    await world.document("I1-D", "04-01", (70, 0, 5, DEPOSIT), due="05-01")
    await world.document("R1", "04-05", (-200, -20, -10), kind=RETURN)
    await world.document("K1", "04-06", (-3, 0, 0), kind=CORRECTION)
    await world.document("S1", "04-06", (99_999, 0, 0), level=2)
    await world.document("X1", "04-06", (77_777, 0, 0), buyer=FAR)
    await world.payment("P1", "04-20", 600)
    await world.payment("P9", "04-20", 55, FAR)
    account = await own()
    assert account.standing.balance_minor == 1000 + 100 + 30 + 500 + 50 + 70 + 5 - 230 - 3 - 600
    parts = {
        e.number: (e.supply_minor, e.vat_minor, e.deposit_minor, e.amount_minor) for e in account.entries
    }
    assert parts == {
        "I1": (1500, 150, 30, 1680),
        "I1-D": (0, 0, 75, 75),
        "R1": (-200, -20, -10, -230),
        "K1": (-3, 0, 0, -3),
        "P1": (0, 0, 0, -600),
    }


async def test_a_credit_note_is_subtracted_whatever_its_sign(world: World) -> None:
    await world.document("I1", "04-01", (1000, 100, 0), due="05-01")
    await world.document("R1", "04-05", (200, 20, 0), kind=RETURN)
    assert (await own()).standing.balance_minor == 880


async def test_a_payment_taken_back_is_owed_again(world: World) -> None:
    await world.document("I1", "04-01", (100, 0, 0), due="05-01")
    await world.payment("P1", "04-20", 100)
    await world.payment("P1-back", "05-20", -100)
    account = await own()
    assert account.standing.balance_minor == 100
    assert account.standing.overdue_minor == 100
    assert account.standing.oldest_due_on == day("05-20")


async def test_nothing_after_the_day_counts(world: World) -> None:
    await world.document("I1", "06-01", (100, 0, 0), due="06-01")
    await world.document("I2", "06-02", (100, 0, 0), due="06-02")
    await world.payment("P1", "06-02", 30)
    assert (await own()).standing.balance_minor == 100
    assert (await own()).standing.overdue_minor == 0
    assert (await own(day("06-02"))).standing.balance_minor == 170
    assert (await own(day("06-02"))).standing.overdue_minor == 70


async def test_due_days_come_from_document_contract_master_setting(world: World) -> None:
    finance = world.people["finance"]
    await agree_terms(finance, OWN, terms(day("04-10"), days=20), RULES, TODAY)
    await agree_terms(finance, OWN, terms(TODAY, days=10), RULES, TODAY)
    await world.document("A", "04-09", (1, 0, 0))
    await world.document("B", "04-10", (1, 0, 0))
    await world.document("C", "04-11", (1, 0, 0), due="12-31")
    await world.document("D", "06-01", (1, 0, 0))
    await world.document("E", "04-10", (1, 0, 0), buyer=FAR)
    due = {entry.number: entry.due_on for entry in (await own()).entries}
    due |= {entry.number: entry.due_on for entry in (await own(account=FAR)).entries}
    assert due == {
        "A": day("05-24"),
        "B": day("04-30"),
        "C": day("12-31"),
        "D": day("06-11"),
        "E": day("05-10"),
    }


async def test_dso_looks_back_on_its_days(world: World) -> None:
    await world.document("old", "03-03", (9_000_000, 0, 0), due="04-01")
    await world.document("in", "03-04", (800, 80, 20), due="04-01")
    await world.payment("P1", "04-01", 9_000_450)
    standing = (await own()).standing
    assert (standing.invoiced_minor, standing.receivable_minor) == (900, 450)
    assert standing.dso_tenths == 450
    assert standing.overdue_bp == 10_000


async def test_a_named_payment_pays_its_document_first(world: World) -> None:
    finance = world.people["finance"]
    await world.document("I1", "03-01", (100, 0, 0), due="04-01")
    await world.document("I2", "04-01", (50, 0, 0), due="05-01")
    await world.payment("P1", "05-02", 60)
    assert [item.open_minor for item in (await own()).allocation.settled] == [40, 50]
    command = PurposeCommand(f"P:{BANK}:P1", f"{ERP}:1:I2")
    await name_purpose(finance, OWN, command, RULES, TODAY)
    assert [item.open_minor for item in (await own()).allocation.settled] == [90, 0]
    kept = await fetch_one("select late_2_minor, late_3_minor from credit_standing where account = {}", OWN)
    assert kept == {"late_2_minor": 90, "late_3_minor": 0}  # as of the last payment known
    await name_purpose(finance, OWN, PurposeCommand(f"P:{BANK}:P1", ""), RULES, TODAY)
    assert [item.open_minor for item in (await own()).allocation.settled] == [40, 50]


async def test_a_file_names_what_a_payment_pays_until_finance_knows_better(world: World) -> None:
    await world.document("I1", "03-01", (100, 0, 0), due="04-01")
    await world.document("I2", "04-01", (50, 0, 0), due="05-01")
    await world.payment("P1", "04-30", 50, names="I2")
    paid = (await own()).allocation.settled
    assert [(item.open_minor, item.settled_on) for item in paid] == [(100, None), (0, day("04-30"))]
    command = PurposeCommand(f"P:{BANK}:P1", f"{ERP}:1:I1")
    await name_purpose(world.people["finance"], OWN, command, RULES, TODAY)
    assert [item.open_minor for item in (await own()).allocation.settled] == [50, 50]


@pytest.mark.parametrize("names", ["", "I9", "X", "R1"])
async def test_what_names_no_invoice_of_one_source_pays_the_oldest(world: World, names: str) -> None:
    await world.document("I1", "03-01", (100, 0, 0), due="04-01")
    await world.document("X", "04-01", (50, 0, 0), due="05-01")
    await world.document("X", "04-01", (50, 0, 0), due="05-01", source=OTHER)
    await world.document("R1", "04-02", (-1, 0, 0), kind=RETURN)
    await world.payment("P1", "05-02", 60, names=names)
    assert [item.open_minor for item in (await own()).allocation.settled] == [39, 50, 50]


async def test_of_two_invoices_of_one_number_the_payments_own_source_counts(world: World) -> None:
    await world.document("I1", "03-01", (100, 0, 0), due="04-01")
    await world.document("X", "04-01", (50, 0, 0), due="05-01")
    await world.document("X", "04-01", (50, 0, 0), due="05-02", source=BANK)
    await world.payment("P1", "05-02", 60, names="X")
    assert [item.open_minor for item in (await own()).allocation.settled] == [90, 50, 0]


@pytest.mark.parametrize(
    ("payment", "document", "field"),
    [("P:2:none", "1:1:I1", "payment"), ("P:2:P1", "1:1:none", "document"), ("P:2:P1", "P:2:P1", "document"),
     ("P:2:P1", "1:2:R1", "document"), ("1:1:I1", "1:1:I1", "payment"), ("P:2:P9", "1:1:I1", "payment")],
)  # fmt: skip
async def test_only_own_payments_and_invoices_can_be_named(
    world: World, payment: str, document: str, field: str
) -> None:
    await world.document("I1", "03-01", (100, 0, 0), due="04-01")
    await world.document("R1", "03-02", (-10, 0, 0), kind=RETURN)
    await world.payment("P1", "05-02", 60)
    await world.payment("P9", "05-02", 60, FAR)
    with pytest.raises(Invalid) as error:
        await name_purpose(world.people["finance"], OWN, PurposeCommand(payment, document), RULES, TODAY)
    assert [problem.field for problem in error.value.problems] == [field]


async def test_contracted_comes_and_goes_with_payments(world: World) -> None:
    finance = world.people["finance"]
    await world.document("I1", "03-01", (100, 10, 0), due="04-01")
    await world.document("I2", "05-01", (100, 10, 0), due="05-30")
    assert (await own()).standing.contract is ContractState.NONE
    await agree_terms(finance, OWN, terms(day("02-20"), signed=day("02-20")), RULES, TODAY)
    assert (await own()).standing.contract is ContractState.SIGNED
    assert (await own()).standing.first_open_minor == 110
    await world.payment("P1", "03-30", 109)
    assert (await own()).standing.contract is ContractState.SIGNED
    await world.payment("P2", "04-02", 1)
    standing = (await own()).standing
    assert (standing.contract, standing.contracted_on) == (ContractState.CONTRACTED, day("04-02"))
    await world.payment("P3", "05-30", 110)
    assert (await own()).standing.contract is ContractState.QUALIFIED
    async with unit_of_work():
        await execute("delete from payment where number = {}", "P2")
    assert (await own()).standing.contract is ContractState.CONTRACTED
    async with unit_of_work():
        await execute("delete from payment where number = {}", "P3")
    assert (await own()).standing.contract is ContractState.SIGNED


async def test_kept_figures_are_those_of_the_account(world: World) -> None:
    await world.document("I1", "01-01", (100, 10, 5), due="02-01")
    await world.document("I2", "03-20", (200, 20, 0), due="04-20")
    await world.document("I3", "05-20", (300, 30, 0), due="06-20")
    await world.document("F1", "05-20", (7, 0, 0), due="05-31", buyer=FAR)
    await world.payment("P1", "05-31", 15)
    assert await refresh_all(RULES, TODAY) == 3
    for number in (OWN, FAR):
        kept = await fetch_one("select * from credit_standing where account = {}", number)
        assert kept is not None
        standing = (await own(account=number)).standing
        assert kept["balance_minor"] == standing.balance_minor
        names = ("not_due_minor", "late_1_minor", "late_2_minor", "late_3_minor", "late_4_minor")
        assert tuple(kept[name] for name in names) == standing.buckets
        assert (kept["overdue_minor"], kept["overdue_bp"]) == (standing.overdue_minor, standing.overdue_bp)
        assert (kept["dso_tenths"], kept["oldest_due_on"]) == (standing.dso_tenths, standing.oldest_due_on)
        assert (kept["contract"], kept["as_of_on"]) == (standing.contract.value, TODAY)
    assert (await own()).standing.buckets == (330, 0, 220, 0, 100)
    assert (await own(account=FAR)).standing.buckets == (0, 7, 0, 0, 0)


async def test_figures_stop_where_payments_stop(world: World) -> None:
    await world.document("I1", "04-01", (100, 0, 0), due="05-01")
    await world.document("I2", "05-01", (100, 0, 0), due="05-20")
    await world.payment("P9", "05-10", 1, FAR)
    as_of = data_day(TODAY, await last_payment_on(), RULES)
    assert as_of == day("05-10")
    await refresh_all(RULES, TODAY)
    kept = await fetch_one("select as_of_on, overdue_minor from credit_standing where account = {}", OWN)
    assert kept == {"as_of_on": day("05-10"), "overdue_minor": 100}


async def test_terms_are_dated_and_never_worse_for_the_past(world: World) -> None:
    finance = world.people["finance"]
    await agree_terms(finance, OWN, terms(day("01-01"), limit=500), RULES, TODAY)
    with pytest.raises(Invalid):
        await agree_terms(finance, OWN, terms(day("05-31"), limit=100), RULES, TODAY)
    await agree_terms(finance, OWN, terms(day("07-01"), limit=800), RULES, TODAY)
    account = await own()
    limits = [(on, row.limit_minor if row else None) for on in (day("01-01"), TODAY, day("07-01"))
              if (row := account.terms_on(on)) or True]  # fmt: skip
    assert limits == [(day("01-01"), 500), (TODAY, 500), (day("07-01"), 800)]
    assert account.terms_on(dt.date(2025, 12, 31)) is None
    with pytest.raises(Invalid):
        await agree_terms(finance, OWN, terms(TODAY, signed=day("06-02")), RULES, TODAY)
    with pytest.raises(NotFound):
        await agree_terms(finance, 99, terms(TODAY), RULES, TODAY)
    with pytest.raises(NotFound):
        await agree_terms(world.people["manager"], OWN, terms(TODAY), RULES, TODAY)


@pytest.mark.parametrize("change", ["update credit_terms set limit_minor = 9", "delete from credit_terms"])
async def test_agreed_terms_cannot_be_changed(world: World, change: str) -> None:
    await agree_terms(world.people["finance"], OWN, terms(TODAY), RULES, TODAY)
    with pytest.raises(Exception, match="agreed credit terms do not change"):
        async with unit_of_work():
            await execute(change)
