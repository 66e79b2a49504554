"""Two accounts become one and two again: what was there is there, and each side decides about its own."""

from __future__ import annotations

import datetime as dt
import json
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.access import Grant, Role
from portal.audit.service import verify_chain
from portal.db import execute, fetch, fetch_one, fetch_value, insert_rows, unit_of_work
from portal.errors import Conflict, Invalid, NotAllowed, NotFound
from portal.network.indexing import reindex_accounts_where
from portal.network.model import Kind
from portal.network.queries.accounts import find_by_code, get_account, list_suppliers
from portal.network.queries.duplicates import get_pair
from portal.network.queries.lists import AccountFilter, list_accounts
from portal.network.service.duplicates import suspect
from portal.network.service.merging import ask_again, call_different, merge, name_pair, undo_merge
from portal.paging import Cursor
from tests.portal.network.conftest import ACCOUNT_COLUMNS, NOW, VIEWERS, share, viewer

TABLES = (
    "region", "account", "dealer", "outlet", "terminal", "account_state", "supply_link", "contact",
    "sharing_grant", "account_note", "account_month", "document", "duplicate_key", "duplicate_pair",
    "search_entry",
)  # fmt: skip
# Versions go on counting, so that a form opened between merge and undo never overwrites silently.
COUNTING = ("version", "updated_at")
# Dealer 10's terminals, which the manufacturer made (13, 14) and the dealer (12, 15); 16 to 19 for chains.
MORE = [
    (14, "terminal", "T14", "가람 마트", 3, 10, "manufacturer"),
    (15, "terminal", "T15", "한빛호프 둔산점", 3, 10, "dealer"),
    (16, "terminal", "T16", "가람마트(주)", 3, 10, "manufacturer"),
    (17, "outlet", "O17", "둔산2차점", 3, 10, "manufacturer"),
    (18, "outlet", "O18", "둔산 제2차점", 3, 10, "manufacturer"),
]


@pytest.fixture
async def twins(network: None) -> None:
    """Further accounts, each with sales, notes and suppliers of its own."""
    async with unit_of_work():
        rows = [(*row, "유성구", "existing", False, 1, NOW, NOW) for row in MORE]
        await insert_rows("account", ACCOUNT_COLUMNS, rows)
        for table in ("terminal", "outlet"):
            values = [(row[0], f"대학로 {row[0]}", f"042-123-45{row[0]}") for row in MORE if row[1] == table]
            await insert_rows(table, ("account", "address", "phone"), values)
        await insert_rows(
            "supply_link",
            ("supplier", "buyer", "from_on", "is_primary", "source"),
            [
                (17, 14, dt.date(2025, 1, 1), True, "told"),
                (10, 14, dt.date(2024, 6, 1), False, "recorded"),
                (17, 16, dt.date(2025, 3, 1), True, "observed"),
                (18, 12, dt.date(2025, 3, 1), False, "recorded"),
                (20, 15, dt.date(2023, 1, 1), True, "recorded"),
            ],
        )
        await insert_rows(
            "account_note",
            ("account", "author_user_id", "side", "text", "at"),
            [(number, 1, "manufacturer", f"기록 {number}", NOW) for number in (13, 14, 16)],
        )
        await reindex_accounts_where("a.id > {}", 0)


async def pair_of(first: int, second: int) -> int:
    async with unit_of_work():
        return await suspect(first, second)


async def state() -> dict[str, list[str]]:
    """Return every row of the tables a merge could touch, without what goes on counting."""
    found = {}
    for table in TABLES:
        rows = await fetch(f"select * from {table}")
        for row in rows:
            for name in COUNTING if table == "account" else ():
                row.pop(name)
        found[table] = sorted(json.dumps(row, default=str, sort_keys=True) for row in rows)
    return found


