"""What is wrong with a programme's text, in Korean; sentences shared with rulebooks are said there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rules.problem_words import problem_text

if TYPE_CHECKING:
    from rules.kpis import Text

_QUOTED = r"'([^']*)'"
FORMS = tuple(
    (re.compile(pattern), korean)
    for pattern, korean in (
        (r"a programme begins on the first day of a month", "시작일은 달의 첫날이어야 합니다"),
        (
            r"a programme ends on the last day of a month, after it began",
            "종료일은 시작일 뒤 어느 달의 마지막 날이어야 합니다",
        ),
        (r"a programme runs at most (\d+) months", "기간은 {0}개월까지입니다"),
        (
            r"(\d+) months are no whole number of periods of (\d+)",
            "전체 {0}개월이 정산 주기 {1}개월로 나누어떨어지지 않습니다",
        ),
        (r"'currency' must be three capital letters: (.*)", "통화는 영문 대문자 세 자로 적습니다: {0}"),
        (
            r"settlements follow each other, one per month at most",
            "정산은 달 순서로, 한 달에 한 번까지 적습니다",
        ),
        (r"the last settlement, and no other, is final", "마지막 정산만 최종 정산입니다"),
        (
            r"the final settlement is after month (\d+) of the period",
            "최종 정산은 정산 주기의 {0}개월째 뒤에 합니다",
        ),
        (rf"{_QUOTED} must be a list of different texts", "{0}: 서로 다른 글을 목록으로 적습니다"),
        (rf"{_QUOTED} must be true or false: (.*)", "{0}: true 또는 false로 적습니다: {1}"),
        (
            r"the name of a tier table consists of .*: (.*)",
            "구간표 이름은 영문 소문자, 숫자, 밑줄로 적습니다: {0}",
        ),
        (rf"no line has the tier table {_QUOTED}", "구간표 {0}이(가) 있는 항목이 없습니다"),
        (rf"no rule chooses the tier table {_QUOTED}", "구간표 {0}을(를) 고르는 조건이 없습니다"),
        (rf"the id {_QUOTED} is used twice", "이름 {0}이(가) 두 번 쓰였습니다"),
        (
            r"every tier begins above the one before it",
            "구간은 앞 구간보다 큰 값에서 시작해야 합니다",
        ),
        (r"a tier gives one of (.*)", "구간에는 다음 가운데 하나만 적습니다: {0}"),
        (r"only growth says what it pays on", "pays_on은 성장 장려금에만 적습니다"),
        (
            rf"{_QUOTED} must be a multiple of the rounding step (\d+): (\d+)",
            "{0}: 끝수 처리 단위 {1}의 배수여야 합니다: {2}",
        ),
        (
            r"tiers of (\w+) in mode (\w+) give (\w+)",
            "{0} 항목을 {1} 방식으로 계산할 때 구간에는 {2}을(를) 적습니다",
        ),
        (
            r"(\w+) names the categories, products or vendors it is about",
            "{0} 항목에는 대상 분류, 품목, 공급사를 적어야 합니다",
        ),
        (
            r"edges of a share have no slices: retroactive or step",
            "비율 구간은 나누어 계산할 수 없습니다. retroactive 또는 step을 쓰십시오",
        ),
        (r"the least amount (\d+) is above the most (\d+)", "하한 {0}이(가) 상한 {1}보다 큽니다"),
        (
            rf"{_QUOTED} of the conditions is that of the programme",
            "조건의 {0}은(는) 프로그램의 것을 따릅니다",
        ),
        (r"the hit policy is one of (.*)", "적중 정책은 다음 가운데 하나입니다: {0}"),
        (
            rf"rule {_QUOTED} gives (\w+), not (.*)",
            "조건 {0}은(는) {1}을(를) 줄 수 없습니다. 쓸 수 있는 것: {2}",
        ),
    )
)


def program_problem_text(message: str) -> Text:
    """Return a problem's sentence by locale."""
    for pattern, korean in FORMS:
        match = pattern.fullmatch(message)
        if match:
            return {"ko": korean.format(*match.groups()), "en": message}
    return problem_text(message)
