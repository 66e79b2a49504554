"""What a check reports: how bad, about which rules, in words, and with facts that show it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from rules.decisions.model import FactInput
from rules.kpis import Text
from rules.words import NOT_AVAILABLE, number_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rules.decisions.model import Variable
    from rules.kpis import Locale

Severity = Literal["block", "warn", "info"]
SEVERITIES: tuple[Severity, ...] = ("block", "warn", "info")
PlaceOf = Callable[[str], tuple[int, int]]
"""Line and column, from 1, of a rule, band or line of the source document; (0, 0) where it has none."""
NO_TEXT: Text = MappingProxyType({"ko": "", "en": ""})
YES: Text = MappingProxyType({"ko": "예", "en": "yes"})
NO: Text = MappingProxyType({"ko": "아니요", "en": "no"})
NOTHING: Text = MappingProxyType({"ko": "없음", "en": "none"})


@dataclass(frozen=True, slots=True)
class Witness:
    """Facts that show a finding.

    Attributes:
        facts: One value for every variable, quantised as the rules see it; None is missing.
        words: The values that matter, with labels and units, by locale.
    """

    facts: Mapping[str, FactInput]
    words: Text


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a check found.

    Attributes:
        severity: ``block`` may not be published, ``warn`` needs a person's word, ``info`` is good to know.
        kind: What was found, for example ``gap``; stable, for programs.
        rules: Rules, bands or lines it is about, in book order.
        message: What is wrong and what to do, by locale.
        witness: Facts that show it: none, one, or before and after.
        inputs: Variables it is about.
        article: The law it rests on, by locale; empty for checks of logic.
        source: Where the reading of the law comes from; empty for checks of logic.
        line: Line in the source document, from 1; 0 where there is none.
        column: Column in that line, from 1; 0 where there is none.
    """

    severity: Severity
    kind: str
    rules: tuple[str, ...]
    message: Text
    witness: tuple[Witness, ...] = ()
    inputs: tuple[str, ...] = ()
    article: Text = field(default_factory=lambda: NO_TEXT)
    source: str = ""
    line: int = 0
    column: int = 0

    def say(self, locale: Locale) -> str:
        """Return place, message, article and witnesses on one line."""
        place = f"{self.line}:{self.column} " if self.line else ""
        article = f" [{self.article[locale]}]" if self.article[locale] else ""
        shown = " → ".join(witness.words[locale] for witness in self.witness)
        return f"{place}{self.message[locale]}{article}{f' ({shown})' if shown else ''}"


def placed(findings: Iterable[Finding], place_of: PlaceOf | None) -> tuple[Finding, ...]:
    """Return findings with the place of the last rule each is about, worst first, book order kept."""
    found = list(findings)
    if place_of is not None:
        for number, finding in enumerate(found):
            line, column = place_of(finding.rules[-1]) if finding.rules else (0, 0)
            found[number] = replace(finding, line=line, column=column)
    return tuple(sorted(found, key=lambda finding: SEVERITIES.index(finding.severity)))


def fact_text(variable: Variable, value: FactInput, locale: Locale) -> str:
    """Write one value the way people read it, with its unit."""
    if value is None:
        return NOT_AVAILABLE[locale]
    if isinstance(value, bool):
        return (YES if value else NO)[locale]
    if isinstance(value, int):
        return number_text(Decimal(value).scaleb(-variable.scale), variable.unit)
    if isinstance(value, str):
        return f"'{value}'"
    return ", ".join(value) or NOTHING[locale]


def facts_text(variables: Iterable[Variable], facts: Mapping[str, FactInput]) -> Text:
    """Write the values of some variables with their labels, by locale."""
    chosen = list(variables)
    locales: tuple[Locale, ...] = ("ko", "en")
    return MappingProxyType(
        {
            locale: ", ".join(
                f"{variable.label[locale]} {fact_text(variable, facts[variable.name], locale)}"
                for variable in chosen
            )
            for locale in locales
        }
    )


def filled(text: Text, **values: str | Text) -> Text:
    """Put values into a message; a value that is a text itself is taken in the message's language."""
    locales: tuple[Locale, ...] = ("ko", "en")
    return MappingProxyType(
        {
            locale: text[locale].format(
                **{name: value if isinstance(value, str) else value[locale] for name, value in values.items()}
            )
            for locale in locales
        }
    )
