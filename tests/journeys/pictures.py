"""Take the pictures of the manual: ``python -m tests.journeys.pictures [NAME …]`` writes ``docs/images``.

The demo network is built in a temporary folder and served as ``./dev run`` serves it.
"""

from __future__ import annotations

import io
import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image
from playwright.sync_api import expect, sync_playwright

from tests.journeys.places import D0002_CARD, LAST_LINE
from tests.journeys.portal_server import ROOT, Portal, built_demo, served
from tests.journeys.test_door import plan_training
from tests.journeys.test_imports import upload_dirty_file
from tests.journeys.test_rehearsal import FIRST, SLIDE
from tests.journeys.test_rulebooks import begin_table
from tests.journeys.visitor import DESKTOP, LAUNCH_FLAGS, PHONE, Visitor

if TYPE_CHECKING:
    from playwright.sync_api import Browser

IMAGES = ROOT / "docs" / "images"
COLOURS = 256
MOST_BYTES = 150 * 1024


@dataclass(frozen=True)
class Picture:
    """One picture of the manual.

    Attributes:
        name: File name without ending.
        login: Who looks, or "" for nobody.
        path: Page, with ``{card}`` for a scorecard under review and ``{dealer}`` for a dealer's number.
        size: Window, pixels.
        before: What is done on the page before the picture, or None.
    """

    name: str
    login: str
    path: str
    size: tuple[int, int] = DESKTOP
    before: Callable[[Visitor, Portal], None] | None = None


def _invite(visitor: Visitor, _: Portal) -> None:
    visitor.page.locator("form[action='/staff/invitations'] input[name=name]").fill("박새로")
    visitor.page.locator("form[action='/staff/invitations'] button").click()
    visitor.settle()


_BUYERS = ((1, "가-101"), (2, "가-102"), (3, "가-117"))


def _upload(visitor: Visitor, portal: Portal) -> None:
    upload_dirty_file(visitor, portal.row(LAST_LINE))
    visitor.page.locator("#progress").wait_for(state="detached")
    visitor.settle()


def _own_sales(visitor: Visitor, _: Portal) -> None:
    page = visitor.page
    rows = "".join(f"2026-10-0{n},A{n},{n},{buyer},P-000{n},{n},{n * 12_000}\n" for n, buyer in _BUYERS)
    text = f"일자,전표번호,행번호,거래처코드,제품코드,수량,공급가액\n{rows}"
    file = {"name": "10월 판매.csv", "mimeType": "text/csv", "buffer": text.encode()}
    page.locator("input[type=file]").set_input_files(file)
    page.locator("main form button.pri").click()
    page.locator("#progress").wait_for(state="detached")
    page.locator("a[href$='/codes'].pri").click()
    page.locator("input[name=known]").first.wait_for()
    visitor.settle()


def _new_draft(visitor: Visitor, _: Portal) -> None:
    visitor.page.locator(".head form[action='/rulebooks/drafts'] button").click()
    visitor.page.locator("#c-r0-p4").fill("40")
    visitor.page.locator("#c-r0-p4[aria-invalid=true]").wait_for()
    visitor.page.locator(".toast").wait_for(state="detached")
    visitor.settle()


def _rehearse(visitor: Visitor, _: Portal) -> None:
    page = visitor.page
    page.locator("select[name=pays]").select_option(index=2)
    for grade, factor in (("S", "120"), ("A", "110")):
        page.locator(f"input[name='f.{grade}']").fill(factor)
    page.locator(FIRST).evaluate(SLIDE, "15")
    page.locator("#effect", has_text="₩").wait_for()
    visitor.settle()
    page.evaluate("scrollTo(0, 0)")


def _rehearse_low(visitor: Visitor, portal: Portal) -> None:
    _rehearse(visitor, portal)
    visitor.page.locator("input[type=range]").nth(3).scroll_into_view_if_needed()


def _decision_table(visitor: Visitor, _: Portal) -> None:
    begin_table(visitor)
    visitor.page.locator("#c-r2-id[aria-invalid=true]").wait_for()
    visitor.page.locator(".toast").wait_for(state="detached")
    visitor.settle()


def _to_papers(visitor: Visitor, _: Portal) -> None:
    visitor.page.locator("#bulk").scroll_into_view_if_needed()
    visitor.settle()


def _show_census(visitor: Visitor, _: Portal) -> None:
    visitor.page.locator("body[data-ready=yes]").wait_for()
    visitor.page.locator(".dock a[href='#census']").click()
    expect(visitor.page.locator("[data-places] li").first).to_be_visible()


