"""The target list: who may, the score with its parts, stages, files, the coverage map."""

from __future__ import annotations

import datetime as dt
import io
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
import xlsxwriter

from portal.db import execute, fetch_one, fetch_value, insert_rows, unit_of_work
from portal.errors import Invalid, NotFound
from portal.paging import Cursor
from portal.plans.commands_targets import TargetCommand
from portal.plans.commands_visits import VisitCommand
from portal.plans.forms_targets import read_file
from portal.plans.forms_visits import new_key
from portal.plans.model import Outcome
from portal.plans.queries.targets import TargetFilter, iter_targets, list_targets, list_white_space
from portal.plans.service.targets import add_targets, move_by_orders, remove_target
from portal.plans.service.visits import log_visit
from portal.plans.targeting import ShareSource, WhiteSpace
from rules.planning.book import shipped_visit_books
from tests.portal.plans.field_site import Site, make_client

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.portal.plans.conftest import World

TODAY = dt.datetime.now(ZoneInfo("Asia/Seoul")).date()


def named(code: str = "T101", **more: object) -> TargetCommand:
    return TargetCommand(code, "경쟁사 매출 상위 점포", **more)  # type: ignore[arg-type]


@pytest.fixture
async def site(world: World) -> AsyncIterator[Site]:
    async with make_client(world.people) as client:
        yield Site(client)


async def stage(code: str) -> str:
    return str(
        await fetch_value(
            "select stage from target_account x join account a on a.id = x.account where a.code = {}", code
        )
    )


async def test_the_score_is_the_sum_of_its_parts_and_refusing_lowers_nothing(world: World) -> None:
    manager, score = world.people["manager"], shipped_visit_books()[-1].score
    declined = named("T103", source=ShareSource.DECLINED)
    told = named("T105", share_bp=6_000, source=ShareSource.TOLD, competitor="경쟁사")
    assert await add_targets(manager, [named(), declined, told]) == 3
    found = {row["code"]: row for row in (await list_targets(manager, TargetFilter(), Cursor())).rows}
    assert found["T101"]["score"] == found["T103"]["score"] == sum(found["T101"]["parts"].values())
    assert found["T105"]["score"] - found["T101"]["score"] == score.target_share * 6_000 // 10_000
    filed = [row["code"] async for batch in iter_targets(manager, TargetFilter(), batch=1) for row in batch]
    assert (len(filed), filed[0]) == (4, "T105")
    await add_targets(manager, [named(share_bp=10_000, source=ShareSource.OBSERVED)])
    assert await fetch_value("select count(*) from target_account") == 4


async def test_not_yours(world: World) -> None:
    await add_targets(world.people["manager"], [named()])
    target = await fetch_value("select max(id) from target_account")
    for who in ("far_manager", "other_rep"):
        assert "T101" not in [
            row["code"] for row in (await list_targets(world.people[who], TargetFilter(), Cursor())).rows
        ]
    with pytest.raises(NotFound):
        await remove_target(world.people["far_manager"], target)
    for code in ("T150", "D10", "T999"):
        with pytest.raises(Invalid):
            await add_targets(world.people["manager"], [named(code)])
    with pytest.raises(Invalid):
        await add_targets(world.people["manager"], [named(), named()])
    await remove_target(world.people["manager"], target)
    with pytest.raises(NotFound):
        await remove_target(world.people["manager"], target)
    await add_targets(world.people["manager"], [named()])


async def test_visits_and_orders_move_a_target_on_and_never_back(world: World) -> None:
    rep = world.people["rep"]
    await add_targets(world.people["manager"], [named()])
    for outcome, expected in (
        (Outcome.ABSENT, "target"),
        (Outcome.MET, "visited"),
        (Outcome.TRIAL, "trial"),
        (Outcome.MET, "trial"),
    ):
        await log_visit(rep, VisitCommand(new_key(), 101, TODAY, outcome), 7)
        assert await stage("T101") == expected
    async with unit_of_work():
        await execute("update target_account set added_at = {}", dt.datetime(2026, 1, 5, tzinfo=dt.UTC))
    assert await move_by_orders() == 0
    await _order("O-0", dt.date(2026, 1, 4))
    assert await move_by_orders() == 0
    await _order("O-1", dt.date(2026, 2, 1))
    await _order("O-2", dt.date(2026, 2, 1))
    assert (await move_by_orders(), await stage("T101")) == (1, "opened")
    await _order("O-3", dt.date(2026, 3, 1))
    assert (await move_by_orders(), await stage("T101")) == (1, "repeat")
    assert await move_by_orders() == 0


