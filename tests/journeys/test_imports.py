"""A file full of dirt on screen: upload, preview, confirmation, totals, undo."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.journeys.places import LAST_LINE
from tests.journeys.visitor import said

if TYPE_CHECKING:
    from tests.journeys.visitor import Visitor

HEADERS = "전표번호,순번,거래일자,대리점코드,소매점코드,제품코드,수량,공급가액,부가세"
CLEAN_AMOUNT = 12_000


def _orders(existing: dict[str, object]) -> bytes:
    """Twenty lines of an old Korean system: 17 good, an unknown code, a conflict, a day that is none."""
    lines = [
        f'N2611-{number:03d},1,2026-11-{number:02d},D-0001,T-{number:07d},HB100,2,"{CLEAN_AMOUNT:,}원",1200'
        for number in range(1, 16)
    ]
    lines += [
        'N2611-016,1,2026.11.16,D-0001,T-0000016,HB101,2,"12,000",1200',
        "N2611-017,1,20261117,D-0001,T-0000017,HB101,2,￦12000,1200",
        "N2611-018,1,2026-11-18,D-0001,T-0000018,HB-NEW,2,12000,1200",
        f"{existing['number']},{existing['line_no']},{existing['business_on']},D-0001,T-0000001,HB100,9,999,99",
        "N2611-020,1,2026-13-45,D-0001,T-0000020,HB100,2,12000,1200",
    ]
    return "\r\n".join([HEADERS, *lines, ""]).encode("cp949")


def _november(portal) -> dict[str, int]:
    return json.loads(portal.run("totals", "--from", "2026-11", "--to", "2026-11", "--json"))["total"]


def _finished(page) -> None:
    expect(page.locator("#progress")).to_have_count(0, timeout=60_000)


def upload_dirty_file(visitor: Visitor, existing: dict[str, object]) -> None:
    """Fill the open upload form and send it."""
    page = visitor.page
    page.locator("select[name=kind]").select_option("orders")
    page.locator("select[name=level]").select_option("2")
    page.locator("input[name=source]").fill("demo-erp")
    page.locator("input[type=file]").set_input_files(
        {"name": "11월 판매.csv", "mimeType": "text/csv", "buffer": _orders(existing)}
    )
    page.locator("main form button.pri").click()
    page.wait_for_url(re.compile(r"/imports/\d+$"))


def test_a_file_with_dirt_is_checked_confirmed_and_undone(visit, portal):
    before = _november(portal)
    existing = portal.row(LAST_LINE)
    visitor = visit("admin")
    page = visitor.page
    page.locator("nav.side a[href='/imports']").click()
    page.locator("a[href='/imports/new']").first.click()
    upload_dirty_file(visitor, existing)
    _finished(page)

    figures = dict(
        zip(page.locator(".kpi h2").all_inner_texts(), page.locator(".kpi .v").all_inner_texts(), strict=True)
    )
    expected = {"Read": "20", "New": "18", "Changed": "0", "Same": "0", "Conflicts": "1", "Rejected": "1"}
    assert {name: figures[said(name)] for name in expected} == expected
    assert figures[said("Unknown codes")] == "1"
    assert _november(portal) == before
    here = page.url
    page.goto(f"{here}?tab=errors")
    expect(page.locator("tbody")).to_contain_text("2026-13-45")
    page.goto(f"{here}?tab=conflict")
    expect(page.locator("tbody")).to_contain_text(str(existing["number"]))

    page.locator("form[action$='/confirm'] button").click()
    visitor.settle()
    _finished(page)
    expect(page.locator(".head .st")).to_have_text(said("Applied"))
    after = _november(portal)
    assert after["lines"] - before["lines"] == 18
    assert after["net_minor"] - before["net_minor"] == 18 * CLEAN_AMOUNT

    page.locator("[data-open-dialog=undo]").click()
    page.locator("dialog input[name=typed]").fill(here.rsplit("/", 1)[1])
    page.locator("dialog button.danger").click()
    visitor.settle()
    _finished(page)
    expect(page.locator(".head .st")).to_have_text(said("Undone"))
    assert _november(portal) == before
