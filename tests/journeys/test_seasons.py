"""One season on screen: from natural sales to an agreed target and the printed plan, on both sides."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.journeys.visitor import PHONE, said

DRAFTED, ASKED = "덕유상회", "푸른종합유통"
SEASON = "select id from season where code = '2026-10-off'"
WHY = "최근 추세를 반영합니다."


def test_a_season_is_planned_from_history_and_opened(visit, portal):
    planner = visit("marketing")
    planner.go("/seasons")
    expect(planner.page.locator("svg.ribbon")).to_be_visible()
    planner.page.locator("#f-region").select_option(label="— 수도권")
    planner.page.locator("section[aria-labelledby=h-history] form .btn").click()
    few = said("Too few to say: at least two years of each month are needed.")
    expect(planner.page.locator("#found .note")).to_contain_text(few)
    planner.page.locator("#found form .btn").first.click()
    planner.settle()
    planner.page.locator(".btn.pri").click()
    planner.settle()
    expect(planner.page.locator(".head .st")).to_have_text(said("Draft"))
    planner.page.locator("form[action$='/open'] button").click()
    planner.settle()
    expect(planner.page.locator(".head .st")).to_have_text(said("Under way"))
    expect(planner.page.locator(".season-steps > li")).to_have_count(7)


def test_a_draft_is_pasted_locked_offered_and_accepted(visit, portal):
    season = portal.row(SEASON)["id"]
    manager = visit("manager")
    manager.go(f"/seasons/{season}")
    manager.page.locator(".season-steps a", has_text=said("Targets")).click()
    manager.settle()
    manager.page.locator("tbody a", has_text=DRAFTED).click()
    manager.settle()
    page = manager.page
    total = page.locator("[data-total-sum]").text_content()
    first = page.locator("input.cell[data-r='0'][data-c='0']")
    first.focus()
    page.evaluate(
        """() => {
          const data = new DataTransfer();
          data.setData("text/plain", "100,000\\t200,000\\n300,000\\t400,000");
          const event = new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true});
          document.activeElement.dispatchEvent(event);
        }"""
    )
    expect(page.locator("input.cell[data-r='1'][data-c='1']")).to_have_value("400,000")
    first.press("Enter")
    expect(page.locator("input.cell[data-r='1'][data-c='0']")).to_be_focused()
    page.locator("input.cell[data-r='0'][data-c='0'] + label input").check()
    page.locator("#f-total").fill(total or "")
    page.locator("button[name=do][value=spread]").click()
    manager.settle()
    expect(page.locator("[data-total-sum]")).to_have_text(total or "")
    expect(page.locator("input.cell[data-r='0'][data-c='0']")).to_have_value("100,000")
    page.locator("form[action$='/offer'] button").click()
    manager.settle()
    expect(page.locator(".head .st")).to_have_text(said("Not answered yet"))
    with page.expect_download() as plan:
        page.goto(f"{manager.address}/seasons/{season}/targets")
        page.locator(".head a[href$='/print']").click()
    assert plan.value.suggested_filename.endswith(".pdf")


def test_the_dealer_reads_his_agreed_target_and_the_manager_answers_a_counter(visit, portal):
    season = portal.row(SEASON)["id"]
    dealer = visit("dealer", size=PHONE)
    dealer.go("/my/targets")
    dealer.page.locator(f"a.ownrow[href='/my/targets/{season}']").click()
    dealer.settle()
    expect(dealer.page.locator(".note.good").first).to_contain_text("불이익이 없습니다")
    expect(dealer.page.locator(".timeline > li")).to_have_count(4)
    expect(dealer.page.locator("form[action$='/accept']")).to_have_count(0)
    dealer.page.locator("#f-comment").fill("잘 부탁드립니다.")
    dealer.page.locator("form[action$='/comment'] button").click()
    dealer.settle()
    expect(dealer.page.locator(".timeline > li")).to_have_count(5)

    manager = visit("manager")
    manager.page.locator(".todo a", has_text=ASKED).click()
    manager.settle()
    expect(manager.page.locator("section[aria-labelledby=h-asked]")).to_contain_text("창고 공사")
    manager.page.locator("button[name=kind][value=agree]").click()
    manager.settle()
    expect(manager.page.locator(".head .st")).to_have_text(said("Target agreed"))


def test_natural_sales_are_chosen_with_a_reason(visit, portal):
    season = portal.row(SEASON)["id"]
    manager = visit("manager")
    manager.go(f"/seasons/{season}/baseline")
    expect(manager.page.locator(".tag", has_text=said("least wrong"))).to_have_count(1)
    manager.page.locator("tbody a", has_text=DRAFTED).click()
    manager.settle()
    manager.page.locator("input[name=natural][value=same_month_trend]").check()
    manager.page.locator("textarea[name=reason]").fill(WHY)
    manager.page.locator("form .btn.pri").click()
    manager.settle()
    assert manager.path.startswith(f"/seasons/{season}/targets/")
    manager.go(f"/seasons/{season}/baseline")
    manager.page.locator("tbody a", has_text=DRAFTED).click()
    manager.settle()
    expect(manager.page.locator(".timeline")).to_contain_text(WHY)
