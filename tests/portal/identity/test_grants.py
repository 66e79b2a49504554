"""Roles need two people; nobody helps himself."""

from __future__ import annotations

import re

import pytest

from portal import db
from portal.access import Grant, Role, Viewer
from portal.errors import Conflict, Invalid, NotAllowed, NotFound
from portal.identity.model import IdentityRules
from portal.identity.service import deputies, grants, people
from portal.identity.service.deputies import NewDeputy
from portal.identity.service.grants import NewGrant
from portal.identity.service.people import NewPerson
from tests.portal.identity.world import (
    ADMIN,
    Browser,
    add_dealer,
    add_grant,
    add_region,
    add_user,
    session_viewer,
    viewer_for,
)

RULES = IdentityRules()


@pytest.fixture
async def pair(database: str) -> tuple[Viewer, Viewer]:
    """Two administrators."""
    await add_user("one", ADMIN)
    await add_user("two", ADMIN)
    return await viewer_for("one"), await viewer_for("two")


async def states(user_id: int) -> list[tuple[str, str]]:
    rows = await db.fetch("select role, state from role_grant where user_id = {} order by id", user_id)
    return [(row["role"], row["state"]) for row in rows]


async def test_one_asks_and_another_approves(pair: tuple[Viewer, Viewer]) -> None:
    one, two = pair
    user_id = await add_user("kim")
    grant_id = await grants.request_grant(one, user_id, NewGrant(Role.AUDITOR))
    assert await states(user_id) == [("auditor", "requested")]
    assert (await viewer_for("kim")).grants == ()
    await grants.approve_grant(two, grant_id)
    assert (await viewer_for("kim")).grants == (Grant(Role.AUDITOR),)
    actions = await db.fetch("select action, actor_user_id from audit_event order by seq")
    assert [(row["action"], row["actor_user_id"]) for row in actions] == [
        ("identity.grant_request", one.user_id),
        ("identity.grant_approve", two.user_id),
    ]


async def test_who_asked_cannot_approve(pair: tuple[Viewer, Viewer]) -> None:
    one, _ = pair
    grant_id = await grants.request_grant(one, await add_user("kim"), NewGrant(Role.AUDITOR))
    with pytest.raises(NotAllowed):
        await grants.approve_grant(one, grant_id)


async def test_who_receives_it_cannot_approve(pair: tuple[Viewer, Viewer]) -> None:
    one, two = pair
    grant_id = await grants.request_grant(one, two.user_id, NewGrant(Role.FINANCE))
    with pytest.raises(NotAllowed):
        await grants.approve_grant(two, grant_id)


async def test_a_deputy_is_not_a_second_person(pair: tuple[Viewer, Viewer]) -> None:
    one, two = pair
    deputy = NewDeputy("two", RULES.today(), RULES.today(), "휴가")
    await deputies.name_deputy(one, deputy, RULES)
    acting = await session_viewer("two")
    assert acting.people == frozenset({one.user_id, two.user_id})
    grant_id = await grants.request_grant(one, await add_user("kim"), NewGrant(Role.AUDITOR))
    with pytest.raises(NotAllowed):
        await grants.approve_grant(acting, grant_id)


async def test_a_deputy_acts_in_both_names(pair: tuple[Viewer, Viewer]) -> None:
    one, two = pair
    await add_user("helper", Grant(Role.MARKETING))
    await deputies.name_deputy(one, NewDeputy("helper", RULES.today(), RULES.today(), "출장"), RULES)
    helper = await session_viewer("helper")
    user_id = await add_user("kim")
    grant_id = await grants.request_grant(helper, user_id, NewGrant(Role.AUDITOR))
    row = await db.fetch_one(
        "select requested_by_user_id, requested_for_user_id from role_grant where id = {}", grant_id
    )
    assert row == {"requested_by_user_id": helper.user_id, "requested_for_user_id": one.user_id}
    with pytest.raises(NotAllowed):
        await grants.approve_grant(one, grant_id)
    await grants.approve_grant(two, grant_id)
    assert await states(user_id) == [("auditor", "active")]


async def test_the_database_itself_wants_two_people(pair: tuple[Viewer, Viewer]) -> None:
    one, _ = pair
    grant_id = await grants.request_grant(one, await add_user("kim"), NewGrant(Role.AUDITOR))
    for statement in (
        "update role_grant set state = 'active' where id = {}",
        "update role_grant set state = 'active', approved_by_user_id = requested_by_user_id where id = {}",
    ):

        async def change(text: str = statement) -> None:
            async with db.unit_of_work():
                await db.execute(text, grant_id)

        with pytest.raises(Exception, match=r"(?i)check|ck_role_grant"):
            await change()


@pytest.mark.parametrize(
    "grant",
    [
        NewGrant(Role.REGIONAL_MANAGER),
        NewGrant(Role.DEALER_OWNER),
        NewGrant(Role.DEALER_STAFF, region_id=1),
        NewGrant(Role.FINANCE, account_id=1),
        NewGrant(Role.REGIONAL_MANAGER, region_id=999),
        NewGrant(Role.DEALER_OWNER, account_id=999),
    ],
)
async def test_role_and_area_have_to_fit(pair: tuple[Viewer, Viewer], grant: NewGrant) -> None:
    user_id = await add_user("kim")
    with pytest.raises(Invalid):
        await grants.request_grant(pair[0], user_id, grant)


async def test_nobody_belongs_to_both_sides(pair: tuple[Viewer, Viewer]) -> None:
    dealer = await add_dealer("D1")
    user_id = await add_user("kim", Grant(Role.FINANCE))
    with pytest.raises(Conflict):
        await grants.request_grant(pair[0], user_id, NewGrant(Role.DEALER_OWNER, account_id=dealer))


