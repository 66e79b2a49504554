"""Visits: once per key, the server's clock, the planned stop, whose they are, taking back, pages, file."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from portal.access import Role
from portal.db import execute, fetch_one, fetch_value, insert_rows, unit_of_work
from portal.errors import Conflict, Invalid, NotAllowed, NotFound
from portal.paging import Cursor
from portal.plans.commands_visits import VisitCommand
from portal.plans.forms_visits import new_key
from portal.plans.model import Outcome, Rank
from portal.plans.policies import READ
from portal.plans.queries.visits import VisitFilter, get_visit, iter_visits, list_own_visits, list_visits
from portal.plans.service.visits import cancel_visit, log_visit
from portal.plans.visiting import moment_of, rank_of
from tests.portal.plans.conftest import FAR_POINT, NEAR, NOW, OWN, REP, World
from tests.portal.plans.field_site import Site, make_client

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

SEOUL = ZoneInfo("Asia/Seoul")
POINT, NEAR_POINT = 101, 102  # odd numbers are OWN's


def today() -> dt.date:
    return dt.datetime.now(SEOUL).date()


def made(account: int = POINT, **more: object) -> VisitCommand:
    given = {
        "client_key": new_key(),
        "visited_on": today(),
        "outcome": Outcome.MET,
        "note": "문이 열려 있었다",
    }
    return VisitCommand(account_id=account, **{**given, **more})  # type: ignore[arg-type]


@pytest.fixture
async def site(world: World) -> AsyncIterator[Site]:
    async with make_client(world.people) as client:
        yield Site(client)


def test_who_comes_as_what() -> None:
    assert rank_of([Role.SALES_REPRESENTATIVE]) is Rank.REPRESENTATIVE
    assert rank_of([Role.SALES_REPRESENTATIVE, Role.REGIONAL_MANAGER]) is Rank.MANAGER
    assert rank_of([Role.MARKETING]) is Rank.HEAD_OFFICE
    assert rank_of([Role.DEALER_OWNER]) is Rank.DEALER_STAFF


def test_the_phones_clock_never_leaves_the_day_or_the_present() -> None:
    now = dt.datetime(2026, 10, 5, 3, 0, tzinfo=dt.UTC)
    day = dt.date(2026, 10, 5)
    said = dt.datetime(2026, 10, 5, 10, 30, tzinfo=SEOUL)
    assert moment_of(day, said, now, SEOUL) == dt.datetime(2026, 10, 5, 1, 30, tzinfo=dt.UTC)
    assert moment_of(day, now + dt.timedelta(seconds=1), now, SEOUL) == now
    assert moment_of(day, None, now, SEOUL) == now
    noon = dt.datetime(2026, 10, 4, 3, 0, tzinfo=dt.UTC)
    assert moment_of(dt.date(2026, 10, 4), said, now, SEOUL) == noon


async def test_the_same_report_again_is_the_same_visit(world: World) -> None:
    rep, command = world.people["rep"], made(cases=3)
    first = await log_visit(rep, command, 7)
    later = VisitCommand(**{**{name: getattr(command, name) for name in command.__slots__}, "device_at": NOW})
    assert await log_visit(rep, later, 7) == first
    with pytest.raises(Conflict):
        await log_visit(rep, made(client_key=command.client_key, cases=4), 7)
    with pytest.raises(Conflict):
        await log_visit(world.people["manager"], command, 7)
    assert await fetch_value("select count(*) from visit") == 1


@pytest.mark.parametrize("away", [-1, 8])
async def test_the_day_is_today_or_a_week_back(world: World, away: int) -> None:
    await log_visit(world.people["rep"], made(visited_on=today() - dt.timedelta(days=7)), 7)
    with pytest.raises(Invalid):
        await log_visit(world.people["rep"], made(visited_on=today() - dt.timedelta(days=away)), 7)


async def _plan_stop(state: str) -> int:
    async with unit_of_work():
        row = await fetch_one(
            "insert into development_plan (month_on, owner, region, state, settings, created_by_user_id,"
            " created_at, approved_by_user_id) values ({}, 'manufacturer', 2, 'draft', 'x', 1, {}, 1)"
            " returning id",
            *(today().replace(day=1), NOW),
        )
        assert row is not None
        stop = await fetch_value(
            "insert into plan_stop (plan, user_id, day_on, place, account) values ({}, {}, {}, 0, {})"
            " returning id",
            *(row["id"], REP, today(), POINT),
        )
        await execute("update development_plan set state = {} where id = {}", state, row["id"])
        return int(stop)


@pytest.mark.parametrize(("state", "linked"), [("frozen", True), ("approved", True), ("draft", False)])
async def test_the_first_visit_of_the_day_answers_the_planned_stop(
    world: World, state: str, *, linked: bool
) -> None:
    stop, rep = await _plan_stop(state), world.people["rep"]
    first = await log_visit(rep, made(), 7)
    second = await log_visit(rep, made(note="다시"), 7)
    assert (await get_visit(rep, first, READ)).stop_id == (stop if linked else None)
    assert (await get_visit(rep, second, READ)).stop_id is None
    await cancel_visit(rep, first, "다른 가게였음")
    third = await log_visit(rep, made(note="세 번째"), 7)
    assert (await get_visit(rep, third, READ)).stop_id == (stop if linked else None)


async def test_not_yours(world: World) -> None:
    visit = await log_visit(world.people["rep"], made(), 7)
    for who in ("far_manager", "far_rep", "other_rep"):
        with pytest.raises(NotFound):
            await get_visit(world.people[who], visit, READ)
        assert (await list_visits(world.people[who], VisitFilter(), Cursor())).rows == ()
    for who in ("manager", "marketing", "auditor"):
        found = await list_visits(world.people[who], VisitFilter(), Cursor())
        assert [row["id"] for row in found.rows] == [visit]
    for account in (NEAR_POINT, NEAR, FAR_POINT, 999):
        with pytest.raises(NotFound):
            await log_visit(world.people["rep"], made(account), 7)


async def test_a_dealers_staff_visits_stay_on_his_side(world: World) -> None:
    owner = world.people["owner"]
    his = await log_visit(owner, made(note="우리 직원 메모"), 7)
    ours = await log_visit(world.people["rep"], made(OWN, note="본사 메모"), 7)
    with pytest.raises(NotFound):
        await get_visit(world.people["manager"], his, READ)
    seen = await list_visits(world.people["manager"], VisitFilter(), Cursor())
    assert [row["id"] for row in seen.rows] == [ours]
    own = await list_own_visits(owner, Cursor())
    assert [(row["id"], row["note"]) for row in own.rows] == [(ours, ""), (his, "우리 직원 메모")]


async def test_taking_back_keeps_the_visit(world: World) -> None:
    rep = world.people["rep"]
    visit = await log_visit(rep, made(), 7)
    with pytest.raises(NotAllowed):
        await cancel_visit(world.people["marketing"], visit, "아님")
    with pytest.raises(NotFound):
        await cancel_visit(world.people["far_manager"], visit, "아님")
    await cancel_visit(world.people["manager"], visit, "잘못 적음")
    with pytest.raises(Conflict):
        await cancel_visit(rep, visit, "또")
    assert (await list_visits(rep, VisitFilter(), Cursor())).rows == ()
    kept = await list_visits(rep, VisitFilter(shown="cancelled"), Cursor())
    assert [(row["id"], row["cancelled_reason"]) for row in kept.rows] == [(visit, "잘못 적음")]


async def test_a_closed_month_is_flagged_by_a_late_visit_and_lets_none_go(world: World) -> None:
    month = today().replace(day=1)
    rep = world.people["rep"]
    visit = await log_visit(rep, made(), 7)
    await _close(month)
    with pytest.raises(Invalid):
        await cancel_visit(rep, visit, "늦음")
    await log_visit(rep, made(note="늦게 올라옴"), 7)
    assert await fetch_value("select needs_correction from evaluation_run")


async def _close(month: dt.date) -> None:
    async with unit_of_work():
        await insert_rows(
            "rulebook_version",
            ("sha256", "subject_kind", "label", "effective_from", "content", "stored_at"),
            [("0" * 64, "dealer", "기준", month, "{}", NOW)],
        )
        book = await fetch_value("select max(id) from rulebook_version")
        await insert_rows(
            "evaluation_run",
            ("month_on", "subject_kind", "rulebook", "state", "as_of_at", "created_at"),
            [(month, "dealer", book, "closed", NOW, NOW)],
        )


async def test_pages_of_the_list_and_the_file_hold_every_visit_once(world: World) -> None:
    rep = world.people["rep"]
    days = [today() - dt.timedelta(days=number % 4) for number in range(7)]
    ids = {await log_visit(rep, made(visited_on=day, note=str(day)), 7) for day in days}
    cursor, seen = Cursor(), []
    first = await list_visits(rep, VisitFilter(), cursor, limit=3)
    assert first.total == 7
    rows = list(first.rows)
    while rows:
        seen += [row["id"] for row in rows]
        cursor = Cursor((str(rows[-1]["visited_on"]), rows[-1]["id"]))
        rows = list((await list_visits(rep, VisitFilter(), cursor, limit=3)).rows)
    batches = [row["id"] async for batch in iter_visits(rep, VisitFilter(), batch=2) for row in batch]
    assert (len(seen), set(seen), batches) == (7, ids, seen)


async def test_filters(world: World) -> None:
    rep = world.people["rep"]
    sold = await log_visit(rep, made(103, outcome=Outcome.ORDER, cases=5), 7)
    met = await log_visit(world.people["manager"], made(), 7)
    cases = {
        VisitFilter(outcome="order"): [sold],
        VisitFilter(rank="manager"): [met],
        VisitFilter(account="103"): [sold],
        VisitFilter(region="/KR/GS/"): [],
        VisitFilter(mine="1"): [sold],
        VisitFilter(month="2020-01"): [],
        VisitFilter(month=f"{today():%Y-%m}", shown="all"): [met, sold],
    }
    for wanted, expected in cases.items():
        assert [row["id"] for row in (await list_visits(rep, wanted, Cursor())).rows] == expected
    nonsense = {"outcome": "x", "account": "²", "month": "13", "shown": "x", "mine": "y"}
    assert VisitFilter.of(nonsense) == VisitFilter()


async def test_the_form_logs_once_and_says_every_problem(site: Site) -> None:
    form = await site.get("rep", "/visits/new", account=str(POINT))
    assert (form.status_code, f'value="{POINT}"' in form.text) == (200, True)
    fields = {"client_key": new_key(), "account_id": str(POINT), "visited_on": str(today())}
    fields |= {"outcome": "order", "cases": "12", "note": "주문 약속", "device_at": "2026-01-01T00:00:00Z"}
    for _ in range(2):
        sent = await site.post("rep", "/visits", **fields)
        assert (sent.status_code, sent.headers["location"][:8]) == (303, "/visits/")
    assert await fetch_value("select count(*) from visit") == 1
    wrong = await site.post("rep", "/visits", account="없는 집", visited_on="x", outcome="x", cases="x")
    assert (wrong.status_code, wrong.text.count('class="error"')) == (422, 4)
    assert (await site.post("rep", "/visits", **{**fields, "note": "900101-1234567"})).status_code == 422
    assert (await site.get("rep", "/visits/new", account=str(FAR_POINT))).status_code == 404
    assert (await site.get("auditor", "/visits/new")).status_code == 403


async def test_pages_and_files(site: Site, world: World) -> None:
    visit = await log_visit(world.people["rep"], made(), 7)
    assert "가게 101" in (await site.get("manager", "/visits")).text
    assert "가게 101" in (await site.get("manager", "/visits/rows", outcome="met")).text
    assert "Nothing fits" in (await site.get("manager", "/visits/rows", outcome="order")).text
    assert "문이 열려 있었다" in (await site.get("manager", f"/visits/{visit}")).text
    assert (await site.get("far_manager", f"/visits/{visit}")).status_code == 404
    file = await site.post("auditor", "/visits/export", format="csv")
    assert "가게 101" in file.text
    assert await fetch_value("select count(*) from audit_event where action = 'plans.visits_exported'") == 1
    assert (await site.post("manager", f"/visits/{visit}/cancel", reason="")).status_code == 422
    assert (await site.post("manager", f"/visits/{visit}/cancel", reason="잘못 적음")).status_code == 303
    assert "잘못 적음" in (await site.get("rep", f"/visits/{visit}")).text


async def test_the_dealer_reads_who_came_and_logs_his_own(site: Site, world: World) -> None:
    ours = await log_visit(world.people["rep"], made(note="본사만 읽는 메모"), 7)
    sent = await site.post(
        "owner", "/visits", account_id=str(POINT), visited_on=str(today()), outcome="met", note="우리 메모"
    )
    assert sent.headers["location"] == "/my/visits"
    page = (await site.get("owner", "/my/visits")).text
    assert ("본사만 읽는 메모" in page, "우리 메모" in page, "Representative" in page) == (False, True, True)
    his = await fetch_value("select id from visit where owner = 'dealer'")
    assert (await site.get("owner", f"/my/visits/{his}")).status_code == 200
    assert (await site.get("owner", f"/my/visits/{ours}")).status_code == 404
    assert (await site.post("owner", f"/visits/{ours}/cancel", reason="아님")).status_code in (403, 404)
    assert (await site.post("owner", f"/visits/{his}/cancel", reason="두 번 적음")).status_code == 303
    async with unit_of_work():
        await execute("update visit set note = note")
