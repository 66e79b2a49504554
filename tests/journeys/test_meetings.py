"""A week on screen: a dealer's problem, the representative's visit, decision, minutes, carrying on."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.journeys.visitor import PHONE

PROBLEM, DECISION, DONE = "토요일 진열 인원이 모자랍니다.", "진열 인원을 한 명 더 보낸다", "배정했습니다."


def test_a_problem_becomes_a_decision_and_is_carried_until_it_is_done(visit, portal):
    dealer = visit("dealer", size=PHONE)
    dealer.go("/my/problems")
    dealer.page.locator("textarea[name=text]").fill(PROBLEM)
    dealer.page.locator("form.card .btn.pri").click()
    dealer.settle()
    expect(dealer.page.locator("main")).to_contain_text(PROBLEM)

    manager = visit("manager")
    manager.go("/meetings")
    manager.page.locator("#list tbody a").first.click()
    manager.settle()
    place = manager.path
    expect(manager.page.locator("main")).to_contain_text(PROBLEM)
    points = manager.page.locator(f"form[action='{place}/items']")
    points.locator("select[name=kind]").select_option("decision")
    points.locator("textarea[name=text]").fill(DECISION)
    points.locator("select[name=owner]").select_option(label="박지영")
    points.locator("input[name=due_on]").fill("2026-12-31")
    points.locator(".btn.pri").click()
    manager.settle()
    minutes = manager.page.locator(f"form[action='{place}/minutes']")
    minutes.locator("input[name=attendees]").fill("모두")
    minutes.locator(".btn.pri").click()
    manager.settle()
    manager.page.locator(f"form[action='{place}/close'] button").click()
    manager.settle()

    manager.go("/meetings")
    manager.page.locator("#list tbody a").first.click()
    manager.settle()
    carried = manager.page.locator(".todo li", has_text=DECISION)
    expect(carried).to_be_visible()
    carried.locator("summary").click()
    carried.locator("input[name=result]").fill(DONE)
    carried.locator("button").click()
    manager.settle()
    expect(manager.page.locator(".todo li", has_text=DECISION)).to_contain_text(DONE)
