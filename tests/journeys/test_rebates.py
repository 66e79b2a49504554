"""Incentives on screen: drafted in a grid, approved by another, settled, paid by two, told by the ERP."""

from __future__ import annotations

import csv
import datetime as dt
import io

from playwright.sync_api import expect

from tests.journeys.visitor import said

RATE = "1.25"
TODAY = dt.datetime.now(dt.UTC).date().isoformat()


def test_a_programme_from_a_usual_scheme_to_approval(visit, portal):
    author = visit("author")
    author.go("/rebates/programs")
    author.page.locator("form:has(input[name=scheme][value=monthly_flat]) button").click()
    author.settle()
    place = author.path.rstrip("/").removesuffix("/edit")
    author.page.locator("#c-r0-g0").fill(RATE)
    expect(author.page.locator("#source")).to_contain_text("rate_bp: 125")
    expect(author.page.locator("#findings .st-low")).to_have_count(0)
    author.go(place)
    author.page.locator(f"form[action='{place}/submit'] button").click()
    author.settle()
    assert author.page.locator(f"form[action='{place}/approve']").count() == 0

    approver = visit("approver")
    approver.page.locator(f".todo a[href='{place}']").click()
    approver.settle()
    expect(approver.page.locator("table.tiers").first).to_contain_text("1.25 %")
    approver.page.locator(f"form[action='{place}/approve'] button").click()
    approver.settle()
    expect(approver.page.locator(".way [aria-current=step]")).to_contain_text(said("Scheduled"))


def test_a_correction_is_calculated_posted_and_derived_again(visit, portal):
    before = portal.row(
        "select max(id) as id from rebate_settlement where kind = 'partial' and state = 'posted'"
        " and version not in (select version from rebate_settlement where state = 'draft')"
    )["id"]
    finance = visit("finance")
    finance.go(f"/rebates/settlements/{before}")
    finance.page.locator("summary", has_text=said("Correct this period")).click()
    finance.page.locator("form[action='/rebates/settlements'] textarea").fill("분기 자료를 다시 맞춥니다.")
    finance.page.locator(
        "form[action='/rebates/settlements'] button", has_text=said("Open a correction")
    ).click()
    finance.settle()
    place = finance.path.rstrip("/")
    expect(finance.page.locator("#progress .note.mid")).to_be_visible()
    finance.go(place)
    finance.page.locator("input[name=booked]").fill(TODAY[:7])
    finance.page.locator(f"form[action='{place}/post'] button").click()
    finance.settle()
    expect(finance.page.locator("#progress .note.good")).to_be_visible()
    finance.go(place)
    finance.page.locator("form button", has_text=said("Derive again and compare")).click()
    expect(finance.page.locator("#replay .note.good")).to_contain_text(said("Derived again: equal."))


def test_two_people_pay_the_erp_answers_and_the_month_is_closed(visit, portal):
    payout = portal.row("select id from rebate_payout where state = 'proposed'")["id"]
    place = f"/rebates/payouts/{payout}"
    finance = visit("finance")
    finance.go(place)
    assert finance.page.locator(f"form[action='{place}/approve']").count() == 0
    expect(finance.page.locator(".note.mid")).to_be_visible()

    second = visit("finance2")
    second.page.locator(f".todo a[href='{place}']").click()
    second.settle()
    second.page.locator(f"form[action='{place}/approve'] button").click()
    second.settle()

    finance.go(place)
    with finance.page.expect_download() as waiting:
        finance.page.locator(f"form[action='{place}/export'] button", has_text="CSV").click()
    rows = list(csv.reader(io.StringIO(waiting.value.path().read_text(encoding="utf-8-sig"))))
    for number, row in enumerate(rows[1:], 1):
        row[5], row[6] = f"ERP-{number:05}", TODAY
    answer = io.StringIO()
    csv.writer(answer).writerows(rows)
    finance.go(place)
    finance.page.locator("input[type=file]").set_input_files(
        {"name": "erp.csv", "mimeType": "text/csv", "buffer": answer.getvalue().encode("utf-8-sig")}
    )
    finance.page.locator(f"form[action='{place}/acknowledge'] button").click()
    finance.settle()
    expect(finance.page.locator("#h-said")).to_be_visible()
    finance.page.locator("button", has_text=said("Book these payments")).click()
    finance.settle()
    state = portal.row(f"select state, lines from rebate_payout where id = {payout}")
    assert state["state"] == "paid"
    assert state["lines"] == len(rows) - 1

    asked = portal.row("select month_on from ledger_period where closed_at is null")["month_on"][:7]
    second.go("/rebates/ledger")
    second.page.locator(f"form[action='/rebates/ledger/months/{asked}/close'] button").click()
    second.settle()
    closed = portal.row(f"select closed_at from ledger_period where month_on = '{asked}-01'")
    assert closed["closed_at"] is not None
    expect(second.page.locator(".st-good", has_text=said("adds up to zero"))).to_be_visible()


def test_a_manager_sees_who_is_near_in_his_region(visit, portal):
    manager = visit("manager")
    manager.go("/rebates/watch")
    near = portal.row(
        "select count(*) as n from rebate_standing t join account a on a.id = t.account"
        " join region r on r.id = a.region join rebate_version v on v.id = t.version"
        " where t.reach_bp <= 1000 and t.gain_minor > 0 and r.path like"
        " (select path from region where code = 'CC') || '%'"
    )["n"]
    expect(manager.page.locator("tbody tr")).to_have_count(near)
    elsewhere = portal.row("select id from account where code = 'D-0021'")["id"]
    with manager.expecting(404):
        assert manager.go(f"/rebates/ledger/accounts/{elsewhere}") == 404
