"""The style guide in headless Chromium: accessible in both themes and sizes; what the client script does."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from markupsafe import Markup
from playwright.sync_api import sync_playwright

from portal.assets import build
from portal.web import assets, i18n
from portal.web.navigation import Shown
from portal.web.styleguide import sample_context
from portal.web.templates import make_environment

pytestmark = pytest.mark.journey
SITE = "http://portal.test"
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
TYPES = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
DESKTOP, PHONE = {"width": 1440, "height": 1000}, {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def browser():
    build.build_files()
    build.build_messages()
    assets.manifest.cache_clear()
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu", "--disable-quic"]
        )
        yield chromium
        chromium.close()


def rendered(locale: str, theme: str) -> str:
    icons = ["list-check", "report-analytics", "building-store", "users", "package", "share"]
    with i18n.in_locale(locale):
        nav = [Shown(f"/{icon}", icon, i18n.gettext("Dealers"), current=icon == "users") for icon in icons]
        return make_environment().get_template("styleguide.html").render(
            viewer=SimpleNamespace(user_id=1, name="김지현", allowed=lambda _: True),
            nav=nav,
            locale=locale, theme=theme, task_count=12, demo_banner="demo", flash="", here="/styleguide",
            csrf_token="t", csrf_input=lambda: Markup(""), **sample_context(),
        )  # fmt: skip


@pytest.fixture
def open_page(browser):
    contexts = []

    def opened(locale="ko", theme="light", viewport=DESKTOP):
        context = browser.new_context(viewport=viewport, reduced_motion="reduce")
        contexts.append(context)
        page = context.new_page()
        page.problems = []
        page.on("console", lambda said: page.problems.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: page.problems.append(str(error)))
        html = rendered(locale, theme)
        page.route("**/*", lambda route: answer(route, html))
        page.goto(f"{SITE}/styleguide")
        return page

    yield opened
    for context in contexts:
        context.close()


def answer(route, html):
    path = route.request.url.removeprefix(SITE)
    if path == "/styleguide":
        headers = {"content-type": "text/html; charset=utf-8", "content-security-policy": CSP}
        return route.fulfill(body=html, headers=headers)
    if not path.startswith(assets.PREFIX):
        return route.fulfill(body="")
    built = assets.BUILD / path.rsplit("/", 1)[1]
    return route.fulfill(body=built.read_bytes(), headers={"content-type": TYPES[built.suffix[1:]]})


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize(
    ("locale", "theme"), [("ko", "light"), ("ko", "dark"), ("en", "light"), ("en", "dark")]
)
def test_nothing_for_axe_to_find_and_nothing_wider_than_the_screen(open_page, locale, theme, viewport):
    page = open_page(locale, theme, viewport)
    page.evaluate((build.MODULES / "axe-core/axe.min.js").read_text(encoding="utf-8"))
    found = page.evaluate("axe.run().then(r => r.violations.map(v => [v.id, v.nodes.map(n => n.target)]))")
    widths = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert (found, page.problems) == ([], [])
    assert widths[0] == widths[1]


def test_select_all_leaves_out_rows_that_need_a_look_of_their_own(open_page):
    page = open_page()
    page.check("[data-check-all]")
    chosen = page.eval_on_selector_all("[data-row-check]:checked", "boxes => boxes.map(box => box.value)")
    assert chosen == ["D-1007", "D-1021", "D-1028"]
    assert page.text_content("[data-count]") == "3"
    assert page.text_content("[data-sum]") == "₩8,000,000"


def test_keys_walk_and_select_rows(open_page):
    page = open_page()
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    assert page.eval_on_selector_all("[data-row-check]:checked", "boxes => boxes.length") == 1
    assert page.text_content(".toast span") == page.get_attribute("[data-nobulk] [data-row-check]", "title")
    page.keyboard.press("k")
    assert page.evaluate("document.activeElement.textContent") == "한빛유통"


def test_slash_searches_and_escape_leaves(open_page):
    page = open_page()
    page.keyboard.press("/")
    page.keyboard.type("j/x")
    assert page.input_value("[role=search] input") == "j/x"
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement === document.body")
    page.keyboard.press("?")
    assert page.evaluate("document.querySelector('#keys').open")


def test_sign_off_needs_a_comment(open_page):
    page = open_page()
    page.check("[data-row-check] >> nth=0")
    button = page.locator(".bulk .btn")
    assert button.is_disabled()
    page.fill(".bulk textarea", "   ")
    assert button.is_disabled()
    page.fill(".bulk textarea", "확인")
    assert button.is_enabled()


def test_toast_offers_the_way_back(open_page):
    page = open_page()
    sent = []
    page.route("**/undo", lambda route: (sent.append(route.request.headers), route.fulfill(status=204))[1])
    detail = {"message": "승인했습니다", "undo_url": "/undo", "undo_label": "되돌리기"}
    page.evaluate("detail => document.dispatchEvent(new CustomEvent('toast', {detail}))", detail)
    with page.expect_navigation():
        page.click(".toast button")
    assert sent[0]["x-csrf-token"] == "t"


def test_chosen_file_is_named(open_page):
    page = open_page()
    page.set_input_files("input[type=file]", {"name": "주문.csv", "mimeType": "text/csv", "buffer": b"a"})
    assert page.text_content("[data-file-name]") == "주문.csv"


def test_targets_on_a_phone_are_large_enough(open_page):
    page = open_page(viewport=PHONE)
    small = page.eval_on_selector_all(
        ".btn, .in, .sel, .iconbtn, .tabbar a, .tabs a",
        "all => all.map(e => [e.textContent.trim(), e.getBoundingClientRect()])"
        ".filter(([, r]) => r.height && r.height < 48).map(([text]) => text)",
    )
    assert small == []
