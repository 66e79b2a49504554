"""The demo's credit: signed contracts with limits and terms, a hold that waits for its release, talks."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from portal import db
from portal.credit.model import CreditRules
from portal.credit.service.standings import refresh_all
from portal.demo.plan import LAST_MONTH, months
from portal.demo.write_network import dealer_id
from portal.sales.model import Level, Side

if TYPE_CHECKING:
    from portal.demo.network import Network

_VAT_SHARE = (11, 10)
_QUANTUM = 1_000_000
_ONE_IN_NINE, _TIGHT = 9, 4
_HELD = 20
"""Position of the dealer whose hold is to be released: outside of the story's region."""


async def write_credit(network: Network) -> None:
    """Agree on a limit for every dealer, most of them wide enough, and compute where everybody stands."""
    signed = months()[0].first_on
    at = dt.datetime.combine(signed, dt.time(1), dt.UTC)
    sold = await _sold_a_month()
    finance = await db.fetch_value("select id from login_user where login = 'finance'")
    rows = []
    for position in range(network.size.dealers):
        account, days = dealer_id(position), 30 + 15 * (position % 3)
        need = sold.get(account, 0) * _VAT_SHARE[0] // _VAT_SHARE[1] * (days + 15) // 30
        share = 6 if position % _ONE_IN_NINE == _TIGHT else 15
        limit = -(-need * share // 10 // _QUANTUM) * _QUANTUM
        contract = f"HB-{signed.year}-{position + 1:04d}"
        rows.append((account, signed, limit, days, signed, contract, "첫 거래 계약", finance, at))
    async with db.unit_of_work():
        columns = (
            "account from_on limit_minor terms_days signed_on contract_number reason actor_user_id at"
        ).split()
        await db.insert_rows("credit_terms", columns, rows)
        await _hold(dealer_id(_HELD), int(finance))
        await _talks(dealer_id(_HELD))
    await refresh_all(CreditRules(), LAST_MONTH.last_on)


async def _sold_a_month() -> dict[int, int]:
    """Return what each dealer bought a month, on average of the last twelve."""
    rows = await db.fetch(
        "select account, sum(net_minor) as net from account_month where level = {} and side = {}"
        " and month_on >= {} group by account",
        int(Level.SELL_IN),
        int(Side.BUYER),
        LAST_MONTH.shift(-11).first_on,
    )
    return {row["account"]: row["net"] // 12 for row in rows}


async def _hold(account: int, finance: int) -> None:
    placed = dt.datetime.combine(LAST_MONTH.last_on - dt.timedelta(days=9), dt.time(2), dt.UTC)
    await db.execute(
        "insert into credit_hold (account, reason_code, reason, placed_by_user_id, placed_at, release_reason,"
        " requested_by_user_id, requested_at) values ({}, {}, {}, {}, {}, {}, {}, {})",
        account,
        "overdue",
        "약속한 날까지 입금되지 않아 추가 출고를 잠시 멈춥니다.",
        finance,
        placed,
        "상환 계획에 합의하고 첫 회차를 입금했습니다.",
        finance,
        placed + dt.timedelta(days=6),
    )


async def _talks(account: int) -> None:
    """Note two talks with the dealer on hold: a promise that was missed, and one to be followed up."""
    people = {row["login"]: row["id"] for row in await db.fetch("select id, login from login_user")}
    finance, last = people["finance"], LAST_MONTH.last_on
    columns = (
        "account held_on channel text promised_minor promised_on owner_user_id due_on actor_user_id at"
        " done_by_user_id done_at"
    ).split()
    first, second = last - dt.timedelta(days=20), last - dt.timedelta(days=3)
    followed_on = first + dt.timedelta(days=11)
    rows = [
        (
            account, first, "phone", "성수기 외상 회수가 늦다고 하여 입금 날짜를 다시 정했습니다.", 1_500_000,
            first + dt.timedelta(days=4), finance, followed_on, finance, _at(first), finance,
            _at(followed_on),
        ),
        (
            account, second, "visit", "상환 계획에 합의했습니다. 나머지는 11월에 입금합니다.", 1_500_000,
            last + dt.timedelta(days=10), finance, last + dt.timedelta(days=11), finance, _at(second), None,
            None,
        ),
    ]  # fmt: skip
    await db.insert_rows("credit_contact", columns, rows)


def _at(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(3), dt.UTC)
