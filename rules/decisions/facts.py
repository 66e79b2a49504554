"""The facts of one subject: checked against the declared inputs before any rule looks at them."""

from __future__ import annotations

import unicodedata
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation, localcontext
from typing import TYPE_CHECKING, Any

from rules.decisions.matching import UNBOUNDED
from rules.errors import FactError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rules.decisions.model import FactInput, RuleSet, Variable

PRECISION = 60
MOST_DIGITS = 18


def checked(ruleset: RuleSet, facts: Mapping[str, FactInput]) -> dict[str, FactInput]:
    """Return every declared input with its quantised value, None when missing.

    Args:
        ruleset: The decision.
        facts: Quantised values; names that the decision does not declare are ignored.

    Raises:
        FactError: A value does not have the declared type, is none of the options, or an input declared
            ``missing: error`` has none; every finding at once.
    """
    values = {name: _plain(variable, facts.get(name)) for name, variable in ruleset.variables.items()}
    problems = [
        problem
        for name, variable in ruleset.variables.items()
        if (problem := _problem(variable, values[name]))
    ]
    if problems:
        raise FactError("; ".join(problems))
    return values


def held_inputs(ruleset: RuleSet, facts: Mapping[str, FactInput]) -> tuple[str, ...]:
    """Return the missing inputs that leave the subject to a person."""
    return tuple(
        name
        for name, variable in ruleset.variables.items()
        if variable.missing == "hold" and facts.get(name) is None
    )


def quantised(ruleset: RuleSet, facts: Mapping[str, object]) -> dict[str, FactInput]:
    """Return facts as people write them in the form rules take.

    Numbers are decimal texts, decimals or whole numbers, rounded once, half away from zero, to the scale of
    the input; an option may stand alone or in a list.

    Raises:
        FactError: An unknown name or a number that is none.
    """
    unknown = sorted(set(facts) - set(ruleset.variables))
    if unknown:
        raise FactError(f"unknown inputs: {', '.join(unknown)}")
    return {name: _quantised(ruleset.variables[name], value) for name, value in facts.items()}


def _quantised(variable: Variable, value: Any) -> FactInput:
    if value is None or variable.kind in ("boolean", "string"):
        return _plain(variable, value)
    if variable.kind != "numeric":
        return _plain(variable, tuple(value) if isinstance(value, list) else value)
    number = _decimal(value)
    if number is None or not number.is_finite() or number.adjusted() > MOST_DIGITS:
        raise FactError(f"{variable.name}: not a decimal number: {value!r}")
    with localcontext(prec=PRECISION):
        return int(number.scaleb(variable.scale).to_integral_value(ROUND_HALF_UP))


def _decimal(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        return None
    try:
        return Decimal(value)
    except InvalidOperation:
        return None


def _plain(variable: Variable, value: Any) -> FactInput:
    """Write text in NFC, and a single option as a tuple of one."""
    if isinstance(value, str):
        text = unicodedata.normalize("NFC", value)
        return (text,) if variable.kind in ("select", "select_multiple") else text
    if isinstance(value, tuple):
        return tuple(unicodedata.normalize("NFC", text) if isinstance(text, str) else text for text in value)
    return value  # type: ignore[no-any-return]  # checked right after


def _problem(variable: Variable, value: Any) -> str:
    if value is None:
        return f"{variable.name}: a value is required" if variable.missing == "error" else ""
    if not _fits(variable, value):
        return f"{variable.name}: not a {variable.kind} value: {value!r}"
    chosen = (value,) if variable.kind == "string" else value if isinstance(value, tuple) else ()
    foreign = [text for text in chosen if variable.options and text not in variable.options]
    return f"{variable.name}: none of the options: {', '.join(foreign)}" if foreign else ""


def _fits(variable: Variable, value: Any) -> bool:
    if variable.kind == "numeric":
        return isinstance(value, int) and not isinstance(value, bool) and abs(value) < UNBOUNDED
    if variable.kind == "boolean":
        return isinstance(value, bool)
    if variable.kind == "string":
        return isinstance(value, str)
    texts = isinstance(value, tuple) and all(isinstance(text, str) for text in value)
    return texts and (variable.kind != "select" or len(value) == 1)
