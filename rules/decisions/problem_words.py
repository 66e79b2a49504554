"""What is wrong with a decision's text, in Korean; sentences shared with score sheets are said there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rules.decisions.cells import FORMS as CELLS
from rules.problem_words import problem_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rules.decisions.model import Kind
    from rules.kpis import Text

_QUOTED = r"'([^']*)'"
CELLS_KO: Mapping[Kind, str] = {
    "numeric": '"-", "120", ">= 120", "100..120", "[100..120)", 쉼표로 나눈 여럿, "not(…)"으로 적습니다',
    "boolean": '"-", "예", "아니요" 가운데 하나로 적습니다',
    "string": '"-", 쉼표로 나눈 글, "서*", "*점", "*본*", "not(…)" 가운데 하나로 적습니다',
    "select": '"-", 쉼표로 나눈 선택지, "not(…)" 가운데 하나로 적습니다',
    "select_multiple": '"-", 쉼표로 나눈 선택지, "all(…)", "only(…)", "not(…)" 가운데 하나로 적습니다',
}
_FORMS: tuple[tuple[str, str], ...] = (
    *((re.escape(CELLS[kind]) + "(?:: .*)?", said) for kind, said in CELLS_KO.items()),
    (
        r'a cell is text; for any value write "-"(?:: .*)?',
        '칸은 비울 수 없습니다. 아무 값이나 되면 "-"를 적습니다',
    ),
    (r"a cell is at most (\d+) characters on one line(?:: .*)?", "칸에는 한 줄에 {0}자까지 적습니다"),
    (
        r"a range has brackets on both ends or on neither(?:: .*)?",
        "범위의 괄호는 양쪽에 다 쓰거나 쓰지 않습니다",
    ),
    (
        r"a range has its lower end first and is not empty(?:: .*)?",
        "범위는 작은 값부터 적고 비어 있지 않아야 합니다",
    ),
    (rf"{_QUOTED} is given twice", "{0}이(가) 두 번 쓰였습니다"),
    (rf"unknown action {_QUOTED}", "알 수 없는 결과입니다: {0}"),
    (rf"unknown output {_QUOTED}; expected an action with one parameter", "알 수 없는 결과 열입니다: {0}"),
    (rf"unknown input {_QUOTED}", "알 수 없는 입력입니다: {0}"),
    (rf"unknown operator {_QUOTED}(?: for a .* input)?", "알 수 없는 비교입니다: {0}"),
    (rf"{_QUOTED} needs a value", "{0}에는 값이 필요합니다"),
    (rf"{_QUOTED} takes no value: (.*)", "{0}에는 값을 적지 않습니다: {1}"),
    (r"more than (\d+) conditions(?: in one rule)?", "조건이 {0}개를 넘습니다"),
    (
        rf"{_QUOTED} must be a whole number from (\S+) to (\S+): (.*)",
        "{0}: {1}부터 {2}까지의 정수로 적습니다: {3}",
    ),
    (rf"{_QUOTED} must be true or false: (.*)", "{0}: 예 또는 아니요로 적습니다: {1}"),
    (r"(.*) is none of (.*)", "{0}: 선택지에 없습니다. 선택지: {1}"),
    (r"a version ends after it began", "종료일은 시행일 뒤여야 합니다"),
    (r"a version is announced before it begins, not after", "시행일보다 먼저 알립니다"),
    (r"areas are names of inputs or rules", "areas에는 입력이나 규칙의 이름을 적습니다"),
    (r"'aggregate' belongs to the hit policy collect", "모으는 방법은 결과를 모을 때만 씁니다"),
    (r"(.*) needs numbers; (\S+) gives (.*)", "{0}은(는) 숫자에만 씁니다: {1}"),
    (r"a decision has rules or a table, not both", "규칙과 표 가운데 하나만 씁니다"),
    (r"'priority' belongs to the hit policy priority", "우선순위는 우선순위로 고를 때만 씁니다"),
    (
        r"an id is letters, digits.*at most 60: (.*)",
        "이름은 글자, 숫자, -, ., _ 하나씩으로 60자까지입니다: {0}",
    ),
    (rf"the id {_QUOTED} is used twice", "이름 {0}이(가) 두 번 쓰였습니다"),
    (r"a column is given twice", "같은 열이 두 번 있습니다"),
    (
        r"a row without a condition holds always; write 'else' instead",
        "조건이 없는 행은 언제나 해당합니다. 조건을 적거나 ‘그 밖의 경우’ 행을 쓰십시오",
    ),
    (r"a row gives at least one output", "행마다 결과가 하나는 있어야 합니다"),
    (r"(\d+) cells for (\d+) columns", "열은 {1}개인데 칸은 {0}개입니다"),
    (
        r"the name of an input consists of .*: (.*)",
        "입력 이름은 영문 소문자, 숫자, 밑줄 하나씩으로 적습니다: {0}",
    ),
    (rf"a (\S+) input has no {_QUOTED}", "{0} 입력에는 {1}이(가) 없습니다"),
    (rf"the KPI catalogue has no {_QUOTED}", "지표 목록에 없습니다: {0}"),
    (
        r"the KPI catalogue has (\S+) with scale (\d+) and unit '(.*)'",
        "지표 목록의 {0}은(는) 소수 {1}자리, 단위 ‘{2}’입니다",
    ),
    (r"'range' must be two decimal numbers.*", "범위는 작은 수와 큰 수, 소수 자리는 정한 만큼까지 적습니다"),
    (r"options are texts of 1 to (\d+) characters on one line", "선택지는 한 줄에 1~{0}자로 적습니다"),
    (r"two options differ in capital letters only, or not at all", "같은 선택지가 두 번 있습니다"),
    (r"an option is given twice", "같은 선택지가 두 번 있습니다"),
)
FORMS = tuple((re.compile(pattern, re.DOTALL), korean) for pattern, korean in _FORMS)


def decision_problem_text(message: str) -> Text:
    """Return a problem's sentence by locale; one nobody wrote a Korean form for stays English in both."""
    for pattern, korean in FORMS:
        match = pattern.fullmatch(message)
        if match:
            return {"ko": korean.format(*match.groups()), "en": message}
    return problem_text(message)
