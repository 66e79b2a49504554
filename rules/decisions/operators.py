"""The operators a condition may use, per type of input, with their opposites and their words.

``between``, ``in`` and ``not_in`` are for authors only: they are lowered when the book is read.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from rules.kpis import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rules.decisions.model import Kind

OperandKind = Literal["none", "number", "range", "text", "option", "options"]


@dataclass(frozen=True, slots=True)
class Operator:
    """One comparison.

    Attributes:
        name: Name in conditions.
        operand: What it is compared with.
        opposite: Operators of which one holds exactly when this one does not; empty for lowered words.
        words: Sentence part, ``{}`` standing for the operand, by locale.
    """

    name: str
    operand: OperandKind
    opposite: tuple[str, ...]
    words: Text


def _operators(*rows: tuple[str, OperandKind, str, str, str]) -> Mapping[str, Operator]:
    return MappingProxyType(
        {
            name: Operator(name, operand, tuple(opposite.split()), MappingProxyType({"ko": ko, "en": en}))
            for name, operand, opposite, ko, en in rows
        }
    )


OPERATORS: Mapping[Kind, Mapping[str, Operator]] = MappingProxyType(
    {
        "numeric": _operators(
            ("greater_than", "number", "less_than_or_equal_to", "{} 초과", "more than {}"),
            ("greater_than_or_equal_to", "number", "less_than", "{} 이상", "at least {}"),
            ("less_than", "number", "greater_than_or_equal_to", "{} 미만", "less than {}"),
            ("less_than_or_equal_to", "number", "greater_than", "{} 이하", "at most {}"),
            ("equal_to", "number", "less_than greater_than", "정확히 {}", "exactly {}"),
            ("between", "range", "", "{} 범위", "within {}"),
        ),
        "boolean": _operators(
            ("is_true", "none", "is_false", "예", "yes"),
            ("is_false", "none", "is_true", "아니요", "no"),
        ),
        "string": _operators(
            ("equal_to", "text", "does_not_equal", "{} 일치", "is {}"),
            ("does_not_equal", "text", "equal_to", "{} 불일치", "is not {}"),
            (
                "equal_to_case_insensitive",
                "text",
                "does_not_equal_case_insensitive",
                "{} 일치 (대소문자 무시)",
                "is {} in any case",
            ),
            (
                "does_not_equal_case_insensitive",
                "text",
                "equal_to_case_insensitive",
                "{} 불일치 (대소문자 무시)",
                "is not {} in any case",
            ),
            ("starts_with", "text", "does_not_start_with", "첫머리가 {}", "begins with {}"),
            ("does_not_start_with", "text", "starts_with", "첫머리가 {} 아님", "does not begin with {}"),
            ("ends_with", "text", "does_not_end_with", "끝이 {}", "ends with {}"),
            ("does_not_end_with", "text", "ends_with", "끝이 {} 아님", "does not end with {}"),
            ("contains", "text", "does_not_contain", "{} 포함", "contains {}"),
            ("does_not_contain", "text", "contains", "{} 포함하지 않음", "does not contain {}"),
            ("non_empty", "none", "is_empty", "비어 있지 않음", "is not empty"),
            ("is_empty", "none", "non_empty", "비어 있음", "is empty"),
            ("in", "options", "", "{} 중 하나", "is one of {}"),
            ("not_in", "options", "", "{} 이외", "is none of {}"),
        ),
        "select": _operators(
            ("contains", "option", "does_not_contain", "{}", "is {}"),
            ("does_not_contain", "option", "contains", "{} 아님", "is not {}"),
            ("in", "options", "", "{} 중 하나", "is one of {}"),
            ("not_in", "options", "", "{} 이외", "is none of {}"),
        ),
        "select_multiple": _operators(
            ("contains_all", "options", "does_not_contain_all", "{} 모두 포함", "includes all of {}"),
            (
                "does_not_contain_all",
                "options",
                "contains_all",
                "{} 중 빠진 것 있음",
                "lacks at least one of {}",
            ),
            ("is_contained_by", "options", "is_not_contained_by", "{} 안에 있음", "has nothing but {}"),
            (
                "is_not_contained_by",
                "options",
                "is_contained_by",
                "{} 이외의 것 있음",
                "has something besides {}",
            ),
            (
                "shares_at_least_one_element_with",
                "options",
                "shares_no_elements_with",
                "{} 중 하나 이상",
                "has at least one of {}",
            ),
            (
                "shares_no_elements_with",
                "options",
                "shares_at_least_one_element_with",
                "{} 없음",
                "has none of {}",
            ),
            (
                "shares_exactly_one_element_with",
                "options",
                "does_not_share_exactly_one_element_with",
                "{} 중 꼭 하나",
                "has exactly one of {}",
            ),
            (
                "does_not_share_exactly_one_element_with",
                "options",
                "shares_exactly_one_element_with",
                "{} 중 하나가 아님",
                "has none or several of {}",
            ),
        ),
    }
)
