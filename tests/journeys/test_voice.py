"""Complaints on screen: raised with a photo, answered, asked again, settled; a quiet dealer gets a step."""

from __future__ import annotations

import io

from PIL import Image
from playwright.sync_api import expect

from tests.journeys.visitor import PHONE, said

WET, DRY = "생수 5상자가 젖어 왔습니다.", "내일 오전에 바꿔 드립니다."


def _photo() -> dict[str, object]:
    packed = io.BytesIO()
    Image.new("RGB", (1200, 900), "steelblue").save(packed, "JPEG")
    return {"name": "wet.jpg", "mimeType": "image/jpeg", "buffer": packed.getvalue()}


def test_a_complaint_is_answered_asked_again_and_settled(visit, portal):
    dealer = visit("dealer", size=PHONE)
    dealer.go("/my/voice/new?kind=complaint")
    dealer.page.locator("textarea[name=text]").fill(WET)
    dealer.page.locator("input[name=photo]").set_input_files(_photo())
    dealer.page.locator("form[action='/my/voice'] .btn.pri").click()
    dealer.settle()
    place = dealer.path
    expect(dealer.page.locator("img.photo")).to_be_visible()
    number = place.rpartition("/")[2]

    representative = visit("rep1")
    representative.page.locator(f".todo a[href='/voice/{number}']").click()
    representative.settle()
    expect(representative.page.locator("main")).to_contain_text(WET)
    representative.page.locator("textarea[name=answer]").fill(DRY)
    representative.page.locator("select[name=cause]").select_option("transport")
    representative.page.locator(f"form[action='/voice/{number}/answer'] .btn.pri").click()
    representative.settle()

    dealer.go("/")
    dealer.page.locator(f".todo a[href='{place}']").click()
    dealer.settle()
    expect(dealer.page.locator("main")).to_contain_text(DRY)
    dealer.page.locator("summary", has_text=said("Not settled: ask again")).click()
    dealer.page.locator("textarea[name=again]").fill("아직 안 왔습니다.")
    dealer.page.locator(f"form[action='{place}/reopen'] button").click()
    dealer.settle()
    representative.go(f"/voice/{number}")
    representative.page.locator("textarea[name=answer]").fill("지금 출발했습니다.")
    representative.page.locator(f"form[action='/voice/{number}/answer'] .btn.pri").click()
    representative.settle()
    dealer.go(place)
    dealer.page.locator(f"form[action='{place}/settle'] button").click()
    dealer.settle()
    expect(dealer.page.locator(".head .st")).to_have_text(said("Solved"))
    assert portal.row(f"select reopened, state from voice_item where id = {number}") == {
        "reopened": 1,
        "state": "closed",
    }


def test_a_quiet_dealer_gets_a_step_with_an_owner_and_a_day(visit, portal):
    manager = visit("manager")
    manager.go("/quiet")
    manager.page.locator("tbody th a", has_text="속리음료").click()
    manager.settle()
    manager.page.locator("#f-step").fill("이번 주에 함께 소매점을 돕니다.")
    manager.page.locator("#f-due_on").fill(manager.page.evaluate("new Date().toLocaleDateString('sv')"))
    manager.page.locator("form[action$='/step'] .btn.pri").click()
    manager.settle()
    expect(manager.page.locator("#h-step + p")).to_have_text("이번 주에 함께 소매점을 돕니다.")
    with manager.page.expect_download() as waiting:
        manager.go("/quiet")
        manager.page.locator("form[action='/quiet/export'] button", has_text="CSV").click()
    assert "이번 주에 함께 소매점을 돕니다." in waiting.value.path().read_text(encoding="utf-8-sig")
    assert portal.row("select count(*) as n from quiet_step where done_at is null")["n"] == 2
