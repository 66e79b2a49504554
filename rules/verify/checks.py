"""One call that runs every check of logic on a decision or a score sheet."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from rules.decisions.book import DecisionBook
from rules.rulebook import Rulebook
from rules.verify.boxes import Budget, TooLargeError
from rules.verify.findings import Finding, filled, placed
from rules.verify.monotone import Directions, directions, falls
from rules.verify.sheets import sheet_findings
from rules.verify.tables import Table, limited, table_findings, too_large
from rules.verify.texts import MESSAGES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rules.decisions.model import RuleSet
    from rules.verify.findings import PlaceOf

NOTHING_DECLARED: Directions = MappingProxyType({})


def verify(
    book: RuleSet | DecisionBook | Rulebook,
    better: Directions = NOTHING_DECLARED,
    place_of: PlaceOf | None = None,
) -> tuple[Finding, ...]:
    """Prove what can be proven about a decision, over every value its inputs declare.

    Exact for numbers, truth values and declared options. A check with too many cases ends within a second
    and says that it proved nothing. docs/algorithms/verification.md says it in words.

    Args:
        book: A decision of any shape or a score sheet, sound.
        better: Which direction of a number is better, by input; the KPI catalogue when left out, in
            which an input without a KPI is looked up by its name.
        place_of: Line and column of a rule, band or line in the source document.

    Returns:
        Findings, those that block first, then in book order.

    Raises:
        RulebookError: The book has problems.
    """
    if isinstance(book, Rulebook):
        return placed(sheet_findings(book, better), place_of)
    if isinstance(book, DecisionBook):
        book.require_sound()
        return placed(_decision(book.ruleset, book.kpis, better), place_of)
    return placed(_decision(book, {}, better), place_of)


def _decision(ruleset: RuleSet, kpis: Mapping[str, str], better: Directions) -> Iterator[Finding]:
    try:
        table = Table.of(ruleset, Budget())
    except TooLargeError:
        yield too_large("unreachable")
        return
    for name in table.space.sampled:
        label = ruleset.variables[name].label
        yield Finding("info", "sampled", (), filled(MESSAGES["sampled"], input=label), inputs=(name,))
    yield from table_findings(table)
    variables = ruleset.variables.items()
    numbers = {name: kpis.get(name, name) for name, variable in variables if variable.kind == "numeric"}
    yield from limited("monotone", falls(table, directions(numbers, better)))