async def _order(number: str, day: dt.date) -> None:
    async with unit_of_work():
        known = await fetch_value("select coalesce(max(id), 0) from document")
        await insert_rows(
            "document", ("id", "source", "level", "kind", "number", "buyer", "business_on", "batch"),
            [(known + 1, 1, 2, 1, number, 101, day, 1)],
        )  # fmt: skip


def test_a_file_is_read_or_refused_by_row() -> None:
    head = "코드,거래처,경쟁사,점유율,근거,사유\n"
    good = head + "T101,가게,갑을,62.5%,들음,매출 상위\nT103,,,,거절,방문 희망\nT105,,,,,새 상권\n\n"
    with pytest.raises(Invalid) as refused:
        read_file((head + "T1,,,101,told,x\n,,,,,x\nT2,,,5,,x\nT3,,,,,\n").encode())
    assert [problem.row for problem in refused.value.problems] == [2, 3, 4, 5]
    commands = read_file(good.replace("들음", "told").replace("거절", "declined").encode("cp949"))
    assert commands == [
        TargetCommand("T101", "매출 상위", "갑을", 6_250, ShareSource.TOLD),
        TargetCommand("T103", "방문 희망", "", None, ShareSource.DECLINED),
        TargetCommand("T105", "새 상권"),
    ]
    for nothing in (b"", head.encode(), b"PK broken", b"x" * 2_100_000):
        with pytest.raises(Invalid):
            read_file(nothing)


async def test_the_list_goes_out_and_comes_in_again(site: Site, world: World) -> None:
    added = await site.post(
        "manager",
        "/target-list",
        account="T101",
        reason="매출 상위",
        share="40",
        source="told",
        competitor="갑",
    )
    assert (added.status_code, added.headers["location"]) == (303, "/target-list")
    out = await site.post("manager", "/target-list/export", format="xlsx")
    back = await site.post(
        "manager", "/target-list/import", files={"file": ("a.xlsx", out.content)}, format=""
    )
    assert back.status_code == 422  # the dealer's other target came without a reason
    async with unit_of_work():
        await execute("update target_account set reason = '먼저 적음' where reason = ''")
        await execute("update target_account set share_source = 'told' where share_source = ''")
    out = await site.post("manager", "/target-list/export", format="xlsx")
    back = await site.post(
        "manager", "/target-list/import", files={"file": ("a.xlsx", out.content)}, format=""
    )
    assert (back.status_code, await fetch_value("select count(*) from target_account")) == (303, 2)
    kept = await fetch_one("select * from target_account where competitor = '갑'")
    assert kept is not None
    assert (kept["competitor_share_bp"], kept["share_source"], kept["reason"]) == (4_000, "told", "매출 상위")
    sheet = io.BytesIO()
    with xlsxwriter.Workbook(sheet) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ["Code"])
        page.write_row(1, 0, ["NOBODY", "", "", 10, "told", "because"])
    refused = await site.post("manager", "/target-list/import", files={"file": ("a.xlsx", sheet.getvalue())})
    assert (refused.status_code, "NOBODY" in refused.text) == (422, True)
    assert (await site.post("manager", "/target-list/import", format="")).status_code == 422
    assert (await site.post("rep", "/target-list", account="T101")).status_code == 403


async def test_pages(site: Site, world: World) -> None:
    wrong = await site.post(
        "manager", "/target-list", account="T101", reason="", share="40", source="declined"
    )
    assert (wrong.status_code, "Say how the share is known" in wrong.text) == (422, True)
    assert (
        "가게 100"
        in (await site.get("rep", "/target-list")).text + (await site.get("manager", "/target-list")).text
    )
    assert "Nothing fits" in (await site.get("manager", "/target-list/rows", stage="trial", q="없음")).text
    target = await fetch_value("select max(id) from target_account")
    assert (await site.post("far_manager", f"/target-list/{target}/remove", x="1")).status_code == 404
    assert (await site.post("manager", f"/target-list/{target}/remove", x="1")).status_code == 303
    assert "too few to say" in (await site.get("manager", "/target-list/map")).text
    assert (
        "There is no retail point here."
        in (await site.get("manager", "/target-list/map", region="/KR/GS/")).text
    )


async def test_the_coverage_map_counts_the_viewers_part(world: World) -> None:
    await _order("O-1", TODAY - dt.timedelta(days=30))
    rows = await list_white_space(world.people["manager"], "", TODAY - dt.timedelta(days=365))
    traded = [row for row in rows if row.channel == "on_trade"]
    assert traded == [WhiteSpace("충청", "Chungcheong", "", "on_trade", 42, 1, 1, 1)]
    assert (traded[0].covered_bp, traded[0].says_enough(5), traded[0].says_enough(1)) == (238, False, True)
    assert [row.universe for row in await list_white_space(world.people["far_rep"], "", TODAY)] == [1]
