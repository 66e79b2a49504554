"""A dealer's incentives on his phone: he reads, accepts, follows a sum to documents, objects and prints."""

from __future__ import annotations

import io

import pymupdf
import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.journeys.test_accessibility import AXE, RUN
from tests.journeys.visitor import DESKTOP, PHONE, said

MOST_BYTES = 40 * 1024
AHEAD = "select id from rebate_version where program = 'volume_quarter' and effective_from = '2027-01-01'"
PREVIEW = (
    "select s.id, s.version, n.id as line from rebate_settlement s join rebate_settlement_line n"
    " on n.settlement = s.id join account a on a.id = n.account"
    " where s.state = 'draft' and a.code = 'D-0001' order by s.id desc limit 1"
)
CORRECTION = "select id, version from rebate_settlement where kind = 'correction' order by id limit 1"
WHY = "10월 31일 납품분이 빠진 것 같습니다."


def photo() -> bytes:
    """Return a small photo as a phone would take it."""
    taken = io.BytesIO()
    Image.new("RGB", (640, 480), (200, 120, 40)).save(taken, "JPEG")
    return taken.getvalue()


def test_a_dealer_accepts_the_terms_of_next_year(visit, portal):
    dealer = visit("dealer", size=PHONE)
    dealer.go("/my/rebates")
    expect(dealer.page.locator("h1")).to_have_text(said("My incentives"))
    dealer.page.locator("a.btn.pri", has_text=said("Read the terms")).click()
    dealer.settle()
    assert dealer.path.rstrip("/") == f"/my/rebates/{portal.row(AHEAD)['id']}"
    with dealer.expecting(422):
        dealer.page.locator("form[action$='/accept'] button").click()
        dealer.settle()
    expect(dealer.page.locator("[role=alert]")).to_be_visible()
    dealer.page.locator("input[name=read]").check()
    dealer.page.locator("form[action$='/accept'] button").click()
    dealer.settle()
    assert dealer.page.locator("form[action$='/accept']").count() == 0
    kept = portal.row(
        "select count(*) as kept from rebate_acceptance x join account a on a.id = x.account"
        f" where a.code = 'D-0001' and x.version = {portal.row(AHEAD)['id']}"
    )
    assert kept == {"kept": 1}


def test_a_sum_is_followed_to_its_documents(visit, portal):
    found = portal.row(CORRECTION)
    dealer = visit("dealer", size=PHONE)
    dealer.go(f"/my/rebates/{found['version']}/statement?settlement={found['id']}")
    expect(dealer.page.locator("main")).to_contain_text(said("What the correction changed"))
    expect(dealer.page.locator("main ol")).to_contain_text("×")
    dealer.page.locator("main a.btn", has_text=said("See the documents")).first.click()
    dealer.settle()
    dealer.page.locator("main table").first.locator("th a").last.click()
    dealer.settle()
    dealer.page.locator("#documents th a").first.click()
    dealer.settle()
    expect(dealer.page.locator("main table tbody tr").first).to_be_visible()


def test_he_objects_with_a_photo_and_prints(visit, portal):
    found = portal.row(PREVIEW)
    dealer = visit("dealer", size=PHONE)
    dealer.go(f"/my/rebates/{found['version']}/statement")
    expect(dealer.page.locator(".note.mid").first).to_be_visible()
    dealer.page.locator(f"a[href='/my/rebates/lines/{found['line']}/appeal']").click()
    dealer.settle()
    dealer.page.locator("textarea[name=text]").fill(WHY)
    picture = {"name": "납품.jpg", "mimeType": "image/jpeg", "buffer": photo()}
    dealer.page.locator("input[name=evidence]").set_input_files(picture)
    dealer.page.locator("form[action$='/appeal'] button").click()
    dealer.settle()
    assert dealer.path == "/my/rebates/appeals"
    expect(dealer.page.locator("main")).to_contain_text(WHY)
    expect(dealer.page.locator("main")).to_contain_text("납품.jpg")
    for path in (
        f"/my/rebates/{found['version']}/statement/print?settlement={found['id']}",
        "/my/rebates/switching/print",
    ):
        pdf = pymupdf.open(stream=dealer.download(path))
        assert "대청상사" in pdf[0].get_text()
    finance = visit("finance")
    finance.go("/")
    expect(finance.page.locator(".todo")).to_contain_text("대청상사")


def test_the_first_page_is_light(visit):
    dealer = visit("dealer", size=PHONE)
    sizes = []
    dealer.page.on("response", lambda answer: sizes.append((answer.url, answer.request.sizes())))
    dealer.go("/my/rebates")
    dealer.settle()
    own = {url: size["responseBodySize"] for url, size in sizes if "/static/" not in url}
    assert sum(own.values()) <= MOST_BYTES, own


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_on_the_dealers_pages(visit, portal, theme):
    source, row, correction = AXE.read_text(encoding="utf-8"), portal.row(PREVIEW), portal.row(CORRECTION)
    dealer, found = visit("dealer", theme=theme), []
    line = f"/my/rebates/lines/{row['line']}"
    for path in (
        "/my/rebates",
        f"/my/rebates/{portal.row(AHEAD)['id']}",
        f"/my/rebates/{correction['version']}/statement?settlement={correction['id']}",
        f"/my/rebates/{row['version']}/statement",
        "/my/rebates/movements",
        "/my/rebates/switching",
        "/my/rebates/appeals",
        f"{line}/documents?month=2026-10",
        f"{line}/appeal",
        f"/rebates/papers/{portal.row(STORY)['id']}/statements/{correction['id']}",
    ):
        assert dealer.go(path) == 200, path
        dealer.page.evaluate(source)
        for size in (DESKTOP, PHONE):
            dealer.page.set_viewport_size({"width": size[0], "height": size[1]})
            if dealer.page.evaluate("document.documentElement.scrollWidth") > size[0]:
                found.append((path, size[0], "wider than the screen"))
            found += [(path, size[0], *each) for each in dealer.page.evaluate(RUN, theme)]
    assert not found, "\n".join(map(str, found))


STORY = "select id from account where code = 'D-0001'"
