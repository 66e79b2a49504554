"""A dealer's owner changes what was proposed to him, puts it in force, and his people see their day."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.journeys.visitor import PHONE


def test_a_proposal_becomes_the_dealers_own_plan(visit):
    owner = visit("dealer", size=PHONE)
    owner.go("/my/plans")
    proposal = owner.page.locator("li", has_text="답변 대기").locator("a").first.get_attribute("href")
    owner.go(proposal)
    owner.page.locator(f"form[action='{proposal}/own'] button").click()
    owner.settle()
    own = owner.path
    stop = owner.page.locator("ol.route > li").first
    name = stop.locator("div").first.inner_text().splitlines()[0]
    stop.locator("summary").click()
    stop.locator(f"form[action='{own}/visits'] button", has_text="빼기").click()
    owner.settle()
    owner.page.locator("[data-open-dialog=accept]").click()
    owner.page.locator("#accept input[name=confirmed]").check()
    owner.page.locator("#accept .btn.pri").click()
    owner.settle()
    expect(owner.page.locator("main")).to_contain_text("시행 중입니다")

    staff = visit("staff", size=PHONE)
    staff.go("/my/plans/route?on=2026-12-01")
    expect(staff.page.locator("ol.route > li").first).to_be_visible()
    expect(staff.page.locator("ol.route")).not_to_contain_text(name)

    manager = visit("manager")
    manager.go(proposal.removeprefix("/my"))
    expect(manager.page.locator("main")).to_contain_text("대리점이 자체 계획을 세웠습니다")
    with manager.expecting(404):
        manager.go(own.removeprefix("/my"))