def _search_account(visitor: Visitor, _: Portal) -> None:
    visitor.page.locator("body[data-ready=yes]").wait_for()
    visitor.page.locator("#f-q").fill("호프")
    visitor.page.locator("[data-found] a").first.click()
    visitor.page.locator("[data-view=account]:not([hidden])").wait_for()


def _own_occasion(visitor: Visitor, portal: Portal) -> None:
    """An invitation with its reason."""
    visitor.go(f"/my/occasions/{plan_training(portal)}")


def _invitations(visitor: Visitor, portal: Portal) -> None:
    """Whom the rule would invite, and why."""
    visitor.go(f"/occasions/{plan_training(portal)}/invitations/rehearsal")


def _door(visitor: Visitor, portal: Portal) -> None:
    """A seat holder at the door."""
    occasion = plan_training(portal)
    visitor.go(f"/occasions/{occasion}/roster")
    visitor.page.locator("summary:has(#h-for)").click()
    visitor.page.locator("#f-name").fill("김대호")
    visitor.page.locator(f"form[action='/occasions/{occasion}/roster'] .btn.pri").click()
    visitor.settle()
    visitor.go(f"/occasions/{occasion}/door")
    expect(visitor.page.locator("[data-people] li")).to_have_count(1)


PICTURES = (
    Picture("review", "manager", "/evaluations/2026-10?panel={card}"),
    Picture("sign-in", "", "/sign-in"),
    Picture("todo", "manager", "/"),
    Picture("months", "manager", "/evaluations"),
    Picture("scorecard", "manager", "/evaluations/2026-10/{card}"),
    Picture("run", "admin", "/evaluations/2026-09/run"),
    Picture("my-evaluation", "dealer", "/my/evaluations/2026-09", PHONE),
    Picture("dealers", "manager", "/dealers"),
    Picture("dealer", "manager", "/dealers/{dealer}"),
    Picture("outlets", "manager", "/outlets"),
    Picture("terminals", "manager", "/terminals"),
    Picture("duplicates", "manager", "/duplicates"),
    Picture("duplicate", "manager", "/duplicates/1"),
    Picture("contacts", "manager", "/contacts"),
    Picture("products", "manager", "/products"),
    Picture("search", "manager", "/search?q=대청"),
    Picture("imports", "admin", "/imports"),
    Picture("import-upload", "admin", "/imports/new"),
    Picture("import-preview", "admin", "/imports/new", before=_upload),
    Picture("own-sales", "dealer", "/imports/new", PHONE),
    Picture("own-sales-codes", "dealer", "/imports/new", PHONE, _own_sales),
    Picture("sharing", "dealer", "/sharing", PHONE),
    Picture("dealers-sharing", "manager", "/sharing/dealers"),
    Picture("staff", "dealer", "/staff", PHONE),
    Picture("invitation", "dealer", "/staff", PHONE, _invite),
    Picture("account", "manager", "/account"),
    Picture("people", "admin", "/people"),
    Picture("regions", "admin", "/regions"),
    Picture("audit", "auditor", "/audit"),
    Picture("portfolio", "manager", "/portfolio"),
    Picture("portfolio-account", "manager", "/portfolio/accounts/1"),
    Picture("prospects", "manager", "/portfolio/prospects"),
    Picture("prospect", "manager", "/portfolio/prospects/{prospect}"),
    Picture("credit", "finance", "/credit"),
    Picture("credit-dealer", "finance2", "/credit/21"),
    Picture("my-credit", "dealer", "/my/credit", PHONE),
    Picture("incentives-programs", "author", "/rebates/programs"),
    Picture("incentives-editor", "author", "/rebates/programs/6/edit"),
    Picture("incentives-settlements", "finance", "/rebates/settlements/8"),
    Picture("incentives-payouts", "finance2", "/rebates/payouts/6"),
    Picture("incentives-ledger", "finance2", "/rebates/ledger"),
    Picture("incentives-adjustments", "finance2", "/rebates/adjustments/2"),
    Picture("incentives-papers", "finance", "/rebates/settlements/8", before=_to_papers),
    Picture("incentives-watch", "manager", "/rebates/watch"),
    Picture("incentives-appeal", "finance", "/rebates/appeals/2"),
    Picture("my-incentives", "dealer", "/my/rebates", PHONE),
    Picture("my-statement", "dealer", "/my/rebates/2/statement?settlement=8", PHONE),
    Picture("seasons", "marketing", "/seasons"),
    Picture("season", "manager", "/seasons/3"),
    Picture("plan", "manager", "/plans/2"),
    Picture("my-plan", "dealer", "/my/plans/5", PHONE),
    Picture("plan-lines", "manager", "/plans/2/lines"),
    Picture("plan-route", "rep1", "/plans/route?on=2026-10-06", PHONE),
    Picture("natural-sales", "manager", "/seasons/3/baseline"),
    Picture("target", "manager", "/seasons/3/targets/{dealer}"),
    Picture("my-target", "dealer", "/my/targets/3", PHONE),
    Picture("training-calendar", "marketing", "/training/sessions?on=2026-12-01"),
    Picture("training-session", "marketing", "/training/sessions/2"),
    Picture("survey-result", "manager", "/surveys/1/result"),
    Picture("my-survey", "staff", "/my/surveys/2", PHONE),
    Picture("visits", "manager", "/visits"),
    Picture("field", "rep1", "/field/", PHONE, _search_account),
    Picture("field-census", "rep1", "/field/", PHONE, _show_census),
    Picture("board", "manager", "/field/board"),
    Picture("census", "manager", "/field/census"),
    Picture("field-phones", "manager", "/field/phones"),
    Picture("promises", "manager", "/promises"),
    Picture("my-visits", "dealer", "/my/visits", PHONE),
    Picture("target-list", "manager", "/target-list"),
    Picture("meeting", "manager", "/meetings/1"),
    Picture("voice", "manager", "/voice"),
    Picture("my-voice", "dealer", "/my/voice", PHONE),
    Picture("quiet", "manager", "/quiet"),
    Picture("opinions", "manager", "/opinions?shown=all"),
    Picture("my-opinion", "dealer", "/my/opinions/new", PHONE),
    Picture("reverse-score", "marketing", "/reverse-score"),
    Picture("my-reverse-score", "dealer", "/my/reverse-score", PHONE),
    Picture("my-occasions", "dealer", "/", PHONE, _own_occasion),
    Picture("occasion-invitations", "marketing", "/", before=_invitations),
    Picture("occasion-door", "marketing", "/", PHONE, _door),
    Picture("trip-rooms", "marketing", "/trips/1/rooms"),
    Picture("trip-pack", "marketing", "/trips/1/pack"),
    Picture("trip-costs", "finance", "/trips/1/costs"),
    Picture("occasion-loyalty", "marketing", "/occasions/1/loyalty"),
    Picture("trip-fairness", "finance", "/trips/fairness"),
    Picture("my-trip", "dealer", "/my/trips/2", PHONE),
    Picture("rulebooks", "author", "/rulebooks"),
    Picture("rulebook-editor", "author", "/rulebooks", before=_new_draft),
    Picture("decision-table", "author", "/rulebooks", before=_decision_table),
    Picture("rehearsal", "author", "/evaluations/rehearsal", before=_rehearse),
    Picture("rehearsal-phone", "author", "/evaluations/rehearsal", PHONE, _rehearse_low),
    Picture("documents", "manager", "/evaluations/2026-10/{card}/documents/yoy_growth"),
    Picture("criteria", "dealer", "/criteria", PHONE),
)


