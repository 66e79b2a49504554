"""Numbers, thresholds and reasons in Korean and English words."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from rules.canonical import points_text
from rules.terms import MILLI, Condition

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rules.kpis import Locale, Text
    from rules.rulebook import Rulebook
    from rules.terms import Clause, Input

NOT_AVAILABLE: Text = {"ko": "해당 없음", "en": "n/a"}
COMPARISONS: Mapping[str, Text] = {
    "greater_than": {"ko": "{} 초과", "en": "more than {}"},
    "greater_than_or_equal_to": {"ko": "{} 이상", "en": "at least {}"},
    "less_than": {"ko": "{} 미만", "en": "less than {}"},
    "less_than_or_equal_to": {"ko": "{} 이하", "en": "at most {}"},
    "equal_to": {"ko": "정확히 {}", "en": "exactly {}"},
}
JOINTS: Mapping[str, Text] = {
    "all": {"ko": " 그리고 ", "en": " and "},
    "any": {"ko": " 또는 ", "en": " or "},
}
ONE_POINT: Text = {"ko": "1점", "en": "1 point"}
POINTS: Text = {"ko": "{}점", "en": "{} points"}
FIRST_SYLLABLE, LAST_SYLLABLE, FINALS = 0xAC00, 0xD7A3, 28


def number_text(number: Decimal, unit: str) -> str:
    """Write a number with its decimals, thousands separators, a real minus sign and its unit."""
    text = f"{number:,f}".replace("-", "−")
    return f"{text}%" if unit == "%" else f"{text} {unit}".rstrip()


def value_text(source: Input, value_scaled: int | None, locale: Locale) -> str:
    """Write a quantised value with every kept decimal, or 해당 없음 when it is missing."""
    if value_scaled is None:
        return NOT_AVAILABLE[locale]
    return number_text(Decimal(value_scaled).scaleb(-source.scale), source.unit)


def clause_text(clause: Clause, book: Rulebook, subject_input: str, locale: Locale) -> str:
    """Say a clause in words; inputs other than the line's own are named."""
    if isinstance(clause, Condition):
        source = book.inputs[clause.name]
        text = COMPARISONS[clause.operator][locale].format(
            number_text(Decimal(clause.threshold), source.unit)
        )
        return text if clause.name == subject_input else f"{source.label[locale]} {text}"
    parts = [_member_text(member, book, subject_input, locale) for member in clause.members]
    return JOINTS[clause.mode][locale].join(parts)


def _member_text(member: Clause, book: Rulebook, subject_input: str, locale: Locale) -> str:
    text = clause_text(member, book, subject_input, locale)
    return text if isinstance(member, Condition) or len(member.members) == 1 else f"({text})"


def points_words(milli: int, locale: Locale) -> str:
    """Write points, for example ``12.5점``."""
    return ONE_POINT[locale] if milli == MILLI else POINTS[locale].format(points_text(milli))


def with_object_particle(noun: str) -> str:
    """Append 을 or 를, whichever the last syllable of a Korean noun asks for."""
    last = ord(noun[-1])
    closed = FIRST_SYLLABLE <= last <= LAST_SYLLABLE and (last - FIRST_SYLLABLE) % FINALS
    return f"{noun}{'을' if closed else '를'}"
