"""Targets by outlet: by history, as typed, from a workbook; every cell adds up to the unit."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
import python_calamine as calamine
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from portal.db import execute, fetch_value, insert_rows, unit_of_work
from portal.errors import Conflict, Invalid
from portal.seasons.commands import CounterCommand, DraftCommand, PartsCommand
from portal.seasons.model import Cell, digest_of
from portal.seasons.parts import amounts_of, differences, parts_of, refit, share_out
from portal.seasons.policies import SAY, TARGET
from portal.seasons.queries.parts import list_parts
from portal.seasons.queries.targets import list_cells, list_versions
from portal.seasons.service import answers, drafts, offers, parts
from rules.months import Month
from tests.portal.seasons.conftest import COLA, JUICE, NOW, OWN, SINCE, World, draft, offered
from tests.portal.seasons.site import Site, make_client, upload

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

HOF, MART, BAR, GONE = 101, 102, 103, 104
YEAR_BEFORE = Month.parse("2025-10")
NEW = Month.parse("2026-10")


@pytest.fixture
async def trade(world: World) -> World:
    """Give the dealer an outlet and two retail points; another one is no longer his."""
    buyers = (
        (HOF, "outlet", "한빛호프", 600),
        (MART, "terminal", "대청마트", 300),
        (BAR, "terminal", "은하바", 0),
    )
    async with unit_of_work():
        await insert_rows(
            "account",
            "id kind code name region dealer owner area state is_stub version created_at updated_at".split(),
            [(number, kind, f"B{number}", name, 2, OWN, "manufacturer", "", "existing", False, 1, NOW, NOW)
             for number, kind, name, _ in (*buyers, (GONE, "terminal", "옛가게", 900))],
        )  # fmt: skip
        links = [(OWN, number, SINCE.replace(year=2025), None) for number, *_ in buyers]
        ended = (OWN, GONE, SINCE.replace(year=2025), SINCE.replace(year=2026, month=1))
        await insert_rows("supply_link", ("supplier", "buyer", "from_on", "to_on"), [*links, ended])
        await insert_rows(
            "account_month",
            "account month_on level side lines documents net_minor returns_minor quantity active".split(),
            [(number, YEAR_BEFORE.first_on, 2, 1, 1, 1, net, 0, 1, 1) for number, _, _, net in buyers],
        )
    return world


async def split_of(world: World) -> dict[int, int]:
    """Return what each buyer carries of the newest version, after checking that every cell adds up."""
    version = (await list_versions(world.season, [OWN]))[0]
    found = await list_parts(version.id)
    assert differences((await list_cells([version.id]))[version.id], found) == []
    assert sum(part.amount_minor for part in found) == version.amount_minor
    return amounts_of(found)


async def test_a_draft_is_split_by_history_and_follows_its_cells(trade: World) -> None:
    manager, key = trade.people["manager"], (trade.season, OWN)
    await draft(trade, 900_000)
    await parts.split_by_history(manager, *key, TARGET)
    assert await split_of(trade) == {HOF: 600_000, MART: 300_000}
    typed = PartsCommand({HOF: 500_000, BAR: 1, MART: 1}, frozenset({HOF}))
    await parts.save_split(manager, *key, TARGET, typed)
    assert await split_of(trade) == {HOF: 500_000, BAR: 200_000, MART: 200_000}
    version = (await list_versions(trade.season, [OWN]))[0]
    cells = (await list_cells([version.id]))[version.id]
    await drafts.spread_draft(manager, *key, DraftCommand(cells, "", digest_of(cells)), 1_000_001)
    assert (await split_of(trade))[HOF] == 500_000
    cells = (await list_cells([version.id]))[version.id]
    await drafts.spread_draft(manager, *key, DraftCommand(cells, "", digest_of(cells)), 90_000)
    assert sum((await split_of(trade)).values()) == 90_000  # the lock leaves no room any more and is let go
    await drafts.discard_draft(manager, *key)
    assert await fetch_value("select count(*) from season_target_part") == 0


async def test_after_the_offer_the_split_is_the_dealers(trade: World) -> None:
    key = (trade.season, OWN)
    await offered(trade, 500_000)
    with pytest.raises(Conflict):
        await parts.split_by_history(trade.people["manager"], *key, TARGET)
    staff = trade.people["staff"]
    await parts.split_by_history(staff, *key, SAY)
    before = await split_of(trade)
    product = await fetch_value("select product from season_target_share order by product limit 1")
    now = await fetch_value("select sum(amount_minor) from season_target_share where product = {}", product)
    wish = CounterCommand({product: now - 1_000}, {product: "재고가 많습니다."}, "", 1)
    await answers.counter(trade.people["owner"], *key, wish)
    after = await split_of(trade)
    assert (set(after), sum(after.values())) == (set(before), 499_000)
    await offers.agree(trade.people["manager"], *key, 2, "")
    assert await split_of(trade) == after
    await drafts.revise(trade.people["manager"], *key)
    assert await split_of(trade) == after


async def test_what_is_refused(trade: World) -> None:
    manager, key = trade.people["manager"], (trade.season, OWN)
    await draft(trade, 900_000)
    for command in (PartsCommand({GONE: 5}, frozenset()), PartsCommand({HOF: 900_001}, frozenset({HOF}))):
        with pytest.raises(Invalid):
            await parts.save_split(manager, *key, TARGET, command)
    async with unit_of_work():
        await execute("update dealer set sell_through_owner = 'dealer' where account = {}", OWN)
    with pytest.raises(Conflict, match="does not share"):
        await parts.split_by_history(manager, *key, TARGET)
    async with unit_of_work():
        await execute("update dealer set sell_through_owner = 'manufacturer' where account = {}", OWN)
        await execute("delete from supply_link")
    with pytest.raises(Conflict, match="supplies no outlet"):
        await parts.split_by_history(manager, *key, TARGET)


def filled(rows: list[list[object]]) -> bytes:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target)
    page = book.add_worksheet()
    for number, row in enumerate(rows):
        page.write_row(number, 0, row)
    book.close()
    return target.getvalue()


@pytest.fixture
async def site(trade: World) -> AsyncIterator[Site]:
    async with make_client(trade.people) as client:
        yield Site(client)


async def test_out_edited_and_in_again(site: Site, trade: World) -> None:
    await draft(trade, 900_000)
    url = f"/seasons/{trade.season}/targets/{OWN}/parts"
    assert "Not split yet" in (await site.get("manager", url)).text
    assert (await site.post("manager", url, do="history")).status_code == 303
    page = (await site.get("manager", url)).text
    for words in ("한빛호프", "600,000", "대청마트", "66.7%", "Products and months"):
        assert words in page, words
    assert "옛가게" not in page
    sent = await site.post("manager", f"{url}/export", format="xlsx")
    rows = calamine.CalamineWorkbook.from_filelike(io.BytesIO(sent.content)).get_sheet_by_index(0).to_python()
    assert rows[0][4] == "2026-10"
    first = next(row for row in rows[1:] if row[0] == f"B{HOF}")
    second = next(row for row in rows[1:] if row[0] == f"B{BAR}" and row[2] == first[2])
    first[4], second[4] = int(first[4]) - 100, int(second[4]) + 100
    answer = await upload(site, url, filled(rows), do="import")
    assert answer.status_code == 303
    assert await split_of(trade) == {HOF: 599_900, MART: 300_000, BAR: 100}
    second[4] = int(second[4]) + 1
    answer = await upload(site, url, filled(rows), do="import")
    assert (answer.status_code, "2026-10: the parts make" in answer.text) == (422, True)
    rows[1][0] = "NOBODY"
    answer = await upload(site, url, filled(rows), do="import")
    assert (answer.status_code, "Unknown outlet code: NOBODY" in answer.text) == (422, True)


async def test_each_side_sees_its_own(site: Site, trade: World) -> None:
    url = f"/seasons/{trade.season}/targets/{OWN}/parts"
    assert (await site.get("manager", url)).status_code == 404  # there is no target
    assert (await site.get("owner", f"/my/targets/{trade.season}/parts")).status_code == 404
    await offered(trade, 500_000)
    assert (await site.get("manager2", url)).status_code == 404
    assert (await site.get("far", f"/my/targets/{trade.season}/parts")).status_code == 404
    own = f"/my/targets/{trade.season}/parts"
    assert "Save the split" not in (await site.get("manager", url)).text
    assert "Save the split" in (await site.get("owner", own)).text
    typed = {f"p-{HOF}": "100,000", f"l-{HOF}": "on", f"p-{MART}": "x"}
    assert (await site.post("owner", own, do="save", **typed)).status_code == 422
    assert (await site.post("owner", own, do="save", **{**typed, f"p-{MART}": "1"})).status_code == 303
    assert await split_of(trade) == {HOF: 100_000, MART: 400_000}
    assert (await site.post("owner", f"{own}/export", format="csv")).status_code == 200
    assert (await site.post("owner", own, do="import")).status_code == 422
    async with unit_of_work():
        await execute("update dealer set sell_through_owner = 'dealer' where account = {}", OWN)
    hidden = (await site.get("manager", url)).text
    assert ("대청마트" in hidden, "does not share what his outlets buy" in hidden) == (False, True)
    assert (await site.post("manager", f"{url}/export", format="csv")).status_code == 404


@given(
    st.lists(st.integers(0, 10**9), min_size=1, max_size=8),
    st.lists(st.integers(-5, 10**6), min_size=1, max_size=8),
    st.integers(0, 10**9),
)
def test_any_history_splits_any_target_and_follows_it_to_another(
    amounts: list[int], history: list[int], other: int
) -> None:
    cells = [Cell(COLA, NEW.shift(at), amount) for at, amount in enumerate(amounts)]
    shared = share_out(sum(amounts), dict(enumerate(history)), (), cells)
    made = parts_of(cells, shared)
    assert differences(cells, made) == []
    changed = [*cells[1:], Cell(JUICE, NEW, other)]
    again = refit(changed, made)
    assert again == () or differences(changed, again) == []
    assert bool(again) == (bool(made) and any(cell.amount_minor for cell in changed))
