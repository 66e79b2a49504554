"""What is known of competitors' shares from visits; a refusal neither counts nor replaces anything."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from portal.db import execute, fetch_value, unit_of_work
from portal.field.queries.shares import PhoneShares, together
from tests.portal.field.conftest import POINT, SAT, Phone

if TYPE_CHECKING:
    from tests.portal.plans.conftest import World

DAY = dt.timedelta(days=1)
TODAY = dt.date(2026, 11, 21)


def told(*shares: tuple[str, int]) -> list[dict[str, object]]:
    return [
        {"competitor": name, "share_bp": bp, "observed_on": TODAY + place * DAY}
        for place, (name, bp) in enumerate(shares)
    ]


def test_shares_of_several_competitors() -> None:
    for said, expected in (
        ((("갑", 3_000), ("을", 2_000)), 5_000),
        ((("갑", 3_000), ("갑", 1_000)), 1_000),
        ((("갑", 3_000), ("", 2_500)), 2_500),
        ((("", 2_500), ("갑", 3_000)), 3_000),
        ((("Gap", 6_000), ("을", 7_000)), 10_000),
        ((("Gap", 6_000), ("GAP", 5_000)), 5_000),
    ):
        assert together(told(*said)) == (expected, TODAY + (len(said) - 1) * DAY)


async def test_the_newest_that_was_said_stands_and_a_refusal_changes_nothing(world: World) -> None:
    rep = Phone(world.people["rep"])
    said = {"share_source": "observed", "share_percent": "40"}
    for days, account, share in (
        (5, POINT, said),
        (3, POINT, {**said, "share_percent": "30"}),
        (2, 103, {"share_source": "declined"}),
        (2, 105, said),
    ):
        await rep.send(rep.visit(SAT - days * DAY, account=account, **share), now=SAT - days * DAY)
    before = await PhoneShares(365).shares_of(TODAY)
    assert before == {POINT: (3_000, TODAY - 3 * DAY), 105: (4_000, TODAY - 2 * DAY)}
    await rep.send(rep.visit(SAT, share_source="declined"))
    assert await PhoneShares(365).shares_of(TODAY) == before
    assert (await PhoneShares(365).shares_of(TODAY - 4 * DAY)) == {POINT: (4_000, TODAY - 5 * DAY)}
    assert await PhoneShares(365).shares_of(TODAY + 400 * DAY) == {}
    async with unit_of_work():
        number = await fetch_value("select id from visit where account = 105")
        await execute("update visit set cancelled_at = {} where id = {}", SAT, number)
    assert set(await PhoneShares(365).shares_of(TODAY)) == {POINT}
