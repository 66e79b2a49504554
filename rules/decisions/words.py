"""Conditions, values and results of decisions in Korean and English words."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from rules.decisions.actions import action_vocabulary
from rules.decisions.operators import OPERATORS
from rules.words import NOT_AVAILABLE, number_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rules.decisions.actions import ActionMeaning, Param
    from rules.decisions.model import Action, FactInput, Variable
    from rules.kpis import Locale, Text
    from rules.terms import Condition

HIT_POLICIES: Mapping[str, Text] = {
    "unique": {"ko": "하나만 해당 (둘이면 오류)", "en": "Only one may fire; two are an error"},
    "any": {"ko": "여럿 해당 가능, 결과는 같아야 함", "en": "Several may fire if they agree"},
    "first": {"ko": "위에서 처음 해당하는 규칙", "en": "The first that fires, from the top"},
    "priority": {"ko": "우선순위가 가장 높은 규칙", "en": "The one of the highest priority"},
    "rule_order": {"ko": "해당하는 모든 규칙, 적힌 순서대로", "en": "All that fire, in order"},
    "collect": {"ko": "해당하는 모든 규칙의 결과를 모음", "en": "The results of all that fire, put together"},
}
AGGREGATES: Mapping[str, Text] = {
    "list": {"ko": "목록", "en": "List"},
    "sum": {"ko": "합계", "en": "Sum"},
    "min": {"ko": "최솟값", "en": "Smallest"},
    "max": {"ko": "최댓값", "en": "Largest"},
    "count": {"ko": "개수", "en": "Count"},
}
MISSING: Mapping[str, Text] = {
    "error": {"ko": "값이 없으면 실행 중단", "en": "A missing value stops the run"},
    "no_match": {"ko": "값이 없으면 조건이 맞지 않음", "en": "A missing value meets no condition"},
    "hold": {"ko": "값이 없으면 직접 검토", "en": "A missing value leaves it to a person"},
}
JOINTS: Mapping[str, Text] = {
    "all": {"ko": "모두 해당", "en": "All of these"},
    "any": {"ko": "하나라도 해당", "en": "At least one of these"},
}
TRUTHS: Mapping[bool, Text] = {True: {"ko": "예", "en": "yes"}, False: {"ko": "아니요", "en": "no"}}
NONE: Text = {"ko": "없음", "en": "none"}
POINTS: Text = {"ko": "{}점", "en": "{} points"}
DAYS: Text = {"ko": "{}일", "en": "{} days"}
BASIS_POINT = Decimal("0.01")


def fact_text(variable: Variable, value: FactInput, locale: Locale) -> str:
    """Write the value of an input; 해당 없음 when it is missing."""
    if value is None:
        return NOT_AVAILABLE[locale]
    if isinstance(value, bool):
        return TRUTHS[value][locale]
    if isinstance(value, int):
        return number_text(Decimal(value).scaleb(-variable.scale), variable.unit)
    if isinstance(value, str):
        return quoted(value)
    return ", ".join(value) or NONE[locale]


def condition_text(condition: Condition, variable: Variable, locale: Locale) -> str:
    """Say a comparison in words, its input named."""
    words = OPERATORS[variable.kind][condition.operator].words[locale]
    return f"{variable.label[locale]}: {words.format(_operand(condition, variable))}"


def _operand(condition: Condition, variable: Variable) -> str:
    if variable.kind == "numeric":
        return number_text(Decimal(condition.threshold), variable.unit)
    if isinstance(condition.value, tuple):
        return ", ".join(condition.value)
    return quoted(condition.value) if variable.kind == "string" else condition.value


def quoted(text: str) -> str:
    """Write a text between quotation marks."""
    return f"“{text}”"


def action_text(action: Action, locale: Locale, actions: Mapping[str, ActionMeaning] | None = None) -> str:
    """Say what a rule gives, for example ``등급 부여: A``.

    Args:
        action: Action of a checked rule.
        locale: ``ko`` or ``en``.
        actions: Vocabulary that names it; the shipped one when left out.
    """
    meaning = (action_vocabulary() if actions is None else actions)[action.name]
    values = (param_text(meaning.params[name], value, locale) for name, value in action.params.items())
    return f"{meaning.label[locale]}: {', '.join(values)}"


def param_text(param: Param, value: Any, locale: Locale) -> str:
    """Write the value of a parameter with its unit; basis points as a percentage."""
    if param.kind == "boolean":
        return TRUTHS[value][locale]
    if param.kind != "whole":
        return str(value)
    if param.unit == "bp":
        return number_text((Decimal(value) * BASIS_POINT).normalize(), "%")
    forms = {"points": POINTS[locale], "days": DAYS[locale]}
    return forms.get(param.unit, "{}").format(number_text(Decimal(value), ""))