FIELDS = ("name", "region", "area", "address", "phone", "channel", "trade_type", "place")
SHOPS = st.sampled_from([(13, 14), (14, 13), (16, 13), (13, 16), (14, 16), (16, 14)])


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(SHOPS, st.sets(st.sampled_from(FIELDS))), min_size=1, max_size=4))
async def test_taking_merges_back_leaves_every_row_as_it_was(twins: None, steps) -> None:
    """Whatever is merged into whatever, chains included, and taken back in the opposite order.

    Each example leaves the database as it found it, or fails.
    """
    for (gone, kept), _ in steps:
        await pair_of(gone, kept)
    before, made = await state(), []
    for (gone, kept), taken in steps:
        with suppress(Conflict):  # one of them is merged already
            made.append(await merge(VIEWERS.administrator, await _known(gone, kept), kept, taken))
    assert (await state()) != before
    standing = await fetch("select merged_into from account where merged_into is not null")
    for row in standing:
        assert await fetch_value("select merged_into from account where id = {}", row["merged_into"]) is None
    for merge_id in reversed(made):
        await undo_merge(VIEWERS.administrator, merge_id)
    assert await state() == before


async def _known(one: int, other: int) -> int:
    sql = "select id from duplicate_pair where first = {} and second = {}"
    return await fetch_value(sql, min(one, other), max(one, other))


async def test_what_a_merge_does(twins) -> None:
    second = await pair_of(14, 16)
    merge_id = await merge(VIEWERS.administrator, await pair_of(13, 14), 13, {"phone", "address"})
    kept = await get_account(VIEWERS.daejeon, 13)
    assert (kept.name, kept.phone, kept.address, kept.version) == ("가람마트", "042-123-4514", "대학로 14", 2)
    links = [
        (row.account_id, row.is_primary, row.is_own) for row in await list_suppliers(VIEWERS.daejeon, 13)
    ]
    assert links == [(10, True, True), (17, False, True), (17, True, False), (10, False, False)]
    page = await list_accounts(VIEWERS.daejeon, Kind.TERMINAL, AccountFilter(q="T14"), Cursor())
    assert [row["id"] for row in page.rows] == [13]
    assert (await find_by_code(VIEWERS.daejeon, Kind.TERMINAL, "T14"))["id"] == 13
    with pytest.raises(Conflict):
        await merge(VIEWERS.administrator, second, 16, ())
    await undo_merge(VIEWERS.administrator, merge_id)
    with pytest.raises(Conflict):
        await undo_merge(VIEWERS.administrator, merge_id)
    assert (await get_account(VIEWERS.daejeon, 13)).phone == ""
    assert (await verify_chain()).is_whole


async def test_a_value_changed_since_keeps_the_later_change(twins) -> None:
    merge_id = await merge(VIEWERS.administrator, await pair_of(13, 14), 13, {"phone", "name"})
    async with unit_of_work():
        await execute("update terminal set phone = '042-999-9999' where account = 13")
    await undo_merge(VIEWERS.administrator, merge_id)
    assert await fetch_value("select phone from terminal where account = 13") == "042-999-9999"
    assert await fetch_value("select name from account where id = 13") == "가람마트"


async def test_a_merge_on_a_merge_is_taken_back_first(twins) -> None:
    first = await merge(VIEWERS.administrator, await pair_of(13, 14), 13, ())
    second = await merge(VIEWERS.administrator, await pair_of(13, 16), 16, ())
    assert await fetch_value("select count(*) from account where merged_into = 16") == 2
    with pytest.raises(Conflict):
        await undo_merge(VIEWERS.administrator, first)
    await undo_merge(VIEWERS.administrator, second)
    await undo_merge(VIEWERS.administrator, first)
    assert await fetch_value("select count(*) from account where merged_into is not null") == 0


