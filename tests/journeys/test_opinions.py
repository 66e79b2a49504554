"""An opinion without a name on screen: given on a phone, handed out, answered, read by code."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.journeys.visitor import PHONE, said

FAR, NEAR = "교육장이 멀어 직원이 오기 어렵습니다.", "권역마다 한 번씩 찾아가서 합니다."


def test_an_opinion_without_a_name_is_answered_and_read_by_code(visit, portal):
    dealer = visit("dealer2", size=PHONE)
    dealer.go("/my/opinions/new")
    dealer.page.locator("input[name=signed][value='0']").check()
    dealer.page.locator("textarea[name=text]").fill(FAR)
    dealer.page.locator("form[action='/my/opinions'] .btn.pri").click()
    code = dealer.page.locator(".code-big")
    expect(code).to_have_text(re.compile(r"[A-Z2-7]{4}(-[A-Z2-7]{4}){3}"))
    typed = code.inner_text().lower()

    manager = visit("admin")
    manager.go("/opinions?named=0")
    row = manager.page.locator("tr", has_text=FAR)
    row.locator("[data-row-check]").check()
    expect(manager.page.locator(".bulk [data-count]")).to_have_text("1")
    manager.page.locator(".bulk input[name=due_on]").fill(portal.row("select date('now', '+3 days') d")["d"])
    manager.page.locator(".bulk button").click()
    expect(manager.page.locator("form[action='/opinions/take-back']")).to_be_visible()
    manager.page.locator("a", has_text=FAR).click()
    manager.page.locator("textarea[name=answer]").fill(NEAR)
    manager.page.locator("form[action$='/answer'] .btn.pri").click()
    expect(manager.page.locator(".head .st")).to_have_text(said("Answered"))

    dealer.go("/opinion-answers")
    dealer.page.locator("input[name=code]").fill(typed)
    dealer.page.locator("form[action='/opinion-answers'] .btn.pri").click()
    expect(dealer.page.locator("main")).to_contain_text(NEAR)
    dealer.page.locator("form[action='/opinion-answers/close'] button").click()
    expect(dealer.page.locator(".head .st")).to_have_text(said("Concluded"))
    assert portal.row(f"select state, dealer, given_by_user_id from opinion where text = '{FAR}'") == {
        "state": "closed",
        "dealer": None,
        "given_by_user_id": None,
    }
