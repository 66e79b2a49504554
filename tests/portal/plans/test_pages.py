"""The pages of plans: what is shown, to whom, what leaves as a file, and who may change what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from portal.db import execute, fetch, fetch_one, fetch_value, unit_of_work
from portal.jobs.worker import work_once
from portal.network.scope import today
from portal.plans.controllers.lines import PlanLines
from portal.plans.controllers.plan import PlanPage
from portal.plans.controllers.plans import PlanList
from portal.plans.controllers.routes import Routes
from rules.months import Month
from tests.portal.evaluations.world import Client
from tests.portal.plans.conftest import FAR_REP, LOST, OTHER_REP, REP, SHUT, TARGET, World
from tests.portal.served import serve

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import httpx


@pytest.fixture
async def site(world: World) -> AsyncIterator[Client]:
    async with serve([PlanList, PlanPage, PlanLines, Routes], world.people) as client:
        yield Client(client)


async def _version(plan: int) -> int:
    return int(await fetch_value("select version from development_plan where id = {}", plan))


async def _stop(plan: int, person: int = REP) -> dict[str, Any]:
    row = await fetch_one(
        "select account, day_on from plan_stop where plan = {} and user_id = {}"
        " order by day_on, place limit 1",
        *(plan, person),
    )
    assert row is not None
    return row


async def _move(site: Client, plan: int, who: str = "manager", **change: Any) -> httpx.Response:
    stop = await _stop(plan)
    form = {
        "version": await _version(plan),
        "account": stop["account"],
        "user_id": REP,
        "from_on": stop["day_on"],
        "to_on": "",
    }
    return await site.post(who, f"/plans/{plan}/visits", form | change)


async def test_the_list_shows_plans_of_what_the_viewer_may_see(site: Client, plan: int) -> None:
    shown = {
        who: f"/plans/{plan}" in (await site.get(who, "/plans")).text
        for who in ("manager", "marketing", "auditor", "rep", "far_manager", "far_rep")
    }
    assert shown == {
        "manager": True,
        "marketing": True,
        "auditor": True,
        "rep": True,
        "far_manager": False,
        "far_rep": False,
    }


@pytest.mark.parametrize(
    "query", ["month=2026-11", "region=/KR/GS/", "state=frozen", "month=2026-11&state=x"]
)
async def test_filters_narrow_the_list(site: Client, plan: int, query: str) -> None:
    assert (
        f"/plans/{plan}"
        in (await site.get("auditor", "/plans/rows?month=2026-10&state=draft&region=/KR/")).text
    )
    text = (await site.get("auditor", f"/plans/rows?{query}")).text
    assert (f"/plans/{plan}" in text, "No plan fits" in text) == (False, True)


async def test_a_list_is_read_in_pages(site: Client, plan: int) -> None:
    async with unit_of_work():
        for _ in range(60):
            await execute(
                "insert into development_plan (month_on, owner, region, state, settings, created_by_user_id,"
                " created_at) select month_on, owner, region, state, '{{}}', created_by_user_id, created_at"
                " from development_plan where id = {}",
                plan,
            )
    first = (await site.get("auditor", "/plans")).text
    link = first.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    second = (await site.get("auditor", link)).text
    assert (first.count('<th scope="row">'), second.count('<th scope="row">')) == (50, 11)


@pytest.mark.parametrize("path", ["", "/progress", "/lines", "/lines/rows"])
@pytest.mark.parametrize("who", ["far_manager", "far_rep", "owner"])
async def test_a_plan_of_somebody_else_is_like_an_unknown_one(
    site: Client, plan: int, who: str, path: str
) -> None:
    answers = [(await site.get(who, f"/plans/{number}{path}")).status_code for number in (plan, 9_999)]
    assert answers == [404, 404]


async def test_a_plan_is_asked_for_and_watched(site: Client, world: World) -> None:
    month = Month.of(today(world.people["manager"])).shift(1)
    people = (await site.get("manager", f"/plans/people?region=2&month={month}")).text
    assert ("rep 씨" in people, "far_rep 씨" in people) == (True, False)
    assert "Nobody looks after" in (await site.get("manager", "/plans/people?region=3&month=x")).text
    page = (await site.get("manager", "/plans/new")).text
    assert ("충청" in page or "Chungcheong" in page, "Gyeongsang" in page) == (True, False)
    answer = await site.post(
        "manager", "/plans/new", {"region": "2", "month": str(month), "people": str(REP)}
    )
    assert answer.status_code == 303
    address = answer.headers["location"]
    assert "hx-get" in (await site.get("manager", address)).text
    assert "hx-get" in (await site.get("manager", f"{address}/progress")).text
    await work_once("test")
    made = await site.get("manager", f"{address}/progress", **{"hx-request": "true"})
    assert (made.status_code, made.headers["hx-redirect"]) == (204, address)
    assert "Use of capacity" in (await site.get("manager", address)).text


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"region": "2", "month": "2020-01"}, "is over"),
        ({"region": "2", "month": "soon"}, "YYYY-MM"),
        ({"region": "3", "month": "2099-01"}, "choose one of the options"),
        ({"region": "2", "month": "2024-01"}, "is over"),
    ],
)
async def test_what_is_wrong_with_the_form_is_said(site: Client, form: dict[str, str], said: str) -> None:
    answer = await site.post("manager", "/plans/new", form)
    assert (answer.status_code, said in answer.text) == (422, True)
    assert await fetch_value("select count(*) from development_plan") == 0


async def test_a_failed_plan_says_what_to_do(site: Client, plan: int) -> None:
    async with unit_of_work():
        await execute(
            "update development_plan set state = 'failed', reason = {} where id = {}", "zu viele", plan
        )
    text = (await site.get("manager", f"/plans/{plan}")).text
    assert ("zu viele" in text, "Make again" in text) == (True, True)
    assert "Make again" not in (await site.get("auditor", f"/plans/{plan}")).text


async def test_a_job_that_was_given_up_is_said(site: Client, plan: int) -> None:
    async with unit_of_work():
        await execute("update development_plan set state = 'making' where id = {}", plan)
        await execute("update job set state = 'failed'")
    assert "was given up" in (await site.get("manager", f"/plans/{plan}")).text


async def test_the_calendar_names_holidays_and_the_route_is_in_order(site: Client, plan: int) -> None:
    stop = await _stop(plan)
    text = (await site.get("manager", f"/plans/{plan}?person={REP}&day={stop['day_on']}")).text
    assert ("한글날" in text, f"가게 {stop['account']}" in text) == (True, True)
    assert "nearest neighbour" in text


async def test_a_representative_sees_his_own_days_only(site: Client, plan: int) -> None:
    text = (await site.get("rep", f"/plans/{plan}?person={OTHER_REP}")).text
    assert ("other_rep 씨" in text, "data-drop-day" in text) == (False, False)
    assert "data-drop-day" in (await site.get("manager", f"/plans/{plan}")).text
    rows = (await site.get("rep", f"/plans/{plan}/lines")).text
    assert ("가게 101" in rows, "가게 102" in rows) == (True, False)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("reason=no_place", {LOST}),
        ("reason=never_open", {SHUT}),
        ("listed=1", {TARGET}),
        (f"shown=out&person={REP}&reason=no_place", {LOST}),
        (f"person={FAR_REP}", set()),
        ("code=EI", set()),
        ("shown=changed", set()),
    ],
)
async def test_candidates_are_filtered(site: Client, plan: int, query: str, expected: set[int]) -> None:
    text = (await site.get("manager", f"/plans/{plan}/lines/rows?{query}")).text
    rows = await fetch("select id, account from plan_line where plan = {}", plan)
    assert {row["account"] for row in rows if f'/lines/{row["id"]}"' in text} == expected


async def test_every_candidate_is_in_the_file_with_its_reason(site: Client, plan: int) -> None:
    answer = await site.post("manager", f"/plans/{plan}/lines/export", {"format": "csv"})
    rows = await fetch_value("select count(*) from plan_line where plan = {}", plan)
    assert (answer.status_code, answer.text.count("\r\n")) == (200, rows + 1)
    assert "Left out: its place is not known" in answer.text
    note = await fetch_value("select note from audit_event where action = 'plans.exported'")
    assert note == "csv"
    assert (
        await site.post("far_manager", f"/plans/{plan}/lines/export", {"format": "csv"})
    ).status_code == 404


async def test_a_visit_is_moved_and_the_move_taken_back(site: Client, plan: int) -> None:
    stop = await _stop(plan)
    before = await fetch("select account, day_on, place from plan_stop where plan = {} order by 1, 2", plan)
    free = await fetch_value(
        "select max(d.day_on) from plan_day d where d.plan = {} and d.user_id = {} and not exists"
        " (select 1 from plan_stop s where s.plan = d.plan and s.account = {} and s.day_on = d.day_on)",
        *(plan, REP, stop["account"]),
    )
    answer = await _move(site, plan, to_on=free)
    assert (answer.status_code, f"day={free}" in answer.headers["location"]) == (303, True)
    days = await fetch("select day_on from plan_stop where plan = {} and account = {}", plan, stop["account"])
    assert (str(free)[:10] in {str(row["day_on"])[:10] for row in days}) is True
    assert "Undo last change" in (await site.get("manager", f"/plans/{plan}")).text
    undone = await site.post("manager", f"/plans/{plan}/undo", {"version": await _version(plan)})
    assert undone.status_code == 303
    after = await fetch("select account, day_on, place from plan_stop where plan = {} order by 1, 2", plan)
    assert [(row["account"], row["day_on"]) for row in after] == [
        (row["account"], row["day_on"]) for row in before
    ]
    again = await site.post("manager", f"/plans/{plan}/undo", {"version": await _version(plan)})
    assert again.status_code == 409


async def test_a_visit_taken_out_changes_figures_and_reason(site: Client, plan: int) -> None:
    stop, row = await _stop(plan), await fetch_one("select visits from development_plan where id = {}", plan)
    assert row is not None
    while await fetch_value(
        "select count(*) from plan_stop where plan = {} and account = {}", plan, stop["account"]
    ):
        day = await fetch_value(
            "select min(day_on) from plan_stop where plan = {} and account = {}", plan, stop["account"]
        )
        assert (await _move(site, plan, account=stop["account"], from_on=str(day)[:10])).status_code == 303
    line = await fetch_one(
        "select id, planned from plan_line where plan = {} and account = {}", plan, stop["account"]
    )
    assert line is not None
    assert line["planned"] == 0
    text = (await site.get("manager", f"/plans/{plan}/lines/{line['id']}")).text
    assert "Taken out by hand" in text
    assert (
        f"/lines/{line['id']}" in (await site.get("manager", f"/plans/{plan}/lines/rows?shown=changed")).text
    )
    assert await fetch_value("select visits from development_plan where id = {}", plan) < row["visits"]


async def test_a_closed_outlet_is_added_and_named_as_wrong(site: Client, plan: int) -> None:
    stop = await _stop(plan)
    assert (await _move(site, plan, account=SHUT, from_on="", to_on=stop["day_on"])).status_code == 303
    page = (await site.get("manager", f"/plans/{plan}?person={REP}")).text
    assert "Wrong with this month" in page
    assert f"가게 {SHUT}: closed" in page
    line = await fetch_value("select id from plan_line where plan = {} and account = {}", plan, SHUT)
    assert "Added by hand" in (await site.get("manager", f"/plans/{plan}/lines/{line}")).text
    refused = await site.post("manager", f"/plans/{plan}/approve", {"version": await _version(plan)})
    assert (refused.status_code, "tick that it stays" in refused.text) == (422, True)
    form = {"version": await _version(plan), "confirmed": "on"}
    assert (await site.post("manager", f"/plans/{plan}/approve", form)).status_code == 303


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"to_on": "2026-11-02"}, "Choose a day of the plan’s month."),
        ({"account": "99999", "to_on": "2026-10-06"}, "This is not in the plan."),
        ({"user_id": "99", "to_on": "2026-10-06"}, "This is not in the plan."),
        ({"account": str(LOST), "from_on": "", "to_on": "2026-10-06"}, "Its place is not known"),
        ({"from_on": "2026-10-31"}, "not in the plan any more"),
        ({"from_on": "", "to_on": ""}, "Choose another day."),
        ({"version": "x"}, "Please enter a whole number."),
    ],
)
async def test_a_change_without_meaning_is_refused_with_words(
    site: Client, plan: int, change: dict[str, str], said: str
) -> None:
    before = await _version(plan)
    answer = await _move(site, plan, **change)
    assert (answer.status_code, said in answer.text) == (422, True)
    assert await _version(plan) == before


async def test_who_looked_at_an_older_version_is_told(site: Client, plan: int) -> None:
    assert (await _move(site, plan, version=1)).status_code == 409


@pytest.mark.parametrize(
    ("who", "status"), [("rep", 403), ("auditor", 403), ("far_manager", 404), ("owner", 403)]
)
async def test_only_planners_of_the_region_change(site: Client, plan: int, who: str, status: int) -> None:
    assert (await _move(site, plan, who)).status_code == status
    for action in ("again", "approve", "reopen", "freeze", "decline", "undo"):
        answer = await site.post(who, f"/plans/{plan}/{action}", {"version": "2", "reason": "x"})
        assert answer.status_code == status


async def test_terms_are_set_until_the_plan_is_approved(site: Client, plan: int) -> None:
    line = await fetch_value("select id from plan_line where plan = {} and account = {}", plan, TARGET)
    form = {"version": await _version(plan), "indicator": "repeat", "evidence": "photo", "goal": "1,200"}
    assert (await site.post("manager", f"/plans/{plan}/lines/{line}/terms", form)).status_code == 303
    row = await fetch_one("select indicator, evidence, goal from plan_line where id = {}", line)
    assert row == {"indicator": "repeat", "evidence": "photo", "goal": 1200}
    wrong = form | {"version": await _version(plan), "goal": "many", "indicator": "x"}
    answer = await site.post("manager", f"/plans/{plan}/lines/{line}/terms", wrong)
    assert (answer.status_code, "whole number" in answer.text) == (422, True)
    await site.post("manager", f"/plans/{plan}/approve", {"version": await _version(plan)})
    form["version"] = await _version(plan)
    assert (await site.post("manager", f"/plans/{plan}/lines/{line}/terms", form)).status_code == 409
    text = (await site.get("manager", f"/plans/{plan}/lines/{line}")).text
    assert ("Repeat order" in text, 'name="indicator"' in text) == (True, False)


async def test_a_line_of_another_plan_or_account_is_not_found(site: Client, plan: int) -> None:
    line = await fetch_value("select id from plan_line where plan = {} and account = {}", plan, TARGET)
    assert (
        await site.get("rep", f"/plans/{plan}/lines/{line}")
    ).status_code == 404  # the other one's account
    assert (await site.get("other_rep", f"/plans/{plan}/lines/{line}")).status_code == 200
    assert (await site.get("manager", f"/plans/{plan + 1}/lines/{line}")).status_code == 404


async def test_a_frozen_plan_does_not_change(site: Client, plan: int) -> None:
    async def act(action: str, **more: str) -> int:
        answer = await site.post(
            "manager", f"/plans/{plan}/{action}", {"version": await _version(plan), **more}
        )
        return answer.status_code

    assert await act("freeze") == 409
    assert await act("approve") == 303
    assert (await _move(site, plan)).status_code == 409
    assert await act("reopen") == 303
    assert await act("approve") == 303
    assert await act("freeze") == 303
    assert [
        await act(name, reason="x") for name in ("freeze", "reopen", "approve", "decline", "again", "undo")
    ] == [409] * 6
    assert (await _move(site, plan)).status_code == 409
    assert "Frozen on" in (await site.get("rep", f"/plans/{plan}")).text


async def test_a_declined_plan_says_why(site: Client, plan: int) -> None:
    form = {"version": await _version(plan), "reason": ""}
    assert (await site.post("manager", f"/plans/{plan}/decline", form)).status_code == 422
    assert (
        await site.post("manager", f"/plans/{plan}/decline", form | {"reason": "너무 멀다"})
    ).status_code == 303
    assert "너무 멀다" in (await site.get("manager", f"/plans/{plan}")).text


async def test_the_route_of_a_day_is_the_own_one(site: Client, plan: int) -> None:
    stop = await _stop(plan)
    address = f"/plans/route?on={str(stop['day_on'])[:10]}"
    assert "No visits are planned" in (await site.get("rep", address)).text  # a draft is no plan yet
    await site.post("manager", f"/plans/{plan}/approve", {"version": await _version(plan)})
    text = (await site.get("rep", address)).text
    assert (f"가게 {stop['account']}" in text, "stops" in text) == (True, True)
    assert "No visits are planned" in (await site.get("far_rep", address)).text
    assert (await site.get("rep", "/plans/route?on=soon")).status_code == 200
    assert (await site.get("auditor", "/plans/route")).status_code == 403