def take(browser: Browser, portal: Portal, picture: Picture) -> bytes:
    """Return a picture as PNG of few colours.

    Raises:
        ValueError: It is larger than a page of the manual should load, or something went wrong on screen.
    """
    context = browser.new_context(
        viewport={"width": picture.size[0], "height": picture.size[1]},
        color_scheme="light",
        locale="ko-KR",
        timezone_id="Asia/Seoul",
    )
    visitor = Visitor(context, context.new_page(), portal.address)
    visitor.watch()
    if picture.login:
        visitor.sign_in(picture.login)
    places = {
        "card": portal.row(D0002_CARD)["id"],
        "dealer": portal.row("select min(account) as id from dealer")["id"],
        "prospect": portal.row("select min(account) as id from prospect_card")["id"],
    }
    visitor.go(picture.path.format(**places))
    if picture.before:
        picture.before(visitor, portal)
    shot = Image.open(io.BytesIO(visitor.page.screenshot()))
    context.close()
    packed = io.BytesIO()
    few = shot.convert("RGB").quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    few.save(packed, "PNG", optimize=True)
    if visitor.problems or len(packed.getvalue()) > MOST_BYTES:
        raise ValueError(f"{picture.name}: {len(packed.getvalue())} bytes, {visitor.problems}")
    return packed.getvalue()


def main(names: list[str]) -> None:
    """Take the named pictures, or all."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        chromium = os.environ.get("CHROMIUM", "/usr/bin/chromium")
        browser = playwright.chromium.launch(executable_path=chromium, args=LAUNCH_FLAGS)
        with served(folder, built_demo(folder)) as portal:
            for picture in PICTURES:
                if not names or picture.name in names:
                    (IMAGES / f"{picture.name}.png").write_bytes(take(browser, portal, picture))
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
