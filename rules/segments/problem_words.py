"""What is wrong with a segment book's text, in Korean; sentences shared with rulebooks are said there."""

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
        (r"a window of (\d+) months cannot ask for (\d+)", "{0}개월을 보면서 {1}개월을 요구할 수 없습니다"),
        (rf"the limit of (\w+) {_QUOTED} is given twice", "{0} '{1}'의 기준이 두 번 적혔습니다"),
        (
            r"(\w+) needs a limit for channels without one of their own",
            "{0}: 따로 기준이 없는 채널에 쓸 기준이 필요합니다",
        ),
        (
            rf"{_QUOTED} says what each step from (\d+) to (\d+) means",
            "{0}: {1}점부터 {2}점까지 각 단계의 뜻을 적습니다",
        ),
        (r"only the smallest set has a share", "share_bp는 smallest_set에만 적습니다"),
        (rf"{_QUOTED} must be a month, YYYY-MM: (.*)", "{0}: 월을 연-월로 적습니다: {1}"),
    )
)


def segment_problem_text(message: str) -> Text:
    """Return a problem's sentence by locale."""
    for pattern, korean in FORMS:
        match = pattern.fullmatch(message)
        if match:
            return {"ko": korean.format(*match.groups()), "en": message}
    return problem_text(message)
