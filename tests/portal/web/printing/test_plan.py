"""The printed development plan: the same bytes as XML and as HTML, lines by person, what is left out."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pymupdf
import pytest

from portal.web.i18n import in_locale
from portal.web.printing.pages import DECLARATION
from portal.web.printing.plan import (
    STYLESHEET,
    PaperCell,
    PaperLine,
    PaperMonth,
    PlanDocument,
    grouped,
    plan_metadata,
    render_plan,
)

if TYPE_CHECKING:
    from portal.web.printing.pool import PrintedDocument, PrintPool

HOSTILE = "<b>&amp; ]]> & Co"


def line(
    name: str, person: str = "이수민", terms: str = "방문 횟수 · 방문 기록", reason: str = ""
) -> PaperLine:
    return PaperLine(name, f"T-{name}", person, "PI", 900, "2/2", reason, terms, is_target=name == "다")


LINES = (
    line("가"),
    line("나", "박지영"),
    line("다", terms="신규 개척 · 결제 주문"),
    line("라", reason=HOSTILE),
)
WEEK = (
    PaperCell(0),
    PaperCell(1, "", True, "500/480", True, ("한빛호프", "아주 긴 이름의 점포 " * 9), 3),
    PaperCell(2, "휴무"),
    *(PaperCell(day, "", True, "60/480", False, ("대청마트",)) for day in range(3, 7)),
)  # fmt: skip
DOCUMENT = PlanDocument(
    manufacturer="한빛음료", title="2026년 12월", place=HOSTILE, state="승인", people="담당자",
    figures=(("방문 점포수", "4"), ("방문 횟수", "8")), more="",
    months=(PaperMonth("이수민", "방문 8회", (WEEK,)),), lines=LINES, omitted=7,
    reasons=(("계획에 포함", 4),), signatures=(("작성", "이수민"), ("권역 관리자", "")),
    weekdays=tuple("월화수목금토일"), sha256="0" * 64, as_of=datetime(2026, 11, 20, 3, tzinfo=UTC),
    verify_url="https://portal.example/plans/1?a=1&b=2",
)  # fmt: skip


def printed(pool: PrintPool, html: str) -> PrintedDocument:
    return pool.render_now(html, STYLESHEET, plan_metadata(DOCUMENT, "ko"))


def text_of(paper: PrintedDocument) -> str:
    return "\n".join(page.get_text() for page in pymupdf.open(stream=paper.pdf)).replace("\u2060", "")


@pytest.mark.parametrize("locale", ["ko", "en"])
def test_it_is_well_formed_and_the_same_bytes_as_html(pool: PrintPool, locale: str):
    with in_locale(locale):
        page = render_plan(DOCUMENT, locale)
    assert page.startswith(DECLARATION)
    paper = printed(pool, page)
    assert paper.pdf == printed(pool, page.partition("?>")[2].lstrip()).pdf
    for words in (HOSTILE, "한빛호프", "500/480", "●", "신규 개척", "1 / 3"):
        assert words in text_of(paper), words


def test_a_page_that_is_not_well_formed_is_printed_as_html(pool: PrintPool):
    with in_locale("ko"):
        page = render_plan(DOCUMENT, "ko")
    broken = page.replace("</h1>", "</h1><br>", 1)
    assert printed(pool, broken).pages == printed(pool, page).pages


def test_lines_stand_together_by_person_under_the_terms_most_of_them_share():
    first, second = grouped(LINES)
    assert (first.person, first.terms) == ("이수민", "방문 횟수 · 방문 기록")
    assert [one.name for one in first.lines] == ["가", "다", "라"]
    assert (second.person, len(second.lines)) == ("박지영", 1)
    assert grouped(()) == []


def test_what_is_left_out_is_said(pool: PrintPool):
    with in_locale("ko"):
        text = text_of(printed(pool, render_plan(replace(DOCUMENT, lines=()), "ko")))
    assert "7곳" in text.replace(" ", "") or "7개" in text.replace(" ", "")
