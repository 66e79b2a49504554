"""Criteria on screen: an author pastes from a spreadsheet, mends a problem and submits; another approves;
dealers read what changes.
"""

from __future__ import annotations

import datetime as dt
import io
import re
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from playwright.sync_api import expect

from tests.journeys.test_accessibility import AXE, RUN
from tests.journeys.visitor import PHONE, said

PASTE = """(text) => {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/plain", text);
  const event = new ClipboardEvent("paste", {clipboardData, bubbles: true, cancelable: true});
  document.activeElement.dispatchEvent(event);
}"""
BLOCK = "12\t6\t0\t-5\t-10\r\n30\t24\t18\t12\t40\r\n"
TABLE_BLOCK = "top\t>= 10\tEI\r\nmid\t>= 5\tEII\r\nlow\t>= 12\tEIII\r\n"
GROWTH = "전년 동월 대비 신장률"


def today() -> str:
    return dt.datetime.now(ZoneInfo("Asia/Seoul")).date().isoformat()


def _button(page, text):
    return page.get_by_role("button", name=said(text), exact=True)


def _no_violations(page) -> None:
    page.evaluate(AXE.read_text(encoding="utf-8"))
    assert page.evaluate(RUN, "light") == []


def _draft(visit):
    """A new draft in the editor's grid."""
    visitor = visit("author")
    visitor.page.locator("nav.side a[href='/rulebooks']").click()
    _button(visitor.page, "New draft").click()
    expect(visitor.page.locator("table.grid").first).to_be_visible()
    visitor.settle()
    return visitor


def _saved(page, *, blocked: int) -> None:
    summary = said("%(count)s problems keep this from being published.", count=blocked)
    if blocked:
        expect(page.locator("#findings")).to_contain_text(summary)
    else:
        expect(page.locator("#findings")).not_to_contain_text(summary[-10:])


@pytest.mark.skipif(not AXE.exists(), reason="./dev assets brings axe-core")
def test_from_a_pasted_block_to_dealers_who_know(visit):
    author = _draft(visit)
    page = author.page
    proposal = re.search(r"/rulebooks/(\d+)/edit", page.url)[1]
    page.locator("#c-r0-t0").focus()
    page.evaluate(PASTE, BLOCK)
    _saved(page, blocked=1)
    assert [page.locator(f"#c-r0-t{n}").input_value() for n in range(5)] == ["12", "6", "0", "-5", "-10"]
    expect(page.locator("#found-0")).to_contain_text("점수는 0부터 30까지")
    expect(page.locator("#c-r0-p4")).to_have_attribute("aria-invalid", "true")
    _no_violations(page)

    page.locator("#c-r0-p4").fill("6")
    _saved(page, blocked=0)
    expect(page.locator("#c-r0-p4")).not_to_have_attribute("aria-invalid", "true")
    with page.expect_response(re.compile("/edit/check")):
        page.locator("#c-h-announced_on").fill(today())
    author.settle()
    page.get_by_role("link", name=said("Done")).click()
    expect(page.locator("main")).to_contain_text(f"{GROWTH}: 10% 이상 30점 → 12% 이상 30점")
    for step in ("Check off", "Rehearse", "Submit for approval"):
        _button(page, step).click()
        author.settle()
    expect(page.locator(".way [aria-current]")).to_have_text(said("Awaits approval"))
    expect(_button(page, "Approve")).to_have_count(0)
    _no_violations(page)

    approver = visit("approver")
    approver.page.get_by_role("link", name=re.compile("평가 기준 .*승인을 기다립니다")).click()
    expect(approver.page.locator("main")).to_contain_text(said("Rehearsal"))
    _button(approver.page, "Approve").click()
    approver.settle()
    _button(approver.page, "Schedule and announce").click()
    expect(approver.page.locator(".way [aria-current]")).to_have_text(said("Scheduled"))

    dealer = visit("dealer", PHONE)
    dealer.page.get_by_role("link", name=re.compile("평가 기준이 바뀝니다")).click()
    expect(dealer.page.locator("main")).to_contain_text("12% 이상 30점")
    _no_violations(dealer.page)
    _button(dealer.page, "I have read it").click()
    dealer.settle()
    dealer.go("/")
    expect(dealer.page.locator("main")).not_to_contain_text("평가 기준이 바뀝니다")
    author.go(f"/rulebooks/{proposal}")
    expect(page.locator("main")).to_contain_text(said("%(count)s people confirmed having read it.", count=1))


def test_the_keyboard_moves_between_cells(visit):
    author = _draft(visit)
    page = author.page
    page.locator("#c-r0-t0").focus()
    focused = []
    for key in ("Enter", "Enter", "ArrowRight", "ArrowUp", "ArrowLeft", "ArrowDown", "Shift+Enter"):
        page.keyboard.press(key)
        focused.append(page.evaluate("document.activeElement.id").removeprefix("c-"))
    assert focused == ["r0-p0", "r1-t0", "r1-t1", "r0-p1", "r0-p0", "r1-t0", "r0-p0"]


