"""Documents and payments of dealers as entries of an account, and the figures that follow from them.

Rows are read by sets of dealers, so that one dealer's page and the nightly computation of all share the code.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.credit.model import Allocation, Charge, Credit, CreditRules, Standing, standing_of
from portal.db import as_date, fetch, fetch_value
from portal.sales.model import DocumentKind, Level, LineKind

# ruff: noqa: S608  names come from code; values are bound

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portal.db.sql import Row

PAYMENT = 0
"""Kind of an entry that is a payment; others are ``DocumentKind``."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A document or payment of a dealer.

    Attributes:
        key: Unique within the dealer, see ``document_key`` and ``payment_key``.
        kind: ``PAYMENT`` or a ``DocumentKind``.
        number: As in the source.
        on: Business day, or day of payment.
        due_on: Last day to pay in time, of documents only.
        supply_minor, vat_minor, deposit_minor: Parts of a document, 0 for payments.
        amount_minor: What it adds to the balance: invoices above 0, credit notes and payments below.
        names: Key of the document a payment is meant for, or empty; finance's word counts before its file's.
    """

    key: str
    kind: int
    number: str
    on: dt.date
    due_on: dt.date | None
    supply_minor: int
    vat_minor: int
    deposit_minor: int
    amount_minor: int
    names: str = ""


@dataclass(frozen=True, slots=True)
class TermsRow:
    """Limit and terms from a day on.

    Attributes:
        limit_minor: The most the dealer may owe, VAT and deposits included; None = none agreed.
        signed_on: Day on which the contract was signed, or None when none is recorded with these terms.
        actor: Name of who entered it.
    """

    account_id: int
    from_on: dt.date
    limit_minor: int | None
    terms_days: int
    signed_on: dt.date | None
    contract_number: str
    reason: str
    actor: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class DealerAccount:
    """Everything about one dealer's credit on a day.

    Attributes:
        entries: Documents and payments up to the day, oldest first.
        terms: Every agreed row, newest first.
        standing: Figures of the day.
        allocation: Which credit pays which charge.
    """

    account_id: int
    entries: tuple[Entry, ...]
    terms: tuple[TermsRow, ...]
    standing: Standing
    allocation: Allocation

    def terms_on(self, day: dt.date) -> TermsRow | None:
        """Return the terms in force on a day, or None before the first."""
        return terms_in_force(self.terms, day)


def terms_in_force(rows: Sequence[TermsRow], day: dt.date) -> TermsRow | None:
    """Return the first of the rows, newest first, that has begun on a day."""
    return next((row for row in rows if row.from_on <= day), None)


async def last_payment_on() -> dt.date | None:
    """Return the day of the newest payment of any dealer."""
    return as_date(await fetch_value("select max(paid_on) from payment"))


async def read_accounts(ids: Sequence[int], as_of: dt.date, rules: CreditRules) -> dict[int, DealerAccount]:
    """Read dealers' accounts up to a day, inclusive; the caller has checked that the viewer may see them."""
    if not ids:
        return {}
    marks = ", ".join("{}" for _ in ids)
    terms = await _terms(ids, marks)
    days = {row["account"]: row["payment_terms_days"] for row in await fetch(
        f"select account, payment_terms_days from dealer where account in ({marks})", *ids
    )}  # fmt: skip
    entries: dict[int, list[Entry]] = {account: [] for account in ids}
    for row in await _documents(ids, marks, as_of):
        account = row["account"]
        master = days.get(account)
        fallback = rules.terms_days if master is None else master
        entries[account].append(_document(row, terms[account], fallback))
    invoices = {account: _invoices(found) for account, found in entries.items()}
    for row in await _payments(ids, marks, as_of):
        entries[row["account"]].append(_payment(row, invoices[row["account"]]))
    return {
        account: _account(account, sorted(found, key=_place), terms[account], as_of, rules)
        for account, found in entries.items()
    }


async def _terms(ids: Sequence[int], marks: str) -> dict[int, tuple[TermsRow, ...]]:
    rows = await fetch(
        "select t.account as account_id, t.from_on, t.limit_minor, t.terms_days, t.signed_on,"
        " t.contract_number, t.reason, coalesce(u.name, '') as actor, t.at from credit_terms t"
        f" left join login_user u on u.id = t.actor_user_id where t.account in ({marks})"
        " order by t.from_on desc, t.id desc",
        *ids,
    )
    return {
        account: tuple(TermsRow(**row) for row in rows if row["account_id"] == account) for account in ids
    }


