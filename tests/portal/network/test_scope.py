"""Each viewer sees the records of his part of the network, minus what a dealer has not shared."""

from __future__ import annotations

import datetime as dt

import pytest

from portal.access import DeputyFor, Grant, Role, Viewer
from portal.db import fetch
from portal.network.model import Purpose
from portal.network.scope import all_of, in_scope, shares, visible_accounts, visible_sell_through
from tests.portal.network.conftest import VIEWERS, revoke, share

SHARED_BY_10 = {10, 11, 12, 13}
MAKERS_OF_20, MAKERS_OF_30 = {20, 23}, {30, 33}
ALL_OF_20 = {20, 21, 22, 23}


async def seen_by(viewer: Viewer, purpose: Purpose | None = None) -> set[int]:
    seen = visible_accounts(viewer, "a", purpose)
    return {row["id"] for row in await fetch(f"select a.id from account a where {seen.sql}", *seen.args)}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("administrator", SHARED_BY_10 | MAKERS_OF_20 | MAKERS_OF_30),
        ("auditor", SHARED_BY_10 | MAKERS_OF_20 | MAKERS_OF_30),
        ("marketing", SHARED_BY_10 | MAKERS_OF_20 | MAKERS_OF_30),
        ("manager", SHARED_BY_10 | MAKERS_OF_20),
        ("daejeon", SHARED_BY_10),
        ("south", MAKERS_OF_30),
        ("representative", SHARED_BY_10),
        ("granted", MAKERS_OF_20),
        ("owner", ALL_OF_20),
        ("staff", SHARED_BY_10),
        ("nobody", set()),
    ],
)
async def test_each_role_sees_its_part(network, name, expected):
    assert await seen_by(getattr(VIEWERS, name)) == expected


async def test_sharing_one_purpose_opens_that_kind_only(network, viewers):
    await share(20, "terminals")
    assert await seen_by(viewers.manager) == SHARED_BY_10 | MAKERS_OF_20 | {22}
    await share(20, "outlets")
    assert await seen_by(viewers.manager) == SHARED_BY_10 | ALL_OF_20


async def test_revoking_closes_again(network, viewers):
    await revoke(10, "terminals")
    assert await seen_by(viewers.daejeon) == {10, 11, 13}
    assert await seen_by(viewers.staff) == SHARED_BY_10


async def test_scope_alone_counts_what_is_not_shared(network, viewers):
    scope = in_scope(viewers.manager, "a")
    rows = await fetch(f"select a.id from account a where {scope.sql}", *scope.args)
    assert {row["id"] for row in rows} == SHARED_BY_10 | ALL_OF_20


async def test_sell_through_is_open_from_the_makers_own_feed_or_when_shared(network, viewers):
    async def dealers() -> set[int]:
        both = all_of(
            visible_accounts(viewers.administrator, "a"), visible_sell_through(viewers.marketing, "a")
        )
        rows = await fetch(f"select a.id from account a where a.kind = 'dealer' and {both.sql}", *both.args)
        return {row["id"] for row in rows}

    assert await dealers() == {30}
    await share(20, "sell_through")
    assert await dealers() == {20, 30}
    assert await seen_by(viewers.manager, Purpose.SELL_THROUGH) == ALL_OF_20


async def test_shares_is_a_fragment_for_any_query(network):
    sql = f"select d.account from dealer d where {shares('d.account', Purpose.CONTACTS)}"
    assert await fetch(sql) == [{"account": 10}]


async def test_assignments_count_on_their_days(network, viewers):
    scope = in_scope(viewers.representative, "a", dt.date(2024, 6, 1))
    rows = await fetch(f"select a.id from account a where {scope.sql} and a.kind = 'dealer'", *scope.args)
    assert {row["id"] for row in rows} == {10, 30}


async def test_a_deputy_sees_what_the_absent_representative_sees(network):
    grants = (Grant(Role.SALES_REPRESENTATIVE),)
    absent = DeputyFor(7, "이영업", grants, dt.date(2026, 1, 1), dt.date(2027, 1, 1))
    deputy = Viewer(99, "대결", "deputy", grants=(), deputy_for=(absent,))
    assert await seen_by(deputy) == SHARED_BY_10
