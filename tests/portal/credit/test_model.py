"""Allocation, ageing and figures against an oracle that moves one won at a time."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.credit.model import (
    Charge,
    Coaching,
    ContractState,
    Credit,
    CreditRules,
    allocate,
    bucket_of,
    coaching,
    data_day,
    dso_tenths,
    ratio_bp,
    standing_of,
)
from portal.settings import Settings

DAY = dt.date(2026, 6, 1)
RULES = CreditRules()
KEYS = ("a", "b", "c", "d", "e", "f")
days = st.integers(-120, 30).map(lambda n: DAY + dt.timedelta(days=n))
amounts = st.integers(1, 12)
charge_lists = st.lists(
    st.builds(Charge, due_on=days, on=days, key=st.sampled_from(KEYS), amount_minor=amounts),
    max_size=6,
    unique_by=lambda charge: charge.key,
)
credit_lists = st.lists(
    st.builds(
        Credit,
        on=days,
        key=st.sampled_from(("p", "q", "r", "s", "t")),
        amount_minor=amounts,
        names=st.sampled_from(("", "", "a", "b", "unknown")),
    ),
    max_size=5,
    unique_by=lambda credit: credit.key,
)


def won_by_won(charges: list[Charge], received: list[Credit]) -> tuple[dict[str, list[tuple[str, int]]], int]:
    """Return for each charge its payers won by won, and how many won were left over."""
    owed = {charge.key: charge.amount_minor for charge in charges}
    paid: dict[str, list[str]] = {charge.key: [] for charge in charges}
    later: list[str] = []
    in_order = sorted(received, key=lambda credit: (credit.on, credit.key))
    for credit in in_order:
        for _ in range(credit.amount_minor):
            if owed.get(credit.names, 0) > 0:
                owed[credit.names] -= 1
                paid[credit.names].append(credit.key)
            else:
                later.append(credit.key)
    over = 0
    for payer in later:
        waiting = [charge for charge in charges if owed[charge.key] > 0]
        if not waiting:
            over += 1
            continue
        first = min(waiting, key=lambda charge: (charge.due_on, charge.on, charge.key))
        owed[first.key] -= 1
        paid[first.key].append(payer)
    return {key: sorted((payer, who.count(payer)) for payer in set(who)) for key, who in paid.items()}, over


@settings(max_examples=150, deadline=None)
@given(charge_lists, credit_lists)
def test_allocation_is_that_of_the_oracle(charges: list[Charge], received: list[Credit]) -> None:
    found = allocate(charges, received)
    expected, over = won_by_won(charges, received)
    sums: dict[str, dict[str, int]] = {}
    for item in found.settled:
        mine = sums.setdefault(item.charge.key, {})
        for piece in item.pieces:
            mine[piece.credit_key] = mine.get(piece.credit_key, 0) + piece.amount_minor
    assert {key: sorted(of.items()) for key, of in sums.items()} == expected
    assert found.unapplied_minor == over
    owed, got = sum(c.amount_minor for c in charges), sum(c.amount_minor for c in received)
    assert found.open_minor - found.unapplied_minor == owed - got
    assert found.open_minor == 0 or found.unapplied_minor == 0


@settings(max_examples=80, deadline=None)
@given(charge_lists, credit_lists)
def test_without_names_what_is_open_before_a_day_follows_from_two_sums(
    charges: list[Charge], received: list[Credit]
) -> None:
    unnamed = [replace(credit, names="") for credit in received]
    found, pool = allocate(charges, unnamed), sum(credit.amount_minor for credit in unnamed)
    for day in {charge.due_on for charge in charges}:
        due = sum(charge.amount_minor for charge in charges if charge.due_on <= day)
        still = sum(item.open_minor for item in found.settled if item.charge.due_on <= day)
        assert still == max(0, due - pool)


@settings(max_examples=80, deadline=None)
@given(charge_lists, credit_lists)
def test_ageing_is_that_of_the_oracle(charges: list[Charge], received: list[Credit]) -> None:
    paid, _ = won_by_won(charges, received)
    expected = [0, 0, 0, 0, 0]
    for charge in charges:
        late = (DAY - charge.due_on).days
        place = 0 if late < 1 else 1 if late < 31 else 2 if late < 61 else 3 if late < 91 else 4
        expected[place] += charge.amount_minor - sum(count for _, count in paid[charge.key])
    standing, _ = standing_of(charges, received, signed_on=None, invoiced_minor=0, as_of=DAY, rules=RULES)
    assert list(standing.buckets) == expected
    assert standing.receivable_minor == sum(expected)
    assert standing.overdue_minor == sum(expected[1:])


@settings(max_examples=50, deadline=None)
@given(charge_lists, credit_lists, st.randoms(use_true_random=False))
def test_order_of_input_does_not_matter(
    charges: list[Charge], received: list[Credit], random: object
) -> None:
    mixed, moved = list(charges), list(received)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    random.shuffle(moved)  # type: ignore[attr-defined]
    assert allocate(mixed, moved) == allocate(charges, received)


@pytest.mark.parametrize(
    ("late", "bucket"),
    [(-1, 0), (0, 0), (1, 1), (30, 1), (31, 2), (60, 2), (61, 3), (90, 3), (91, 4), (400, 4)],
)
def test_bounds_of_buckets(late: int, bucket: int) -> None:
    assert bucket_of(DAY - dt.timedelta(days=late), DAY, RULES.last_days) == bucket


def test_bounds_are_settings() -> None:
    rules = CreditRules.of(Settings(credit_ageing_days=(7, 14, 21)))
    assert [bucket_of(DAY - dt.timedelta(days=n), DAY, rules.last_days) for n in (0, 7, 8, 14, 21, 22)] == [
        0, 1, 2, 2, 3, 4,
    ]  # fmt: skip
    with pytest.raises(ValueError, match="must rise"):
        Settings(credit_ageing_days=(30, 30, 90))


def test_days_sales_outstanding_and_overdue_ratio() -> None:
    assert dso_tenths(1_000_000, 3_000_000, 90) == 300
    assert dso_tenths(1, 3, 90) == 300
    assert dso_tenths(1, 1800, 90) == 1  # 0.05 days: half away from zero
    assert dso_tenths(1, 1801, 90) == 0
    assert dso_tenths(0, 5, 90) == 0
    assert dso_tenths(5, 0, 90) is None
    assert dso_tenths(5, -5, 90) is None
    assert ratio_bp(1, 3) == 3333
    assert ratio_bp(1, 8) == 1250
    assert ratio_bp(1, 20_000) == 1
    assert ratio_bp(0, 0) is None


def on(day: int) -> dt.date:
    return dt.date(2026, 5, day)


SIGNED = on(2)


def first_invoice(*received: Credit, signed: dt.date | None = SIGNED) -> tuple[ContractState, dt.date | None]:
    charges = [Charge(on(20), on(3), "first", 100), Charge(on(30), on(10), "second", 50)]
    standing, _ = standing_of(charges, received, signed_on=signed, invoiced_minor=150, as_of=DAY, rules=RULES)
    return standing.contract, standing.contracted_on


def test_contracted_is_set_by_payments() -> None:
    assert first_invoice(signed=None) == (ContractState.NONE, None)
    assert first_invoice() == (ContractState.SIGNED, None)
    assert first_invoice(Credit(on(18), "p", 99)) == (ContractState.SIGNED, None)
    part = (Credit(on(18), "p", 99), Credit(on(19), "q", 1))
    assert first_invoice(*part) == (ContractState.CONTRACTED, on(19))
    assert first_invoice(*part, Credit(on(31), "r", 50)) == (ContractState.QUALIFIED, on(19))


def test_a_payment_that_names_the_second_invoice_leaves_the_first_open() -> None:
    named = Credit(on(18), "p", 50, "second")
    assert first_invoice(named) == (ContractState.SIGNED, None)
    assert first_invoice(named, Credit(on(19), "q", 100)) == (ContractState.QUALIFIED, on(19))


def test_what_is_named_too_much_pays_the_oldest() -> None:
    named = Credit(on(18), "p", 150, "second")
    assert first_invoice(named) == (ContractState.QUALIFIED, on(18))


def test_an_invoice_before_the_signature_makes_no_contract() -> None:
    paid = Credit(on(18), "p", 100)
    assert first_invoice(paid, signed=on(5)) == (ContractState.SIGNED, None)


def standing_with(*buckets: int) -> object:
    charges = [
        Charge(DAY - dt.timedelta(days=late), DAY - dt.timedelta(days=late + 30), str(late), amount)
        for late, amount in zip((-1, 1, 31, 61, 91), buckets, strict=True)
        if amount
    ]
    return standing_of(charges, (), signed_on=None, invoiced_minor=0, as_of=DAY, rules=RULES)[0]


def test_coaching_is_about_payment_and_terms() -> None:
    assert coaching(standing_with(0, 0, 0, 0, 0), 100, RULES) == ()
    assert coaching(standing_with(89, 0, 0, 0, 0), 100, RULES) == ()
    assert coaching(standing_with(90, 0, 0, 0, 0), 100, RULES) == (Coaching.NEAR_LIMIT, Coaching.TERMS)
    assert coaching(standing_with(101, 0, 0, 0, 0), 100, RULES) == (Coaching.OVER_LIMIT, Coaching.TERMS)
    assert coaching(standing_with(0, 5, 0, 0, 7), None, RULES) == (
        Coaching.PAYMENT_PLAN,
        Coaching.OLD_DEBT,
    )
    assert coaching(standing_with(1, 0, 0, 0, 0), 0, RULES) == (Coaching.OVER_LIMIT, Coaching.TERMS)


def test_unknown_payments_are_not_unpaid() -> None:
    assert data_day(DAY, None, RULES) == DAY
    assert data_day(DAY, DAY - dt.timedelta(days=7), RULES) == DAY
    assert data_day(DAY, DAY - dt.timedelta(days=8), RULES) == DAY - dt.timedelta(days=8)
