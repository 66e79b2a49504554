"""A phone in the field: server killed, network off, answers lost, two tabs, two phones, leaving."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.journeys.field_phone import FieldPhone, Switched
from tests.journeys.test_accessibility import AXE, RUN
from tests.journeys.visitor import PHONE, said

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Route

    from tests.journeys.portal_server import Portal

MOST_BYTES = 40 * 1024
NOTED = "select count(*) as n from visit where note = '{}'"


@pytest.fixture(scope="module")
def switched(demo_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Switched]:
    folder = tmp_path_factory.mktemp("field")
    database = folder / "demo.db"
    shutil.copyfile(demo_file, database)
    portal = Switched(folder, database)
    try:
        portal.on()
        yield portal
    finally:
        portal.off()


@pytest.fixture(scope="module")
def portal(switched: Switched) -> Portal:
    """The portal the windows of ``visit`` open."""
    return switched.portal


@pytest.fixture
def phone(visit: Callable[..., object]) -> Callable[..., FieldPhone]:
    """Open the field's page on a phone of somebody."""
    return lambda login="rep1": FieldPhone(visit(login, size=PHONE)).open()


def test_the_server_is_killed_and_everything_arrives_once(phone, switched, tmp_path):
    rep = phone()
    one, two = rep.accounts()[:2]
    picture = tmp_path / "shop.jpg"
    Image.effect_noise((2400, 1800), 50).convert("RGB").save(picture, "JPEG")
    switched.off()
    rep.log(one, "지하 매장")
    rep.log(two, "사진 있음", picture)
    rep.add("아무도 모르던 가게")
    (new,) = [item["id"] for item in rep.items() if item["record"] == "account"]
    rep.log(new, "새 가게 방문")
    rep.expect_waiting(4)
    rep.reload()
    rep.expect_waiting(4)
    rep.view("records")
    expect(rep.visitor.page.locator("[data-records] li")).to_have_count(4)
    switched.on()
    rep.forgive()
    rep.visitor.page.locator("[data-send]").click()
    rep.expect_waiting(0)
    for note in ("지하 매장", "사진 있음", "새 가게 방문"):
        switched.wait_for(NOTED.format(note), 1)
    row = switched.portal.row(
        "select count(*) as n, sum(v.photo is not null) as photos, count(distinct v.account) as accounts"
        " from visit v where v.note in ('지하 매장', '사진 있음', '새 가게 방문')"
    )
    assert row == {"n": 3, "photos": 1, "accounts": 3}
    assert switched.portal.row("select count(*) as n from account_find")["n"] == 1
    expect(rep.visitor.page.locator("[data-records] li")).to_have_count(4)
    expect(rep.visitor.page.locator("[data-records] li").first).to_contain_text(said("In the portal"))
    rep.forgive()


def test_without_a_network_and_with_the_tab_closed(phone, switched):
    rep = phone()
    account = rep.accounts()[0]
    rep.visitor.context.set_offline(True)
    rep.log(account, "통신 없음")
    rep.reload()
    rep.expect_waiting(1)
    rep.log(account, "탭 닫음")
    rep.view("census")
    rep.visitor.page.locator("[data-places] li button").first.click()
    expect(rep.visitor.page.locator("[data-places] .tag").first).to_have_text(said("Seen today"))
    rep.expect_waiting(3)
    rep.visitor.page.close()
    assert switched.portal.row(NOTED.format("통신 없음"))["n"] == 0
    rep.visitor.context.set_offline(False)
    rep.visitor.page = rep.visitor.context.new_page()
    rep.open().expect_waiting(0)
    for note in ("통신 없음", "탭 닫음"):
        switched.wait_for(NOTED.format(note), 1)
    looked = "select count(*) as n from census_record where client_key in (select client_key from field_item)"
    switched.wait_for(looked, 1)
    rep.forgive()


def test_an_answer_lost_after_the_commit_doubles_nothing(phone, switched):
    rep = phone()
    lost: list[int] = []

    def lose(route: Route) -> None:
        if len(lost) == 2:
            return route.continue_()
        lost.append(route.fetch().status)
        return route.abort("connectionreset")

    rep.visitor.context.route("**/field/sync", lose)
    rep.log(rep.accounts()[0], "응답 잃음")
    rep.wait_until(lambda: len(lost) == 2)
    assert lost == [200, 200]
    rep.expect_waiting(0)
    switched.wait_for(NOTED.format("응답 잃음"), 1)
    rep.forgive()


def test_two_tabs_send_together_and_each_record_is_there_once(phone, switched):
    one = phone()
    other = FieldPhone(
        type(one.visitor)(one.visitor.context, one.visitor.context.new_page(), one.visitor.address)
    )
    other.open()
    account = one.accounts()[0]
    one.visitor.context.set_offline(True)
    one.log(account, "첫째 탭")
    other.log(account, "둘째 탭")
    one.visitor.context.set_offline(False)
    for tab in (one, other):
        tab.view("records")
        tab.visitor.page.locator("[data-send]").click()
    for note in ("첫째 탭", "둘째 탭"):
        switched.wait_for(NOTED.format(note), 1)
    one.reload()
    one.expect_waiting(0)
    one.forgive()