def test_lines_come_and_go_and_a_workbook_returns(visit):
    author = _draft(visit)
    page = author.page
    lines = page.locator("table.grid tr.points").count()
    _button(page, "Add a line").click()
    expect(page.locator("table.grid tr.points")).to_have_count(lines + 1)
    page.locator(f"button[value=remove-{lines}]").click()
    expect(page.locator("table.grid tr.points")).to_have_count(lines)
    author.settle()

    raw = author.download(page.url.removeprefix(author.address) + "/file")
    book = openpyxl.load_workbook(io.BytesIO(raw))
    sheet = book.worksheets[0]
    assert [cell.value for cell in sheet[2]][6:11] == [10, 5, 0, -5, -10]
    sheet.cell(2, 7).value = 15
    changed = io.BytesIO()
    book.save(changed)
    page.locator("[data-open-dialog=workbook]").click()
    file = {"name": "a.xlsx", "mimeType": "application/octet-stream", "buffer": changed.getvalue()}
    page.locator("dialog[open] input[type=file]").set_input_files(file)
    page.locator("dialog[open] .btn.pri").click()
    expect(page.locator("#c-r0-t0")).to_have_value("15")


def test_nothing_is_lost_when_somebody_else_edits(visit):
    first = _draft(visit)
    second = visit("author")
    second.page.goto(first.page.url)
    with first.page.expect_response(re.compile("/edit/check")):
        first.page.locator("#c-r0-t0").fill("11")
    first.settle()
    with second.expecting(409):
        second.page.locator("#c-r0-t0").fill("13")
        expect(second.page.locator("#findings")).to_contain_text(
            said("Nothing of yours is lost: it is still on this page, but it is not saved.")
        )
    expect(second.page.locator("#c-r0-t0")).to_have_value("13")
    _button(second.page, "Keep mine as a draft of its own").click()
    expect(second.page.locator("#c-r0-t0")).to_have_value("13")
    assert second.page.url != first.page.url


def test_the_text_view_leads_to_the_place(visit):
    author = _draft(visit)
    page = author.page
    page.get_by_role("link", name=said("As text")).click()
    text = page.locator("#c-text").input_value()
    page.locator("#c-text").fill(text.replace("weight: 30", "weight: 31", 1))
    _saved(page, blocked=2)
    page.locator("[data-goto]").first.click()
    assert page.evaluate("document.activeElement.id") == "c-text"
    page.locator("#c-text").fill(text)
    _saved(page, blocked=0)


def begin_table(author):
    """Begin a decision table of three rules and paste a block into it."""
    page = author.page
    author.go("/rulebooks")
    page.locator("[data-open-dialog=new-table]").click()
    for name, value in {"decision": "dealer_class", "name_ko": "대리점 분류", "name_en": "Class"}.items():
        page.locator(f"dialog[open] [name={name}]").fill(value)
    page.locator("dialog[open] .btn.pri").click()
    for rows in (2, 3):
        _button(page, "Add a rule").click()
        expect(page.locator(f"#c-r{rows - 1}-id")).to_be_visible()
        author.settle()
    page.locator("#c-r0-id").focus()
    page.evaluate(PASTE, TABLE_BLOCK)


@pytest.mark.skipif(not AXE.exists(), reason="./dev assets brings axe-core")
def test_a_decision_table_pasted_from_a_spreadsheet(visit):
    author = visit("author")
    page = author.page
    begin_table(author)
    _saved(page, blocked=2)
    expect(page.locator("#findings")).to_contain_text(f"예: {GROWTH} −100.00%")
    expect(page.locator("#found-2")).to_contain_text("low: 앞선 행이 모든 경우를 차지해 적용되지 않습니다")
    expect(page.locator("#reading")).to_contain_text("EII")
    _no_violations(page)

    page.locator("#c-r2-w0").fill("< 5")
    _saved(page, blocked=1)
    expect(page.locator("#findings")).to_contain_text(f"예: {GROWTH} 해당 없음")
    expect(page.locator("#found-2")).to_have_text("")
    page.locator("#c-v-yoy_growth-missing").select_option("hold")
    _saved(page, blocked=0)
    author.settle()
    raw = author.download(page.url.removeprefix(author.address) + "/file")
    sheet = openpyxl.load_workbook(io.BytesIO(raw)).worksheets[0]
    assert [[cell.value for cell in row][:3] for row in list(sheet.iter_rows())[-3:]] == [
        ["top", ">= 10", "EI"],
        ["mid", ">= 5", "EII"],
        ["low", "< 5", "EIII"],
    ]
