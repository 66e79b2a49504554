"""Deputies act on the days named, in two names, and no wider than the absent person."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from portal.access import Grant, Policy, Role, Signature, register
from portal.errors import Invalid, NotFound
from portal.identity.model import IdentityRules
from portal.identity.service import deputies
from portal.identity.service.deputies import NewDeputy
from tests.portal.identity.world import (
    ADMIN,
    Browser,
    add_dealer,
    add_region,
    add_user,
    session_viewer,
    viewer_for,
)

RULES = IdentityRules()
DAY = dt.timedelta(days=1)


async def test_a_deputy_has_the_grants_only_from_the_first_to_the_last_day(database: str) -> None:
    await add_region("/a/")
    boss = await add_user("boss", Grant(Role.REGIONAL_MANAGER, "/a/"))
    await add_user("helper", Grant(Role.MARKETING))
    first, last = dt.date(2026, 11, 24), dt.date(2026, 11, 26)
    # 00:00 in Seoul is 15:00 UTC of the day before.
    midnight = dt.datetime(2026, 11, 23, 15, 0, tzinfo=dt.UTC)
    with time_machine.travel(midnight - DAY, tick=False) as clock:
        await deputies.name_deputy(await viewer_for("boss"), NewDeputy("helper", first, last, "휴가"), RULES)
        held = {}
        for label, at in (
            ("before", midnight - dt.timedelta(seconds=1)),
            ("first", midnight),
            ("last", midnight + 3 * DAY - dt.timedelta(seconds=1)),
            ("after", midnight + 3 * DAY),
        ):
            clock.move_to(at)
            held[label] = (await session_viewer("helper")).has_role(Role.REGIONAL_MANAGER)
        assert held == {"before": False, "first": True, "last": True, "after": False}
        clock.move_to(midnight)
        helper = await session_viewer("helper")
    (absent,) = helper.deputy_for
    assert (absent.user_id, absent.grants) == (boss, (Grant(Role.REGIONAL_MANAGER, "/a/"),))
    assert (absent.from_on, absent.to_on) == (first, last)


async def test_what_only_the_deputy_grants_allow_is_signed_for_the_absent_person(database: str) -> None:
    await add_region("/a/")
    await add_region("/b/")
    boss = await add_user("boss", Grant(Role.REGIONAL_MANAGER, "/a/"))
    helper_id = await add_user("helper", Grant(Role.REGIONAL_MANAGER, "/b/"))
    today = RULES.today()
    await deputies.name_deputy(await viewer_for("boss"), NewDeputy("helper", today, today, "휴가"), RULES)
    helper = await session_viewer("helper")
    assert helper.scope.region_paths == ("/a/", "/b/")
    register(Policy("test.sign", frozenset({Role.REGIONAL_MANAGER})))
    assert helper.signature("test.sign", "/b/x/") == Signature(helper_id)
    assert helper.signature("test.sign", "/a/x/") == Signature(helper_id, boss)


async def test_being_a_deputy_is_not_passed_on(database: str) -> None:
    await add_region("/a/")
    await add_user("boss", Grant(Role.REGIONAL_MANAGER, "/a/"))
    await add_user("helper", Grant(Role.MARKETING))
    await add_user("third", Grant(Role.FINANCE))
    today = RULES.today()
    await deputies.name_deputy(await viewer_for("boss"), NewDeputy("helper", today, today, "x"), RULES)
    await deputies.name_deputy(await session_viewer("helper"), NewDeputy("third", today, today, "x"), RULES)
    third = await session_viewer("third")
    assert third.roles == {Role.FINANCE, Role.MARKETING}


@pytest.mark.parametrize("login", ["boss", "nobody", "dealer", "off", "\x00", "' or 1=1"])
async def test_a_deputy_is_a_colleague(database: str, login: str) -> None:
    await add_region("/a/")
    await add_user("boss", Grant(Role.REGIONAL_MANAGER, "/a/"))
    await add_user("dealer", Grant(Role.DEALER_OWNER, account_id=await add_dealer("D1")))
    await add_user("off", Grant(Role.MARKETING), active=False)
    today = RULES.today()
    with pytest.raises(Invalid):
        await deputies.name_deputy(await viewer_for("boss"), NewDeputy(login, today, today, "x"), RULES)


async def test_a_dealers_deputy_is_of_the_same_house(database: str) -> None:
    first, second = await add_dealer("D1"), await add_dealer("D2")
    await add_user("owner", Grant(Role.DEALER_OWNER, account_id=first))
    await add_user("own-staff", Grant(Role.DEALER_STAFF, account_id=first))
    await add_user("rival", Grant(Role.DEALER_STAFF, account_id=second))
    await add_user("maker", Grant(Role.MARKETING))
    owner, today = await viewer_for("owner"), RULES.today()
    for login in ("rival", "maker"):
        with pytest.raises(Invalid):
            await deputies.name_deputy(owner, NewDeputy(login, today, today, "x"), RULES)
    await deputies.name_deputy(owner, NewDeputy("own-staff", today, today, "x"), RULES)
    assert (await session_viewer("own-staff")).has_role(Role.DEALER_OWNER)


@pytest.mark.parametrize(("first", "last"), [(1, 0), (-3, -1), (0, 93)])
async def test_impossible_days_are_refused(database: str, first: int, last: int) -> None:
    await add_user("boss", ADMIN)
    await add_user("helper", ADMIN)
    today = RULES.today()
    deputy = NewDeputy("helper", today + first * DAY, today + last * DAY, "x")
    with pytest.raises(Invalid):
        await deputies.name_deputy(await viewer_for("boss"), deputy, RULES)


async def test_only_the_absent_person_ends_it(database: str) -> None:
    await add_user("boss", ADMIN)
    await add_user("helper", Grant(Role.MARKETING))
    today = RULES.today()
    row_id = await deputies.name_deputy(
        await viewer_for("boss"), NewDeputy("helper", today, today, "x"), RULES
    )
    with pytest.raises(NotFound):
        await deputies.revoke_deputy(await session_viewer("helper"), row_id)
    await deputies.revoke_deputy(await viewer_for("boss"), row_id)
    assert (await session_viewer("helper")).roles == {Role.MARKETING}


async def test_on_the_page(browser: Browser) -> None:
    await add_user("boss", ADMIN)
    await add_user("helper", ADMIN)
    await browser.sign_in("boss")
    today = RULES.today().isoformat()
    wrong = await browser.send_form(
        "/account/deputies", deputy="nobody", from_on=today, to_on="soon", reason=""
    )
    assert wrong.status_code == 422
    right = await browser.send_form(
        "/account/deputies", deputy="helper", from_on=today, to_on=today, reason="휴가"
    )
    assert right.status_code == 303
    page = await browser.open("/account")
    assert "helper 이름" in page.text
    assert "휴가" in page.text
