"""The queue: who gets a seat, who waits and where, who moves up."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from portal.db import fetch, insert_rows, unit_of_work
from portal.errors import Conflict, Invalid, NotFound
from portal.occasions.model import OccasionMove
from portal.occasions.queries.occasions import get_occasion
from portal.occasions.queries.roster import list_roster
from portal.occasions.service.filling import list_standings
from portal.occasions.service.occasions import change_occasion, move_occasion
from portal.occasions.service.seats import cancel, leave_out, substitute
from tests.portal.occasions.conftest import FAR, NOW, OWN, PLAN, new_key, open_occasion, person

if TYPE_CHECKING:
    from tests.portal.occasions.conftest import Site, World


async def test_a_hundred_at_once_for_ten_seats_are_ten_confirmed_and_ninety_in_order(people: World) -> None:
    dealers = range(1001, 1101)
    async with unit_of_work():
        await insert_rows(
            "account",
            ("id", "kind", "code", "name", "region", "dealer", "owner", "area", "state", "is_stub",
             "version", "created_at", "updated_at"),
            [(n, "dealer", f"D{n}", f"D{n}", 2, n, "manufacturer", "", "existing", False, 1, NOW, NOW)
             for n in dealers],
        )  # fmt: skip
    site = await open_occasion(people, *dealers, seats=10)
    came = await asyncio.gather(*(site.come("marketing", dealer) for dealer in dealers))
    confirmed = [one for one in came if one.is_confirmed]
    assert sorted(one.number for one in confirmed) == list(range(1, 11))
    waiting = sorted((one.number, one.enrollment_id) for one in came if not one.is_confirmed)
    assert [number for number, _ in waiting] == list(range(11, 101))
    standings = await list_standings(site.occasion_id)
    assert [standings[id_].place for _, id_ in waiting] == list(range(1, 91))
    assert await site.states() == [(n, "confirmed" if n <= 10 else "waiting") for n in range(1, 101)]
    occasion = await get_occasion(people.people["marketing"], site.occasion_id, "occasions.plan")
    assert (occasion.seats_taken, occasion.waiting, occasion.invited) == (10, 90, 100)


async def test_the_same_key_again_is_the_same_place(site: Site) -> None:
    key = new_key()
    first = await site.come(key=key)
    again = await site.come(key=key)
    assert again == first
    assert (first.is_confirmed, first.number, first.place, first.is_over) == (True, 1, 0, False)
    with pytest.raises(Conflict):
        await site.come("far", FAR, key=key)


async def test_beyond_the_entitlement_one_waits_until_signing_up_is_over(site: Site) -> None:
    stands = [await site.come() for _ in range(3)]
    assert [(one.is_confirmed, one.is_over) for one in stands] == [
        (True, False),
        (True, False),
        (False, True),
    ]
    later = await site.come("far", FAR)
    assert (later.is_confirmed, later.number) == (True, 4)
    await cancel(site.viewer("owner"), site.occasion_id, stands[0].enrollment_id, "배송")
    assert await site.states() == [(1, "cancelled"), (2, "confirmed"), (3, "confirmed"), (4, "confirmed")]
    fifth = await site.come()
    assert (fifth.is_confirmed, fifth.place) == (False, 1)
    await move_occasion(site.viewer("marketing"), site.occasion_id, OccasionMove.CLOSE)
    assert (await site.states())[-1] == (5, "confirmed")


async def test_a_party_too_large_for_the_seats_left_is_passed_over_and_keeps_its_place(people: World) -> None:
    site = await open_occasion(
        people, OWN, FAR, seats_each=9, seats=3, companions_max=2, companions_take_seats=True
    )
    two = await site.come("owner", OWN, person("동반"))
    three = await site.come("far", FAR, person("하나"), person("둘"))
    one = await site.come()
    assert [two.is_confirmed, three.is_confirmed, one.is_confirmed] == [True, False, True]
    await cancel(people.people["owner"], site.occasion_id, one.enrollment_id, "")
    assert await site.states() == [(1, "confirmed"), (2, "waiting"), (3, "cancelled")]
    far = people.people["far"]
    await leave_out(far, site.occasion_id, three.enrollment_id, 1)
    await leave_out(far, site.occasion_id, three.enrollment_id, 2)
    assert await site.states() == [(1, "confirmed"), (2, "confirmed"), (3, "cancelled")]
    assert [row.heads for row in await list_roster(site.occasion_id)] == [2, 1]


async def test_a_substitute_takes_number_seats_and_companions(people: World) -> None:
    site = await open_occasion(people, OWN, seats_each=2, companions_max=1)
    first = await site.come("owner", OWN, person("배우자", relation="배우자"), user_id=8)
    before = (await list_roster(site.occasion_id))[0]
    new = await substitute(
        people.people["owner"], site.occasion_id, first.enrollment_id, person("이직원", user_id=9)
    )
    after = (await list_roster(site.occasion_id))[0]
    assert (after.enrollment_id, after.number, after.name, after.user_id) == (new, 1, "이직원", 9)
    assert [guest.name for guest in after.companions] == ["배우자"]
    assert after.door_code != before.door_code
    occasion = await get_occasion(people.people["owner"], site.occasion_id, "occasions.own")
    assert occasion.seats_taken == 1
    with pytest.raises(Conflict):
        await substitute(people.people["owner"], site.occasion_id, first.enrollment_id, person())


async def test_what_cannot_be_is_said(site: Site) -> None:
    marketing = site.viewer("marketing")
    with pytest.raises(NotFound):  # another dealer's
        await site.come("far", OWN)
    mine = await site.come(user_id=8)
    with pytest.raises(NotFound):
        await cancel(site.viewer("far"), site.occasion_id, mine.enrollment_id, "")
    with pytest.raises(NotFound):  # his own, under another occasion's address
        await cancel(site.viewer("owner"), site.occasion_id + 1, mine.enrollment_id, "")
    for wrong, told in (
        ({"user_id": 8}, "This person is signed up already."),
        ({"user_id": 10}, "This person does not belong to the dealer."),
    ):
        with pytest.raises(Invalid) as caught:
            await site.come(**wrong)
        assert [str(problem.message) for problem in caught.value.problems] == [told]
    with pytest.raises(Invalid):
        await site.come("owner", OWN, person("동반"))
    await site.come("far", FAR)
    now = await get_occasion(marketing, site.occasion_id, "occasions.plan")
    for plan, version, error in (
        (replace(PLAN, seats=1), now.version, Invalid),
        (PLAN, now.version - 1, Conflict),
        (replace(PLAN, sign_up_until=PLAN.ends_at + (PLAN.ends_at - PLAN.starts_at)), now.version, Invalid),
    ):
        with pytest.raises(error):
            await change_occasion(marketing, site.occasion_id, plan, version)
    with pytest.raises(Invalid):
        await move_occasion(marketing, site.occasion_id, OccasionMove.CANCEL)
    await move_occasion(marketing, site.occasion_id, OccasionMove.CANCEL, "폭설")
    with pytest.raises(Conflict):
        await site.come()
    with pytest.raises(Conflict):
        await cancel(site.viewer("owner"), site.occasion_id, mine.enrollment_id, "")
    left = await fetch("select seats_taken, cancel_reason from occasion")
    assert left == [{"seats_taken": 2, "cancel_reason": "폭설"}]
