"""The sentences of an explanation, in Korean and English."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from rules.money import BASIS_POINTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rules.kpis import Text

Sentence = Literal[
    "class", "new", "held", "set_yes", "set_no", "median_yes", "median_no", "no_net",
    "variation_yes", "variation_no", "no_variation", "active_yes", "active_no",
    "near_contribution", "near_edge", "near_stability", "near_none",
    "same", "moved", "first", "turned_contribution", "turned_stability", "net_change", "number_change",
    "card", "adjusted", "strategic", "missing", "intent",
]  # fmt: skip


def _text(ko: str, en: str) -> Text:
    return MappingProxyType({"ko": ko, "en": en})


SENTENCES: Mapping[Sentence, Text] = MappingProxyType(
    {
        "class": _text("{code} {label}", "{code} {label}"),
        "new": _text(
            "신규: {least}개월이 되기 전에는 유형을 정하지 않습니다",
            "New: no class before {least} months",
        ),
        "held": _text(
            "이달 수치만 보면 {observed}입니다. {months}개월 연속이면 바뀝니다 (지금 {waiting}개월째)",
            "This month's numbers alone say {observed}; the class turns after {months} months in a row "
            "(now {waiting})",
        ),
        "set_yes": _text(
            "기여: 최근 {window}개월 순매출 {net}. 이보다 큰 거래처까지 전체의 {number}로 "
            "기준 {cut} 미만이므로 기여함",
            "Contribution: net of {window} months {net}. Larger accounts reach {number} of the total, "
            "below {cut}: contributes",
        ),
        "set_no": _text(
            "기여: 최근 {window}개월 순매출 {net}. 이보다 큰 거래처가 이미 전체의 {number}로 "
            "기준 {cut} 이상이므로 기여하지 않음",
            "Contribution: net of {window} months {net}. Larger accounts already reach {number} of "
            "the total, at least {cut}: does not contribute",
        ),
        "median_yes": _text(
            "기여: 최근 {window}개월 순매출 {net}, 중앙값의 {number}로 중앙값을 넘으므로 기여함",
            "Contribution: net of {window} months {net}, {number} of the median: contributes",
        ),
        "median_no": _text(
            "기여: 최근 {window}개월 순매출 {net}, 중앙값의 {number}로 중앙값을 넘지 않으므로 기여하지 않음",
            "Contribution: net of {window} months {net}, {number} of the median, not above it: "
            "does not contribute",
        ),
        "no_net": _text(
            "기여: 최근 {window}개월 순매출이 {net}이므로 기여하지 않음",
            "Contribution: net of {window} months is {net}: does not contribute",
        ),
        "variation_yes": _text(
            "안정성: {months}개월 변동계수 {number}, 기준 {cut} 이하이므로 안정",
            "Stability: variation {number} over {months} months, at most {cut}: stable",
        ),
        "variation_no": _text(
            "안정성: {months}개월 변동계수 {number}, 기준 {cut} 초과이므로 불안정",
            "Stability: variation {number} over {months} months, more than {cut}: not stable",
        ),
        "no_variation": _text(
            "안정성: 순매출이 없어 변동계수를 구할 수 없으므로 불안정",
            "Stability: without net sales there is no variation: not stable",
        ),
        "active_yes": _text(
            "안정성: {months}개월 가운데 매출이 있는 달 {number}, 기준 {cut} 이상이므로 안정",
            "Stability: {number} of {months} months have sales, at least {cut}: stable",
        ),
        "active_no": _text(
            "안정성: {months}개월 가운데 매출이 있는 달 {number}, 기준 {cut} 미만이므로 불안정",
            "Stability: {number} of {months} months have sales, less than {cut}: not stable",
        ),
        "near_contribution": _text(
            "가장 가까운 기준: 기여, 기준까지 {points}%p",
            "Nearest cut-off: contribution, {points} percentage points away",
        ),
        "near_edge": _text(
            "가장 가까운 기준: 기여. 기여하는 가장 작은 거래처의 순매출은 {edge}, {short} 더 큽니다",
            "Nearest cut-off: contribution. The smallest contributing account sells {edge}, {short} more",
        ),
        "near_stability": _text(
            "가장 가까운 기준: 안정성, 기준까지 {points}",
            "Nearest cut-off: stability, {points} away",
        ),
        "near_none": _text(
            "순매출이 없어 가까운 기준이 없습니다", "Without net sales no cut-off is near"
        ),
        "same": _text("지난달과 같은 유형입니다", "The same class as last month"),
        "moved": _text(
            "지난달 {before}에서 {code}(으)로 바뀌었습니다", "Moved from {before} last month to {code}"
        ),
        "first": _text("지난달에는 유형이 없었습니다", "There was no class last month"),
        "turned_contribution": _text("바뀐 축: 기여", "What turned: contribution"),
        "turned_stability": _text("바뀐 축: 안정성", "What turned: stability"),
        "net_change": _text("순매출 {old} → {new}", "Net {old} → {new}"),
        "number_change": _text("{name} {old} → {new}", "{name} {old} → {new}"),
        "card": _text("평가표 {score}점 (기준 {cut}점)", "Score card {score} (limit {cut})"),
        "adjusted": _text(
            "개인 경험 조정 {points}점: {reason} ({by})", "Personal adjustment {points}: {reason} ({by})"
        ),
        "strategic": _text(
            "전략 고객: {reason} (승인 {by}, {until}까지)",
            "Strategic: {reason} (approved by {by}, until {until})",
        ),
        "missing": _text("답이 없는 항목: {names}", "Without an answer: {names}"),
        "intent": _text("의향 {intent}: {anchor} (기준 {cut})", "Intent {intent}: {anchor} (limit {cut})"),
    }
)  # fmt: skip
AXES: Mapping[str, Text] = MappingProxyType(
    {
        "smallest_set": _text("앞선 누적 비중", "Share before it"),
        "above_median": _text("중앙값 대비", "Share of the median"),
        "variation": _text("변동계수", "Variation"),
        "active_months": _text("활동한 달", "Active months"),
        "intent": _text("의향", "Intent"),
    }
)


def ratio_text(basis_points: int) -> str:
    """Write basis points as a ratio with 2 to 4 decimals: 3,000 as ``0.30``."""
    whole, rest = divmod(basis_points, BASIS_POINTS)
    decimals = f"{rest:04d}"
    return f"{whole}.{decimals[:2]}{decimals[2:].rstrip('0')}"


def hundredths_text(hundredths: int, *, signed: bool = False) -> str:
    """Write hundredths with two decimals and, where asked for, a sign: 350 as ``3.50``."""
    sign = "−" if hundredths < 0 else "+" if signed else ""
    whole, rest = divmod(abs(hundredths), 100)
    return f"{sign}{whole}.{rest:02d}"
