"""The field's part of an account and of a visit: each part by whose it is; declining lowers no score."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from portal.db import execute, fetch, fetch_value, insert_rows, unit_of_work
from portal.field.controllers import HANDLERS
from portal.field.queries.shares import PhoneShares
from portal.network.scope import today
from portal.plans.facts import FieldFacts
from rules.months import Month
from tests.portal.field.conftest import NEAR_POINT, OWN, POINT, SAT, Phone
from tests.portal.field.market import listed, reported, visited
from tests.portal.field.site import make_client
from tests.portal.field.test_pages import _plan as planned
from tests.portal.field.test_pages import picture
from tests.portal.network.conftest import Statements, statements

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import httpx

    from tests.portal.plans.conftest import World

__all__ = ["statements"]
PART = f"/field/accounts/{POINT}/part"
MANAGER, OWNER = {"x-viewer": "manager"}, {"x-viewer": "owner"}


@pytest.fixture
async def site(world: World) -> AsyncIterator[httpx.AsyncClient]:
    async with make_client(HANDLERS, world.people) as client:
        yield client


async def test_an_account_has_everything_the_viewer_may_know(site: httpx.AsyncClient, world: World) -> None:
    rep, now = Phone(world.people["rep"]), dt.datetime.now(dt.UTC)
    due = str(today(world.people["rep"]) + dt.timedelta(days=3))
    said = {"promise_text": "냉장고 교체", "promise_side": "ours", "promise_due_on": due}
    competitor = {"share_source": "told", "competitor": "갑을주류", "share_percent": "40"}
    visit = rep.visit(now, note="주인과 이야기", cases="3", **said, **competitor)
    declined = rep.visit(now, share_source="declined")
    await rep.send(visit, declined, now=now)
    await site.post(f"/field/photo/{visit['id']}", files={"photo": ("a.jpg", picture(), "image/jpeg")})
    number = await fetch_value("select id from visit where client_key = {}", visit["id"])
    staff = Phone(world.people["owner"])
    await staff.send(staff.visit(now, note="직원 메모"), now=now)
    await listed(POINT, now.date(), reason="매출 상위", score=77, competitor="갑을주류")
    await planned("frozen", today(world.people["rep"]), POINT)
    ours = (await site.get(PART, headers=MANAGER)).text
    for words in (
        "주인과 이야기", "냉장고 교체", "We promised", "갑을주류", "40", "Told by them",
        "They would rather not say", "매출 상위", "77", f"/visits/{number}/file", "Planned visits", "3 cases",
    ):  # fmt: skip
        assert words in ours, words
    assert "직원 메모" not in ours
    his = (await site.get(PART, headers=OWNER)).text
    for words in ("냉장고 교체", "They promised", "직원 메모"):
        assert words in his, words
    for secret in (
        "주인과 이야기",
        "Told by them",
        "매출 상위",
        "77",
        f"/visits/{number}/file",
        "Planned visits",
    ):
        assert secret not in his, secret
    async with unit_of_work():
        await execute("update target_account set shared_at = added_at")
    shown = (await site.get(PART, headers=OWNER)).text
    assert ("매출 상위" in shown, "77" in shown) == (True, False)
    for path in (PART, PART.removesuffix("/part")):
        assert (await site.get(path, headers={"x-viewer": "far_rep"})).status_code == 404
    assert (await site.get(f"/field/accounts/{NEAR_POINT}")).status_code == 404
    assert "The whole account" in (await site.get(f"/field/accounts/{POINT}")).text
    visit_part = (await site.get(f"/visits/{number}/said", headers=MANAGER)).text
    for words in (f'src="/visits/{number}/file"', "냉장고 교체", "Told by them"):
        assert words in visit_part
    assert (await site.get(f"/visits/{number}/said", headers={"x-viewer": "far_manager"})).status_code == 404
    assert (await site.get(f"/my/visits/{number}/said", headers=OWNER)).status_code == 404
    own = await fetch_value("select id from visit where owner = 'dealer'")
    assert (await site.get(f"/my/visits/{own}/said", headers=OWNER)).status_code == 200


async def test_a_phone_takes_along_promises_and_when_places_were_seen(
    site: httpx.AsyncClient, world: World
) -> None:
    rep, now = Phone(world.people["rep"]), dt.datetime.now(dt.UTC)
    due = str(today(world.people["rep"]) + dt.timedelta(days=3))
    await rep.send(
        rep.visit(now, promise_text="차양막", promise_side="ours", promise_due_on=due),
        rep.record("promise", now, {"account": "103", "text": "자리", "side": "theirs", "due_on": due}),
        now=now,
    )
    for who, sides in (("rep", ("ours", "theirs")), ("owner", ("theirs", "ours"))):
        kit = (await site.get("/field/kit", headers={"x-viewer": who})).json()
        cards = {card["id"]: card for card in kit["accounts"]}
        assert (kit["seenDays"], cards[POINT]["seen"]) == ([30, 90], str(today(world.people["rep"])))
        assert cards[103]["seen"] is None
        assert cards[POINT]["promises"] == [{"text": "차양막", "due": due, "side": sides[0]}]
        assert cards[103]["promises"] == [{"text": "자리", "due": due, "side": sides[1]}]


async def test_a_place_noted_on_the_phone_is_shown(site: httpx.AsyncClient, world: World) -> None:
    rep = Phone(world.people["rep"])
    place = {"latitude": "37.60001", "longitude": "127.1", "place_consent": "1"}
    await rep.send(
        rep.account(SAT, "길가 가게", planned="1", **place),
        rep.account(SAT, "둘째 점포", account_kind="outlet", **place),
    )
    for name in ("길가 가게", "둘째 점포"):
        number = await fetch_value("select id from account where name = {}", name)
        shown = (await site.get(f"/field/accounts/{number}/part")).text
        assert "37.60001, 127.10000" in shown
        assert "https://map.kakao.com/link/map/37.60001,127.1" in shown
        assert "Found in the field" in shown
    assert "rep 씨" not in (await site.get(f"/field/accounts/{number}/part", headers=OWNER)).text


async def test_an_account_costs_the_same_statements_for_any_number_of_visits(
    site: httpx.AsyncClient, statements: Statements
) -> None:
    counts = []
    for visits in (1, 12):
        for day in range(1, visits + 1):
            await visited(POINT, dt.date(2026, 10, day))
        statements.take()
        assert (await site.get(PART, headers=MANAGER)).status_code == 200
        counts.append(statements.take())
    assert counts[0] == counts[1]


@pytest.mark.parametrize("said", [{}, {"share_source": "declined"}])
async def test_declining_lowers_nothing(world: World, said: dict[str, str]) -> None:
    """What is refused is as if nobody had asked, in every KPI and score. Source: FEATURES L3."""
    await listed(103, dt.date(2026, 10, 1))
    rep = Phone(world.people["rep"])
    await rep.send(rep.visit(SAT, account=103, **said))
    measured = await FieldFacts().measures(Month.parse("2026-11"), [[OWN]])
    assert {code: _plain(measure) for code, measure in measured.items()} == {
        "plan_completion": None,
        "opening_completion": None,
        "visit_coverage": (1, 22, 22),
        "route_adherence": None,
        "strike_rate": (0, 1, 1),
        "new_retained_outlets": None,
        "numeric_distribution": None,
        "weighted_distribution": None,
        "competitor_conversion": (0, 1, 1),
    }
    rows = await fetch("select score, stage from target_account where account = 103")
    assert [(row["score"], row["stage"]) for row in rows] == [(0, "visited")]


async def test_declining_leaves_weighted_distribution_as_it_was(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.plans.month_facts.share_source", lambda: PhoneShares(365))
    await reported(dt.date(2026, 11, 1))
    async with unit_of_work():
        await insert_rows(
            "account_month",
            "account month_on level side lines documents net_minor returns_minor quantity active".split(),
            [
                (account, dt.date(2026, month, 1), 2, 1, 1, 1, 600, 0, 1, 1)
                for account, month in ((101, 11), (103, 10))
            ],
        )
    rep = Phone(world.people["rep"])
    for account, percent in ((101, "40"), (103, "70")):
        await rep.send(
            rep.visit(SAT, account=account, share_source="told", share_percent=percent, competitor="갑")
        )
    month = Month.parse("2026-11")
    before = (await FieldFacts().measures(month, [[OWN]]))["weighted_distribution"]
    # 600 ÷ 0.6 = 1,000 bought in the month; 600 ÷ 0.3 = 2,000 did not.
    assert _plain(before) == (1_000, 3_000, 2)
    for account in (101, 103, 105):
        await rep.send(rep.visit(SAT, account=account, share_source="declined"))
    assert _plain((await FieldFacts().measures(month, [[OWN]]))["weighted_distribution"]) == _plain(before)


def _plain(measure: object) -> tuple[int, int, int] | None:
    if measure.missing[0]:  # type: ignore[attr-defined]
        return None
    return measure.numerator[0], measure.denominator[0], measure.n[0]  # type: ignore[attr-defined]