async def _documents(ids: Sequence[int], marks: str, as_of: dt.date) -> list[Row]:
    return await fetch(
        "select d.buyer as account, d.source, d.kind, d.number, d.business_on, d.due_on,"
        f" sum(case when l.line_kind = {LineKind.GOODS} then l.amount_minor else 0 end) as supply_minor,"
        " sum(l.vat_minor) as vat_minor, sum(l.deposit_minor"
        f" + case when l.line_kind = {LineKind.DEPOSIT} then l.amount_minor else 0 end) as deposit_minor"
        " from document d join document_line l on l.source = d.source and l.kind = d.kind"
        " and l.number = d.number and l.document = d.id"
        f" where d.level = {Level.SELL_IN} and d.buyer in ({marks}) and d.business_on <= {{}}"
        " group by d.buyer, d.source, d.kind, d.number, d.business_on, d.due_on",
        *ids,
        as_of,
    )


async def _payments(ids: Sequence[int], marks: str, as_of: dt.date) -> list[Row]:
    return await fetch(
        "select p.account, p.source, p.number, p.paid_on, p.amount_minor, p.document_number as told,"
        " c.document_source, c.document_kind, c.document_number from payment p"
        " left join credit_payment_purpose c"
        " on c.payment_source = p.source and c.payment_number = p.number and c.account = p.account"
        f" where p.account in ({marks}) and p.paid_on <= {{}}",
        *ids,
        as_of,
    )


def document_key(source: int, kind: int, number: str) -> str:
    """Return the key of a document's entry."""
    return f"{source}:{kind}:{number}"


def payment_key(source: int, number: str) -> str:
    """Return the key of a payment's entry."""
    return f"P:{source}:{number}"


def _document(row: Row, terms: Sequence[TermsRow], fallback_days: int) -> Entry:
    """Make an entry; a credit note is taken off whatever sign its source writes it with."""
    parts = [row["supply_minor"], row["vat_minor"], row["deposit_minor"]]
    if row["kind"] == DocumentKind.RETURN and sum(parts) > 0:
        parts = [-part for part in parts]
    due_on = row["due_on"]
    if due_on is None:
        agreed = terms_in_force(terms, row["business_on"])
        due_on = row["business_on"] + dt.timedelta(days=agreed.terms_days if agreed else fallback_days)
    supply, vat, deposit = parts
    return Entry(
        document_key(row["source"], row["kind"], row["number"]),
        row["kind"],
        row["number"],
        row["business_on"],
        due_on,
        supply,
        vat,
        deposit,
        sum(parts),
    )


def _invoices(entries: Sequence[Entry]) -> dict[str, list[str]]:
    """Return the keys of what has to be paid, by number: another source may use the same one."""
    found: dict[str, list[str]] = {}
    for entry in entries:
        if entry.amount_minor > 0:
            found.setdefault(entry.number, []).append(entry.key)
    return found


def _meant(row: Row, invoices: dict[str, list[str]]) -> str:
    """Return the key of the document a payment is for: finance's word first, then the file's.

    A number that no invoice of the dealer has, or several of other sources have, names nothing.
    """
    if row["document_number"] is not None:
        return document_key(row["document_source"], row["document_kind"], row["document_number"])
    known = invoices.get(row["told"], [])
    own = [key for key in known if key.startswith(f"{row['source']}:")]
    candidates = own or known
    return candidates[0] if len(candidates) == 1 else ""


def _payment(row: Row, invoices: dict[str, list[str]]) -> Entry:
    names = _meant(row, invoices)
    key = payment_key(row["source"], row["number"])
    return Entry(key, PAYMENT, row["number"], row["paid_on"], None, 0, 0, 0, -row["amount_minor"], names)


def _place(entry: Entry) -> tuple[dt.date, str]:
    return entry.on, entry.key


def _account(
    account_id: int, entries: list[Entry], terms: tuple[TermsRow, ...], as_of: dt.date, rules: CreditRules
) -> DealerAccount:
    charges = [
        Charge(entry.due_on or entry.on, entry.on, entry.key, entry.amount_minor, entry.kind != PAYMENT)
        for entry in entries
        if entry.amount_minor > 0
    ]
    received = [
        Credit(entry.on, entry.key, -entry.amount_minor, entry.names)
        for entry in entries
        if entry.amount_minor < 0
    ]
    since = as_of - dt.timedelta(days=rules.dso_days)
    signed = [row.signed_on for row in terms if row.signed_on is not None and row.signed_on <= as_of]
    standing, allocation = standing_of(
        charges,
        received,
        signed_on=min(signed, default=None),
        invoiced_minor=sum(e.amount_minor for e in entries if e.kind != PAYMENT and e.on > since),
        as_of=as_of,
        rules=rules,
    )
    return DealerAccount(account_id, tuple(entries), terms, standing, allocation)
