"""A plan of a month: a visit dragged, another typed, undone, approved; the route on the phone."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.journeys.visitor import PHONE, said

DRAFT = "select id from development_plan where state = 'draft' order by month_on desc limit 1"


def test_a_plan_is_changed_by_hand_approved_and_read_on_the_phone(visit, portal):
    plan = portal.row(DRAFT)["id"]
    manager = visit("manager")
    manager.go(f"/plans/{plan}")
    page = manager.page
    expect(page.locator(".plancal")).to_be_visible()

    moved = page.locator("[data-stop]").first
    name, day = moved.inner_text(), moved.get_attribute("data-from")
    cells = page.locator("td[data-drop-day]:not(.off)")
    other = next(
        each
        for each in (cells.nth(number) for number in range(1, cells.count()))
        if each.get_attribute("data-drop-day") != day and name not in each.inner_text()
    )
    target = other.get_attribute("data-drop-day")
    moved.drag_to(other)
    page.wait_for_url(f"**day={target}**")
    manager.settle()
    expect(page.locator("#day tbody")).to_contain_text(name)

    page.locator("form[action$='/undo'] button").click()
    manager.settle()
    expect(page.locator("form[action$='/undo']")).to_have_count(0)

    row = page.locator("#day tbody tr").first
    name = row.locator("th a").inner_text()
    row.locator("select[name=to_on]").select_option(index=3)
    row.get_by_role("button", name=said("Move"), exact=True).press("Enter")
    manager.settle()
    expect(page.locator("form[action$='/undo']")).to_have_count(1)

    page.locator("[data-open-dialog=approve]").click()
    page.locator("#approve input[name=confirmed]").check()
    page.locator("#approve .btn.pri").click()
    manager.settle()
    expect(page.locator(".head .st")).to_have_text(said("Approved"))
    assert page.locator("[data-drop-day]").count() == 0
    assert manager.download(f"/plans/{plan}/print")[:5] == b"%PDF-"

    day = portal.row(
        f"select min(d.day_on) as day from plan_day d join login_user u on u.id = d.user_id"
        f" where u.login = 'rep1' and d.plan = {plan}"
    )["day"]
    rep = visit("rep1", size=PHONE)
    rep.go(f"/plans/route?on={day}")
    stops = portal.row(
        f"select count(*) as n from plan_stop s join login_user u on u.id = s.user_id"
        f" where u.login = 'rep1' and s.plan = {plan} and s.day_on = '{day}'"
    )["n"]
    expect(rep.page.locator(".route > li")).to_have_count(stops)
