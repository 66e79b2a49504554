"""The printed season plan: pages, bytes that repeat, Korean and English, what a long one leaves out."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

import pymupdf
import pytest

from portal.web.i18n import in_locale
from portal.web.printing.season import (
    MOST_ROWS,
    STYLESHEET,
    DealerLine,
    GrowthLine,
    PaperMonth,
    SeasonDocument,
    SplitLine,
    StepLine,
    render_season,
    season_metadata,
)

if TYPE_CHECKING:
    from portal.web.printing.pool import PrintedDocument, PrintPool

MONTHS = tuple(f"2026-{month}" for month in (10, 11, 12))
DOCUMENT = SeasonDocument(
    manufacturer="한빛음료",
    title="충청 2026–2027 비수기",
    subject="",
    place="충청 · 전체 분류",
    span="2026년 10월 – 2026년 12월",
    state="진행 중",
    text="한가한 달에 소매점을 넓힙니다. <script>",
    derivation=(
        ("선입고", "₩100 × 5.0%", 5), ("신규 점포", "(5 − 3) × ₩10 × 3", 60), ("필요한 매출", "", 65),
    ),
    months=tuple(
        PaperMonth(month, 1_000_000 * at, 1_200_000 * at) for at, month in enumerate(MONTHS, 1)
    ),
    dealers=(
        DealerLine("대청상사", "전년 동월 × 추세", 6_000_000, 1_200_000, 7_200_000, "합의"),
        DealerLine("보람상회", "–", None, None, None, "미작성"),
    ),
    growth=(GrowthLine("대청상사", "소매점", "경쟁사 전환", 1_200_000, "김성호", "2026. 12. 18.", "–"),),
    steps=(
        StepLine("시즌 조사", "이수민", "2026. 10. 20.", "완료", done=True),
        StepLine("목표", "–", "–", "–", done=False),
    ),
    split=(),
    signatures=(("기획 담당", ""), ("지역 관리자", "박지영")),
    more=0,
    code="2026-10-off",
    as_of=dt.datetime(2026, 11, 3, 2, tzinfo=dt.UTC),
    verify_url="https://portal.test/seasons/1",
)  # fmt: skip


def _print(pool: PrintPool, document: SeasonDocument, locale: str) -> PrintedDocument:
    with in_locale(locale):
        html, metadata = render_season(document, locale), season_metadata(document, locale)
    return pool.render_now(html, STYLESHEET, metadata)


def _text(printed: PrintedDocument) -> str:
    pages = pymupdf.open(stream=printed.pdf)
    return "\n".join(page.get_text() for page in pages).replace("\u2060", "")


@pytest.mark.parametrize(("locale", "heading"), [("ko", "시즌 계획서"), ("en", "Season plan")])
def test_it_is_printed_in_both_languages_with_equal_bytes(pool: PrintPool, locale: str, heading: str):
    printed = _print(pool, DOCUMENT, locale)
    assert printed.pdf == _print(pool, DOCUMENT, locale).pdf
    text = _text(printed)
    for words in (heading, "대청상사", "7,200,000", "경쟁사 전환", "박지영", "1 / 1", "<script>"):
        assert words in text, words
    assert printed.pages == 1


def test_sums_are_those_of_the_months(pool: PrintPool):
    text = _text(_print(pool, DOCUMENT, "ko"))
    for amount in ("6,000,000", "7,200,000", "1,200,000"):
        assert amount in text


def test_a_dealers_plan_has_his_split(pool: PrintPool):
    split = (SplitLine("한빛콜라", (1, 2, 3)), SplitLine("감귤주스", (10, 20, 30)))
    text = _text(_print(pool, replace(DOCUMENT, subject="대청상사", split=split), "ko"))
    for words in ("한빛콜라", "66", "11", "22", "33"):
        assert words in text


def test_a_long_plan_says_what_it_leaves_out(pool: PrintPool):
    lines = tuple(DealerLine(f"대리점 {at}", "–", 1, 1, 2, "합의") for at in range(120))
    printed = _print(pool, replace(DOCUMENT, dealers=lines, more=7), "ko")
    assert printed.pages > 2
    assert "7건" in _text(printed)
    assert MOST_ROWS == 500