async def test_asking_twice_is_refused(pair: tuple[Viewer, Viewer]) -> None:
    user_id = await add_user("kim")
    await grants.request_grant(pair[0], user_id, NewGrant(Role.AUDITOR))
    with pytest.raises(Conflict):
        await grants.request_grant(pair[1], user_id, NewGrant(Role.AUDITOR))


async def test_the_last_administrator_stays(database: str) -> None:
    user_id = await add_user("one", ADMIN)
    one = await viewer_for("one")
    (row,) = await db.fetch("select id from role_grant")
    with pytest.raises(Conflict):
        await grants.revoke_grant(one, row["id"])
    with pytest.raises(Conflict):
        await people.set_active(one, user_id, active=False)
    assert await states(user_id) == [("administrator", "active")]


async def test_one_administrator_may_name_the_second_and_no_third(pair: tuple[Viewer, Viewer]) -> None:
    kim = await add_user("kim")
    with pytest.raises(Conflict):
        await grants.name_second_admin(pair[0], kim)
    await people.set_active(pair[0], pair[1].user_id, active=False)
    await grants.name_second_admin(pair[0], kim)
    with pytest.raises(Conflict):
        await grants.name_second_admin(pair[0], await add_user("lee"))


async def test_a_changed_role_ends_every_session(pair: tuple[Viewer, Viewer], browser: Browser) -> None:
    user_id = await add_user("kim", Grant(Role.MARKETING))
    await browser.sign_in("kim")
    grant_id = await grants.request_grant(pair[0], user_id, NewGrant(Role.AUDITOR))
    assert (await browser.get("/")).status_code == 200
    await grants.approve_grant(pair[1], grant_id)
    assert (await browser.get("/")).status_code == 303
    await browser.sign_in("kim")
    await grants.revoke_grant(pair[0], grant_id)
    assert (await browser.get("/")).status_code == 303


async def test_people_who_may_not_are_refused_by_the_service_too(database: str) -> None:
    await add_user("kim", Grant(Role.AUDITOR))
    kim = await viewer_for("kim")
    with pytest.raises(NotAllowed):
        await grants.request_grant(kim, kim.user_id, NewGrant(Role.ADMINISTRATOR))
    with pytest.raises(NotAllowed):
        await grants.approve_grant(kim, 1)
    with pytest.raises(NotAllowed):
        await people.add_person(kim, NewPerson("new", "새"), None, RULES)


async def test_an_unknown_grant_is_not_found(pair: tuple[Viewer, Viewer]) -> None:
    for use_case in (grants.approve_grant, grants.revoke_grant):
        with pytest.raises(NotFound):
            await use_case(pair[0], 12345)


async def test_a_dealer_is_named_by_code_and_a_region_by_name(browser: Browser) -> None:
    await add_user("one", ADMIN)
    region, dealer = await add_region("/a/"), await add_dealer("D-77")
    await browser.sign_in("one")
    page = await browser.open("/people/new")
    assert f'<option value="{region}">' in page.text
    fields = {"name": "새 대표", "login": "owner", "work_email": "o@d.example", "role": "dealer_owner"}
    wrong = await browser.send_form("/people", **fields, dealer_code="D-78")
    assert (wrong.status_code, 'class="error" id="g-dealer_code-note"' in wrong.text) == (422, True)
    assert (await browser.send_form("/people", **fields, dealer_code="D-77")).status_code == 200
    assert await db.fetch_value("select account_id from role_grant where role = 'dealer_owner'") == dealer


async def test_on_the_pages(browser: Browser, other: Browser) -> None:
    await add_user("one", ADMIN)
    await add_user("two", ADMIN)
    region = await add_region("/a/")
    await browser.sign_in("one")
    await other.sign_in("two")
    page = await browser.open("/people/new")
    assert page.status_code == 200
    added = await browser.send_form(
        "/people",
        name="새 사람",
        login="new",
        work_email="new@maker.example",
        role="regional_manager",
        region_id=str(region),
    )
    assert added.status_code == 200
    link = re.search(r"/reset/[A-Za-z0-9_-]{43}", added.text)
    assert link is not None
    user_id = await db.fetch_value("select id from login_user where login = 'new'")
    own = await browser.open("/people")
    assert "/approve" not in own.text
    theirs = await other.open("/people")
    found = re.search(r"/people/grants/\d+/approve", theirs.text)
    assert found is not None
    assert (await browser.send_form(found[0])).status_code == 403
    assert (await other.send_form(found[0])).status_code == 303
    shown = await browser.open(f"/people/{user_id}")
    assert "지역 a" in shown.text
    assert "new@maker.example" not in str(await db.fetch("select * from audit_event"))
    again = await browser.send_form("/people", name="새 사람", login="NEW", role="auditor")
    assert again.status_code == 422


async def test_a_grant_whose_region_is_gone_opens_nothing(database: str) -> None:
    user_id = await add_user("kim")
    region = await add_region("/a/")
    async with db.unit_of_work():
        await add_grant(user_id, Grant(Role.MARKETING, "/a/"))
        await db.execute("update role_grant set region_id = {} where region_id = {}", region + 1, region)
    for viewer in (await session_viewer("kim"), await viewer_for("kim")):
        assert viewer.has_role(Role.MARKETING)
        assert (viewer.scope.everything, viewer.scope.covers("/a/"), viewer.scope.covers("/")) == (
            False,
            False,
            False,
        )
