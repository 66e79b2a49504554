"""A whole season on screen: asked, answered, agreed with the dealer, planned, frozen and printed."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

import pymupdf
from playwright.sync_api import expect

from tests.journeys.visitor import PHONE, said

if TYPE_CHECKING:
    from tests.journeys.portal_server import Portal
    from tests.journeys.visitor import Visitor

DEALER, OWNER, NEW_POINT = "덕유상회", "dealer11", "T-0001278"
SEASON = "select id from season where code = '2026-10-off'"
SURVEY = "select max(id) as id from survey where state = 'open'"
ANSWERS = "select count(*) as n from survey_response where survey = {}"
MONTH = "2027-01"
EACH_SIDE = 3
PATIENCE_S = 20


def _number(text: str) -> int:
    """Return the amount that stands in a text."""
    return int(re.sub(r"\D", "", text))


def _pdf(content: bytes) -> str:
    """Return the words of a PDF, without the marks that keep Korean words together."""
    with pymupdf.open(stream=content, filetype="pdf") as book:
        return "".join(page.get_text() for page in book).replace("\u2060", "")


def _answer(visitor: Visitor, portal: Portal, survey: int, kept: int) -> None:
    """Answer for the next open place: demand falls by a fifth."""
    visitor.go(f"/my/surveys/{survey}")
    place = visitor.page.locator("#f-place option:not([disabled]):not([value=''])").first
    visitor.page.locator("#f-place").select_option(place.get_attribute("value"))
    visitor.page.locator("input[type=number]").first.fill("-20")
    visitor.page.locator("form[data-answers] button.pri").click()
    until = time.monotonic() + PATIENCE_S
    while portal.row(ANSWERS.format(survey))["n"] < kept and time.monotonic() < until:
        time.sleep(0.1)
    assert portal.row(ANSWERS.format(survey))["n"] == kept


def _ask(visit, portal: Portal, season: int) -> None:
    """Have dealer and representative answer, and give the result back."""
    survey = portal.row(SURVEY)["id"]
    dealer, rep = visit(OWNER, size=PHONE), visit("rep1", size=PHONE)
    for number in range(EACH_SIDE):
        _answer(dealer, portal, survey, 2 * number + 1)
        _answer(rep, portal, survey, 2 * number + 2)
    planner = visit("marketing")
    planner.go(f"/surveys/{survey}")
    planner.page.locator(f"form[action='/surveys/{survey}/close'] button").click()
    planner.settle()
    planner.page.locator(f"form[action='/surveys/{survey}/publish'] button").click()
    planner.settle()
    said_here = planner.page.locator("table.result tbody tr", has_text="-20.0%").first
    expect(said_here.locator("td").last).to_have_text(str(2 * EACH_SIDE))
    planner.go(f"/seasons/{season}/targets")
    row = planner.page.locator("section[aria-labelledby=h-demand] tbody tr").first
    expect(row).to_contain_text("-20.0%")
    expect(row.locator("td").last).to_have_text(str(2 * EACH_SIDE))


def _agree(visit, manager: Visitor, portal: Portal, season: int) -> int:
    """Raise a target, let growth points carry it, and have the owner accept it; return its amount."""
    account = portal.row(f"select id from account where name = '{DEALER}'")["id"]
    page = manager.page
    manager.go(f"/seasons/{season}/targets/{account}")
    total = _number(page.locator("[data-total-sum]").inner_text()) + 3_000_000
    page.locator("#f-total").fill(str(total))
    page.locator("button[name=do][value=spread]").click()
    manager.settle()
    expect(page.locator("[data-total-sum]")).to_have_text(f"{total:,}")
    cells = sum(_number(cell.input_value()) for cell in page.locator("input.cell[data-r]").all())
    months = sum(_number(text) for text in page.locator("[data-column-sum]").all_inner_texts())
    assert (cells, months) == (total, total)

    offer = page.locator("form[action$='/offer'] button")
    expect(offer).to_be_disabled()
    growth = page.locator("section[aria-labelledby=h-growth]")
    expect(growth.locator("header .tag")).to_have_text(said("does not add up"))
    growth.locator("details.body > summary").click()
    page.locator("#f-label").fill("겨울 온장고 놓기")
    page.locator("#g-kind").select_option("terminal")
    page.locator("#g-owner").select_option(index=1)
    page.locator("#f-about").fill(NEW_POINT)
    growth.locator("details.body .btn.pri").click()
    manager.settle()
    expect(growth.locator("header .tag")).to_have_text(said("adds up"))
    offer.click()
    manager.settle()
    expect(page.locator(".head .st")).to_have_text(said("Not answered yet"))

    owner = visit(OWNER, size=PHONE)
    owner.page.locator(f".todo a[href='/my/targets/{season}']").click()
    owner.settle()
    owner.page.locator("form[action$='/accept'] button").click()
    owner.settle()
    expect(owner.page.locator("main")).to_contain_text(said("Target agreed"))
    return total


def _plan(manager: Visitor, portal: Portal) -> tuple[int, str]:
    """Put a retail point on the target list, plan a month, approve and freeze it; return plan and name."""
    page = manager.page
    manager.go("/target-list")
    listing = page.locator("details:has(form[action='/target-list'])")
    listing.locator("summary").click()
    listing.locator("#f-account").fill(NEW_POINT)
    listing.locator("#f-reason").fill("새 온장고 자리")
    listing.locator(".btn.pri").click()
    manager.settle()
    name = portal.row(f"select name from account where code = '{NEW_POINT}'")["name"]

    manager.go("/plans/new")
    page.locator("#f-month").fill(MONTH)
    page.locator("form[action='/plans/new'] .btn.pri").click()
    plan = portal.row("select max(id) as id from development_plan")["id"]
    expect(page.locator(".plancal")).to_be_visible()
    for step in ("approve", "freeze"):
        page.locator(f"[data-open-dialog={step}]").click()
        page.locator(f"#{step} .btn.pri").click()
        manager.settle()
    expect(page.locator(".head .st")).to_have_text(said("Frozen"))
    return plan, name


def test_from_the_survey_to_the_printed_plan(visit, portal):
    season = portal.row(SEASON)["id"]
    _ask(visit, portal, season)
    manager = visit("manager")
    total = _agree(visit, manager, portal, season)
    plan, name = _plan(manager, portal)

    printed = _pdf(manager.download(f"/plans/{plan}/print"))
    assert name in printed
    assert "2027" in printed
    season_plan = _pdf(manager.download(f"/seasons/{season}/print"))
    assert (DEALER in season_plan, f"{total:,}" in season_plan) == (True, True)

    manager.go(f"/seasons/{season}")
    steps = manager.page.locator(".season-steps > li")
    expect(steps).to_have_count(7)
    for number, about in (
        (0, "Season survey"),
        (1, "Targets"),
        (2, "Development plan"),
        (3, "Dealer training"),
    ):
        sheet = steps.nth(number).locator(".step-acts a").get_attribute("href")
        assert sheet is not None
        words = _pdf(manager.download(sheet))
        assert said(about) in words or DEALER in words or "-20.0%" in words
