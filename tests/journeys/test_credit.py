"""Credit on screen: finance holds, the dealer reads why on his phone, a second person releases."""

from __future__ import annotations

import csv
import io

from playwright.sync_api import expect

from tests.journeys.visitor import PHONE, said

STORY = "대청상사"
WHY, PAID = "약속한 날까지 입금이 없습니다.", "오늘 입금을 확인했습니다."


def test_hold_and_release_by_two_people(visit, portal):
    dealer_id = portal.row("select id from account where code = 'D-0001'")["id"]
    place = f"/credit/{dealer_id}"
    finance = visit("finance")
    finance.go("/credit")
    finance.page.locator("select[name=shown]").select_option("overdue")
    expect(finance.page.locator("tbody tr")).to_have_count(5)
    assert "shown=overdue" in finance.page.url
    finance.page.locator(".filters input[name=q]").fill("대청")
    finance.page.locator("select[name=shown]").select_option("")
    finance.page.locator("tbody th a", has_text=STORY).click()
    finance.settle()
    assert finance.path.rstrip("/") == place
    expect(finance.page.locator("h1")).to_have_text(STORY)

    finance.page.locator("summary", has_text=said("Place a hold")).click()
    finance.page.locator("textarea[name=hold_reason]").fill(WHY)
    finance.page.locator(f"form[action='{place}/hold'] button").click()
    finance.settle()
    expect(finance.page.locator(".note.low")).to_contain_text(WHY)

    dealer = visit("dealer", size=PHONE)
    dealer.go("/my/credit")
    expect(dealer.page.locator(".note.low")).to_contain_text(WHY)
    expect(dealer.page.locator(".note.good")).to_be_visible()

    finance.page.locator("textarea[name=release_reason]").fill(PAID)
    finance.page.locator(f"form[action='{place}/release'] button").click()
    finance.settle()
    assert finance.page.locator(f"form[action='{place}/release/approve']").count() == 0

    second = visit("finance2")
    second.page.locator(".todo a", has_text=STORY).click()
    second.settle()
    expect(second.page.locator(".note.low")).to_contain_text(PAID)
    second.page.locator(f"form[action='{place}/release/approve'] button").click()
    second.settle()
    assert second.page.locator(".note.low").count() == 0
    dealer.go("/my/credit")
    assert dealer.page.locator(".note.low").count() == 0


def test_a_dealer_takes_his_history_along(visit, portal):
    dealer = visit("dealer", size=PHONE)
    dealer.go("/my/credit")
    with dealer.page.expect_download() as waiting:
        dealer.page.locator("form[action='/my/credit/export'] button", has_text="CSV").click()
    text = waiting.value.path().read_text(encoding="utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))[1:]
    kept = portal.row(
        "select balance_minor from credit_standing s join account a on a.id = s.account"
        " where a.code = 'D-0001'"
    )
    assert int(rows[-1][7]) == kept["balance_minor"]
    assert sum(int(row[6]) for row in rows) == kept["balance_minor"]


def test_a_promise_is_noted_and_the_dealer_reads_it(visit, portal):
    dealer_id = portal.row("select id from account where code = 'D-0001'")["id"]
    place = f"/credit/{dealer_id}"
    finance = visit("finance")
    finance.go(f"/dealers/{dealer_id}")
    finance.page.locator(f"main a[href='{place}']").click()
    finance.settle()
    finance.page.locator("summary", has_text=said("Note a talk")).click()
    finance.page.locator("textarea[name=said]").fill("다음 주 입금을 약속했습니다.")
    finance.page.locator("input[name=promised]").fill("1000000")
    with finance.expecting(422):
        finance.page.locator(f"form[action='{place}/contacts'] button").click()
        finance.settle()
        expect(finance.page.locator(".error")).to_have_count(1)
    finance.page.locator("input[name=promised_on]").fill("2099-01-31")
    finance.page.locator(f"form[action='{place}/contacts'] button").click()
    finance.settle()
    expect(finance.page.locator("section[aria-labelledby=h-contacts]")).to_contain_text(said("Promise open"))
    dealer = visit("dealer", size=PHONE)
    dealer.go("/my/credit")
    expect(dealer.page.locator("section[aria-labelledby=h-promises]")).to_contain_text("₩1,000,000")
    expect(dealer.page.locator("section[aria-labelledby=h-service]")).to_be_visible()
    assert "다음 주" not in dealer.page.content()


def test_a_manager_reads_his_region_and_only_notes_talks(visit, portal):
    manager = visit("manager")
    manager.go("/credit")
    assert manager.page.locator("tbody tr").count() == 12
    dealer_id = portal.row("select id from account where code = 'D-0001'")["id"]
    manager.go(f"/credit/{dealer_id}")
    assert manager.page.locator(f"form[action^='/credit/{dealer_id}']").count() == 1
    assert manager.page.locator(f"form[action='/credit/{dealer_id}/contacts']").count() == 1
    elsewhere = portal.row("select id from account where code = 'D-0021'")["id"]
    with manager.expecting(404):
        assert manager.go(f"/credit/{elsewhere}") == 404
