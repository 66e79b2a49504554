"""Pages of seasons: who opens what, forms shown again, the workbook out and in, the plan on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pymupdf
from selectolax.lexbor import LexborHTMLParser

from portal.db import fetch_value
from portal.seasons.model import SeasonState, TargetState, by_product
from portal.seasons.queries.papers import own_paper, season_paper
from portal.seasons.queries.seasons import get_season
from portal.seasons.queries.targets import list_cells, list_versions
from portal.seasons.service import calendar
from portal.seasons.tasks import list_tasks
from tests.portal.network.conftest import Statements, statements
from tests.portal.seasons.conftest import (
    COLA,
    FAR,
    JUICE,
    NEAR,
    NOW,
    OWN,
    YOUNG,
    World,
    choose,
    draft,
    offered,
)
from tests.portal.seasons.site import Site, site

if TYPE_CHECKING:
    import httpx

__all__ = ["site", "statements"]


def texts(answer: httpx.Response, selector: str) -> list[str]:
    return [node.text(strip=True) for node in LexborHTMLParser(answer.text).css(selector)]


async def test_every_page_opens_for_its_readers_and_for_nobody_else(site: Site, world: World):
    await offered(world)
    season, dealer = f"/seasons/{world.season}", f"/seasons/{world.season}/targets/{OWN}"
    pages = [
        "/seasons",
        season,
        f"{season}/baseline",
        f"{season}/baseline/{OWN}",
        f"{season}/targets",
        dealer,
    ]
    for path in pages:
        for who in ("manager", "marketing", "rep", "finance", "auditor"):
            assert (await site.get(who, path)).status_code == 200, (who, path)
        assert (await site.get("author", path)).status_code == 403
        assert (await site.get("owner", path)).status_code in (403, 404)
    for path in pages[1:]:
        assert (await site.get("manager2", path)).status_code == 404
    for who in ("owner", "staff", "deputy"):
        assert (await site.get(who, f"/my/targets/{world.season}")).status_code == 200
    assert (await site.get("far", f"/my/targets/{world.season}")).status_code == 404
    for other in (FAR, 99):
        assert (await site.get("manager", f"{season}/targets/{other}")).status_code == 404
        assert (await site.get("manager", f"{season}/baseline/{other}")).status_code == 404
    assert (await site.get("rep", f"{season}/targets/{NEAR}")).status_code == 404


async def test_a_representative_sees_his_dealers_only(site: Site, world: World):
    listed = texts(await site.get("rep", f"/seasons/{world.season}/targets"), "tbody th a")
    assert listed == ["대청상사"]
    listed = texts(await site.get("manager", f"/seasons/{world.season}/targets"), ".tbl-cards tbody th a")
    assert listed == ["대청상사", "보람상회", "한빛유통"]


async def test_the_list_of_targets_asks_as_often_for_one_dealer_as_for_three(
    site: Site, world: World, statements: Statements
):
    await offered(world)
    await draft(world, 250_000, NEAR)
    counts = {}
    for who in ("rep", "manager"):
        statements.take()
        await site.get(who, f"/seasons/{world.season}/targets")
        counts[who] = statements.take()
    assert counts["rep"] == counts["manager"]


async def test_a_season_is_planned_on_screen_and_problems_are_shown_together(site: Site, world: World):
    wrong = await site.post("manager", "/seasons/new", label="", kind="x", from_on="2026-10-02", until_on="")
    assert wrong.status_code == 422
    assert len(texts(wrong, ".error")) >= 4
    fields = {
        "label": "성수기", "label_en": "Peak", "kind": "peak", "region": "2", "category": "주스",
        "from_on": "2027-04-01", "until_on": "2027-10-01", "text": "한 줄\n두 줄",
    }  # fmt: skip
    made = await site.post("manager", "/seasons/new", **fields)
    assert made.status_code == 303
    number = int(made.headers["location"].rsplit("/", 1)[-1])
    again = await site.post("manager", f"/seasons/{number}/edit", **fields, version="1")
    assert again.status_code == 303
    assert (await site.post("manager", f"/seasons/{number}/edit", **fields, version="1")).status_code == 409
    assert (await site.post("manager", f"/seasons/{number}/open")).status_code == 303
    assert (await site.post("manager", f"/seasons/{number}/close")).status_code == 303
    refused = await site.post("manager", "/seasons/new", **{**fields, "category": "없는 분류"})
    assert refused.status_code == 422
    early = await site.post("manager", "/seasons/new", **{**fields, "until_on": "2027-03-01"})
    assert early.status_code == 422


async def test_a_total_is_spread_on_screen(site: Site, world: World):
    path = f"/seasons/{world.season}/targets"
    await choose(world, OWN)
    await choose(world, NEAR)
    assert 'name="season_total"' in (await site.get("manager", path)).text
    wrong = await site.post("manager", f"{path}/spread", season_total="viel")
    assert wrong.status_code == 422
    assert (await site.post("rep", f"{path}/spread", season_total="900,000")).status_code == 403
    assert (await site.post("manager", f"{path}/spread", season_total="900,000")).status_code == 303
    again = await site.post("manager", f"{path}/spread", season_total="900,000")
    assert (again.status_code, "has a target already" in again.text) == (422, True)
    assert await fetch_value("select sum(amount_minor) from season_target") == 900_000


async def test_suggestions_are_a_form_that_plans(site: Site, world: World):
    shown = await site.get("manager", "/seasons/suggestions", region="2")
    assert "n = 1" in shown.text
    assert (await site.get("manager", "/seasons/suggestions", region="3")).text.count("<form") == 0
    form = LexborHTMLParser(shown.text).css_first("form")
    assert form is not None
    fields = {node.attributes["name"] or "": node.attributes["value"] or "" for node in form.css("input")}
    assert (await site.get("manager", "/seasons/new", **fields)).status_code == 200


async def test_the_season_page_names_owners_and_refuses_strangers(site: Site, world: World):
    path = f"/seasons/{world.season}/steps"
    good = await site.post(
        "manager", path, step="plan", owner="6", due_on="2026-11-30", note="함께", done="on"
    )
    assert good.status_code == 303
    bad = await site.post("manager", path, step="plan", owner="8")
    assert bad.status_code == 422
    assert (await site.post("finance", path, step="plan")).status_code == 403


async def test_from_natural_sales_to_acceptance_on_screen(site: Site, world: World):
    season, place = f"/seasons/{world.season}", f"/seasons/{world.season}/targets/{OWN}"
    assert (await site.post("manager", f"{season}/baseline", natural="", reason="")).status_code == 422
    chosen = await site.post("manager", f"{season}/baseline", natural="seasonal_naive", reason="가장 단순함")
    assert chosen.status_code == 303
    one = await site.post(
        "manager", f"{season}/baseline/{OWN}", natural="same_month_trend", reason="추세 반영"
    )
    assert one.status_code == 303
    nothing = await site.post(
        "manager", f"{season}/baseline/{YOUNG}", natural="same_month_trend", reason="추세"
    )
    assert nothing.status_code == 422
    needed = {
        "peak_goal": "1,000", "early_share": "6", "outlets_needed": "5", "outlets_active": "3",
        "outlet_month": "10", "outlet_months": "3",
    }  # fmt: skip
    need = await site.post("manager", f"{season}/targets/need", **needed)
    assert need.status_code == 303
    assert (await site.post("manager", f"{season}/targets/need", early_share="101")).status_code == 422
    assert (await site.post("manager", f"{place}/draft", do="start", total="500,000")).status_code == 303
    page = LexborHTMLParser((await site.get("manager", place)).text)
    form = page.css_first("#sheet")
    assert form is not None
    cells = {node.attributes["name"] or "": node.attributes["value"] or "" for node in form.css("input.cell")}
    seen = form.css_first("input[name=seen]")
    assert seen is not None
    assert len(cells) == 12
    fields = {**cells, "seen": seen.attributes["value"] or "", "note": "말", f"l-{COLA}-2026-10": "on"}
    wrong = await site.post("manager", f"{place}/draft", do="save", **{**fields, f"c-{COLA}-2026-11": "많이"})
    assert wrong.status_code == 422
    spread = await site.post("manager", f"{place}/draft", do="spread", total="510,000", **fields)
    assert spread.status_code == 303
    assert (await site.post("manager", f"{place}/draft", do="save", **fields)).status_code == 409
    assert (await site.post("manager", f"{place}/offer")).status_code == 422
    natural = await fetch_value("select amount_minor from season_baseline order by id desc limit 1")
    point = {"kind": "terminal", "label": "새 소매점", "size": f"{510_000 - natural}", "owner": "6"}
    assert (await site.post("manager", f"{place}/growth", do="add", **point)).status_code == 303
    assert (await site.post("manager", f"{place}/growth", do="add", kind="terminal")).status_code == 422
    number = str(await fetch_value("select id from season_growth_point"))
    for do in ("change", "drop", "count"):
        changed = await site.post("manager", f"{place}/growth", do=do, point=number, **point)
        assert changed.status_code == 303, do
    result = await site.post(
        "manager", f"{place}/growth", do="result", point=number, result="5", result_note="조금"
    )
    assert result.status_code == 303
    assert (await site.post("manager", f"{place}/offer")).status_code == 303


async def test_the_dealer_answers_on_screen(site: Site, world: World):
    await offered(world)
    place, mine = f"/seasons/{world.season}/targets/{OWN}", f"/my/targets/{world.season}"
    assert (await site.post("staff", f"{mine}/comment", comment="보겠습니다")).status_code == 303
    assert (await site.post("staff", f"{mine}/comment", comment="", x="1")).status_code == 422
    assert (await site.post("staff", f"{mine}/accept", version="1")).status_code == 403
    proposed = await site.post("staff", f"{mine}/growth", kind="channel", label="학교 매점", size="5")
    assert proposed.status_code == 303
    amounts = by_product((await list_cells([(await list_versions(world.season, [OWN]))[0].id]))[1])
    asked = {f"amount-{product}": str(amount) for product, amount in amounts.items()}
    same = await site.post("owner", f"{mine}/counter", version="1", **asked)
    assert same.status_code == 422
    asked |= {f"amount-{COLA}": "300,000", f"reason-{COLA}": "두 곳이 문을 닫습니다."}
    assert (await site.post("owner", f"{mine}/counter", version="1", **asked)).status_code == 303
    shown = await site.get("manager", place)
    assert "두 곳이 문을 닫습니다." in shown.text
    assert (await site.post("manager", f"{place}/answer", kind="comment", text="봤습니다")).status_code == 303
    assert (await site.post("manager", f"{place}/answer", kind="withdraw", text="")).status_code == 422
    assert (await site.post("manager", f"{place}/draft", do="revise")).status_code == 303
    assert (await site.post("manager", f"{place}/draft", do="discard")).status_code == 303
    assert (await site.post("manager", f"{place}/answer", kind="agree", version="2")).status_code == 303
    version = (await list_versions(world.season, [OWN]))[0]
    assert (version.state, version.by) == (TargetState.ACCEPTED, "owner")
    assert (await site.get("owner", mine)).status_code == 200
    assert (await site.get("owner", "/my/targets")).status_code == 200


async def test_the_dealer_accepts_with_one_button(site: Site, world: World):
    await offered(world)
    done = await site.post("owner", f"/my/targets/{world.season}/accept", version="1")
    assert done.status_code == 303
    assert (await list_versions(world.season, [OWN]))[0].state is TargetState.ACCEPTED
    assert (await site.post("owner", f"/my/targets/{world.season}/accept", version="1")).status_code == 409


async def test_both_sides_are_told_what_awaits_them(site: Site, world: World):
    await offered(world)
    owner, manager = world.people["owner"], world.people["manager"]
    tasks = await list_tasks(owner, NOW.date())
    assert [(task.kind, task.href, task.due_on) for task in tasks] == [
        ("seasons.answer", f"/my/targets/{world.season}", None)
    ]
    assert await list_tasks(world.people["staff"], NOW.date()) == []
    assert await list_tasks(world.people["near"], NOW.date()) == []
    asked = {f"amount-{COLA}": "1", f"amount-{JUICE}": "125,000", f"reason-{COLA}": "이유"}
    await site.post("owner", f"/my/targets/{world.season}/counter", version="1", **asked)
    await site.post("manager", f"/seasons/{world.season}/steps", step="plan", owner="5", due_on="2026-09-30")
    await site.post("manager", f"/seasons/{world.season}/steps", step="trip", owner="5", due_on="2026-12-30")
    assert [(task.kind, task.href) for task in await list_tasks(manager, NOW.date())] == [
        ("seasons.reply", f"/seasons/{world.season}/targets/{OWN}"),
        ("seasons.step", f"/seasons/{world.season}"),
    ]
    assert await list_tasks(world.people["manager2"], NOW.date()) == []


async def test_paper_holds_what_screens_hold(world: World):
    await offered(world)
    paper = await season_paper(world.people["manager"], world.season)
    assert [row.dealer.id for row in paper.standings] == [OWN, YOUNG, NEAR]
    assert sum(cell.amount_minor for cells in paper.cells.values() for cell in cells) == 500_000
    own = await own_paper(world.people["owner"], world.season)
    assert (own.is_own, len(own.standings), own.accepted_by) == (True, 1, "")
    assert own.as_of == (await own_paper(world.people["staff"], world.season)).as_of
    await calendar.close_season(world.people["manager"], world.season)
    assert (await get_season(world.people["owner"], world.season)).state is SeasonState.CLOSED


async def test_the_season_plan_prints_for_both_sides(site: Site, world: World):
    await offered(world)
    need = {
        "peak_goal": "1,000", "early_share": "6", "outlets_needed": "5", "outlets_active": "3",
        "outlet_month": "10", "outlet_months": "3",
    }  # fmt: skip
    await site.post("manager", f"/seasons/{world.season}/targets/need", **need)
    whole = await site.get("manager", f"/seasons/{world.season}/print")
    await site.post("owner", f"/my/targets/{world.season}/accept", version="1")
    own = await site.get("owner", f"/my/targets/{world.season}/print")
    for answer, words in (
        (whole, ("보람상회", "500,000", "한빛유통")),
        (own, ("대청상사", "한빛콜라", "500,000")),
    ):
        with pymupdf.open(stream=answer.content, filetype="pdf") as book:
            text = "".join(page.get_text() for page in book).replace("\u2060", "")
        assert [word for word in words if word not in text] == []
    assert (await site.get("far", f"/my/targets/{world.season}/print")).status_code == 404