def test_two_phones_with_the_same_draft(phone, switched):
    one, other = phone(), phone()
    account = one.accounts()[0]
    for each in (one, other):
        each.visitor.context.set_offline(True)
    one.log(account, "같은 초안")
    one.log(account, "다른 내용")
    same, changed = one.items()
    other.put(same)
    other.put({**changed, "fields": {**changed["fields"], "note": "두 번째 휴대폰"}})
    for each in (one, other):
        each.visitor.context.set_offline(False)
        each.view("records")
        each.visitor.page.locator("[data-send]").click()
        switched.wait_for(NOTED.format("같은 초안"), 1)
        each.expect_waiting(0 if each is one else 1)
    stuck = other.visitor.page.locator("[data-records] li[data-status=conflict]")
    expect(stuck).to_contain_text(said("The portal has this record with other content. That stands."))
    assert switched.portal.row(NOTED.format("두 번째 휴대폰"))["n"] == 0
    switched.wait_for(NOTED.format("다른 내용"), 1)
    for each in (one, other):
        each.forgive()


def test_a_visit_is_kept_at_once(phone, record_property):
    rep = phone()
    rep.visitor.context.set_offline(True)
    took = sorted(rep.keep_and_measure() for _ in range(5))
    record_property("kept_on_the_phone_ms", round(took[2]))
    rep.reload()
    rep.expect_waiting(5)
    rep.discard([str(item["id"]) for item in rep.items()])
    rep.expect_waiting(0)
    rep.forgive()


def test_what_is_wrong_is_put_right_on_the_phone(phone, switched):
    rep = phone()
    page = rep.visitor.page
    rep.view(f"account/{rep.accounts()[0]}")
    page.locator("#f-cases").fill("많이")
    page.locator("#f-note").fill("고친 방문")
    page.locator("[data-form=visit] .btn.pri").click()
    expect(page.locator("[data-view=today]")).to_be_visible()
    rep.view("records")
    row = page.locator("[data-records] li[data-status=rejected]")
    expect(row).to_contain_text(said("Please enter a whole number."))
    row.locator("button", has_text=said("Correct")).click()
    expect(page.locator("#f-cases[aria-invalid=true]")).to_have_value("많이")
    page.locator("#f-cases").fill("12")
    page.locator("[data-form=visit] .btn.pri").click()
    rep.expect_waiting(0)
    switched.wait_for(NOTED.format("고친 방문") + " and cases = 12", 1)


def test_leaving_with_a_full_outbox(phone, switched):
    rep = phone()
    page = rep.visitor.page
    rep.visitor.context.route("**/field/sync", lambda route: route.abort("connectionrefused"))
    rep.log(rep.accounts()[0], "남은 기록")
    rep.expect_waiting(1)
    rep.visitor.go("/")  # another page refuses too, and leads to what waits
    page.locator("details.menu summary .av").first.click()
    page.locator("form[action='/sign-out'] button").click()
    expect(page.locator("[data-view=records]")).to_be_visible()
    page.locator("[data-leave] button").click()
    dialog = page.locator("#leaving")
    expect(dialog).to_contain_text(said("{count} records wait on this phone").format(count=1))
    dialog.locator("[data-stay]").click()
    rep.expect_waiting(1)
    assert any(line.startswith("items ") for line in rep.left())
    page.locator("[data-leave] button").click()
    dialog.locator("[data-drop]").click()
    expect(page).to_have_url(rep.visitor.address + "/sign-in")
    assert rep.left() == []
    assert switched.portal.row(NOTED.format("남은 기록"))["n"] == 0
    rep.forgive()


def test_leaving_with_an_empty_outbox_leaves_nothing_in_the_browser(phone, switched):
    rep = phone("staff")
    rep.log(rep.accounts()[0], "직원 방문")
    rep.expect_waiting(0)
    assert rep.left() != []
    rep.visitor.page.locator("[data-leave] button").click()
    expect(rep.visitor.page).to_have_url(rep.visitor.address + "/sign-in")
    assert rep.left() == []
    switched.wait_for(NOTED.format("직원 방문") + " and owner = 'dealer'", 1)


def test_the_page_is_light_and_axe_finds_nothing(visit, switched):
    rep = FieldPhone(visit("rep1", size=PHONE))
    rep.visitor.page.goto("about:blank")
    protocol = rep.visitor.context.new_cdp_session(rep.visitor.page)
    protocol.send("Network.enable")
    protocol.send("Network.clearBrowserCache")
    sizes: list[int] = []
    protocol.on("Network.loadingFinished", lambda event: sizes.append(int(event["encodedDataLength"])))
    rep.open()
    assert 0 < sum(sizes) <= MOST_BYTES
    page = rep.visitor.page
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = []
    for view in ("today", f"account/{rep.accounts()[0]}", "new", "census", "records"):
        rep.view(view)
        for each in page.locator("[data-view]:not([hidden]) summary").all():
            each.click()
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0], view
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)
            found += [(view, theme, *each) for each in page.evaluate(RUN, theme)]
    assert found == []
