"""Loyalty before and after: the example of the docs, scope, the page and its file, too few, nobody."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from portal.access import POLICIES, Role
from portal.db import execute, insert_rows, unit_of_work
from portal.errors import NotFound
from portal.occasions.loyalty import (
    Basis,
    Effect,
    Known,
    LoyaltyDealer,
    Measure,
    Side,
    Spans,
    choose,
    effect,
    growth,
    spans_around,
)
from portal.occasions.policies import LOYALTY, LOYALTY_EXPORT
from portal.occasions.queries.loyalty import read_loyalty
from portal.occasions.queries.occasions import get_occasion
from rules.months import Month
from tests.portal.occasions.conftest import FAR, NEAR, OWN, Site, new_key, open_occasion
from tests.portal.occasions.test_own_pages import browser, text_of

if TYPE_CHECKING:
    from portal.occasions.queries.loyalty import Loyalty
    from tests.portal.occasions.conftest import World

JANUARY, TODAY = dt.datetime(2026, 1, 20, tzinfo=dt.UTC), dt.date(2026, 5, 12)
SPANS = Spans((Month.parse("2025-12"),), (Month.parse("2026-02"),))
NOTHING = LoyaltyDealer(0, "", "", 2, "", "", "EI", came=False, is_invited=False)


def dealer(number: int, before: int, after: int, *, came: bool) -> LoyaltyDealer:
    """A dealer who bought 1,000 a year earlier on either side."""
    known = Known(growth(before, 1_000), growth(after, 1_000))
    return replace(NOTHING, dealer_id=number, came=came, is_invited=True, figures={Measure.PURCHASES: known})


def test_the_example_of_the_docs() -> None:
    came = [dealer(1, 900, 1_000, came=True), dealer(2, 1_000, 1_100, came=True)]
    others = [dealer(3, 1_000, 1_050, came=False), dealer(4, 900, 950, came=False)]
    assert effect(Measure.PURCHASES, came, others, SPANS, 2) == Effect(
        Measure.PURCHASES, Side(2, -500, 500, 1_000), Side(2, -500, 0, 500), 500, SPANS
    )
    assert effect(Measure.PURCHASES, came, others[:1], SPANS, 2).between_bp is None
    assert effect(Measure.PLANS, came, others, SPANS, 2).came == Side(0)
    assert growth(5, 0) is None


def test_months_of_the_occasion_and_the_running_one_count_on_neither_side() -> None:
    first, last = Month.parse("2025-12"), Month.parse("2026-01")
    found = spans_around(first, last, 3, Month.parse("2026-04"), Month.parse("2026-03"))
    assert found == Spans(tuple(map(Month.parse, ("2025-09", "2025-10", "2025-11"))), SPANS.after)
    assert spans_around(first, last, 3, None, Month.parse("2027-01")).after == ()
    assert found.years_known_from(Month.parse("2024-11")).before == (Month.parse("2025-11"),)


def test_the_invited_come_first_then_those_alike_then_nobody() -> None:
    came = replace(NOTHING, dealer_id=1, came=True, is_invited=True)
    stayed = [replace(NOTHING, dealer_id=2 + n, is_invited=True) for n in range(2)]
    alike = [replace(NOTHING, dealer_id=4 + n) for n in range(2)]
    strangers = [replace(NOTHING, dealer_id=6, class_code="EII"), replace(NOTHING, dealer_id=7, region_id=3)]
    everybody = [came, *stayed, *alike, *strangers]
    assert choose(everybody, 2) == ([came], stayed, Basis.INVITED)
    assert choose([came, *stayed[:1], *alike, *strangers], 2) == ([came], alike, Basis.ALIKE)
    assert choose(everybody, 3) == ([came], [], Basis.NOBODY)
    assert choose(stayed, 1) == ([], [], Basis.NOBODY)


@pytest.fixture
async def held(people: World) -> Site:
    """January: the own dealer came, the near and the far one stayed away; all bought in some months."""
    site = await open_occasion(people, OWN, NEAR, FAR)
    came = await site.come()
    async with unit_of_work():
        await execute(
            "update occasion set starts_at = {}, ends_at = {}, sign_up_until = {}, state = 'held'",
            *(JANUARY, JANUARY + dt.timedelta(hours=8), JANUARY),
        )
        await insert_rows(
            "door_record",
            "client_key enrollment guest_position kind how noted_at received_at actor_user_id".split(),
            [(new_key(), came.enrollment_id, 0, "in", "hand", JANUARY, JANUARY, 7)],
        )
        bought = {
            "2024-10-01": (1_000, 1_000, 1_000), "2025-02-01": (1_000, 1_000, 1_000),
            "2025-10-01": (900, 1_000, 900), "2026-02-01": (1_000, 1_050, 1_000),
        }  # fmt: skip
        await insert_rows(
            "account_month",
            "account month_on level side lines documents net_minor returns_minor quantity active".split(),
            [
                (account, dt.date.fromisoformat(on), 1, 1, 1, 1, net, 0, 1, 1)
                for on, nets in bought.items()
                for account, net in zip((OWN, NEAR, FAR), nets, strict=True)
            ],
        )
    return site


async def loyalty(site: Site, who: str, least: int = 1) -> Loyalty:
    viewer = site.viewer(who)
    occasion = await get_occasion(viewer, site.occasion_id, LOYALTY)
    return await read_loyalty(viewer, occasion, LOYALTY, TODAY, 3, least)


async def test_a_manager_reads_his_own_part_in_lines_and_sums(held: Site) -> None:
    whole, part = await loyalty(held, "marketing"), await loyalty(held, "manager")
    assert [one.dealer_id for one in whole.dealers] == [OWN, FAR, NEAR]
    assert [one.dealer_id for one in part.dealers] == [OWN, NEAR]
    assert [len(side) for side in (whole.spans.before, whole.spans.after)] == [3, 1]
    assert (whole.effects[0].came, whole.effects[0].others, whole.effects[0].between_bp) == (
        Side(1, -1_000, 0, 1_000), Side(2, -500, 250, 750), 250,
    )  # fmt: skip
    assert (part.effects[0].others, part.effects[0].between_bp) == (Side(1, 0, 500, 500), 500)
    assert whole.effects[1].came == Side(0)
    assert (await loyalty(held, "marketing", 3)).basis is Basis.NOBODY
    assert (whole.pulse.before, whole.pulse.after, whole.pulse.change_tenths) == (None, None, None)


async def test_dealers_and_other_regions_never_see_it(held: Site) -> None:
    for name in (LOYALTY, LOYALTY_EXPORT):
        assert POLICIES[name].roles == {
            Role.MARKETING, Role.ADMINISTRATOR, Role.REGIONAL_MANAGER, Role.AUDITOR,
        }  # fmt: skip
    async with unit_of_work():
        await execute("update occasion set region = 3")
    with pytest.raises(NotFound):
        await loyalty(held, "manager")
    url = f"/occasions/{held.occasion_id}/loyalty"
    for who, status in (("manager", 404), ("owner", 404), ("rep", 403), ("auditor", 200)):
        async with browser(held, who) as window:
            assert (await window.get(url)).status_code == status, who


async def test_page_and_file_say_too_few_and_nothing_of_the_cause(held: Site) -> None:
    url = f"/occasions/{held.occasion_id}/loyalty"
    async with browser(held, "marketing") as window:
        shown = text_of((await window.get(url)).text)
        assert "fewer than 5 dealers of the same kind stayed away" in shown
        assert "Nothing can be said about the cause." in shown
        assert "Nothing of this page enters a score, an incentive or a limit." in shown
        assert "came 1 too few too few too few" in shown
        assert "compared with" not in shown
        file = await window.post(f"{url}/export", data={"format": "csv"})
        assert file.status_code == 200
        lines = file.content.decode("utf-8-sig").splitlines()
        assert len(lines) == 2
        assert lines[1].startswith("D10,대청상사,")
        async with unit_of_work():
            await execute("update door_record set undone_at = noted_at")
        assert "Nobody came yet" in text_of((await window.get(url)).text)


async def test_before_the_first_complete_month_the_page_says_so(held: Site) -> None:
    async with unit_of_work():
        await execute("delete from account_month where month_on > {}", dt.date(2026, 1, 31))
    async with browser(held, "marketing") as window:
        shown = text_of((await window.get(f"/occasions/{held.occasion_id}/loyalty")).text)
    assert "No complete month with orders on record has passed since." in shown
    assert "Both groups" not in shown
