"""What is wrong with a rulebook's text in Korean, and in English for people who never see the text.

Problems are written for authors of files. Here each of their sentences has a Korean form; where the file's
notation (quotation marks, keys) only confuses somebody at a grid, the English is said anew as well.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rules.kpis import Text

_QUOTED = r"'([^']*)'"
_FORMS: tuple[tuple[str, str, str], ...] = (
    (
        r"'points' must be points in quotation marks, 0 to (\d+), at most 3 decimals: (.*)",
        "점수는 0부터 {0}까지, 소수 셋째 자리까지 적습니다: {1}",
        "points are a number from 0 to {0} with at most 3 decimals: {1}",
    ),
    (
        rf"{_QUOTED} must be points in quotation marks, 0 to (\d+), at most 3 decimals: (.*)",
        "{0}: 점수는 0부터 {1}까지, 소수 셋째 자리까지 적습니다: {2}",
        "{0} is a number of points from 0 to {1} with at most 3 decimals: {2}",
    ),
    (
        r"'weight' must be a whole number from (\d+) to (\d+): (.*)",
        "배점은 {0}부터 {1}까지의 정수입니다: {2}",
        "the weight is a whole number from {0} to {1}: {2}",
    ),
    (
        rf"{_QUOTED} must be a whole number from (\S+) to (\S+): (.*)",
        "{0}: {1}부터 {2}까지의 정수로 적습니다: {3}",
        "",
    ),
    (rf"{_QUOTED} must be text of 1 to (\d+) characters on one line", "{0}: 한 줄에 1~{1}자로 적습니다", ""),
    (rf"{_QUOTED} must be text of at most (\d+) characters", "{0}: {1}자까지 적습니다", ""),
    (
        rf"{_QUOTED} must be a name of small letters, digits and single underscores: (.*)",
        "{0}: 영문 소문자, 숫자, 밑줄 하나씩으로 된 이름이어야 합니다: {1}",
        "",
    ),
    (rf"{_QUOTED} must be one of (.*?): (.*)", "{0}: {1} 가운데 하나여야 합니다: {2}", ""),
    (rf"{_QUOTED} must be a date, YYYY-MM-DD: (.*)", "{0}: 날짜를 연-월-일로 적습니다: {1}", ""),
    (
        r"'bands' must be a list of 1 to (\d+) entries",
        "기준을 하나 이상 적습니다 (많아야 {0}개)",
        "give at least one threshold with its points, at most {0}",
    ),
    (rf"{_QUOTED} must be a list of 1 to (\d+) entries", "{0}: 1~{1}개를 적습니다", ""),
    (rf"{_QUOTED} must be a mapping of 1 to (\d+) entries", "{0}: 1~{1}개를 적습니다", ""),
    (r"expected a mapping", "이름과 값의 묶음이어야 합니다", ""),
    (rf"unknown key {_QUOTED}", "알 수 없는 이름입니다: {0}", ""),
    (rf"{_QUOTED} is missing", "{0}이(가) 없습니다", ""),
    (r"the weights add up to (\d+), not (\d+)", "배점의 합이 {0}점입니다. {1}점이어야 합니다", ""),
    (r"a version begins on the first day of a month", "시행일은 달의 첫날이어야 합니다", ""),
    (
        r"a version ends on the last day of a month, after it began",
        "종료일은 시행일 뒤 어느 달의 마지막 날이어야 합니다",
        "",
    ),
    (
        r"the name of an input consists of small letters, digits and single underscores: (.*)",
        "입력 이름은 영문 소문자, 숫자, 밑줄 하나씩으로 적습니다: {0}",
        "",
    ),
    (
        r"an input is measured \(kpi\) or brought along \(brings\), not both",
        "입력은 측정하거나(kpi) 지난 달에서 가져오거나(brings) 둘 중 하나입니다",
        "",
    ),
    (rf"the KPI catalogue has no {_QUOTED}", "지표 목록에 {0}이(가) 없습니다", ""),
    (
        rf"the KPI catalogue has (\S+) with scale (\d+) and unit {_QUOTED}",
        "지표 목록의 {0}은(는) 소수 {1}자리, 단위 '{2}'입니다",
        "",
    ),
    (
        r"'range' must be two decimal numbers in quotation marks, lower one first",
        "범위는 작은 수부터 두 수를 따옴표 안에 적습니다",
        "",
    ),
    (r"'informative' is true or left out", "'informative'는 true로 적거나 적지 않습니다", ""),
    (rf"unknown input {_QUOTED}", "알 수 없는 지표입니다: {0}", "unknown measure: {0}"),
    (r"no band gives the full weight of the line", "배점 전부를 주는 기준이 없습니다", ""),
    (rf"the id {_QUOTED} is used twice", "id {0}이(가) 두 번 쓰였습니다", ""),
    (
        r"grades go from the best down, each once, and the last begins at 0 points",
        "등급은 높은 것부터 한 번씩 적고 마지막 등급은 0점부터입니다",
        "",
    ),
    (r"areas are names of lines, inputs or grades", "areas에는 항목, 입력, 등급의 이름을 적습니다", ""),
    (r"a version is announced before it begins, not after", "시행하기 전에 알려야 합니다", ""),
    (r"an informative line has no (\w+)", "참고용 항목에는 {0}이(가) 없습니다", ""),
    (
        r"the points are finer than 'round_points_to'",
        "점수가 반올림 단위보다 잘게 나뉩니다",
        "the points are finer than the sheet rounds to",
    ),
    (r"conditions are nested deeper than (\d+) levels", "조건을 {0}단계보다 깊이 겹칠 수 없습니다", ""),
    (rf"{_QUOTED} needs at least one condition", "{0}에는 조건이 하나 이상 있어야 합니다", ""),
    (r"more than (\d+) conditions", "조건은 {0}개까지입니다", ""),
    (rf"unknown operator {_QUOTED}", "알 수 없는 연산자입니다: {0}", ""),
    (r"a condition is a mapping", "조건은 이름과 값의 묶음이어야 합니다", ""),
    (
        r"a threshold is a decimal number in quotation marks, at most 5 decimals: (.*)",
        "기준은 소수 다섯째 자리까지의 수로 적습니다: {0}",
        "a threshold is a number with at most 5 decimals: {0}",
    ),
    (r"(\S+) lies outside (\S+) to (\S+)", "{0}은(는) {1}부터 {2}까지의 범위를 벗어납니다", ""),
    (
        r"expected name, operator and value, or one of all, any, not; found (.*)",
        "name, operator, value 또는 all, any, not 가운데 하나가 필요합니다. 적힌 것: {0}",
        "",
    ),
    (r"anchors and aliases are not offered", "앵커와 별칭은 쓸 수 없습니다", ""),
    (r"tags are not offered", "태그는 쓸 수 없습니다", ""),
    (r"nested deeper than (\d+) levels", "{0}단계보다 깊이 겹칠 수 없습니다", ""),
    (r"longer than (\d+) characters", "{0}자보다 깁니다", ""),
    (r"write (.*) between quotation marks", "{0}을(를) 따옴표 안에 적습니다", ""),
    (r"keys must be plain words", "이름은 낱말로 적습니다", ""),
    (rf"{_QUOTED} is given twice", "{0}이(가) 두 번 적혔습니다", ""),
    (r"the file is not in UTF-8", "UTF-8 파일이 아닙니다", ""),
    (
        r"a point is a value and a score, two decimal numbers in quotation marks",
        "곡선의 점은 값과 점수를 따옴표 안에 적습니다",
        "",
    ),
    (r"a line has bands or a curve, not both", "항목에는 기준이나 곡선 가운데 하나만 있습니다", ""),
    (rf"unknown curve {_QUOTED}", "알 수 없는 곡선입니다: {0}", ""),
    (
        rf"the curve scores {_QUOTED}, the line shows {_QUOTED}",
        "곡선은 {0}을(를) 점수로 바꾸지만 항목은 {1}을(를) 보입니다",
        "",
    ),
    (
        r"the best score of the curve is (\S+), the line weighs (\d+)",
        "곡선의 최고 점수 {0}이(가) 배점 {1}과 다릅니다",
        "",
    ),
    (
        r"the name of a curve consists of small letters, digits and single underscores: (.*)",
        "곡선 이름은 영문 소문자, 숫자, 밑줄 하나씩으로 적습니다: {0}",
        "",
    ),
    (rf"an input has the name {_QUOTED}", "같은 이름의 입력이 있습니다: {0}", ""),
    (r"a curve has at least two points", "곡선에는 점이 둘 이상 있어야 합니다", ""),
    (r"the values of a curve rise from point to point", "곡선의 값은 점마다 커져야 합니다", ""),
    (r"(\S+) has at most (\d+) decimals", "{0}은(는) 소수 {1}자리까지입니다", ""),
    (
        r"a score is 0 to (\S+) with at most (\d+) decimals",
        "점수는 0부터 {0}까지, 소수 {1}자리까지입니다",
        "",
    ),
)
UNREADABLE = "not readable as YAML: "
FORMS = tuple((re.compile(pattern, re.DOTALL), korean, english) for pattern, korean, english in _FORMS)


def problem_text(message: str) -> Text:
    """Return a problem's sentence by locale; one nobody wrote a Korean form for stays English in both."""
    if message.startswith(UNREADABLE):
        reason = problem_text(message.removeprefix(UNREADABLE))["ko"]
        return {"ko": f"YAML로 읽을 수 없습니다: {reason}", "en": message}
    for pattern, korean, english in FORMS:
        match = pattern.fullmatch(message)
        if match:
            said = english.format(*match.groups()) if english else message
            return {"ko": korean.format(*match.groups()), "en": said}
    return {"ko": message, "en": message}
