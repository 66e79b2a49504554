"""Conditions of a programme: a decision that says who takes part, by which factor and by which tiers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rules.decisions.book import DecisionBook
from rules.decisions.canonical import decision_content
from rules.decisions.reading import DecisionReader
from rules.documents import Document
from rules.kpis import catalogue
from rules.rebate.model import Terms

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rules.decisions.outcomes import DecisionOutcome
    from rules.fields import Fields

ACTIONS = ("set_eligible", "set_multiplier_bp", "reduce_rebate", "use_tiers")
ONE_RESULT = ("unique", "any", "first", "priority")
PROGRAM_GIVES = {
    "decision": "program",
    "version": "version",
    "label": "label",
    "effective_from": "effective_from",
    "effective_until": "effective_until",
}


def read_conditions(book: Fields) -> DecisionBook | None:
    """Read the decision at the key ``conditions``; its name, label and days are those of the programme."""
    content = book.content.get("conditions")
    if "conditions" not in book.content:
        return None
    if not isinstance(content, dict):
        book.complain("conditions", "expected a mapping")
        return None
    given = {key: book.content[own] for key, own in PROGRAM_GIVES.items() if own in book.content}
    for key in sorted(given.keys() & content.keys()):
        book.complain("conditions", f"{key!r} of the conditions is that of the programme")
    places = {path[1:]: place for path, place in book.document.places.items() if path[:1] == ("conditions",)}
    inner = Document({**content, **given}, places)
    conditions = DecisionBook(**DecisionReader(inner, catalogue()).read())
    book.document.problems += inner.problems
    if conditions.ruleset.hit_policy not in ONE_RESULT:
        book.complain("conditions", f"the hit policy is one of {', '.join(ONE_RESULT)}")
    for rule in conditions.ruleset.rules:
        for action in rule.then:
            if action.name not in ACTIONS:
                book.complain("conditions", f"rule {rule.id!r} gives {action.name}, not {', '.join(ACTIONS)}")
    return conditions


def tables_chosen(conditions: DecisionBook | None) -> frozenset[str]:
    """Return the names of the tier tables that rules of the conditions choose."""
    rules = conditions.ruleset.rules if conditions else ()
    names = (action.params.get("tiers") for rule in rules for action in rule.then)
    return frozenset(str(name) for name in names if name is not None)


def terms_of(given: Mapping[str, Any]) -> Terms:
    """Return what the results of a condition's rules mean, by result name; else neutral."""
    neutral = Terms()
    return Terms(
        eligible=bool(given.get("eligible", neutral.eligible)),
        multiplier_bp=int(given.get("multiplier_bp", neutral.multiplier_bp)),
        reduction_bp=int(given.get("reduction_bp", neutral.reduction_bp)),
        table=given.get("tiers", neutral.table),
    )


def terms_decided(outcome: DecisionOutcome) -> Terms:
    """Return what a condition's outcome means; an outcome left to a person decides nothing yet."""
    if outcome.held:
        return Terms(eligible=False, reason="undecided")
    return terms_of(outcome.values)


def conditions_content(conditions: DecisionBook) -> dict[str, Any]:
    """Return conditions in the form of a programme file."""
    content = decision_content(conditions)
    return {key: value for key, value in content.items() if key not in PROGRAM_GIVES}