async def test_each_side_gives_up_its_own_records_only(twins, viewers) -> None:
    own = viewer(Grant(Role.DEALER_OWNER, account_id=10), user_id=11)
    theirs, mixed, ours = await pair_of(12, 15), await pair_of(12, 13), await pair_of(13, 14)
    assert (await get_pair(own, theirs)).gone_ids == {12, 15}
    assert (await get_pair(own, mixed)).gone_ids == {12}
    assert (await get_pair(own, ours)).gone_ids == frozenset()
    assert (await get_pair(viewers.daejeon, mixed)).gone_ids == frozenset()
    assert (await get_pair(viewers.daejeon, ours)).gone_ids == {13, 14}
    assert (await get_pair(viewers.representative, ours)).gone_ids == frozenset()
    for who, pair, kept in ((viewers.daejeon, mixed, 13), (viewers.staff, theirs, 12)):
        with pytest.raises(NotAllowed):
            await merge(who, pair, kept, ())
    with pytest.raises(Invalid):
        await merge(own, mixed, 12, ())
    for stranger in (viewers.south, viewers.owner):
        with pytest.raises(NotFound):
            await merge(stranger, ours, 13, ())
    await merge(own, mixed, 13, {"name", "phone"})
    assert await fetch_value("select name from account where id = 13") == "가람마트"


async def test_over_the_border_nothing_of_one_dealer_reaches_the_other(twins, viewers) -> None:
    """Dealer 10's own record is merged into a record in dealer 20's part, by the manufacturer."""
    pair = await pair_of(12, 23)
    for name in ("owner", "staff"):
        with pytest.raises(NotFound):
            await get_pair(getattr(viewers, name), pair)
    assert (await get_pair(viewers.manager, pair)).gone_ids == {12}
    merge_id = await merge(viewers.manager, pair, 23, {"name", "phone", "address"})
    assert (await get_account(viewers.owner, 23)).name == "나래마트"
    for who, text, seen in (
        (viewers.staff, "한빛", [12]),
        (viewers.owner, "한빛", []),
        (viewers.manager, "T12", []),
    ):
        page = await list_accounts(who, Kind.TERMINAL, AccountFilter(q=text), Cursor())
        assert [row["id"] for row in page.rows if row["id"] != 15] == seen
    assert (await find_by_code(viewers.staff, Kind.TERMINAL, "T12"))["id"] == 12
    assert (await find_by_code(viewers.manager, Kind.TERMINAL, "T12"))["id"] == 23
    assert await find_by_code(viewers.owner, Kind.TERMINAL, "T12") is None
    suppliers = [row.account_id for row in await list_suppliers(viewers.owner, 23)]
    assert suppliers == [20]
    await undo_merge(viewers.manager, merge_id)
    assert (await find_by_code(viewers.manager, Kind.TERMINAL, "T12"))["id"] == 12


async def test_an_outlet_hands_its_buyers_on(twins, viewers) -> None:
    merge_id = await merge(viewers.administrator, await pair_of(17, 18), 18, ())
    rows = await fetch("select buyer, is_primary from supply_link where supplier = 18 order by buyer")
    assert [(row["buyer"], bool(row["is_primary"])) for row in rows] == [(12, False), (14, True), (16, True)]
    await undo_merge(viewers.administrator, merge_id)
    assert await fetch_value("select count(*) from supply_link where supplier = 18") == 1


async def test_not_the_same_is_remembered_and_can_be_taken_back(twins, viewers) -> None:
    pair = await pair_of(13, 14)
    await call_different(viewers.daejeon, pair)
    with pytest.raises(Conflict):
        await call_different(viewers.daejeon, pair)
    assert (await get_pair(viewers.daejeon, pair)).state == "different"
    await ask_again(viewers.daejeon, pair)
    assert (await fetch_one("select state, decided_at from duplicate_pair"))["decided_at"] is None


async def test_a_person_names_a_pair_by_code_and_learns_nothing_of_hidden_ones(twins, viewers) -> None:
    assert (await get_pair(viewers.daejeon, await name_pair(viewers.daejeon, 13, "T14"))).first.id == 13
    said = []
    for code in ("T22", "nowhere", "T13", "O17"):
        with pytest.raises(Invalid) as refused:
            await name_pair(viewers.daejeon, 13, code)
        said.append(refused.value.problems)
    assert said == [said[0]] * 4
    await share(20, "terminals")
    assert await name_pair(viewers.manager, 13, "T22")
    with pytest.raises(NotFound):
        await name_pair(viewers.daejeon, 10, "D20")
