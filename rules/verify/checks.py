"""One call that runs every check of logic on a decision or a score sheet."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from rules.decisions.model import RuleSet
from rules.verify.boxes import Budget, TooLargeError
from rules.verify.findings import Finding, filled, placed
from rules.verify.monotone import Directions, directions, falls
from rules.verify.sheets import sheet_findings
from rules.verify.tables import Table, limited, table_findings, too_large
from rules.verify.texts import MESSAGES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rules.rulebook import Rulebook
    from rules.verify.findings import PlaceOf

NOTHING_DECLARED: Directions = MappingProxyType({})


def verify(
    book: RuleSet | Rulebook, better: Directions = NOTHING_DECLARED, place_of: PlaceOf | None = None
) -> tuple[Finding, ...]:
    """Prove what can be proven about a decision, over every value its inputs declare.

    Exact for numbers, truth values and declared options. A check with too many cases ends within a second
    and says that it proved nothing. docs/algorithms/verification.md says it in words.

    Args:
        book: A decision of any shape, or a sound score sheet.
        better: Which direction of a number is better, by input; the KPI catalogue when left out, for which
            an input of a decision carries the code of its KPI as its name.
        place_of: Line and column of a rule, band or line in the source document.

    Returns:
        Findings, those that block first, then in book order.

    Raises:
        RulebookError: The score sheet has problems.
    """
    found = _decision(book, better) if isinstance(book, RuleSet) else sheet_findings(book, better)
    return placed(found, place_of)


def _decision(ruleset: RuleSet, better: Directions) -> Iterator[Finding]:
    try:
        table = Table.of(ruleset, Budget())
    except TooLargeError:
        yield too_large("unreachable")
        return
    for name in table.space.sampled:
        label = ruleset.variables[name].label
        yield Finding("info", "sampled", (), filled(MESSAGES["sampled"], input=label), inputs=(name,))
    yield from table_findings(table)
    numbers = {name: name for name, variable in ruleset.variables.items() if variable.kind == "numeric"}
    yield from limited("monotone", falls(table, directions(numbers, better)))
