"""What the checks of logic say, in Korean and English."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rules.kpis import Text

MESSAGES: Mapping[str, Text] = {
    "unreachable": {
        "ko": "{rule}: 조건이 서로 맞지 않거나 선언한 범위를 벗어나 적용될 수 없습니다.",
        "en": "{rule} can never apply: its conditions exclude each other or lie outside the declared range.",
    },
    "shadowed": {
        "ko": "{rule}: 앞선 행이 모든 경우를 차지해 적용되지 않습니다. 순서나 조건을 고치십시오.",
        "en": "{rule} never applies: earlier rows take its every case. Change order or conditions.",
    },
    "unused_else": {
        "ko": "{rule}: 다른 행이 모든 경우를 다루므로 '그 밖의 경우'는 쓰이지 않습니다.",
        "en": "{rule}: the other rows cover every case, so the else row is not needed.",
    },
    "overlapping": {
        "ko": "{one}, {other}: 한 대리점에 두 행이 함께 맞습니다. 적중 정책 unique는 한 행만 허용합니다.",
        "en": "{one} and {other} hold together for one subject; the hit policy 'unique' allows a single row.",
    },
    "contradictory": {
        "ko": "{one}, {other}: 함께 맞는데 결과가 서로 다릅니다.",
        "en": "{one} and {other} hold together but give different results.",
    },
    "same_priority": {
        "ko": "{one}, {other}: 우선순위가 같은데 함께 맞고 결과가 다릅니다. 앞의 행이 이깁니다.",
        "en": "{one} and {other} hold together, equal in priority, with different results; the first wins.",
    },
    "gap": {
        "ko": "어느 행에도 맞지 않는 경우가 있습니다. 행을 더하거나 '그 밖의 경우'(else)를 넣으십시오.",
        "en": "Some cases match no row. Add a row, or an else row.",
    },
    "gap_missing": {
        "ko": "값이 없으면 맞는 행이 없습니다. else 행을 넣거나 missing: hold로 하십시오.",
        "en": "Without a value no row matches. Add an else row or declare 'missing: hold'.",
    },
    "too_large": {
        "ko": "'{check}' 검사는 경우의 수가 너무 많아 증명하지 못했습니다. 조건을 줄이거나 표를 나누십시오.",
        "en": "The check '{check}' has too many cases to prove. Use fewer conditions or split the table.",
    },
    "too_many": {
        "ko": "같은 종류의 문제가 더 있어 처음 {count}건만 보입니다.",
        "en": "There are more problems of this kind; the first {count} are shown.",
    },
    "sampled": {
        "ko": "{input}: 선택지를 선언하지 않은 글자 입력이라 대표 값으로만 검사했습니다.",
        "en": "{input} may be any text: it was checked with samples only. Declare its options.",
    },
    "points_fall": {
        "ko": "{input}: 값이 더 좋아지면 점수가 {before}점에서 {after}점으로 떨어집니다.",
        "en": "{input}: a better value lowers the points from {before} to {after}.",
    },
    "grade_fall": {
        "ko": "{input}: 값이 더 좋아지면 등급이 {before}에서 {after}(으)로 떨어집니다.",
        "en": "{input}: a better value lowers the grade from {before} to {after}.",
    },
    "line_falls": {
        "ko": "{line}: {input} 값이 더 좋아지면 이 항목은 {before}점에서 {after}점으로 떨어집니다. "
        "총점은 다른 항목이 메웁니다.",
        "en": "{line}: a better {input} lowers this line from {before} to {after} points; "
        "other lines make up for it.",
    },
    "grade_unreachable": {
        "ko": "모든 값이 있을 때 {grade} 등급이 되는 점수 조합이 없습니다.",
        "en": "With every value present no combination of points earns grade {grade}.",
    },
    "value_arrives": {
        "ko": "{line}: 값이 없으면 배점이 다른 항목으로 옮겨지므로, 값이 생기면 총점이 "
        "{before}점에서 {after}점으로 낮아질 수 있습니다.",
        "en": "{line}: a missing value moves its points to other lines, so one that arrives may lower "
        "the total from {before} to {after} points.",
    },
    "payout_falls": {
        "ko": "실적이 {below}에서 {amount}(으)로 늘면 지급액이 {before}에서 {after}(으)로 줄어듭니다.",
        "en": "When the amount rises from {below} to {amount}, the payout falls from {before} to {after}.",
    },
    "payout_jumps": {
        "ko": "절벽: {below}에서 {amount}(으)로 늘면 지급액이 {before}에서 {after}(으)로 한 번에 뜁니다.",
        "en": "Cliff: from {below} to {amount} the payout jumps from {before} to {after}.",
    },
    "negative_rate": {
        "ko": "{amount}부터의 구간은 요율이 음수라 실적이 늘수록 지급액이 줄어듭니다.",
        "en": "The tier from {amount} has a negative rate: more turnover pays less.",
    },
    "tier_order": {
        "ko": "구간은 작은 금액부터 차례로, 같은 금액은 한 번만 적습니다: {amount}",
        "en": "Tiers go from the smallest amount up, each amount once: {amount}",
    },
}
CHECKS: Mapping[str, Text] = {
    "unreachable": {"ko": "적용될 수 없는 행", "en": "rows that never apply"},
    "shadowed": {"ko": "가려진 행", "en": "shadowed rows"},
    "overlapping": {"ko": "겹치는 행", "en": "overlapping rows"},
    "gap": {"ko": "빠진 경우", "en": "gaps"},
    "monotone": {"ko": "좋아질수록 낮아지는 점수", "en": "better values with a worse result"},
}
