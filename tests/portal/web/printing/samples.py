"""A scorecard in Korean and in English, as the fictional Hanbit Beverage would print it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from portal.web.printing.scorecard import (
    Appeal,
    Comment,
    GradeEdge,
    LineState,
    MonthSales,
    Provenance,
    ScorecardDocument,
    ScorecardLine,
    Signature,
)

MONTHS = (
    *(f"2025-{month:02d}" for month in (11, 12)),
    *(f"2026-{month:02d}" for month in range(1, 11)),
)
THIS_YEAR = (151, 142, 128, 133, 176, 214, 248, 291, 322, 318, 241, 168)
LAST_YEAR = (148, 139, None, 121, 158, 196, 239, 262, 301, 305, 222, 151)
EDGES = tuple(
    GradeEdge(grade, points)
    for grade, points in (("D", 0), ("C", 50_000), ("B", 65_000), ("A", 80_000), ("S", 92_000))
)
PROVENANCE = Provenance(
    run_id="2026-10-0007",
    rulebook_version="평가 기준 2026.10.1",
    rulebook_hash="4f1d0a7c9b3e5d2284c6a1f09e7b6c5d4f1d0a7c9b3e5d2284c6a1f09e7b6c5d",
    snapshot_hash="a93c17e0b2d84f5196ce03ab7d21f8e4a93c17e0b2d84f5196ce03ab7d21f8e4",
    printed_at=datetime(2026, 11, 5, 4, 12, tzinfo=UTC),
    verify_url="http://127.0.0.1:8000/verify/2026-10-0007/C-0107?h=4f1d0a7c9b3e5d22",
)
SALES = tuple(
    MonthSales(month, this * 1_000_000, last and last * 1_000_000)
    for month, this, last in zip(MONTHS, THIS_YEAR, LAST_YEAR, strict=True)
)


def korean(**changes: object) -> ScorecardDocument:
    """A dealer of the Chungcheong region with a bit of everything."""
    values: dict[str, object] = {
        "manufacturer": "한빛음료 주식회사",
        "subject_name": "㈜대청상사",
        "subject_code": "C-0107",
        "region": "충청 › 대전 › 유성·대덕",
        "month": "2026-10",
        "grade": "B",
        "previous_grade": "C",
        "points_milli": 76_500,
        "most_milli": 100_000,
        "reference_only": True,
        "edges": EDGES,
        "lines": (
            ScorecardLine(
                "전년 동월 대비 매출 신장률",
                "+11.3%",
                "10% 이상이면 만점, 0%부터 비례",
                30_000,
                30_000,
                LineState.MET,
            ),
            ScorecardLine(
                "거래 점포수 증감 (전년 동월)",
                "184곳 (+6곳)",
                "전년 동월보다 12곳 이상 늘면 만점",
                12_500,
                25_000,
                LineState.MISSED,
            ),
            ScorecardLine("판매 안정성", "0.71", "0.60 이상", 20_000, 20_000, LineState.MET),
            ScorecardLine(
                "목표 달성률", "98.2%", "100% 이상이면 만점, 90%부터 비례", 14_000, 25_000, LineState.MISSED
            ),
            ScorecardLine("회수율", "", "기한이 있는 채권의 95% 이상", None, 0, LineState.MISSING),
            ScorecardLine("반품률", "1.8%", "점수에 넣지 않습니다", None, 0, LineState.INFORMATIVE),
        ),
        "sales": SALES,
        "lifts": (
            "거래 점포를 4곳 더 늘리면 80.3점으로 A등급이 됩니다.",
            "목표 달성률이 99.6%가 되면 80.0점으로 A등급이 됩니다.",
        ),
        "comments": (
            Comment(
                "박지영",
                "권역 관리자",
                "비수기에도 신규 소매점 여섯 곳을 열어 전년 동월보다 매출이 늘었습니다. "
                "유성구 신규 소매점 두 곳은 두 번째 주문이 아직 없으니 11월 첫째 주에 함께 방문해서 "
                "진열과 배송 요일을 맞춥시다. 목표 달성률은 쇼케이스 교체가 끝나면 회복될 것으로 봅니다. "
                "☑ 쇼케이스 1대 11/20까지",
                datetime(2026, 11, 3, 1, 40, tzinfo=UTC),
            ),
        ),
        "signatures": (
            Signature("권역 관리자", "정민수", datetime(2026, 11, 4, 8, 3, tzinfo=UTC), deputy_for="박지영"),
            Signature("본부 승인", "이수민", datetime(2026, 11, 5, 0, 30, tzinfo=UTC)),
            Signature("대리점 대표"),
        ),
        "appeal": Appeal(
            "포털의 이 평가표에서 ‘이의 신청’을 누르고 항목과 근거(사진·서류)를 올려 주십시오. "
            "담당자가 30일 안에 답합니다. 이의 신청 때문에 불이익을 받지 않습니다.",
            date(2026, 12, 5),
        ),
        "provenance": PROVENANCE,
    }
    return ScorecardDocument(**{**values, **changes})  # type: ignore[arg-type]


def english(**changes: object) -> ScorecardDocument:
    """The same dealer as a reader of English sees him."""
    values: dict[str, object] = {
        "provenance": replace(PROVENANCE, rulebook_version="Criteria 2026.10.1"),
        "manufacturer": "Hanbit Beverage",
        "subject_name": "Daecheong Trading Co.",
        "region": "Chungcheong › Daejeon › Yuseong, Daedeok",
        "lines": (
            ScorecardLine(
                "Sales on same month last year",
                "+11.3%",
                "Full points from 10%, in proportion from 0%",
                30_000,
                30_000,
                LineState.MET,
            ),
            ScorecardLine(
                "Active terminals, year on year",
                "184 (+6)",
                "Full points from 12 more than last year",
                12_500,
                25_000,
                LineState.MISSED,
            ),
            ScorecardLine("Stability of sales", "0.71", "0.60 or more", 20_000, 20_000, LineState.MET),
            ScorecardLine(
                "Target attainment",
                "98.2%",
                "Full points from 100%, in proportion from 90%",
                14_000,
                25_000,
                LineState.MISSED,
            ),
            ScorecardLine(
                "Collection rate", "", "95% of receivables that fell due", None, 0, LineState.MISSING
            ),
            ScorecardLine("Return rate", "1.8%", "Gives no points", None, 0, LineState.INFORMATIVE),
        ),
        "lifts": (
            "Four more active terminals give 80.3 points, grade A.",
            "Target attainment of 99.6% gives 80.0 points, grade A.",
        ),
        "comments": (
            Comment(
                "Park Jiyoung",
                "Regional manager",
                "Six new terminals opened in the off-season, and sales are above the same month last "
                "year. Two of them in Yuseong have not ordered again: let us visit them together in the "
                "first week of November to settle the display and the delivery day. Attainment should "
                "recover once the cooler is replaced.",
                datetime(2026, 11, 3, 1, 40, tzinfo=UTC),
            ),
        ),
        "signatures": (
            Signature(
                "Regional manager",
                "Jung Minsu",
                datetime(2026, 11, 4, 8, 3, tzinfo=UTC),
                deputy_for="Park Jiyoung",
            ),
            Signature("Head office approval", "Lee Sumin", datetime(2026, 11, 5, 0, 30, tzinfo=UTC)),
            Signature("Dealer principal"),
        ),
        "appeal": Appeal(
            "Open this scorecard in the portal, choose “Object”, name the line and attach your "
            "evidence. You get an answer within 30 days. Objecting has no disadvantage.",
            date(2026, 12, 5),
        ),
    }
    return korean(**{**values, **changes})
