"""A dealer's plans on his phone: list, proposal, own plan, staff's route; sharing of targets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from portal.db import execute, fetch_one, fetch_value, unit_of_work
from portal.jobs.worker import work_once
from portal.network.scope import today
from portal.plans.queries.days import list_stops
from portal.plans.service import own
from portal.plans.work import register_jobs
from portal.settings import Settings
from rules.months import Month
from tests.portal.plans.conftest import OWN, TARGET, World
from tests.portal.plans.dealer_world import STAFF, add_people, proposed
from tests.portal.plans.field_site import Site, make_client

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import httpx


@pytest.fixture
async def dealer(world: World) -> World:
    await add_people(world)
    return world


@pytest.fixture
async def site(dealer: World) -> AsyncIterator[Site]:
    async with make_client(dealer.people) as client:
        yield Site(client)


async def version_of(plan: int) -> str:
    return str(await fetch_value("select version from development_plan where id = {}", plan))


def ok(answer: httpx.Response) -> str:
    assert answer.status_code == 200, answer.text
    return answer.text


async def test_a_proposal_is_asked_for_sent_and_called_back(site: Site, dealer: World) -> None:
    coming = str(Month.of(today(dealer.people["manager"])).shift(1))
    assert "대청상사" in ok(await site.get("manager", "/plans/propose"))
    wrong = await site.post("manager", "/plans/propose", dealer="없는 곳", month=coming)
    assert (wrong.status_code, "There is no such dealer" in wrong.text) == (422, True)
    answer = await site.post("manager", "/plans/propose", dealer="대청상사", month=coming)
    assert answer.status_code == 303, answer.text
    place = answer.headers["location"]
    await work_once("test")
    plan = int(place.rsplit("/", 1)[-1])
    text = ok(await site.get("manager", place))
    assert "Send to the dealer" in text
    assert "Person 1" in text
    assert "staff 씨" not in text
    assert (await site.get("owner", f"/my/plans/{plan}")).status_code == 404
    answer = await site.post("manager", f"{place}/send", version=await version_of(plan))
    assert answer.status_code == 303
    assert "days without an answer: 0" in ok(await site.get("manager", place))
    assert "dealer’s people" in ok(await site.get("manager", "/plans"))
    assert (
        await site.post("manager", f"{place}/call-back", version=await version_of(plan))
    ).status_code == 303
    assert (await site.get("owner", f"/my/plans/{plan}")).status_code == 404
    assert (await site.post("rep", f"{place}/send", version="1")).status_code == 403


async def test_the_owner_accepts_on_his_phone_and_his_people_see_their_day(site: Site, dealer: World) -> None:
    plan = await proposed(dealer)
    assert "Proposed by the manufacturer" in ok(await site.get("owner", "/my/plans"))
    text = ok(await site.get("owner", f"/my/plans/{plan}"))
    assert "silence accepts nothing" in text
    assert "staff 씨" in text
    assert "No plan with days of yours" in ok(await site.get("staff", "/my/plans"))
    answer = await site.post("owner", f"/my/plans/{plan}/accept", version=await version_of(plan))
    assert answer.status_code == 303
    assert "In force since" in ok(await site.get("owner", f"/my/plans/{plan}"))
    stop = (await list_stops(dealer.people["staff"], plan, STAFF))[0]
    route = ok(await site.get("staff", "/my/plans/route", on=str(stop["day_on"])))
    assert stop["name"] in route
    assert f"/visits/new?account={stop['account']}" not in route
    assert stop["name"] in ok(await site.get("staff", f"/my/plans/{plan}", day=str(stop["day_on"])))
    assert (await site.get("staff", f"/my/plans/{plan}/lines")).status_code == 404
    assert "Accepted by the dealer" in ok(await site.get("manager", f"/plans/{plan}"))
    printed = await site.get("owner", f"/my/plans/{plan}/print")
    assert printed.content[:5] == b"%PDF-"
    sheet = await site.get(
        "staff", f"/my/plans/{plan}/route/print", person=str(STAFF), day=str(stop["day_on"])
    )
    assert sheet.content[:5] == b"%PDF-"
    assert (await site.get("staff", f"/my/plans/{plan}/route/print", person="x")).status_code == 404


async def test_the_owner_changes_a_copy_and_puts_it_in_force(site: Site, dealer: World) -> None:
    plan = await proposed(dealer)
    answer = await site.post("owner", f"/my/plans/{plan}/own")
    place = answer.headers["location"]
    mine = int(place.rsplit("/", 1)[-1])
    stops = await list_stops(dealer.people["owner"], mine, STAFF)
    stop = stops[0]
    assert stop["name"] in ok(await site.get("owner", place, person=str(STAFF), day=str(stop["day_on"])))
    change = {"account": str(stop["account"]), "user_id": str(STAFF), "from_on": str(stop["day_on"])}
    for form in ({}, {"to_on": "1999-01-01"}):
        given = {"version": await version_of(mine), "to_on": str(stop["day_on"]), **change, **form}
        assert (await site.post("owner", f"{place}/visits", **given)).status_code == 422
    given = {"version": await version_of(mine), "to_on": "", **change}
    assert (await site.post("owner", f"{place}/visits", **given)).status_code == 303
    assert "Undo last change" in ok(await site.get("owner", place))
    assert (await site.post("owner", f"{place}/undo", version=await version_of(mine))).status_code == 303
    assert "Candidates and reasons" in ok(await site.get("owner", f"{place}/lines"))
    assert "가게" in ok(await site.get("owner", f"{place}/lines/rows", shown="in"))
    line = await fetch_value("select min(id) from plan_line where plan = {}", mine)
    assert f"{place}/lines/{line}/terms" in ok(await site.get("owner", f"{place}/lines/{line}"))
    terms = {"version": await version_of(mine), "indicator": "visits", "evidence": "photo", "goal": "3"}
    assert (await site.post("owner", f"{place}/lines/{line}/terms", **terms)).status_code == 303
    assert (await site.post("owner", f"{place}/again", version=await version_of(mine))).status_code == 303
    assert "hx-get" in ok(await site.get("owner", f"{place}/progress"))
    await work_once("test")
    assert (await site.get("owner", f"{place}/progress")).status_code in (200, 303)
    assert (await site.post("owner", f"{place}/accept", version=await version_of(mine))).status_code == 303
    assert (await site.get("manager", f"/plans/{mine}")).status_code == 404
    assert (await site.post("owner", f"{place}/share", shared="yes")).status_code == 303
    assert "shared by him" in ok(await site.get("manager", f"/plans/{mine}"))
    assert (await site.post("owner", f"{place}/share", shared="no")).status_code == 303
    assert (await site.get("manager", f"/plans/{mine}")).status_code == 404
    assert "a plan of his own" in ok(await site.get("manager", f"/plans/{plan}"))


async def test_declined_with_a_reason(site: Site, dealer: World) -> None:
    plan = await proposed(dealer)
    version = await version_of(plan)
    assert (await site.post("owner", f"/my/plans/{plan}/decline", version=version)).status_code == 422
    answer = await site.post("owner", f"/my/plans/{plan}/decline", version=version, reason="바쁩니다")
    assert answer.status_code == 303
    assert "바쁩니다" in ok(await site.get("manager", f"/plans/{plan}"))
    assert "바쁩니다" in ok(await site.get("owner", f"/my/plans/{plan}"))


async def test_an_own_plan_from_nothing(site: Site, dealer: World) -> None:
    assert "Make an own plan" in ok(await site.get("owner", "/my/plans"))
    assert "staff 씨" in ok(await site.get("owner", "/my/plans/new"))
    assert (await site.post("owner", "/my/plans/new", month="x")).status_code == 422
    coming = str(Month.of(today(dealer.people["owner"])).shift(1))
    answer = await site.post("owner", "/my/plans/new", month=coming, people=str(STAFF))
    place = answer.headers["location"]
    assert "Reading people" in ok(await site.get("owner", place))
    await work_once("test")
    mine = int(place.rsplit("/", 1)[-1])
    assert "Your own draft" in ok(await site.get("owner", place))
    assert (await site.post("owner", f"{place}/drop", version=await version_of(mine))).status_code == 303
    assert (await site.get("owner", place)).status_code == 404


@pytest.mark.parametrize("who", ["neighbour", "staff"])
async def test_not_yours(site: Site, dealer: World, who: str) -> None:
    plan = await proposed(dealer)
    mine = await own.copy(dealer.people["owner"], plan)
    for number in (plan, mine):
        assert (await site.get(who, f"/my/plans/{number}")).status_code == 404
        assert (await site.get(who, f"/my/plans/{number}/progress")).status_code == 404
        for action in ("accept", "decline", "own", "share", "drop", "undo", "again", "visits"):
            answer = await site.post(who, f"/my/plans/{number}/{action}", version="1", shared="yes")
            assert answer.status_code in (403, 404, 422), action
    assert f"/my/plans/{plan}" not in ok(await site.get(who, "/my/plans"))


async def test_targets_a_dealer_is_shown(site: Site, dealer: World) -> None:
    async with unit_of_work():
        await execute("update account set dealer = {} where id = {}", OWN, TARGET)
    number = await fetch_value("select id from target_account")
    assert "Nothing is shared" in ok(await site.get("owner", "/my/target-list"))
    assert (await site.post("manager", f"/target-list/{number}/show", shown="yes")).status_code == 303
    text = ok(await site.get("staff", "/my/target-list"))
    assert f"가게 {TARGET}" in text
    assert "60" not in text.split("가게", 1)[1].split("</li>", 1)[0].replace(f"{TARGET}", "")
    assert "Nothing is shared" in ok(await site.get("neighbour", "/my/target-list"))
    assert (await site.post("far_manager", f"/target-list/{number}/show", shown="no")).status_code == 404
    assert (await site.post("manager", f"/target-list/{number}/show", shown="no")).status_code == 303
    assert "Nothing is shared" in ok(await site.get("owner", "/my/target-list"))


async def test_a_dealer_proposes_his_own_outlets(site: Site, dealer: World) -> None:
    """In his words; what the manufacturer keeps hidden stays hidden and what he wrote stays his."""
    path, own, theirs = "/my/target-list", "T101", "T102"
    words = {"reason": "저녁 손님이 많습니다.", "competitor": "다른맥주"}
    assert (await site.post("staff", path, account=own, **words)).status_code == 303
    text = ok(await site.get("owner", path))
    assert ("가게 101" in text, "저녁 손님이 많습니다." in text) == (True, True)
    for code, problem in ((own, "It is on the list already."), (theirs, "No account of yours has this code")):
        refused = await site.post("owner", path, account=code, **words)
        assert (refused.status_code, problem in refused.text) == (422, True), code
    assert (await site.post("owner", path, account=own, reason="")).status_code == 422
    row = await fetch_one("select score, share_source from target_account where reason = {}", words["reason"])
    assert row is not None
    assert (row["score"] > 0, row["share_source"]) == (True, "")
    assert "가게 101" in ok(await site.get("manager", "/target-list"))
    await site.post("manager", "/target-list", account="T103", reason="우리 조사")
    assert (await site.post("owner", path, account="T103", reason="단골이 많음")).status_code == 303
    assert "우리 조사" not in ok(await site.get("owner", path))
    assert "우리 조사 · 단골이 많음" in ok(await site.get("manager", "/target-list"))
    assert (await site.post("manager", path, account=own, **words)).status_code == 403


async def test_proposals_to_all_dealers_are_made_by_a_job(site: Site, dealer: World) -> None:
    """One for each who has none and somebody to see it; a second time there is nothing to do."""
    register_jobs(Settings())
    async with unit_of_work():
        await execute(
            "insert into role_grant (user_id, role, region_id, state, origin, requested_at) select id,"
            " 'regional_manager', 2, 'active', 'demo', created_at from login_user where login = 'manager'"
        )
    coming = str(Month.of(today(dealer.people["manager"])).shift(1))
    assert (await site.post("manager", "/plans/propose/all", month_all="2020-01")).status_code == 422
    assert (await site.post("owner", "/plans/propose/all", month_all=coming)).status_code == 403
    for asked, standing in ((2, 0), (0, 2)):
        assert (await site.post("manager", "/plans/propose/all", month_all=coming)).status_code == 303
        assert (await site.post("manager", "/plans/propose/all", month_all=coming)).status_code == 409
        assert 'hx-trigger="load' in ok(await site.get("manager", "/plans/propose/progress"))
        while await work_once("test"):
            pass
        text = ok(await site.get("manager", "/plans/propose"))
        assert f"{asked} proposals made, {standing} dealers had a plan" in text
    rows = await fetch_value("select count(*) from development_plan where is_proposal and state = 'draft'")
    assert rows == 2
